import { AggregationType, type ExponentialHistogram, type Histogram, InstrumentType, MeterProvider } from '@opentelemetry/sdk-metrics';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetricProducer } from '../../../../lib/exporters/opentelemetry/metrics';
import { createTelemetry, defineEvent, defineEvents } from '../../../../lib/index';
import { ManualReader, named, pointOf } from '../../../support/otel/metrics';

const shop = defineEvents('shop', { job: { stop: defineEvent<{ duration: number }, { queue: string }>({ tags: ['queue'] }) } });
const QUEUES = ['mail', 'pay'] as const;
const jobs = fc.array(
  fc.tuple(
    fc.constantFrom(...QUEUES),
    fc.double({ min: -4, max: 18, noNaN: true }).map((power) => 2 ** power),
  ),
  {
    minLength: 1,
    maxLength: 200,
  },
);

type Jobs = readonly (readonly [queue: string, ms: number])[];

/** The same jobs through both: ours by the producer, and the SDK's own instruments. */
async function both(given: Jobs, histograms: 'explicit' | 'exponential') {
  const telemetry = createTelemetry({ events: shop, environment: 'test' });
  telemetry.attachMetricsHandler();
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
  const reader = new ManualReader({
    metricProducers: [createMetricProducer(telemetry, { histograms })],
    ...(histograms === 'exponential' && {
      aggregationSelector: (type: InstrumentType) => (type === InstrumentType.HISTOGRAM ? aggregation : { type: AggregationType.DEFAULT }),
    }),
  });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('peer');
  const counter = meter.createCounter('counted');
  telemetry.execute(shop.job.stop, { duration: 1 }, { queue: 'mail' });
  counter.add(1, { queue: 'mail' });
  const boundaries = pointOf<Histogram | ExponentialHistogram>(named(await reader.metrics(), 'shop.job.stop.duration'), {
    queue: 'mail',
  }).value;
  const explicitBucketBoundaries = 'buckets' in boundaries ? boundaries.buckets.boundaries : [];
  const histogram = meter.createHistogram('recorded', { advice: { explicitBucketBoundaries } });
  histogram.record(0.001, { queue: 'mail' });
  for (const [queue, ms] of given) {
    telemetry.execute(shop.job.stop, { duration: ms }, { queue });
    counter.add(1, { queue });
    histogram.record(ms / 1000, { queue });
  }
  return reader.metrics();
}

const queuesOf = (given: Jobs): readonly string[] => [...new Set(['mail', ...given.map(([queue]) => queue)])];
const near = (one: number, other: number): boolean => Math.abs(one - other) <= 1e-9 * Math.max(one, other);

test('counts and explicit histograms are those that the SDK makes of the same values', async () => {
  await fc.assert(
    fc.asyncProperty(jobs, async (given) => {
      const metrics = await both(given, 'explicit');
      for (const queue of queuesOf(given)) {
        const [count, theirCount] = ['shop.job.stop', 'counted'].map((name) => pointOf<number>(named(metrics, name), { queue }).value);
        assert.is(count, theirCount);
        const [ours, theirs] = ['shop.job.stop.duration', 'recorded'].map(
          (name) => pointOf<Histogram>(named(metrics, name), { queue }).value,
        );
        assert.equal(ours!.buckets, theirs!.buckets);
        assert.equal([ours!.count, ours!.min, ours!.max], [theirs!.count, theirs!.min, theirs!.max]);
        assert.ok(near(ours!.sum!, theirs!.sum!), `${ours!.sum} beside ${theirs!.sum}`);
      }
    }),
    { numRuns: 100 },
  );
});

/** The middle of the bucket of the value of a rank, 1 the lowest. */
function middleOf({ scale, zeroCount, positive }: ExponentialHistogram, rank: number): number {
  let seen = zeroCount;
  if (rank <= seen) return 0;
  for (const [at, count] of positive.bucketCounts.entries()) {
    seen += count;
    if (rank <= seen) return 2 ** ((positive.offset + at + 0.5) / 2 ** scale);
  }
  throw new Error(`There is no value ${rank}`);
}

test("exponential histograms have the SDK's totals, and every value where the SDK has it, within both errors", async () => {
  await fc.assert(
    fc.asyncProperty(jobs, async (given) => {
      const metrics = await both(given, 'exponential');
      for (const queue of queuesOf(given)) {
        const [ours, theirs] = ['shop.job.stop.duration', 'recorded'].map(
          (name) => pointOf<ExponentialHistogram>(named(metrics, name), { queue }).value,
        );
        assert.equal([ours!.count, ours!.min, ours!.max], [theirs!.count, theirs!.min, theirs!.max]);
        assert.ok(near(ours!.sum!, theirs!.sum!), `${ours!.sum} beside ${theirs!.sum}`);
        // Half a bucket of theirs, half a bucket of ours, and a cell.
        const error = 2 ** (0.5 / 2 ** theirs!.scale) * 2 ** (0.5 / 2 ** ours!.scale) * (1 + 1 / 128) - 1;
        for (let rank = 1; rank <= ours!.count; rank++) {
          const [one, other] = [middleOf(ours!, rank), middleOf(theirs!, rank)];
          assert.ok(Math.abs(one - other) <= error * other + 5e-7, `rank ${rank}: ${one} beside ${other}`);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test.run();
