import fc from 'fast-check';
import { Int32Histogram } from 'hdr-histogram-js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, defineEvent, defineEvents, type TimeUnit } from '../../lib/index';
import { Cells } from '../../lib/metrics/cells';
import { cellOfInput, input, LAST_CELL, middleOf } from '../../lib/metrics/hdr';

const DAY_US = 86_400_000_000;
const timed = (unit?: TimeUnit) => defineEvent<{ duration: number | bigint }, object>(unit ? { measurements: { duration: { unit } } } : {});
const events = defineEvents('app', { job: { ms: timed(), s: timed('s'), us: timed('us'), ns: timed('ns') } });

function create() {
  const telemetry = createTelemetry({ events });
  telemetry.attachMetricsHandler();
  return telemetry;
}

function statsOf(durations: readonly (number | bigint)[], event: (typeof events.job)[keyof typeof events.job] = events.job.ms) {
  const telemetry = create();
  for (const duration of durations) telemetry.execute(event, { duration });
  return telemetry.getDurationStats(event)!;
}

function entriesOf(cells: Cells): [cell: number, count: number][] {
  const entries: [number, number][] = [];
  cells.each((cell, count) => entries.push([cell, count]));
  return entries;
}

const nearestRank = (sorted: readonly number[], perMille: number) => sorted[Math.ceil((sorted.length * perMille) / 1000) - 1]!;
const PER_MILLES = { p50: 500, p75: 750, p90: 900, p95: 950, p99: 990, p999: 999 } as const;

/** Exact sum of doubles, as a fraction of big integers. */
function exactSum(values: readonly number[]): number {
  const SCALE = 1100n;
  let sum = 0n;
  for (const value of values) {
    let exponent = 0;
    let mantissa = value;
    while (!Number.isInteger(mantissa)) {
      mantissa *= 2;
      exponent++;
    }
    sum += (BigInt(mantissa) << SCALE) >> BigInt(exponent);
  }
  return Number(sum >> (SCALE - 100n)) / 2 ** 100;
}

test('the cell computed from the bits of a double is hdr-histogram-js’s own, and counts as one', () => {
  const hdr = new Int32Histogram(1, DAY_US, 2);
  const cellOf = (us: number) => {
    input[0] = us + 0.5;
    return cellOfInput();
  };
  for (let us = 0; us <= 100_000; us++) assert.is(cellOf(us), hdr.countsArrayIndex(us));
  for (let power = 1; power < 37; power++) {
    for (const us of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
      if (us <= DAY_US) assert.is(cellOf(us), hdr.countsArrayIndex(us), `${us}`);
    }
  }
  fc.assert(
    fc.property(fc.double({ min: 0, max: DAY_US, noNaN: true }), (us) => {
      assert.is(cellOf(us), hdr.countsArrayIndex(Math.floor(us + 0.5)));
    }),
    { numRuns: 100_000 },
  );
  assert.is(cellOf(DAY_US), LAST_CELL);
  assert.is(cellOf(1e300), LAST_CELL);
});

test('count, sum, min, max and mean are exact', () => {
  const tenths = statsOf(Array.from({ length: 10 }, () => 0.1));
  assert.is(tenths.sum, 1);
  assert.is(tenths.mean, 0.1);
  const drowned = statsOf([1e16, 1, 1, 1, 1]);
  assert.is(drowned.sum, 1e16 + 4);
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9, noNaN: true })), { minLength: 1, maxLength: 200 }),
      (durations) => {
        const stats = statsOf(durations);
        const sum = exactSum(durations);
        assert.is(stats.count, durations.length);
        assert.ok(Math.abs(stats.sum - sum) <= sum * 2 ** -52, `${stats.sum} ≠ ${sum}`);
        assert.is(stats.min, Math.min(...durations) + 0);
        assert.is(stats.max, Math.max(...durations) + 0);
        assert.ok(Math.abs(stats.mean - sum / durations.length) <= (sum / durations.length) * 2 ** -51);
      },
    ),
    { numRuns: 2000 },
  );
});

