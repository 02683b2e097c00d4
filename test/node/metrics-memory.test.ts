/** What a flood leaves behind; only where garbage can be collected on demand. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, createTelemetry, defineEvent, defineEvents } from '../../lib/index';
import { stubbed } from './statsd/stub-link';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const events = defineEvents('app', { hit: { get: defineEvent({ tags: ['path'] }), plain: defineEvent() } });
const MIB = 1024 ** 2;

/** How much memory is in use after something was done, in MiB more than before. */
function growth(flood: () => void): number {
  const inUse = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = inUse();
  flood();
  return (inUse() - before) / MIB;
}

function create() {
  const telemetry = createTelemetry({ events, onWarning: () => {} });
  telemetry.attachMetricsHandler();
  return telemetry;
}

test('N20: a million values of a tag, with durations, leave at most 32 MiB', () => {
  const telemetry = create();
  const grown = growth(() => {
    for (let i = 0; i < 1_000_000; i++) telemetry.execute(events.hit.get, { duration: i % 1000 }, { path: `/user/${i}/${i * 7919}` });
  });
  assert.ok(grown <= 32, `${grown.toFixed(1)} MiB`);
  assert.is(telemetry.getCounters()['app.hit.get'], 1_000_000);
});

test('values that are one text are not remembered one by one', () => {
  const telemetry = create();
  const control = (digits: string) => [...digits].map((digit) => String.fromCharCode(14 + Number(digit))).join('');
  const grown = growth(() => {
    for (let i = 0; i < 300_000; i++) telemetry.execute(events.hit.get, {}, { path: control(`${i}`.padStart(20, '0')) });
  });
  assert.is(telemetry.getCardinality()[0]?.series, 1);
  assert.ok(grown <= 8, `${grown.toFixed(1)} MiB`);
});

test('a tag cut out of a page does not keep the page, and a long value is kept only as far as it is shown', () => {
  const hits = counter('hits', events.hit.plain, { tags: ['part'] });
  const telemetry = create();
  telemetry.registerMetrics([hits]);
  const grown = growth(() => {
    for (let i = 0; i < 200; i++) {
      const page = `${i}`.padEnd(100_000, String.fromCharCode(0x100 + i));
      telemetry.execute(events.hit.plain, {}, { part: page.slice(0, 40) });
      telemetry.execute(events.hit.plain, {}, { part: page });
    }
  });
  assert.ok(grown <= 8, `${grown.toFixed(1)} MiB`);
  assert.is(telemetry.getMetric(hits)?.series.length, 400);
});

test('objects as tags are let go', () => {
  const telemetry = create();
  const grown = growth(() => {
    for (let i = 0; i < 500; i++) telemetry.execute(events.hit.get, {}, { path: { page: Array.from({ length: 10_000 }, Math.random) } });
  });
  assert.ok(grown <= 8, `${grown.toFixed(1)} MiB`);
});

test('StatsD keeps nothing of series that are gone', async () => {
  const { metric, exporter } = stubbed({}, () => undefined);
  const counters = metric('x');
  const latency = metric('t', { type: 'distribution' });
  const gone = [counters.add({ a: '1' }), latency.addDistribution({ a: '1' }, 1000)].map((series) => new WeakRef(series));
  await exporter.flush();
  counters.all.length = 0;
  latency.all.length = 0;
  await exporter.flush();
  const end = Date.now() + 5000;
  while (gone.some((series) => series.deref() !== undefined)) {
    assert.ok(Date.now() < end, 'a series is still held');
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  await exporter.stop();
});

test.run();
