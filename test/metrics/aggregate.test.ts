import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  counter,
  createTelemetry,
  defineEvent,
  defineEvents,
  distribution,
  lastValue,
  type MetricDefinition,
  sum,
  summary,
  type Warning,
} from '../../lib/index';

const events = defineEvents('app', {
  job: {
    stop: defineEvent<{ duration: number; bytes?: number | bigint; depth?: number }, { kind: string; ok?: boolean }>(),
    fail: defineEvent<{ duration: number }, { kind: string }>({ measurements: { duration: { unit: 's' } } }),
  },
});
const { stop, fail } = events.job;

function create(...definitions: MetricDefinition[]) {
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({ events, metrics: { definitions }, onWarning: (warning) => warnings.push(warning) });
  telemetry.attachMetricsHandler();
  return { telemetry, warnings };
}

/** Name and value of each series, its tags as text. */
function valuesOf(telemetry: ReturnType<typeof create>['telemetry'], definition: MetricDefinition<'counter' | 'sum' | 'lastValue'>) {
  const series = telemetry.getMetric(definition)?.series ?? [];
  return Object.fromEntries(series.map(({ tags, value }) => [new URLSearchParams(tags).toString(), value]));
}

test('a counter counts events, whatever they measure', () => {
  const jobs = counter('jobs', [stop, fail], { tags: ['kind'] });
  const { telemetry } = create(jobs);
  telemetry.execute(stop, { duration: Number.NaN }, { kind: 'mail' });
  telemetry.execute(fail, { duration: 1 }, { kind: 'mail' });
  telemetry.execute(stop, { duration: 1 }, { kind: 'sms' });
  assert.equal(valuesOf(telemetry, jobs), { 'kind=mail': 2, 'kind=sms': 1 });
});

test('a sum adds a measurement up, bigints included, and counts what it can’t by reason', () => {
  const bytes = sum('bytes', stop, { measurement: 'bytes' });
  const { telemetry } = create(bytes);
  const wrong: unknown[] = [undefined, Number.NaN, Infinity, -Infinity, -1, -1n, 10n ** 400n, '5', null, {}, true];
  for (const value of [1, 2.5, 10n, 0, -0, ...wrong]) telemetry.execute(stop, { duration: 1, bytes: value as number }, { kind: 'a' });
  assert.equal(valuesOf(telemetry, bytes), { '': 13.5 });
  assert.equal(telemetry.getMetric(bytes)?.rejected, { missing: 1, nan: 1, infinite: 2, negative: 3, not_a_number: 4 });
});

test('a sum that is not monotonic takes negative values; sums of many small values are exact', () => {
  const depth = sum('depth', stop, { measurement: 'depth', monotonic: false });
  const { telemetry } = create(depth);
  for (let i = 0; i < 10; i++) telemetry.execute(stop, { duration: 1, depth: 0.1 }, { kind: 'a' });
  assert.equal(valuesOf(telemetry, depth), { '': 1 });
  for (const value of [1e16, 1, -1e16, -3]) telemetry.execute(stop, { duration: 1, depth: value }, { kind: 'a' });
  assert.equal(valuesOf(telemetry, depth), { '': -1 });
  for (const value of [-1e16, 1, 1, 1e16]) telemetry.execute(stop, { duration: 1, depth: value }, { kind: 'a' });
  assert.equal(valuesOf(telemetry, depth), { '': 1 });
});

test('sums of absurd values stay numbers', () => {
  const depth = sum('depth', stop, { measurement: 'depth' });
  const { telemetry } = create(depth);
  for (let i = 0; i < 3; i++) telemetry.execute(stop, { duration: 1, depth: Number.MAX_VALUE }, { kind: 'a' });
  assert.equal(valuesOf(telemetry, depth), { '': Number.MAX_VALUE });
});

test('a last value is the latest one, negative ones included; infinities are none', () => {
  const depth = lastValue('depth', stop, { measurement: 'depth', tags: ['kind'] });
  const { telemetry } = create(depth);
  for (const value of [3, -2.5, Number.NaN, Infinity]) telemetry.execute(stop, { duration: 1, depth: value }, { kind: 'a' });
  telemetry.execute(stop, { duration: 1, depth: 0 }, { kind: 'b' });
  assert.equal(valuesOf(telemetry, depth), { 'kind=a': -2.5, 'kind=b': 0 });
});

