import * as prom from 'prom-client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter, type MetricRegistry } from '../../../lib/exporters/prometheus/index';
import type { ParsedFamily } from '../../support/prometheus/exposition';
import { parseOpenMetrics } from '../../support/prometheus/openmetrics';
import { type FakeBus, fakeBus, fakeMetric } from '../../support/prometheus/source';
import { parseText } from '../../support/prometheus/text';

const OPEN = 'application/openmetrics-text';

const registryOf = (...families: readonly unknown[]): MetricRegistry => ({ getMetricsAsJSON: () => Promise.resolve(families) });

async function scrape(
  registries: readonly MetricRegistry[],
  bus: FakeBus = fakeBus(),
  labels = {},
): Promise<[ParsedFamily[], ParsedFamily[]]> {
  const exporter = createPrometheusExporter(bus, { registries, labels });
  return [parseText((await exporter.render()).body), parseOpenMetrics((await exporter.render(OPEN)).body)];
}

/** Families as `name{labels} value` lines. */
const lines = (families: readonly ParsedFamily[]): string[] =>
  families.flatMap(({ samples }) =>
    samples.map(({ name, labels, value }) => `${name}${JSON.stringify(Object.entries(labels).sort())} ${value}`),
  );

/** What prom-client writes, by its own hand, as our parser reads it. */
async function ownText(registry: prom.Registry): Promise<string[]> {
  return lines(parseText((await registry.metrics()).replace(/le="(\d+)"/g, 'le="$1.0"')));
}

function everyKind(): prom.Registry {
  const registers = [new prom.Registry()];
  const counter = new prom.Counter({ name: 'http_requests_total', help: 'Requests "all"', labelNames: ['method'], registers });
  counter.inc({ method: 'GET' }, 3);
  counter.inc({ method: 'a"b\\c\nd' }, 2.5);
  new prom.Counter({ name: 'bare', help: 'b', registers }).inc(2);
  new prom.Gauge({ name: 'temperature', help: 't', registers }).set(-3.5);
  const histogram = new prom.Histogram({ name: 'latency_seconds', help: 'l', labelNames: ['route'], buckets: [0.1, 1, 10], registers });
  for (const value of [0.05, 0.1, 5, 50]) histogram.observe({ route: '/' }, value);
  const summary = new prom.Summary({ name: 'size_bytes', help: 's', percentiles: [0.5, 0.99], registers });
  summary.observe(7);
  return registers[0]!;
}

test('a registry of prom-client is merged into the page, with the numbers it has itself', async () => {
  const registry = everyKind();
  const bus = fakeBus(fakeMetric({ name: 'mine' }));
  (bus.metrics[0] as ReturnType<typeof fakeMetric>).add({}, 1);
  const [text, open] = await scrape([registry], bus);
  assert.equal(
    text.map(({ name, type }) => [name, type]),
    [
      ['mine_total', 'counter'],
      ['http_requests_total', 'counter'],
      ['bare', 'counter'],
      ['temperature', 'gauge'],
      ['latency_seconds', 'histogram'],
      ['size_bytes', 'summary'],
    ],
  );
  assert.equal(lines(text).slice(1).sort(), (await ownText(registry)).sort());
  // OpenMetrics wants _total behind every counter.
  assert.equal(
    open.map(({ name }) => name),
    ['mine', 'http_requests', 'bare', 'temperature', 'latency_seconds', 'size_bytes'],
  );
  const expected = (await ownText(registry)).map((line) => line.replace(/^bare/, 'bare_total'));
  assert.equal(lines(open).slice(2).sort(), expected.sort());
  assert.is(open[1]!.help, 'Requests "all"');
});

test('the default metrics of prom-client are taken as they are', async () => {
  const registry = new prom.Registry();
  prom.collectDefaultMetrics({ register: registry });
  const [text, open] = await scrape([registry]);
  for (const families of [text, open]) assert.ok(families.length > 15);
  assert.ok(text.some(({ name }) => name === 'process_cpu_user_seconds_total'));
  assert.ok(text.some(({ name }) => name === 'nodejs_version_info'));
});

test('labels of the registry, and constant ones of the page where it has none of that name', async () => {
  const registry = new prom.Registry();
  registry.setDefaultLabels({ app: 'theirs' });
  new prom.Gauge({ name: 'g', help: 'g', registers: [registry] }).set(1);
  const [text, open] = await scrape([registry], fakeBus(), { app: 'ours', zone: 'a' });
  for (const families of [text, open]) assert.equal(lines(families), ['g[["app","theirs"],["zone","a"]] 1']);
});

test('exemplars of prom-client are kept in OpenMetrics, within the limits', async () => {
  const registers = [new prom.Registry()];
  registers[0]!.setContentType(prom.Registry.OPENMETRICS_CONTENT_TYPE as never);
  const counter = new prom.Counter({ name: 'c_total', help: 'c', registers, enableExemplars: true });
  counter.inc({ value: 2, exemplarLabels: { trace_id: 'abc' } } as never);
  const histogram = new prom.Histogram({ name: 'h', help: 'h', buckets: [1, 2], registers, enableExemplars: true });
  histogram.observe({ value: 1.5, exemplarLabels: { trace_id: 'def' } } as never);
  const [text, open] = await scrape(registers);
  assert.is(text.flatMap(({ samples }) => samples).filter(({ exemplar }) => exemplar).length, 0);
  const found = open.flatMap(({ samples }) => samples.filter(({ exemplar }) => exemplar));
  assert.equal(
    found.map(({ name, exemplar }) => [name, exemplar!.labels.trace_id, exemplar!.value]),
    [
      ['c_total', 'abc', 2],
      ['h_bucket', 'def', 1.5],
    ],
  );
  const long = { type: 'counter', name: 'x', help: 'x', values: [{ value: 1, exemplar: { labelSet: { id: 'x'.repeat(127) }, value: 1 } }] };
  assert.is((await scrape([registryOf(long)]))[1][0]!.samples[0]!.exemplar, undefined);
});