/** Distributions of durations in ms: uniform, log-normal-like, two peaks, constants, tiny, whole days. */
const distribution = fc.oneof(
  fc.array(fc.double({ min: 0.001, max: 86_400_000, noNaN: true }), { minLength: 1, maxLength: 500 }),
  fc.array(
    fc.double({ min: -6, max: 18, noNaN: true }).map((power) => Math.min(Math.exp(power), 86_400_000)),
    { minLength: 1, maxLength: 500 },
  ),
  fc
    .tuple(
      fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.array(fc.double({ min: 900, max: 1000, noNaN: true }), { maxLength: 20 }),
    )
    .map((both) => both.flat()),
  fc
    .tuple(fc.double({ min: 0.001, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 300 }))
    .map(([value, count]) => Array.from({ length: count }, () => value)),
  fc.array(
    fc.integer({ min: 1, max: 300 }).map((us) => us / 1000),
    { minLength: 1, maxLength: 500 },
  ),
);

test('every percentile is nearest-rank, within 1 % or 1 µs of the true one, and within [min, max]', () => {
  fc.assert(
    fc.property(distribution, (durations) => {
      const stats = statsOf(durations);
      const sorted = [...durations].sort((one, other) => one - other);
      for (const [name, perMille] of Object.entries(PER_MILLES)) {
        const truth = nearestRank(sorted, perMille);
        const told = stats[name as keyof typeof PER_MILLES];
        assert.ok(Math.abs(told - truth) <= Math.max(truth * 0.01, 0.001), `${name} of ${sorted.length}: ${told} for ${truth}`);
        assert.ok(told >= stats.min && told <= stats.max);
      }
    }),
    { numRuns: 3000 },
  );
});

test('stddev is that of the population within 1 %, also when all values lie in one cell or one lies far away', () => {
  const cases = [
    [100, 100.05, 100.1, 100.15, 100.2],
    [10_800_000, ...Array.from({ length: 5000 }, (_, index) => 1 + (index % 7) / 10)],
    [5, 5, 5],
    Array.from({ length: 1000 }, (_, index) => index),
  ];
  for (const durations of cases) {
    const mean = durations.reduce((sum, value) => sum + value, 0) / durations.length;
    const truth = Math.sqrt(durations.reduce((sum, value) => sum + (value - mean) ** 2, 0) / durations.length);
    const { stddev } = statsOf(durations);
    assert.ok(Math.abs(stddev - truth) <= truth * 0.01, `${stddev} for ${truth}`);
  }
});

test('from 1 µs to 24 h; beyond, count, sum and max stay exact and percentiles at 24 h or the minimum', () => {
  assert.is(statsOf([0.001]).p50, 0.001);
  const day = statsOf([0.001, 86_400_000]);
  assert.equal([day.min, day.max, day.p50, day.p999], [0.001, 86_400_000, 0.001, 86_400_000]);
  const long = statsOf([1, 172_800_000, 259_200_000, 345_600_000]);
  assert.equal([long.count, long.sum, long.max], [4, 777_600_001, 345_600_000]);
  assert.ok(Math.abs(long.p75 - 86_400_000) <= 864_000);
  const allLong = statsOf([172_800_000, 172_800_000, 172_800_001]);
  assert.is(allLong.p50, 172_800_000);
});

test('durations are in ms unless the definition names s, us or ns; statistics are always in ms', () => {
  for (const [event, durations] of [
    [events.job.ms, [2.5, 7.5]],
    [events.job.s, [0.0025, 0.0075]],
    [events.job.us, [2500, 7500]],
    [events.job.ns, [2_500_000, 7_500_000]],
    [events.job.ns, [2_500_000n, 7_500_000n]],
  ] as const) {
    const stats = statsOf(durations, event as typeof events.job.ms);
    assert.is(stats.unit, 'ms');
    for (const [name, value] of Object.entries({ count: 2, sum: 10, min: 2.5, max: 7.5, mean: 5, stddev: 2.5, p50: 2.5, p99: 7.5 })) {
      assert.ok(Math.abs(stats[name as 'sum'] - value) < 1e-9, `${event.join('.')} ${name} is ${stats[name as 'sum']}`);
    }
  }
});

test('the definition of an event decides its unit although its tuple was emitted first', () => {
  const late = createTelemetry();
  late.attachMetricsHandler();
  late.execute(['app', 'job', 's'], {});
  late.execute(events.job.s, { duration: 2 });
  assert.is(late.getDurationStats(events.job.s)?.sum, 2000);
  const switched = createTelemetry();
  switched.attachMetricsHandler();
  switched.execute(['app', 'job', 's'], { duration: 500 });
  switched.execute(events.job.s, { duration: 2 });
  const stats = switched.getDurationStats(events.job.s)!;
  assert.equal([stats.count, stats.sum, stats.min, stats.max, stats.mean, stats.stddev], [2, 2500, 500, 2000, 1250, 750]);
  assert.ok(Math.abs(stats.p50 - 500) <= 5);
});