test('functions take measurements, metadata and event, in the order of handlers', () => {
  const seen: unknown[] = [];
  const see =
    <Result>(what: string, result: Result) =>
    (...args: unknown[]) => {
      seen.push([what, ...args]);
      return result;
    };
  const metric = sum('x', stop, { measurement: see('measurement', 5), tags: see('tags', { a: 'b' }), keep: see('keep', true) });
  const other = counter('y', stop, { drop: see('drop', false) });
  const { telemetry } = create(metric, other);
  const [measurements, metadata] = [{ duration: 1 }, { kind: 'a' }];
  telemetry.execute(stop, measurements, metadata);
  assert.equal(
    seen.map((call) => (call as unknown[])[0]),
    ['keep', 'measurement', 'tags', 'drop'],
  );
  for (const [, ...args] of seen as unknown[][]) {
    assert.is(args[0], measurements);
    assert.is(args[1], metadata);
    assert.equal(args[2], ['app', 'job', 'stop']);
  }
  assert.equal(valuesOf(telemetry, metric), { 'a=b': 5 });
});

test('keep and drop decide which samples count', () => {
  const kept = counter('kept', stop, { keep: (_, { ok }) => ok });
  const dropped = counter('dropped', stop, { drop: ({ duration }) => duration > 5 });
  const { telemetry } = create(kept, dropped);
  telemetry.execute(stop, { duration: 9 }, { kind: 'a', ok: true });
  telemetry.execute(stop, { duration: 1 }, { kind: 'a' });
  telemetry.execute(stop, { duration: 2 }, { kind: 'a', ok: false });
  assert.equal([valuesOf(telemetry, kept), valuesOf(telemetry, dropped)], [{ '': 1 }, { '': 2 }]);
});

test('a function that throws costs its sample, is told once, and touches no other metric', () => {
  const broken = counter('broken', stop, {
    tags: () => {
      throw new Error('no tags today');
    },
  });
  const sound = counter('sound', stop);
  const { telemetry, warnings } = create(broken, sound);
  for (let i = 0; i < 100; i++) telemetry.execute(stop, { duration: 1 }, { kind: 'a' });
  assert.equal(valuesOf(telemetry, sound), { '': 100 });
  assert.equal(telemetry.getCounters(), { 'app.job.stop': 100 });
  assert.equal(telemetry.getMetric(broken)?.rejected, { unreadable: 100 });
  assert.equal(
    warnings.map(({ code }) => code),
    ['SAMPLE_FAILED'],
  );
  assert.match(warnings[0]!.message, /broken.*no tags today/s);
  assert.is(telemetry.stats().failures, 0);
});

test('units are converted, from what each event says to what the metric tells', () => {
  const seconds = summary('s', [stop, fail], { unit: 's' });
  const own = summary('own', [fail, stop]);
  const pair = summary('pair', stop, { unit: ['us', 'ms'] });
  const size = sum('size', stop, { measurement: 'bytes', unit: ['KiB', 'byte'] });
  const { telemetry } = create(seconds, own, pair, size);
  telemetry.execute(stop, { duration: 2.5, bytes: 3 }, { kind: 'a' });
  telemetry.execute(fail, { duration: 2 }, { kind: 'a' });
  const told = (definition: MetricDefinition<'summary'>) => telemetry.getMetric(definition)!.series.map(({ min, max }) => [min, max]);
  assert.equal(told(seconds), [[0.0025, 2]]);
  assert.equal(told(own), [[0.0025, 2]]);
  assert.equal(told(pair), [[0.0025, 0.0025]]);
  assert.equal(valuesOf(telemetry, size), { '': 3072 });
});

test('an event whose definition is known to the bus alone is read in its unit', () => {
  const metric = summary('s', ['app', 'job', 'fail'], { unit: 'ms' });
  const { telemetry } = create(metric);
  telemetry.execute(fail, { duration: 2 }, { kind: 'a' });
  assert.is(telemetry.getMetric(metric)?.series[0]?.max, 2000);
});

test('buckets are inclusive and hold every value once', () => {
  const bounds = [0, 0.1, 1, 2.5, 100];
  const metric = distribution('d', stop, { bounds, hdr: true });
  const { telemetry } = create(metric);
  for (const duration of [0, 0.05, 0.1, 0.1000001, 1, 2.5, 2.500001, 100, 100.1, 1e300])
    telemetry.execute(stop, { duration }, { kind: 'a' });
  const [series] = telemetry.getMetric(metric)!.series;
  assert.equal(
    series?.buckets.map(({ le, count }) => [le, count]),
    [
      [0, 1],
      [0.1, 2],
      [1, 2],
      [2.5, 1],
      [100, 2],
      [Infinity, 2],
    ],
  );
  assert.is(series?.count, 10);
});

