import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter, type MetricRegistry } from '../../../lib/exporters/prometheus/index';
import { fakeBus } from '../../support/prometheus/source';
import { parseText } from '../../support/prometheus/text';

const registryOf = (...families: readonly unknown[]): MetricRegistry => ({ getMetricsAsJSON: () => Promise.resolve(families) });

/** A registry that answers, with so many metrics. */
const good = (count: number): MetricRegistry =>
  registryOf(...Array.from({ length: count }, (_, index) => ({ name: `g${index}`, type: 'gauge', help: 'g', values: [{ value: 1 }] })));

/** Waits for turns of the event loop until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo() && turns < 1000; turns++) await new Promise((resolve) => setImmediate(resolve));
}

test('a registry that rejects, throws or returns no list is left out, counted, and named once a minute', async () => {
  const bad: MetricRegistry[] = [
    { getMetricsAsJSON: () => Promise.reject(null) },
    {
      getMetricsAsJSON: () => {
        throw new Error('database is down');
      },
    },
    { getMetricsAsJSON: () => 'text' as never },
  ];
  const bus = fakeBus();
  const exporter = createPrometheusExporter(bus, { registries: [...bad, good(5)] });
  for (let round = 1; round <= 3; round++) {
    assert.is(parseText((await exporter.render()).body).length, 5);
    assert.equal([exporter.stats().failures, bus.warnings.length], [3 * round, 1]);
  }
  assert.equal([bus.warnings[0]!.code, /database is down/.test(bus.warnings[0]!.message)], ['EXPORT_FAILED', true]);
  bus.clock.advance('1m');
  await exporter.render();
  assert.is(bus.warnings.length, 2);
});

test('a registry that hangs is left out after 2 s, and asked again after a minute or when it answered', async () => {
  let [asked, answer] = [0, (_families: readonly unknown[]) => {}];
  const hanging: MetricRegistry = {
    getMetricsAsJSON: () => {
      asked++;
      return new Promise((resolve) => (answer = resolve));
    },
  };
  const bus = fakeBus();
  const exporter = createPrometheusExporter(bus, { registries: [hanging, good(5)] });
  const scraped = exporter.render();
  await until(() => bus.clock.pendingTimers() > 0);
  bus.clock.advance('1.9s');
  let isDone = false;
  void scraped.then(() => (isDone = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(isDone, false);
  bus.clock.advance('0.1s');
  assert.is(parseText((await scraped).body).length, 5);
  assert.equal([exporter.stats().failures, bus.warnings.length, bus.clock.pendingTimers()], [1, 1, 0]);
  await exporter.render();
  assert.equal([asked, exporter.stats().failures], [1, 2]);
  answer([]);
  await new Promise((resolve) => setImmediate(resolve));
  const next = exporter.render();
  await until(() => asked === 2);
  answer([{ name: 'back', type: 'gauge', help: 'x', values: [{ value: 1 }] }]);
  assert.match((await next).body, 'back 1\n');
  assert.is(bus.clock.pendingTimers(), 0);
});

test('a registry that never answered is asked again after a minute', async () => {
  let asked = 0;
  const hanging: MetricRegistry = {
    getMetricsAsJSON: () => {
      asked++;
      return asked === 1 ? new Promise(() => {}) : [];
    },
  };
  const bus = fakeBus();
  const exporter = createPrometheusExporter(bus, { registries: [hanging] });
  const scraped = exporter.render();
  await until(() => bus.clock.pendingTimers() > 0);
  bus.clock.advance('2s');
  await scraped;
  bus.clock.advance('59s');
  await exporter.render();
  assert.is(asked, 2);
  assert.is(exporter.stats().failures, 1);
});

test('a large registry does not keep the event loop from turning', async () => {
  const values = Array.from({ length: 50_000 }, (_, index) => ({ value: index, labels: { id: index, padding: 'x'.repeat(30) } }));
  const exporter = createPrometheusExporter(fakeBus(), { registries: [registryOf({ name: 'g', type: 'gauge', help: 'g', values })] });
  let [turns, isOver] = [0, false];
  const turn = (): void => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const { body } = await exporter.render();
  isOver = true;
  assert.is(parseText(body)[0]!.samples.length, 50_000);
  assert.ok(turns >= 5, `${turns} turns`);
});

test.run();
