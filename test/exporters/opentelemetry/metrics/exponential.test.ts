import { type ExponentialHistogram, type Histogram, MeterProvider } from '@opentelemetry/sdk-metrics';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetricProducer } from '../../../../lib/exporters/opentelemetry/metrics';
import { createTelemetry, distribution, summary } from '../../../../lib/index';
import { ManualReader, named, pointOf } from '../../../support/otel/metrics';

const EVENT = ['shop', 'job', 'stop'] as const;

/** Values from nothing to some days, spread over all sizes. */
const values = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.double({ min: -10, max: 28, noNaN: true }).map((power) => 2 ** power),
  ),
  { minLength: 1, maxLength: 60 },
);

interface Setup {
  readonly unit: 'us' | 'ms' | 's' | 'byte' | 'coin';
  readonly bounds?: readonly number[];
  readonly maxBuckets?: number;
}

async function record<Kind>(given: readonly number[], { unit, bounds, maxBuckets }: Setup): Promise<Kind> {
  const telemetry = createTelemetry({ environment: 'test' });
  const options = { measurement: 'taken', unit };
  telemetry.registerMetrics([
    bounds === undefined ? summary('taken', [EVENT], options) : distribution('taken', [EVENT], { ...options, bounds }),
  ]);
  telemetry.attachMetricsHandler();
  for (const taken of given) telemetry.execute(EVENT, { taken });
  const reader = new ManualReader({ metricProducers: [createMetricProducer(telemetry, maxBuckets === undefined ? {} : { maxBuckets })] });
  new MeterProvider({ readers: [reader] });
  return pointOf<Kind>(named(await reader.metrics(), 'taken')).value;
}

/** How many of a unit are one of OpenTelemetry's, and what a step of the cells is in that. */
const UNITS = { us: [1e6, 1e-6], ms: [1e3, 1e-6], s: [1, 1e-6], byte: [1, 1], coin: [1, 1] } as const;
/** The last cell is that of 86.4 billion steps. */
const LAST_STEP = 86_400_000_000;

/** Lower and upper bounds of the buckets that hold something, each as often as it holds a value. */
function boundsIn({ scale, positive, zeroCount }: ExponentialHistogram): readonly (readonly [lower: number, upper: number])[] {
  const zeros = Array.from({ length: zeroCount }, () => [0, 0] as const);
  const bounds = positive.bucketCounts.flatMap((count, at) => {
    const index = positive.offset + at;
    return Array.from({ length: count }, () => [2 ** (index / 2 ** scale), 2 ** ((index + 1) / 2 ** scale)] as const);
  });
  return [...zeros, ...bounds];
}

for (const unit of ['us', 'ms', 's', 'byte', 'coin'] as const) {
  test(`exponential, ${unit}: no value is lost, and each is within half a step or 0.4 % of its bucket`, async () => {
    const [divisor, step] = UNITS[unit];
    await fc.assert(
      fc.asyncProperty(values, async (given) => {
        const value = await record<ExponentialHistogram>(given, { unit });
        const sorted = given.map((each) => each / divisor).sort((one, other) => one - other);
        const found = boundsIn(value);
        assert.is(value.scale, 7);
        assert.is(value.count, given.length);
        assert.is(found.length, given.length);
        sorted.forEach((each, at) => {
          const [lower, upper] = found[at]!;
          // Cells end; what is beyond is in the last one.
          const within = Math.min(each, LAST_STEP * step);
          const margin = Math.max(step / 2, within / 256) * (1 + 1e-9);
          assert.ok(within >= lower - margin && within <= upper + margin, `${each} in ${lower} to ${upper}`);
        });
        assert.equal([value.min, value.max], [Math.min(...given) / divisor, Math.max(...given) / divisor]);
      }),
      { numRuns: 200 },
    );
  });
}

test('exponential: fewer buckets hold the same values, each in the bucket that its bucket is in at the lower scale', async () => {
  const setup = fc.tuple(values, fc.integer({ min: 2, max: 200 }));
  await fc.assert(
    fc.asyncProperty(setup, async ([given, maxBuckets]) => {
      const [fine, coarse] = [
        await record<ExponentialHistogram>(given, { unit: 'ms' }),
        await record<ExponentialHistogram>(given, { unit: 'ms', maxBuckets }),
      ];
      assert.ok(coarse.positive.bucketCounts.length <= maxBuckets);
      assert.ok(coarse.scale === fine.scale || coarse.positive.bucketCounts.length * 2 + 2 > maxBuckets, 'no coarser than needed');
      assert.equal(
        [coarse.count, coarse.zeroCount, coarse.sum, coarse.min, coarse.max],
        [fine.count, fine.zeroCount, fine.sum, fine.min, fine.max],
      );
      const expected = new Map<number, number>();
      fine.positive.bucketCounts.forEach((count, at) => {
        const index = Math.floor((fine.positive.offset + at) / 2 ** (fine.scale - coarse.scale));
        if (count > 0) expected.set(index, (expected.get(index) ?? 0) + count);
      });
      const found = coarse.positive.bucketCounts.flatMap((count, at) =>
        count === 0 ? [] : [[coarse.positive.offset + at, count] as const],
      );
      assert.equal(found, [...expected]);
    }),
    { numRuns: 200 },
  );
});

test('explicit: each bucket counts what is at most its bound and above the one before', async () => {
  const bounds = fc.uniqueArray(fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(values, bounds, async (given, unsorted) => {
      const sorted = unsorted.map(Math.abs).sort((one, other) => one - other);
      // Bounds are where values are, too.
      const recorded = [...given, ...sorted];
      const value = await record<Histogram>(recorded, { unit: 'ms', bounds: sorted });
      assert.is(value.count, recorded.length);
      const { boundaries, counts } = value.buckets;
      // Of bounds that are one in seconds, the highest.
      const highest = [...new Map(sorted.map((bound) => [bound / 1000, bound]))];
      assert.equal(
        boundaries,
        highest.map(([seconds]) => seconds),
      );
      const ends = [...highest.map(([, bound]) => bound), Number.POSITIVE_INFINITY];
      const expected = ends.map((end, at) => recorded.filter((each) => each <= end && (at === 0 || each > ends[at - 1]!)).length);
      assert.equal(counts, expected);
      assert.equal([value.min, value.max], [Math.min(...recorded) / 1000, Math.max(...recorded) / 1000]);
      assert.ok(Math.abs(value.sum! - recorded.reduce((sum, each) => sum + each / 1000, 0)) <= 1e-9 * Math.max(1, value.sum!));
    }),
    { numRuns: 200 },
  );
});

test.run();
