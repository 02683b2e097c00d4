import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withStatsd } from './with-statsd';

const MS = { type: 'distribution', unit: 'ms', hdr: true } as const;
/** Steps of a microsecond. */
const PER_MS = 1000;

/** The nearest-rank quantile of sorted values. */
const quantile = (sorted: readonly number[], perMille: number): number =>
  sorted[Math.max(1, Math.ceil((sorted.length * perMille) / 1000)) - 1]!;

test('a summary is its count, its sum and the average of the interval', () =>
  withStatsd({}, async ({ metric, flush }) => {
    const size = metric('body.size', { type: 'summary', unit: 'byte' }).addDistribution({ route: '/' });
    size.record(100, 300);
    assert.equal(await flush(), ['body.size.count:2|c|#route:/', 'body.size.sum:400|c|#route:/', 'body.size.avg:200|g|#route:/']);
    size.record(1000);
    assert.equal(await flush(), ['body.size.count:1|c|#route:/', 'body.size.sum:1000|c|#route:/', 'body.size.avg:1000|g|#route:/']);
  }));

test('of an interval without values nothing is sent', () =>
  withStatsd({}, async ({ metric, flush }) => {
    const latency = metric('latency', MS).addDistribution({}, PER_MS);
    assert.equal(await flush(), []);
    latency.record(1);
    assert.is((await flush()).length, 8);
    assert.equal(await flush(), []);
  }));

test('zeros have a count and an average, and no sum to add', () =>
  withStatsd({}, async ({ metric, flush }) => {
    metric('latency', { type: 'summary' }).addDistribution().record(0, 0);
    assert.equal(await flush(), ['latency.count:2|c', 'latency.avg:0|g']);
  }));

test('times are milliseconds on the wire', () =>
  withStatsd({}, async ({ metric, flush, listener }) => {
    metric('t', { ...MS, unit: 's' })
      .addDistribution({}, 1e6)
      .record(0.25, 0.25);
    await flush();
    assert.equal(
      [...listener.counters],
      [
        ['t.count', 2],
        ['t.sum', 500],
      ],
    );
    assert.equal(
      [...listener.gauges],
      ['avg', 'min', 'p50', 'p95', 'p99', 'max'].map((name) => [`t.${name}`, 250]),
    );
  }));

test('the gauges of each interval are within 1 % of its sorted values, whatever came before', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.double({ min: 0.2, max: 50_000, noNaN: true }), { minLength: 1, maxLength: 200 }), {
        minLength: 1,
        maxLength: 5,
      }),
      (intervals) =>
        withStatsd({}, async ({ metric, flush, listener }) => {
          const latency = metric('t', MS).addDistribution({}, PER_MS);
          for (const values of intervals) {
            latency.record(...values);
            await flush();
            const sorted = [...values].sort((one, other) => one - other);
            const near = (name: string, expected: number) => {
              const value = listener.gauges.get(`t.${name}`)!;
              assert.ok(Math.abs(value - expected) <= expected * 0.01, `${name}: ${value} instead of ${expected}`);
            };
            near('avg', values.reduce((sum, value) => sum + value, 0) / values.length);
            near('min', sorted[0]!);
            near('max', sorted.at(-1)!);
            for (const percent of [50, 95, 99]) near(`p${percent}`, quantile(sorted, percent * 10));
          }
          const all = intervals.flat();
          const sum = all.reduce((total, value) => total + value, 0);
          assert.is(listener.counters.get('t.count'), all.length);
          assert.ok(Math.abs(listener.counters.get('t.sum')! - sum) <= sum * 1e-12);
        }),
    ),
    { numRuns: 30 },
  ));

test('without tags the percentiles are those of all series together', () =>
  withStatsd({ tagFormat: 'none' }, async ({ metric, flush, listener }) => {
    const latency = metric('t', MS);
    const [fast, slow] = [latency.addDistribution({ model: 'm1' }, PER_MS), latency.addDistribution({ model: 'm2' }, PER_MS)];
    fast.record(...Array.from({ length: 90 }, () => 10));
    slow.record(...Array.from({ length: 10 }, () => 1000));
    await flush();
    assert.is(listener.counters.get('t.count'), 100);
    assert.is(listener.counters.get('t.sum'), 10_900);
    assert.is(listener.gauges.get('t.avg'), 109);
    assert.ok(Math.abs(listener.gauges.get('t.p50')! - 10) < 0.1);
    assert.ok(Math.abs(listener.gauges.get('t.p95')! - 1000) < 10);
    assert.is(listener.gauges.get('t.min'), 10);
    assert.is(listener.gauges.get('t.max'), 1000);
  }));

test('after a reset that exporters do not see the count goes on and the gauges are of what came since', () =>
  withStatsd({}, async ({ metric, flush, listener }) => {
    const latency = metric('t', MS).addDistribution({}, PER_MS);
    latency.record(5, 5, 5);
    await flush();
    latency.reset();
    // As many values in the same cell, and one more: what is left after taking the former away would look like one.
    latency.record(5, 5, 5, 80);
    await flush();
    assert.is(listener.counters.get('t.count'), 7);
    assert.ok(Math.abs(listener.gauges.get('t.p50')! - 5) < 0.05);
    assert.ok(Math.abs(listener.gauges.get('t.max')! - 80) < 0.8);
    latency.record(80);
    await flush();
    assert.ok(Math.abs(listener.gauges.get('t.min')! - 80) < 0.8);
  }));

test('after a reset with exports everything is new, also when the count is what it was', () =>
  withStatsd({}, async ({ metric, flush, listener }) => {
    const latency = metric('t', MS).addDistribution({}, PER_MS);
    latency.record(5, 5);
    await flush();
    latency.reset(true);
    latency.record(70, 90);
    await flush();
    assert.is(listener.counters.get('t.count'), 4);
    assert.is(listener.counters.get('t.sum'), 170);
    assert.is(listener.gauges.get('t.avg'), 80);
    assert.ok(Math.abs(listener.gauges.get('t.min')! - 70) < 0.7);
  }));

test('a value beyond all cells counts as what it was', () =>
  withStatsd({}, async ({ metric, flush, listener }) => {
    metric('t', MS).addDistribution({}, PER_MS).record(1, 1e9, 1e9);
    await flush();
    assert.is(listener.gauges.get('t.p50'), 1e9);
    assert.is(listener.gauges.get('t.max'), 1e9);
  }));

test.run();
