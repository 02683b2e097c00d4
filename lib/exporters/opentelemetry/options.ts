import type { LevelName } from '../../core/level';
import { isLevel, LEVELS } from '../../core/level';
import { checkOptions, isFunction, isRecord, type OptionRule } from '../../core/options';
import { read } from '../../core/read';
import type { Variables } from '../../core/variables/process-variables';
import { API, isModule, LOGS_API } from './api/load';
import type { OpenTelemetryApi, OpenTelemetryLogsApi, OtelMeterProvider } from './api/modules';
import type { OtelTracerProvider } from './api/trace';
import type { OtelLoggerProvider } from './logs/api';
import { type OtelMetricsOptions, resolveCommon } from './metrics/options';
import type { Signal } from './signals';
import { type OtelSpansOptions, type ResolvedSpansOptions, resolveSpansOptions } from './spans/options';

/** Options of log records. */
export interface OtelLogsOptions {
  /** From which level on records are told; default all that the log writes. */
  readonly level?: LevelName;
}

/**
 * Options of `startOpenTelemetry`. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `spans` | spans; see {@link OtelSpansOptions} | `true` |
 * | `logs` | log records; see {@link OtelLogsOptions} | `true` |
 * | `metrics` | metrics, as `observeMetrics` tells them; its options | `true`, unless `createMetricProducer` was called for the bus |
 * | `context` | `trace_id` and `span_id` of records are those of the active span | `true` |
 * | `tracerProvider`, `meterProvider`, `loggerProvider` | who takes them | those that are registered globally |
 * | `requireSdk` | refuse to start where nobody takes anything. With `false`, spans and log records go to an SDK that is registered later; metrics only to one that is there | `true` |
 * | `api`, `logsApi` | `@opentelemetry/api` and `@opentelemetry/api-logs`, for bundles | loaded |
 * | `env` | variables: `OTEL_SDK_DISABLED`, `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN`, `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` | those of the process |
 */
export interface OpenTelemetryOptions {
  readonly spans?: boolean | OtelSpansOptions;
  readonly logs?: boolean | OtelLogsOptions;
  readonly metrics?: boolean | OtelMetricsOptions;
  readonly context?: boolean;
  readonly tracerProvider?: OtelTracerProvider;
  readonly meterProvider?: OtelMeterProvider;
  readonly loggerProvider?: OtelLoggerProvider;
  readonly requireSdk?: boolean;
  readonly api?: OpenTelemetryApi;
  readonly logsApi?: OpenTelemetryLogsApi;
  readonly env?: Variables;
}

const isSwitch = (value: unknown): boolean => typeof value === 'boolean' || isRecord(value);
const SWITCH: OptionRule = [isSwitch, 'true, false, or an object of options'];
const has =
  (method: string) =>
  (value: unknown): boolean =>
    isFunction(read(value, method));

const RULES: Readonly<Record<string, OptionRule>> = {
  spans: SWITCH,
  logs: SWITCH,
  metrics: SWITCH,
  context: 'boolean',
  tracerProvider: [has('getTracer'), 'a TracerProvider'],
  meterProvider: [has('getMeter'), 'a MeterProvider'],
  loggerProvider: [has('getLogger'), 'a LoggerProvider'],
  requireSdk: 'boolean',
  api: [(value) => isModule(API, value), `the module ${API}`],
  logsApi: [(value) => isModule(LOGS_API, value), `the module ${LOGS_API}`],
  env: 'object',
};

const LEVEL: OptionRule = [isLevel, LEVELS.join('|')];

/** Options as they are used. */
export interface ResolvedOptions {
  /** Besides metrics that nobody asked for by name. */
  readonly wanted: ReadonlySet<Signal>;
  readonly spans: ResolvedSpansOptions;
  readonly logs: OtelLogsOptions;
  readonly metrics: OtelMetricsOptions;
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function resolveOptions(where: string, options: OpenTelemetryOptions): ResolvedOptions {
  checkOptions(where, options, RULES);
  const { spans = true, logs = true, metrics = true } = options;
  const wanted = new Set<Signal>();
  if (spans !== false) wanted.add('spans');
  if (metrics !== false) wanted.add('metrics');
  if (logs !== false) wanted.add('logs');
  checkOptions(`${where}: logs`, optionsOf(logs), { level: LEVEL });
  resolveCommon(`${where}: metrics`, optionsOf(metrics));
  return {
    wanted,
    spans: resolveSpansOptions(`${where}: spans`, optionsOf(spans)),
    logs: optionsOf(logs),
    metrics: optionsOf(metrics),
  };
}

const optionsOf = <Options extends object>(given: boolean | Options): Options => (typeof given === 'object' ? given : ({} as Options));