test('a family whose name, or that of a sample, is taken is left out, with one warning', async () => {
  const ours = [fakeMetric({ name: 'jobs' }), fakeMetric({ name: 'wait', type: 'distribution', bounds: [1] })];
  ours[0]!.add({}, 1);
  ours[1]!.add({}, [1]);
  const bus = fakeBus(...ours);
  const gauge = (name: string) => ({ name, help: 'x', type: 'gauge', values: [{ value: 1, labels: {} }] });
  const taken = ['jobs', 'jobs_total', 'jobs_created', 'wait', 'wait_sum', 'wait_bucket'].map(gauge);
  const registries = [
    registryOf(...taken, gauge('free'), { ...gauge('wait_count'), type: 'counter' }),
    registryOf(gauge('free'), { name: 'other', help: 'x', type: 'histogram', values: [] }, gauge('other_count')),
  ];
  const exporter = createPrometheusExporter(bus, { registries });
  for (let round = 0; round < 2; round++) {
    assert.equal(
      parseText((await exporter.render()).body).map(({ name }) => name),
      ['jobs_total', 'wait', 'free'],
    );
    assert.equal(
      parseOpenMetrics((await exporter.render(OPEN)).body).map(({ name }) => name),
      ['jobs', 'wait', 'free'],
    );
  }
  assert.is(exporter.stats().leftOut, 9);
  assert.equal([bus.warnings.length, new Set(bus.warnings.map(({ message }) => message)).size], [9, 9]);
});

test('hostile strings and values are escaped, renamed or passed over; the page stays well formed', async () => {
  const evil = 'x"} 1\n# EOF\nevil 666\r\0\ud800\\';
  const thrower = {
    get name(): string {
      throw new Error('mine');
    },
  };
  const gauge = {
    name: evil,
    help: evil,
    type: 'gauge',
    values: [
      { value: 1, labels: { [evil]: evil, le: '1', quantile: '2', __name__: 'n', n: 5, b: true, u: undefined, o: {} } },
      { value: 1, labels: { [evil]: evil, le: '1', quantile: '2', __name__: 'n', n: 5, b: true } },
      { value: 'NaN', labels: {} },
      null,
      7,
      { value: 2 },
    ],
  };
  const values = [
    { value: 1, labels: { le: 1 }, metricName: 'h_bucket' },
    { value: 5, labels: { le: '+Inf' }, metricName: 'h_bucket' },
    { value: 4, metricName: 'h_count', labels: {} },
    { value: 9, metricName: 'h_sum', labels: {} },
    { value: 3, labels: { le: 1, a: '1' }, metricName: 'h_bucket' },
    { value: 2, labels: { le: 2, a: '1' }, metricName: 'h_bucket' },
    { value: 3, metricName: 'h_count', labels: { a: '1' } },
    { value: -1, labels: { le: 3, a: '2' }, metricName: 'h_bucket' },
    { value: 3, labels: { le: 'three', a: '2' }, metricName: 'h_bucket' },
  ];
  const summary = [
    { value: 1, labels: { quantile: 0.5 } },
    { value: 1, labels: { quantile: 7 } },
    { value: -2, metricName: 's_sum', labels: {} },
    { value: 1.5, metricName: 's_count', labels: {} },
  ];
  const families = [
    thrower,
    null,
    5,
    { name: 5 },
    { name: '', values: [] },
    { name: 'empty' },
    { name: 'odd', type: 'gouge', values: [{ value: 1 }] },
    {
      name: 'c',
      type: 'counter',
      values: [
        { value: -1, labels: {} },
        { value: Number.NaN, labels: { a: 'b' } },
        { value: 1, labels: { c: 'd' } },
      ],
    },
    gauge,
    { name: 'h', type: 'histogram', values },
    { name: 's', type: 'summary', values: summary },
    {
      name: 'l',
      type: 'gauge',
      values: [
        { value: 1, labels: thrower },
        { value: 2, labels: { a: 'b' } },
      ],
    },
  ];
  const [text, open] = await scrape([registryOf(...families)]);
  const name = 'x___1___EOF_evil_666____';
  assert.equal(
    text.map((family) => family.name),
    ['odd', 'c', name, 'h', 's', 'l'],
  );
  assert.equal(
    open.map(({ type }) => type),
    ['unknown', 'counter', 'gauge', 'histogram', 'summary', 'gauge'],
  );
  assert.is(text[2]!.samples.length, 2);
  assert.is(text[2]!.samples[0]!.labels.x___1___EOF_evil_666____, 'x"} 1\n# EOF\nevil 666\r\ufffd\ufffd\\');
  assert.equal(lines([text[3]!]), ['h_bucket[["le","1.0"]] 1', 'h_bucket[["le","+Inf"]] 4', 'h_sum[] 9', 'h_count[] 4']);
  assert.equal(lines([text[4]!]), ['s[["quantile","0.5"]] 1', 's_sum[] -2']);
  assert.equal(lines([open[4]!]), ['s[["quantile","0.5"]] 1']);
});

test.run();
