import type { EventName } from '../core/event';
import { define } from './check-definition';
import type { DistributionOptions, LastValueOptions, MetricDefinition, MetricOptions, SummaryOptions, SumOptions } from './metric';

type Events = EventName | readonly EventName[];

/**
 * Counts events, whatever they measure.
 *
 * @param name - Dotted, such as `llm.answers`; exporters see `llm_answers_total`.
 * @param events - A definition of a catalogue or its tuple, or a list of them.
 * @param options - See {@link MetricOptions}. Functions take `(measurements, metadata, event)`.
 * @throws {TelemetryError} `METRIC_INVALID` for a name, an event or a combination that can't be; `OPTION_UNKNOWN`,
 * `OPTION_INVALID`.
 * @example
 * const answers = counter('llm.answers', coder.llm.response, { tags: ['model'] });
 * telemetry.registerMetrics([answers]);
 * telemetry.attachMetricsHandler();
 * telemetry.execute(coder.llm.response, { duration: 5 }, { model: 'm1' });
 * telemetry.getMetric(answers)?.series.map(({ tags, value }) => [tags.model, value]); // => [['m1', 1]]
 */
export const counter = <const Given extends Events>(
  name: string,
  events: Given,
  options?: MetricOptions<NoInfer<Given>>,
): MetricDefinition<'counter'> => define('counter', name, { events, options });

/**
 * Adds a measurement up. Sums only rise unless `monotonic` is `false`; negative values are rejected until then.
 *
 * @param options - `measurement` is needed. See {@link SumOptions}.
 * @throws {TelemetryError} as `counter`.
 * @example
 * sum('llm.tokens', coder.llm.response, { measurement: 'tokens', unit: 'token' }).monotonic; // => true
 */
export const sum = <const Given extends Events>(
  name: string,
  events: Given,
  options: SumOptions<NoInfer<Given>>,
): MetricDefinition<'sum'> => define('sum', name, { events, options });

/**
 * Keeps the latest value of a measurement: a gauge.
 *
 * @param options - `measurement` is needed. See {@link LastValueOptions}.
 * @throws {TelemetryError} as `counter`.
 * @example
 * lastValue('llm.last_answer', coder.llm.response, { measurement: 'duration', expireAfter: '10m' }).expireAfterMs; // => 600000
 */
export const lastValue = <const Given extends Events>(
  name: string,
  events: Given,
  options: LastValueOptions<NoInfer<Given>>,
): MetricDefinition<'lastValue'> => define('lastValue', name, { events, options });

/**
 * Tells count, sum, extremes, mean, deviation and quantiles of a measurement that is not negative. Quantiles are
 * nearest-rank, within 1 % or one `resolution`, up to 86.4 billion of them.
 *
 * @param options - `measurement` is `duration` unless given. See {@link SummaryOptions}.
 * @throws {TelemetryError} as `counter`.
 * @example
 * summary('llm.latency', coder.llm.response, { unit: ['ms', 's'] }).unit; // => 's'
 */
export const summary = <const Given extends Events>(
  name: string,
  events: Given,
  options?: SummaryOptions<NoInfer<Given>>,
): MetricDefinition<'summary'> => define('summary', name, { events, options });

/**
 * Counts the values of a measurement by buckets, which can be added up over instances. Bounds are inclusive, as `le` in
 * Prometheus; by default they follow the unit: 0.1 ms to 5 min, 64 B to 1 GiB, 0.001 to 1, or 1 to 1,000,000.
 *
 * @param options - `measurement` is `duration` unless given. See {@link DistributionOptions}.
 * @throws {TelemetryError} as `counter`.
 * @example
 * distribution('llm.latency', coder.llm.response, { bounds: [100, 1000] }).bounds; // => [100, 1000]
 */
export const distribution = <const Given extends Events>(
  name: string,
  events: Given,
  options?: DistributionOptions<NoInfer<Given>>,
): MetricDefinition<'distribution'> => define('distribution', name, { events, options });
