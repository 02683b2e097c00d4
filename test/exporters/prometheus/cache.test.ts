import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter, type PrometheusExporterOptions } from '../../../lib/exporters/prometheus/index';
import { type FakeMetric, fakeBus, fakeMetric } from '../../support/prometheus/source';
import { parseText } from '../../support/prometheus/text';

const OPEN = 'application/openmetrics-text';

function metricOf(count: number, name = 'm'): FakeMetric {
  const metric = fakeMetric({ name, type: 'lastValue' });
  for (let index = 0; index < count; index++) metric.add({ id: `${index}` }, index);
  return metric;
}
const reads = (metric: FakeMetric): number => metric.all.reduce((sum, series) => sum + series.reads, 0);

/** A page that knows of no page before. */
const fresh = async (metrics: readonly FakeMetric[], accept?: string, options?: PrometheusExporterOptions): Promise<string> =>
  (await createPrometheusExporter(fakeBus(...metrics), options).render(accept)).body;

test('a series whose version did not change is not read again; one that changed is', async () => {
  const metric = metricOf(100);
  const exporter = createPrometheusExporter(fakeBus(metric));
  const first = (await exporter.render()).body;
  assert.is((await exporter.render()).body, first);
  assert.equal([reads(metric), exporter.stats().reused], [100, 100]);
  metric.all[7]!.set(1000);
  assert.is((await exporter.render()).body, first.replace('m{id="7"} 7\n', 'm{id="7"} 1000\n'));
  assert.equal([reads(metric), exporter.stats().reused], [101, 199]);
  assert.is((await exporter.render()).body, await fresh([metric]));
});

test('each format has its own', async () => {
  const metric = metricOf(10);
  const exporter = createPrometheusExporter(fakeBus(metric));
  for (let round = 0; round < 3; round++) for (const accept of [undefined, OPEN]) await exporter.render(accept);
  assert.is(reads(metric), 20);
});

test('a series that began anew is written anew, even at an equal version', async () => {
  const metric = fakeMetric({ name: 'c' });
  const series = metric.add({}, 5);
  const exporter = createPrometheusExporter(fakeBus(metric));
  await exporter.render(OPEN);
  Object.assign(series, { createdAt: series.createdAt + 1000 });
  assert.match((await exporter.render(OPEN)).body, 'c_created 1767225601\n');
});

test('series that are gone are forgotten, metrics too', async () => {
  const metrics = [metricOf(1000, 'a'), metricOf(1000, 'b')];
  const bus = fakeBus(...metrics);
  const exporter = createPrometheusExporter(bus);
  await exporter.render();
  const { cachedBytes } = exporter.stats();
  metrics[0]!.all.length = 1;
  await exporter.render();
  assert.ok(exporter.stats().cachedBytes < cachedBytes * 0.51);
  bus.metrics.pop();
  await exporter.render();
  assert.ok(exporter.stats().cachedBytes < 1000);
});

test('a metric that is defined in another way is written in that way', async () => {
  const bus = fakeBus();
  const exporter = createPrometheusExporter(bus);
  // The same series each time: nothing but the metric tells that its lines are no longer true.
  const value = fakeMetric({ name: 'm', type: 'lastValue' }).add({}, 5);
  const values = fakeMetric({ name: 'm', type: 'distribution', bounds: [1, 2] }).add({}, [1, 2, 3]);
  const changes = [
    { type: 'lastValue', unit: 'ms' },
    { type: 'lastValue', unit: 's' },
    { type: 'lastValue', description: 'x' },
    { type: 'sum', monotonic: true },
    { type: 'distribution', bounds: [1, 2] },
    { type: 'distribution', bounds: [1, 3] },
    { type: 'distribution' },
  ] as const;
  for (const change of changes) {
    const metric = fakeMetric({ name: 'm', ...change });
    metric.all.push(change.type === 'distribution' ? values : value);
    bus.metrics[0] = metric;
    assert.is((await exporter.render()).body, await fresh([metric]), JSON.stringify(change));
  }
});

test('lines with _created are written anew when a metric takes that name', async () => {
  const metrics = [fakeMetric({ name: 'user' }), metricOf(1, 'user_created')];
  metrics[0]!.add({}, 1);
  const bus = fakeBus(metrics[0]!);
  const exporter = createPrometheusExporter(bus);
  assert.match((await exporter.render(OPEN)).body, 'user_created');
  bus.metrics.push(metrics[1]!);
  assert.is((await exporter.render(OPEN)).body, await fresh(metrics, OPEN));
});

test('the cache keeps to its bound, and 0 keeps nothing', async () => {
  for (const maxCacheBytes of [0, 1000, 400_000, 700_000, 2_000_000]) {
    const metric = metricOf(3000);
    const exporter = createPrometheusExporter(fakeBus(metric), { maxCacheBytes });
    const page = await fresh([metric]);
    const open = await fresh([metric], OPEN);
    for (let round = 0; round < 4; round++) {
      assert.is((await exporter.render()).body, page);
      assert.ok(exporter.stats().cachedBytes <= maxCacheBytes);
      assert.is((await exporter.render(OPEN)).body, open);
      assert.ok(exporter.stats().cachedBytes <= maxCacheBytes);
    }
    if (maxCacheBytes === 0) assert.equal([exporter.stats().reused, exporter.stats().cachedBytes], [0, 0]);
  }
});

test('where there is no room for both formats, the one that is still asked for has it', async () => {
  const metric = metricOf(3000);
  const exporter = createPrometheusExporter(fakeBus(metric), { maxCacheBytes: 700_000 });
  for (const accept of [undefined, OPEN, OPEN, OPEN]) await exporter.render(accept);
  const { reused } = exporter.stats();
  await exporter.render(OPEN);
  assert.is(exporter.stats().reused, reused + 3000);
});

test('whatever happens to series between scrapes, a page is like one that is rendered anew', async () => {
  const action = fc.record({
    kind: fc.constantFrom('add', 'remove', 'set', 'clear', 'shuffle', 'scrape', 'metric', 'drop'),
    metric: fc.nat(3),
    at: fc.nat(200),
    count: fc.nat(60),
    value: fc.integer({ min: 0, max: 1000 }),
    isOpen: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), fc.constantFrom(0, 20_000, 1_000_000), async (actions, maxCacheBytes) => {
      const bus = fakeBus();
      const exporter = createPrometheusExporter(bus, { maxCacheBytes });
      let [names, ids] = [0, 0];
      for (const { kind, metric: which, at, count, value, isOpen } of actions) {
        const metric = bus.metrics[which] as FakeMetric | undefined;
        if (kind === 'metric' && bus.metrics.length < 4) bus.metrics.push(metricOf(count, `m${names++}`));
        if (kind === 'drop') bus.metrics.splice(which, 1);
        if (kind === 'scrape') {
          const accept = isOpen ? OPEN : undefined;
          assert.is((await exporter.render(accept)).body, await fresh(bus.metrics as FakeMetric[], accept));
        }
        if (metric === undefined) continue;
        if (kind === 'add') for (let index = 0; index < count; index++) metric.add({ id: `new ${ids++}` }, value);
        if (kind === 'remove') metric.all.splice(at, count);
        if (kind === 'clear') metric.all.length = 0;
        if (kind === 'shuffle') metric.all.reverse();
        if (kind === 'set') for (const series of metric.all.slice(at, at + count)) series.set(value);
      }
      parseText((await exporter.render()).body);
    }),
    { numRuns: 150 },
  );
});

test.run();
