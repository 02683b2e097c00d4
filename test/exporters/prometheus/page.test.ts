import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter, type PrometheusExporterOptions } from '../../../lib/exporters/prometheus/index';
import type { MetricView } from '../../../lib/metrics/view';
import { parseOpenMetrics } from '../../support/prometheus/openmetrics';
import { CREATED, fakeBus, fakeMetric } from '../../support/prometheus/source';
import { parseText } from '../../support/prometheus/text';

const OPEN = 'application/openmetrics-text';

/** Both pages, after the strict parsers took them. */
async function pages(metrics: readonly MetricView[], options?: PrometheusExporterOptions): Promise<readonly [text: string, open: string]> {
  const exporter = createPrometheusExporter(fakeBus(...metrics), options);
  const [text, open] = [(await exporter.render()).body, (await exporter.render(OPEN)).body];
  parseText(text);
  parseOpenMetrics(open);
  return [text, open];
}

test('a counter is written with _total; in OpenMetrics its family has no suffix, and it says when it began', async () => {
  const metric = fakeMetric({ name: 'llm.answers', description: 'Answers of the model' });
  metric.add({ model: 'm1' }, 3);
  metric.add({}, 4);
  const [text, open] = await pages([metric]);
  assert.is(
    text,
    '# HELP llm_answers_total Answers of the model\n# TYPE llm_answers_total counter\n' +
      'llm_answers_total{model="m1"} 3\nllm_answers_total 4\n',
  );
  assert.is(
    open,
    '# TYPE llm_answers counter\n# HELP llm_answers Answers of the model\n' +
      'llm_answers_total{model="m1"} 3\nllm_answers_created{model="m1"} 1767225600\n' +
      'llm_answers_total 4\nllm_answers_created 1767225600\n# EOF\n',
  );
  assert.is(CREATED, 1_767_225_600_000);
});

test('an export name that ends with _total does not get another one', async () => {
  const metric = fakeMetric({ name: 'jobs', exportName: 'jobs_total' });
  metric.add({}, 1);
  const [text, open] = await pages([metric]);
  assert.match(text, /\njobs_total 1\n/);
  assert.match(open, /^# TYPE jobs counter\n/);
});

test('created: false leaves _created out', async () => {
  const metrics = [fakeMetric({ name: 'a' }), fakeMetric({ name: 'b', type: 'summary' })] as const;
  metrics[0].add({}, 1);
  metrics[1].add({}, [1]);
  assert.not.match((await pages(metrics, { created: false }))[1], /_created/);
  assert.is((await pages(metrics))[1].match(/_created 1767225600\n/g)?.length, 2);
});

test('monotonic sums are counters, other sums and last values are gauges, all in base units', async () => {
  const rising = fakeMetric({ name: 'busy', exportName: 'busy_seconds', type: 'sum', monotonic: true, unit: 'ms' });
  const sum = fakeMetric({ name: 'held', exportName: 'held_bytes', type: 'sum', unit: 'kB' });
  const last = fakeMetric({ name: 'load', exportName: 'load_ratio', type: 'lastValue', unit: 'percent' });
  rising.add({}, 2.5);
  sum.add({}, -3);
  last.add({}, 12.5);
  const [text, open] = await pages([rising, sum, last]);
  assert.match(text, '# TYPE busy_seconds_total counter\nbusy_seconds_total 0.0025\n');
  assert.match(text, '# TYPE held_bytes gauge\nheld_bytes -3000\n');
  assert.match(text, '# TYPE load_ratio gauge\nload_ratio 0.125\n');
  assert.match(open, '# TYPE busy_seconds counter\n# UNIT busy_seconds seconds\n# HELP busy_seconds busy\nbusy_seconds_total 0.0025\n');
  assert.match(open, '# UNIT held_bytes bytes\n');
  assert.match(open, '# UNIT load_ratio ratio\n');
  assert.not.match(open, 'held_bytes_created');
});

test('UNIT is written only where the name ends with it', async () => {
  const tokens = fakeMetric({ name: 'llm.tokens', type: 'sum', monotonic: true, unit: 'token' });
  const chars = fakeMetric({ name: 'text.size', type: 'lastValue', unit: 'char' });
  const odd = fakeMetric({ name: 'x', exportName: 'x_a b', type: 'lastValue', unit: 'a b' });
  for (const metric of [tokens, chars, odd]) metric.add({}, 1);
  const [, open] = await pages([tokens, chars, odd]);
  assert.equal(open.match(/# UNIT.*/g), ['# UNIT llm_tokens tokens']);
});

test('gauges may be any number there is', async () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e21, 1e-7, 2 ** 53, 0.1 + 0.2, 5e-324];
  const metric = fakeMetric({ name: 'g', type: 'lastValue' });
  for (const [index, value] of values.entries()) metric.add({ at: `${index}` }, value);
  const [text, open] = await pages([metric]);
  assert.equal(text.match(/(?<=} ).*/g), 'NaN +Inf -Inf 0 1e+21 1e-7 9007199254740992 0.30000000000000004 5e-324'.split(' '));
  assert.equal(
    parseOpenMetrics(open)[0]!.samples.map(({ value }) => value),
    values.map((value) => value + 0),
  );
});

