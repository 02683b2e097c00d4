import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type * as api from '../../lib/index';
import type { Telemetry } from '../../lib/index';

/** One build of the library, and a way to make buses of it. */
export interface MetricsSubject {
  readonly library: typeof api;
  /** A bus whose metrics handler is attached, with definitions and a limit of series. */
  create(definitions: readonly api.MetricDefinition[], maxSeries?: number): Telemetry;
}

const HIT = ['app', 'web', 'hit'] as const;
const MISS = ['app', 'web', 'miss'] as const;

/** What a store of metrics promises, whatever it keeps besides. Registers one uvu suite. */
export function metricsConformance(name: string, { library, create }: MetricsSubject): void {
  const test = suite(`metrics from ${name}`);
  const { counter, distribution, lastValue, sum, summary, isTelemetryError } = library;
  const tags = ['path'];
  const valuesOf = (telemetry: Telemetry, definition: api.MetricDefinition<'counter' | 'sum' | 'lastValue'>) =>
    Object.fromEntries((telemetry.getMetric(definition)?.series ?? []).map((series) => [series.tags.path ?? '', series.value]));

  test('counters count, sums add, last values are the latest, by tags', () => {
    const definitions = [
      counter('hits', HIT, { tags }),
      sum('bytes', HIT, { measurement: 'bytes', tags }),
      lastValue('size', HIT, { measurement: 'bytes', tags }),
    ] as const;
    const telemetry = create(definitions);
    for (const [path, bytes] of [
      ['/a', 1],
      ['/b', 2.5],
      ['/a', 4],
    ] as const)
      telemetry.execute(HIT, { bytes }, { path });
    assert.equal(
      definitions.map((definition) => valuesOf(telemetry, definition)),
      [
        { '/a': 2, '/b': 1 },
        { '/a': 5, '/b': 2.5 },
        { '/a': 4, '/b': 2.5 },
      ],
    );
  });

  test('events and their durations are counted without a definition', () => {
    const telemetry = create([]);
    telemetry.execute(HIT, { duration: 5 });
    telemetry.execute(HIT, { duration: 7 });
    telemetry.execute(MISS);
    assert.equal(telemetry.getCounters(), { 'app.web.hit': 2, 'app.web.miss': 1 });
    assert.equal([telemetry.getDurationStats(HIT)?.sum, telemetry.getDurationStats(HIT)?.p50], [12, 5]);
    assert.equal(
      telemetry.getMetrics().map((metric) => metric.name),
      ['app.web.hit', 'app.web.hit.duration', 'app.web.miss'],
    );
  });

  test('distributions are exact in count, sum, extremes and buckets, and within 1 % in quantiles', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 300 }), (values) => {
        const bounds = [0.01, 1, 100, 10_000];
        const definition = distribution('time', HIT, { bounds, hdr: true });
        const telemetry = create([definition]);
        for (const duration of values) telemetry.execute(HIT, { duration });
        const [told] = telemetry.getMetric(definition)!.series;
        const sorted = [...values].sort((one, other) => one - other);
        assert.equal([told!.count, told!.min, told!.max], [sorted.length, sorted[0], sorted.at(-1)]);
        const truth = sorted.reduce((all, value) => all + value, 0);
        assert.ok(Math.abs(told!.sum - truth) <= truth * 1e-12);
        let below = 0;
        for (const { le, count } of told!.buckets) {
          below += count;
          assert.is(below, sorted.filter((value) => value <= le).length);
        }
        for (const [quantile, perMille] of [
          ['p50', 500],
          ['p95', 950],
          ['p999', 999],
        ] as const) {
          const exact = sorted[Math.ceil((sorted.length * perMille) / 1000) - 1]!;
          assert.ok(Math.abs(told!.quantiles![quantile] - exact) <= Math.max(exact * 0.01, 0.001));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('samples that can’t be recorded are counted by reason and change nothing', () => {
    const bytes = sum('bytes', HIT, { measurement: 'bytes' });
    const spread = summary('spread', HIT, { measurement: 'bytes' });
    const telemetry = create([bytes, spread]);
    telemetry.execute(HIT, { bytes: 3 });
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, '5', undefined]) telemetry.execute(HIT, { bytes: value as number });
    for (const definition of [bytes, spread] as const) {
      assert.equal(telemetry.getMetric(definition)?.rejected, { nan: 1, infinite: 1, negative: 1, not_a_number: 1, missing: 1 });
    }
    assert.equal(valuesOf(telemetry, bytes), { '': 3 });
    assert.is(telemetry.getMetric(spread)?.series[0]?.count, 1);
  });

  test('beyond the limit one series takes the rest, and sums stay exact', () => {
    const hits = counter('hits', HIT, { tags });
    const telemetry = create([hits], 10);
    for (let i = 0; i < 1000; i++) telemetry.execute(HIT, {}, { path: `/${i % 100}` });
    const { series, folded } = telemetry.getMetric(hits)!;
    assert.is(series.length, 11);
    assert.is(
      series.reduce((all, { value }) => all + value, 0),
      1000,
    );
    assert.equal(series.at(-1), { ...series.at(-1)!, tags: { telemetry_overflow: 'true' }, value: 900 });
    assert.is(folded, 900);
  });

  test('a reset takes what is told, not what is exported, unless it is asked to', () => {
    const hits = counter('hits', HIT);
    const telemetry = create([hits]);
    const exported = () =>
      telemetry.getMetrics().map(({ series }) => series.reduce((all, each) => all + ('value' in each ? each.value : each.count), 0));
    telemetry.execute(HIT, { duration: 1 });
    telemetry.resetCounters();
    assert.equal([telemetry.getCounters(), telemetry.getDurationStats()], [{}, {}]);
    assert.equal(exported(), [1, 1, 1]);
    telemetry.execute(HIT, { duration: 1 });
    assert.equal(telemetry.getCounters(), { 'app.web.hit': 1 });
    assert.equal(exported(), [2, 2, 2]);
    telemetry.resetCounters({ exports: true });
    telemetry.execute(HIT, { duration: 1 });
    assert.equal(exported(), [1, 1, 1]);
  });

  test('names that can’t be told apart are refused, equal definitions are one', () => {
    const telemetry = create([counter('a.b', HIT)]);
    telemetry.registerMetrics([counter('a.b', HIT)]);
    try {
      telemetry.registerMetrics([counter('a_b', HIT)]);
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error) && error.code === 'METRIC_CONFLICT', String(error));
    }
  });

  test('a handler that is detached records nothing; attached again, it goes on', () => {
    const hits = counter('hits', HIT);
    const telemetry = create([hits]);
    telemetry.execute(HIT);
    telemetry.detachMetricsHandler();
    telemetry.execute(HIT);
    telemetry.attachMetricsHandler();
    telemetry.execute(HIT);
    assert.equal(valuesOf(telemetry, hits), { '': 2 });
  });

  test('whatever is emitted, nothing is thrown and nothing fails', () => {
    const any = fc.oneof(fc.anything(), fc.double(), fc.bigInt(), fc.constant(undefined));
    fc.assert(
      fc.property(fc.array(fc.tuple(any, any), { maxLength: 20 }), (pairs) => {
        const telemetry = create([
          sum('sum', HIT, { measurement: 'x', tags }),
          summary('spread', HIT, { measurement: 'x', tags: (_, { path }) => ({ path: path as string }) }),
        ]);
        for (const [x, path] of pairs) telemetry.execute(HIT, { x: x as number, duration: x as number }, { path });
        assert.is(telemetry.getCounters()['app.web.hit'] ?? 0, pairs.length);
        assert.is(telemetry.stats().failures, 0);
        telemetry.getMetrics();
        telemetry.getCardinality();
        telemetry.detachMetricsHandler();
      }),
    );
  });

  test.run();
}
