/**
 * `telemetry-bus/opentelemetry`: spans, log records and metrics for OpenTelemetry, and its trace in our records. Runs anywhere.
 *
 * Needs `@opentelemetry/api`, for log records `@opentelemetry/api-logs`, and an SDK that somebody starts; none of them is loaded before
 * `startOpenTelemetry`.
 *
 * @module
 */
import { assembleOpenTelemetry, noteProducer, type OpenTelemetryBridge, type OpenTelemetryBus } from '../assemble-opentelemetry';
import type { Variables } from '../core/variables/process-variables';
import { ENGINES, enginesOf, type Hosted } from '../engines';
import {
  type MetricProducerOptions,
  type OtelMetricProducer,
  createMetricProducer as producerOf,
} from '../exporters/opentelemetry/metrics';
import type { OpenTelemetryOptions } from '../exporters/opentelemetry/options';
import { resourceAttributes } from '../exporters/opentelemetry/resource';
import type { Metered } from '../metrics/seam';

/**
 * Tells OpenTelemetry what happens on a bus, by way of the SDK that the application started, and takes its trace into our records.
 *
 * **Spans** come from events with a `telemetrySpanContext`: `measure`, `span`, the `executeWith…` functions and tracked requests emit
 * them. Their functions run with the span active, so that nested spans, instrumentations and records belong to it. The parent is the
 * active span, else the caller of the tracked request (`traceparent`), else what `trace_id` and `span_id` of the scope name. An event
 * with the same context between start and end is an event of the span, unless it says when it began (`systemTime`): that begins a span
 * within it. A failure sets the status and `error.type`; the exception is a
 * log record where these are told, else an event of the span (`OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN`). Names are `app.component`, or
 * those of the conventions: `GET /users/:id`, `chat <model>`. Attributes are redacted by the rules of the log, flat, at most 64 of
 * 1,024 characters, without private fields.
 *
 * **Log records** are those that the log writes; `attachLogHandler` and loggers make them. **Metrics** are told as `observeMetrics`
 * does it; `createMetricProducer` has their histograms, too.
 *
 * Cost: an event without a context some nanoseconds; a span some microseconds, see `npm run bench`. Nothing that a tracer, a provider
 * or an event throws reaches the application: it is counted, and said once a minute.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @param options - See {@link OpenTelemetryOptions}; none is needed.
 * @throws (rejects with) {TelemetryError} `PEER_MISSING` without `@opentelemetry/api`, or without an SDK that takes any of it;
 * `ALREADY_STARTED` while a bridge of the bus runs; `OPTION_UNKNOWN`, `OPTION_INVALID`; `HANDLER_EXISTS` when the id
 * `telemetry-opentelemetry` is taken; `CONFIG_INVALID` when this makes the log.
 * @example
 * const bridge = await startOpenTelemetry(telemetry, { env: { OTEL_SDK_DISABLED: 'true' } });
 * bridge.isDisabled; // => true
 * await bridge.stop(); // => undefined
 */
export function startOpenTelemetry(telemetry: OpenTelemetryBus, options: OpenTelemetryOptions = {}): Promise<OpenTelemetryBridge> {
  return assembleOpenTelemetry(telemetry, options);
}

/**
 * Makes the metrics of a bus readable for the metrics SDK of OpenTelemetry, as they are: nothing is aggregated a second time, and
 * histograms come along. Needs no package. `startOpenTelemetry` leaves the metrics of this bus out from then on.
 *
 * @param telemetry - A bus of `createTelemetry`, or merged snapshots.
 * @param options - See {@link MetricProducerOptions}.
 * @returns Goes into `metricProducers` of a reader: `new PeriodicExportingMetricReader({ exporter, metricProducers: [producer] })`.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * telemetry.attachMetricsHandler();
 * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
 * const { resourceMetrics } = await createMetricProducer(telemetry).collect();
 * const { scopeMetrics } = resourceMetrics;
 * scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name)); // => ['coder.session.start']
 */
export function createMetricProducer(telemetry: Metered & Hosted, options: MetricProducerOptions = {}): OtelMetricProducer {
  const producer = producerOf(telemetry, options);
  // Merged snapshots are no bus.
  if (telemetry[ENGINES] !== undefined) noteProducer(telemetry);
  return producer;
}

/**
 * What is the same in everything that a program tells: to be given to `resourceFromAttributes` of the SDK, so that its data and our
 * records have the same names. What the bus knows (its configuration has `OTEL_SERVICE_NAME` and `service.instance.id` among its
 * sources), and the rest of `OTEL_RESOURCE_ATTRIBUTES`; `deployment.environment.name` of that wins over the environment of the bus.
 *
 * @param telemetry - A bus of `createTelemetry`; without it only the variables count.
 * @param options - `env`: the variables; default those of the process.
 * @throws {TelemetryError} `OPTION_INVALID` for what is no such bus.
 * @example
 * telemetry.configureLog({ app: 'shop', sinks: [memorySink()] });
 * const env = { OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.2.0' };
 * const resource = openTelemetryResource(telemetry, { env });
 * [resource['service.name'], resource['service.version']]; // => ['shop', '1.2.0']
 */
export function openTelemetryResource(telemetry?: Hosted, options: { readonly env?: Variables } = {}): Record<string, string> {
  if (telemetry === undefined) return resourceAttributes({}, options.env);
  const { alerts, health } = enginesOf('openTelemetryResource', telemetry);
  const tell = (message: string): void => health.warn({ code: 'CONFIG_DOUBTFUL', message });
  return resourceAttributes(alerts.origin(), options.env, tell);
}

export {
  OPENTELEMETRY_HANDLER_ID,
  type OpenTelemetryBridge,
  type OpenTelemetryBus,
  type OpenTelemetryStats,
} from '../assemble-opentelemetry';
export { type Domain, declareDomain } from '../core/semantics/domains';
export { type DomainNames, SEMANTIC_NAMES } from '../core/semantics/names';
export { resourceFromEnvironment } from '../core/variables/otel-resource';
export type { OpenTelemetryApi, OpenTelemetryLogsApi, OtelMeterProvider } from '../exporters/opentelemetry/api/modules';
export type {
  OtelContext,
  OtelSpan,
  OtelSpanAttributes,
  OtelSpanContext,
  OtelSpanOptions,
  OtelSpanValue,
  OtelTraceApi,
  OtelTracer,
  OtelTracerProvider,
  OtelTraceState,
} from '../exporters/opentelemetry/api/trace';
export type { OtelAnyValue, OtelLogger, OtelLoggerProvider, OtelLogRecord } from '../exporters/opentelemetry/logs';
export {
  type HrTime,
  type MetricProducerOptions,
  type OtelAttributes,
  type OtelCollectionResult,
  type OtelMeter,
  type OtelMetricData,
  type OtelMetricProducer,
  type OtelMetricsOptions,
  observeMetrics,
} from '../exporters/opentelemetry/metrics';
export type { OpenTelemetryOptions, OtelLogsOptions } from '../exporters/opentelemetry/options';
export type { SpanAttributesOption } from '../exporters/opentelemetry/spans/attributes';
export type { OtelSpansOptions } from '../exporters/opentelemetry/spans/options';
export type { OtelSpansStats } from '../exporters/opentelemetry/spans/span-bridge';