const latency = (bounds: readonly number[], values: readonly number[]): MetricView => {
  const metric = fakeMetric({ name: 'latency', exportName: 'latency_seconds', type: 'distribution', unit: 'ms', bounds });
  metric.add({ model: 'm1' }, values);
  return metric;
};

test('a histogram has cumulative buckets in base units, +Inf is its count, the sum is exact', async () => {
  const [text, open] = await pages([latency([5, 100, 1000], [1, 5, 6, 100, 5000])]);
  const lines = `latency_seconds_bucket{model="m1",le="0.005"} 2
latency_seconds_bucket{model="m1",le="0.1"} 4
latency_seconds_bucket{model="m1",le="1.0"} 4
latency_seconds_bucket{model="m1",le="+Inf"} 5
latency_seconds_sum{model="m1"} 5.112
latency_seconds_count{model="m1"} 5
`;
  assert.is(text, `# HELP latency_seconds latency\n# TYPE latency_seconds histogram\n${lines}`);
  assert.is(
    open,
    '# TYPE latency_seconds histogram\n# UNIT latency_seconds seconds\n# HELP latency_seconds latency\n' +
      `${lines}latency_seconds_created{model="m1"} 1767225600\n# EOF\n`,
  );
});

test('a histogram without values is written as zeros', async () => {
  const [text] = await pages([latency([5], [])]);
  assert.match(text, 'le="0.005"} 0\nlatency_seconds_bucket{model="m1",le="+Inf"} 0\nlatency_seconds_sum{model="m1"} 0\n');
});

test('bounds are spelled the same in both formats, the canonical way', async () => {
  const bounds = [0, 1e-10, 1e-5, 0.0001, 0.001, 0.25, 1, 1.7, 10, 100_000, 1e6, 1_048_576, 1.1e23];
  const metric = fakeMetric({ name: 'b', type: 'distribution', bounds });
  metric.add({}, [1]);
  const spelled = '0.0 1e-10 1e-05 0.0001 0.001 0.25 1.0 1.7 10.0 100000.0 1e+06 1.048576e+06 1.1e+23 +Inf'.split(' ');
  for (const page of await pages([metric])) assert.equal(page.match(/(?<=le=")[^"]*/g), spelled);
});

test('bounds that are one when converted are one bucket', async () => {
  const bounds = [2 ** 53 - 1, 2 ** 53];
  const metric = fakeMetric({ name: 'b', type: 'distribution', bounds, unit: 'h' });
  metric.add({}, [1, 2 ** 53, 2 ** 54]);
  const one = new Set(bounds.map((bound) => bound * 3600)).size;
  const [text] = await pages([metric]);
  assert.is(text.match(/_bucket/g)?.length, one + 1);
  assert.match(text, /} 2\nb_bucket\{le="\+Inf"\} 3\n/);
});