test('NaN, infinities, negatives and non-numbers are rejected and counted by reason, never recorded', () => {
  const telemetry = create();
  const wrong: unknown[] = [Number.NaN, Infinity, -Infinity, -1, -1n, 10n ** 400n, '5', null, {}, true, [], Symbol('s')];
  for (const duration of wrong) telemetry.execute(events.job.ms, { duration } as never);
  telemetry.execute(events.job.ms, {
    get duration(): number {
      throw new Error('x');
    },
  });
  telemetry.execute(events.job.ms, {} as never);
  telemetry.execute(events.job.ms, { duration: undefined } as never);
  assert.equal(telemetry.getRejections(), {
    'app.job.ms': { nan: 1, infinite: 2, negative: 3, not_a_number: 6, unreadable: 1 },
  });
  assert.is(telemetry.getCounters()['app.job.ms'], wrong.length + 3);
  assert.is(telemetry.getDurationStats(events.job.ms), undefined);
  assert.equal(telemetry.getDurationStats(), {});
  telemetry.execute(events.job.ms, { duration: -0 });
  telemetry.execute(events.job.ms, { duration: 0 });
  assert.equal(telemetry.getDurationStats(events.job.ms)?.count, 2);
  assert.equal(telemetry.stats().failures, 0);
});

test('counts of a cell go on where a byte, two more and what lies beyond are full', () => {
  const numbers = fc.oneof(
    fc.nat(3),
    fc.nat(300),
    fc.nat(70_000),
    fc.nat(2 ** 26),
    fc.maxSafeNat().map((n) => n % 2 ** 40),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(LAST_CELL), numbers), { maxLength: 60 }), (counts) => {
      const [cells, other, truth] = [new Cells(), new Cells(), new Map<number, number>()];
      for (const [index, [cell, count]] of counts.entries()) {
        const half = index % 2 ? cells : other;
        for (let i = 0; i < Math.min(count, 3); i++) half.add(cell);
        half.addMany(cell, Math.max(0, count - 3));
        truth.set(cell, (truth.get(cell) ?? 0) + count);
      }
      cells.merge(other);
      const expected = [...truth].filter(([, count]) => count > 0).sort(([one], [two]) => one - two);
      assert.equal(entriesOf(cells), expected);
      cells.clear();
      assert.equal(entriesOf(cells), []);
    }),
    { numRuns: 2000 },
  );
  const hot = new Cells();
  for (let i = 0; i < 20_000_000; i++) hot.add(5);
  assert.equal(entriesOf(hot), [[5, 20_000_000]]);
});

test('cells are allocated only for the range that is used', () => {
  const cells = new Cells();
  for (const cell of [2000, 2050, 1900, 3000, 10]) cells.add(cell);
  assert.equal(entriesOf(cells), [
    [10, 1],
    [1900, 1],
    [2000, 1],
    [2050, 1],
    [3000, 1],
  ]);
  const narrow = new Cells();
  narrow.add(LAST_CELL);
  narrow.add(LAST_CELL);
  assert.is((narrow as unknown as { low: Uint8Array }).low.length, 1);
});

test('the middle of a cell lies in it', () => {
  for (const cell of [0, 1, 127, 128, 255, 256, 1000, LAST_CELL]) {
    input[0] = middleOf(cell) + 0.5;
    assert.is(cellOfInput(), cell);
  }
});

test('getDurationHistogram is hdr-histogram-js’s own histogram of the same durations', () => {
  const telemetry = create();
  for (let ms = 1; ms <= 1000; ms++) telemetry.execute(events.job.ms, { duration: ms });
  const histogram = telemetry.getDurationHistogram(events.job.ms)!;
  assert.is(histogram.totalCount, 1000);
  assert.is(histogram.maxValue, 1_000_000);
  assert.is(histogram.minNonZeroValue, 1000);
  assert.ok(Math.abs(histogram.getValueAtPercentile(50) - 500_000) <= 5000);
  assert.is(telemetry.getDurationHistogram(events.job.s), undefined);
});

test.run();
