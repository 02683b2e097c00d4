import type { Metered, MetricSource } from '../../../metrics/seam';
import type { MetricView, SeriesView } from '../../../metrics/view';
import { sourceOf } from '../../metric-source';
import { runInSlices } from '../../slices';
import { EMPTY_RESOURCE, type OtelCollectionResult, type OtelDataPoint, type OtelMetricData, type OtelMetricProducer } from './data';
import { type MetricProducerOptions, type Resolved, resolveOptions } from './options';
import { Points } from './points';
import { Starts } from './starts';
import type { Stream } from './stream';
import { Failures, streamsOf } from './streams';

/** Series per step: few enough for those with many buckets, many enough not to ask for the time all the time. */
const STEP = 8;
const WHERE = 'createMetricProducer';

/**
 * Makes the metrics of a bus readable for the metrics SDK of OpenTelemetry, as they are: nothing is aggregated a second time, and
 * events cost what they cost without it. Needs no package.
 *
 * Counters and sums that only rise become monotonic sums, other sums plain ones, last values gauges, all cumulative since the series
 * began. Distributions become histograms with the bounds that they have, summaries exponential ones (see `histograms`). Times are in
 * seconds, sizes in bytes. A series that cannot be read costs that series and is in the `errors` of the result; a collection works in
 * slices of about 1 ms, between which the event loop turns. Exemplars are not told: the SDK has no place for those of others.
 *
 * Temporality is cumulative whatever the reader prefers, since the SDK takes what producers say as it is.
 *
 * @param telemetry - A bus of `createTelemetry`, or merged snapshots.
 * @returns Goes into `metricProducers` of a reader: `new PeriodicExportingMetricReader({ exporter, metricProducers: [producer] })`.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 * @example
 * telemetry.registerMetrics([sum('coder.llm.tokens', coder.llm.response, { measurement: 'tokens', unit: 'token', tags: ['model'] })]);
 * telemetry.attachMetricsHandler();
 * telemetry.execute(coder.llm.response, { duration: 2500, tokens: 10 }, { model: 'm1' });
 * const { resourceMetrics } = await createMetricProducer(telemetry).collect();
 * const [, durations, tokens] = resourceMetrics.scopeMetrics[0]?.metrics ?? [];
 * [durations?.descriptor.name, durations?.descriptor.unit]; // => ['coder.llm.response.duration', 's']
 * tokens?.dataPoints[0]?.attributes; // => { 'gen_ai.request.model': 'm1' }
 */
export function createMetricProducer(telemetry: Metered, options: MetricProducerOptions = {}): OtelMetricProducer {
  const source = sourceOf(WHERE, telemetry);
  const resolved = resolveOptions(WHERE, options);
  const starts = new Starts();
  return Object.freeze({
    async collect(): Promise<OtelCollectionResult> {
      const failures = new Failures();
      const metrics: OtelMetricData[] = [];
      try {
        await source.prepare?.();
        await runInSlices(read(source, resolved, { starts, failures, metrics }));
      } catch (error) {
        failures.add('The metrics', error);
      }
      const scopeMetrics = metrics.length === 0 ? [] : [{ scope: { name: resolved.scope }, metrics }];
      return { resourceMetrics: { resource: EMPTY_RESOURCE, scopeMetrics }, errors: failures.errors };
    },
  });
}

interface Collection {
  readonly starts: Starts;
  readonly failures: Failures;
  readonly metrics: OtelMetricData[];
}

function* read(source: MetricSource, options: Resolved, { starts, failures, metrics }: Collection): Generator<void, void> {
  const now = source.clock.systemTime();
  for (const stream of streamsOf(source, options, failures)) {
    const points = new Points(stream, now, starts, options.maxBuckets);
    const data = emptyData(stream, options.exponential);
    yield* fill(data, stream, failures, (series) => {
      if (data.dataPointType === 0) return points.explicit(series);
      if (data.dataPointType === 1) return points.exponential(series);
      return points.number(series);
    });
    if (data.dataPoints.length > 0) metrics.push(data);
  }
}

function* fill(
  { dataPoints }: OtelMetricData,
  { metric }: Stream,
  failures: Failures,
  pointOf: (series: SeriesView) => OtelDataPoint<unknown> | undefined,
): Generator<void, void> {
  let count = 0;
  // All at once: between two steps a series may go and come back as another one.
  for (const series of [...metric.series()]) {
    try {
      const point = pointOf(series);
      if (point !== undefined) dataPoints.push(point as never);
    } catch (error) {
      failures.add(`A series of ${metric.name}`, error);
    }
    if (++count % STEP === 0) yield;
  }
  yield;
}

/** A metric without its points. */
function emptyData({ name, description, unit, metric }: Stream, exponential: boolean): OtelMetricData {
  const descriptor = { name, description, unit, valueType: metric.type === 'counter' ? 0 : 1 } as const;
  const common = { descriptor, aggregationTemporality: 1 } as const;
  if (metric.type === 'lastValue') return { ...common, dataPointType: 2, dataPoints: [] };
  if (metric.type === 'counter' || metric.type === 'sum') {
    return { ...common, dataPointType: 3, isMonotonic: metric.monotonic, dataPoints: [] };
  }
  return isExponential(metric, exponential)
    ? { ...common, dataPointType: 1, dataPoints: [] }
    : { ...common, dataPointType: 0, dataPoints: [] };
}

const isExponential = ({ hdr, bounds }: MetricView, wanted: boolean): boolean => hdr && (wanted || bounds === undefined);