const ascending = fc
  .uniqueArray(
    fc.oneof(
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.nat(300),
      fc.nat(300).map((n) => n / 1000),
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((bounds) => [...new Set(bounds.map((bound) => bound + 0))].sort((one, other) => one - other));

test('for any bounds and values, each bucket counts exactly the values up to its bound', () => {
  fc.assert(
    fc.property(
      ascending,
      fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { maxLength: 100 }),
      fc.boolean(),
      (bounds, free, hdr) => {
        const metric = distribution('d', stop, { bounds, hdr });
        const { telemetry } = create(metric);
        const durations = [
          ...free,
          ...bounds,
          ...bounds.map((bound) => bound * (1 + Number.EPSILON)),
          ...bounds.map((bound) => bound * (1 - Number.EPSILON)),
        ];
        for (const duration of durations) telemetry.execute(stop, { duration }, { kind: 'a' });
        let below = 0;
        for (const { le, count } of telemetry.getMetric(metric)!.series[0]!.buckets) {
          below += count;
          assert.is(below, durations.filter((duration) => duration <= le).length, `le ${le}`);
        }
      },
    ),
    { numRuns: 500 },
  );
});

const rank = (sorted: readonly number[], perMille: number) => sorted[Math.max(1, Math.ceil((sorted.length * perMille) / 1000)) - 1]!;

test('quantiles of a summary are within 1 % or its resolution, in any unit', () => {
  const units = [
    ['ms', 0.001],
    ['byte', 1],
    ['ratio', 1e-6],
    ['percent', 1e-4],
    ['token', 1],
  ] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...units),
      fc.constantFrom(undefined, 0.01, 5),
      fc.array(fc.double({ min: 0, max: 80_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      ([unit, step], resolution, values) => {
        const metric = summary('s', stop, { measurement: 'depth', unit, ...(resolution && { resolution }) });
        const { telemetry } = create(metric);
        for (const depth of values) telemetry.execute(stop, { duration: 1, depth }, { kind: 'a' });
        const [told] = telemetry.getMetric(metric)!.series;
        const sorted = values.map((value) => value + 0).sort((one, other) => one - other);
        assert.equal([told!.count, told!.min, told!.max], [sorted.length, sorted[0], sorted.at(-1)]);
        for (const [name, perMille] of [
          ['p50', 500],
          ['p90', 900],
          ['p99', 990],
        ] as const) {
          const truth = rank(sorted, perMille);
          const error = Math.abs(told!.quantiles![name] - truth);
          assert.ok(error <= Math.max(truth * 0.01, resolution ?? step), `${name} ${told!.quantiles![name]} for ${truth} in ${unit}`);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a distribution without hdr tells no quantiles, a summary no buckets', () => {
  const [buckets, quantiles] = [distribution('d', stop), summary('s', stop)];
  const { telemetry } = create(buckets, quantiles);
  telemetry.execute(stop, { duration: 5 }, { kind: 'a' });
  assert.is(telemetry.getMetric(buckets)?.series[0]?.quantiles, undefined);
  assert.is(telemetry.getMetric(quantiles)?.series[0]?.quantiles?.p50, 5);
  assert.is('buckets' in telemetry.getMetric(quantiles)!.series[0]!, false);
});

test('the deviation is that of the population within 1 %', () => {
  const metric = distribution('d', stop);
  const { telemetry } = create(metric);
  const values = Array.from({ length: 1000 }, (_, index) => 1e6 + (index % 10));
  for (const duration of values) telemetry.execute(stop, { duration }, { kind: 'a' });
  const { stddev, mean } = telemetry.getMetric(metric)!.series[0]!;
  assert.is(mean, 1e6 + 4.5);
  assert.ok(Math.abs(stddev - Math.sqrt(8.25)) < 0.01 * Math.sqrt(8.25), `${stddev}`);
});

test('N22: of a million mixed samples exactly the numbers that can be are recorded, the others by reason', () => {
  const spread = summary('s', stop, { measurement: 'depth' });
  const { telemetry } = create(spread);
  const kinds: readonly (readonly [value: unknown, reason: string | undefined])[] = [
    [Number.NaN, 'nan'],
    [-1, 'negative'],
    [Number.POSITIVE_INFINITY, 'infinite'],
    [Number.NEGATIVE_INFINITY, 'negative'],
    ['7', 'not_a_number'],
    [undefined, 'missing'],
    [7, undefined],
    [0, undefined],
    [1e9, undefined],
  ];
  let state = 7;
  const expected: Record<string, number> = {};
  let recorded = 0;
  for (let i = 0; i < 1_000_000; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const [value, reason] = kinds[(state >>> 8) % kinds.length]!;
    telemetry.execute(stop, { duration: value as number, depth: value as number }, { kind: 'a' });
    if (reason === undefined) recorded++;
    else expected[reason] = (expected[reason] ?? 0) + 1;
  }
  assert.equal(telemetry.getMetric(spread)?.rejected, expected);
  assert.is(telemetry.getMetric(spread)?.series[0]?.count, recorded);
  const { missing: _, ...durations } = expected;
  assert.equal(telemetry.getRejections(), { 'app.job.stop': durations });
  assert.is(telemetry.getDurationStats(stop)?.count, recorded);
});

test.run();