test('what has no bounds is a summary, with quantiles only where there are values', async () => {
  const metric = fakeMetric({ name: 'size', exportName: 'size_bytes', type: 'summary', unit: 'kB', hdr: true });
  metric.add(
    { a: '1' },
    Array.from({ length: 100 }, (_, index) => index + 1),
  );
  metric.add({ a: '2' }, []);
  const [text, open] = await pages([metric]);
  const lines = `size_bytes{a="1",quantile="0.5"} 50000
size_bytes{a="1",quantile="0.9"} 90000
size_bytes{a="1",quantile="0.99"} 99000
size_bytes_sum{a="1"} 5050000
size_bytes_count{a="1"} 100
`;
  assert.is(text, `# HELP size_bytes size\n# TYPE size_bytes summary\n${lines}size_bytes_sum{a="2"} 0\nsize_bytes_count{a="2"} 0\n`);
  assert.match(open, `${lines}size_bytes_created{a="1"} 1767225600\n`);
  const [other] = await pages([metric], { quantiles: [1, 0.57, 0, 0.57] });
  assert.equal(other.match(/quantile.*/g), ['quantile="0.0"} 1000', 'quantile="0.57"} 57000', 'quantile="1.0"} 100000']);
  assert.not.match((await pages([metric], { quantiles: [] }))[0], 'quantile');
  const bare = fakeMetric({ name: 'd', type: 'distribution' });
  bare.add({}, [1]);
  assert.match((await pages([bare]))[0], '# TYPE d summary\n');
});

test('HELP is escaped, without control characters, and is the name where there is no description', async () => {
  const description = 'a "quote", a \\ and\nan end\r\u0000\ud800';
  const metric = fakeMetric({ name: 'a.b', description });
  const other = fakeMetric({ name: 'c.d' });
  for (const each of [metric, other]) each.add({}, 1);
  const [text, open] = await pages([metric, other]);
  assert.match(text, '# HELP a_b_total a "quote", a \\\\ and\\nan end  \ufffd\n');
  assert.match(open, '# HELP a_b a \\"quote\\", a \\\\ and\\nan end  \ufffd\n');
  assert.match(text, '# HELP c_d_total c.d\n');
});

test('a metric without series is not on the page', async () => {
  assert.equal(await pages([fakeMetric({ name: 'a' })]), ['', '# EOF\n']);
});

test('include chooses metrics', async () => {
  const metrics = ['a', 'b'].map((name) => fakeMetric({ name, automatic: name === 'a' }));
  for (const metric of metrics) metric.add({}, 1);
  const [text] = await pages(metrics, { include: ({ automatic }) => !automatic });
  assert.equal(
    parseText(text).map(({ name }) => name),
    ['b_total'],
  );
});

test('a metric whose samples would be named like those of another one is left out, with one warning', async () => {
  const metrics = [
    fakeMetric({ name: 'jobs', type: 'distribution', bounds: [1] }),
    fakeMetric({ name: 'jobs.count', type: 'lastValue' }),
    fakeMetric({ name: 'jobs.done' }),
    fakeMetric({ name: 'jobs-done', exportName: 'jobs_done_total', type: 'lastValue' }),
  ];
  metrics[0]!.add({}, [1]);
  for (const metric of metrics.slice(1)) metric.add({}, 1);
  const bus = fakeBus(...metrics);
  const exporter = createPrometheusExporter(bus);
  for (let round = 0; round < 2; round++) {
    assert.equal(
      parseText((await exporter.render()).body).map(({ name }) => name),
      ['jobs', 'jobs_done_total'],
    );
    parseOpenMetrics((await exporter.render(OPEN)).body);
  }
  assert.is(exporter.stats().leftOut, 2);
  assert.equal(
    bus.warnings.map(({ code }) => code),
    ['EXPORT_FAILED', 'EXPORT_FAILED'],
  );
  assert.match(bus.warnings[0]!.message, 'jobs.count');
});

test('_created gives way to a metric of that name, whichever came first', async () => {
  const metrics = [fakeMetric({ name: 'user' }), fakeMetric({ name: 'user.created', type: 'lastValue' })];
  for (const metric of metrics) metric.add({}, 1);
  const exporter = createPrometheusExporter(fakeBus(...metrics));
  const families = parseOpenMetrics((await exporter.render(OPEN)).body);
  assert.equal(
    families.map(({ name, samples }) => [name, samples.length]),
    [
      ['user', 1],
      ['user_created', 1],
    ],
  );
});

test.run();
