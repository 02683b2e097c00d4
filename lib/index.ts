/**
 * `telemetry-bus`: the bus, its built-in handlers, and the default bus of the process. Runs anywhere.
 *
 * @module
 */

export { createTelemetry } from './assemble';
export type { Environment, Variables } from './config/environment';
export type { ConfigSource } from './config/explain';
export { describeConfig } from './config/explain';
export type { ConfigOptions, TelemetryConfig } from './config/load';
export { loadConfig } from './config/load';
export { bindContext, type ContextFields, contextFields, runWithContext } from './core/context';
export { errorIdOf } from './core/error-id';
export type {
  AnyCatalogue,
  AnyEvents,
  AnyHandler,
  AttachOptions,
  Bus,
  BusEvents,
  BusOptions,
  BusStats,
  Catalogue,
  Clock,
  Definition,
  Duration,
  Emission,
  EventDefinition,
  EventName,
  EventOptions,
  EventPrefix,
  EventSpec,
  EventsOf,
  EventTree,
  FailureKind,
  FailureMeasurements,
  FailureMetadata,
  FailurePolicy,
  Handler,
  HandlerFactory,
  HandlerHandle,
  HandlerInfo,
  HandlerOf,
  InputOf,
  Level,
  LevelName,
  MeasurementOptions,
  MeasurementsOf,
  MetadataOf,
  NameOf,
  OwnEvents,
  Span,
  SpanEvents,
  SpanFailure,
  SpanOptions,
  SpanPrefix,
  SpanResult,
  SpanTarget,
  StandardSchema,
  TelemetryErrorCode,
  TimeUnit,
  Warning,
} from './core/index';
export { defineEvent, defineEvents, definitionOf, isTelemetryError, systemClock, TelemetryError } from './core/index';
export type { TelemetryEvents } from './default-bus';
export { telemetry } from './default-bus';
export type { Format, FormatName, FormatOptions, SchemaName } from './log/formats/index';
export { createFormat } from './log/formats/index';
export type { Limits } from './log/limits';
export type { LogFields, Logger, LoggerOptions, LogMethod } from './log/logger';
export type { LogConfigOptions, LogOptions, SinkOptions } from './log/options';
export type { RecordFormat } from './log/output';
export type { LogStats } from './log/pipeline';
export type { ExceptionRecord, JsonValue, LevelLabel, LogRecord } from './log/record';
export type { KeyVerdict, RedactionOptions, RedactionRule } from './log/redaction/redactor';
export type { MetricCardinality, TagCardinality } from './metrics/cardinality';
export { counter, distribution, lastValue, sum, summary } from './metrics/define';
export type { DurationStats } from './metrics/durations';
export type { SlowCounts } from './metrics/event-stats';
export type { DurationHistogram } from './metrics/hdr';
export type { HistoryOptions } from './metrics/history/options';
export type { HistoryColumn, HistoryQuery, HistorySeries, HistoryStats } from './metrics/history/query';
export type {
  DistributionOptions,
  LastValueOptions,
  MeasuredOptions,
  MetricDefinition,
  MetricOptions,
  OfSample,
  SummaryOptions,
  SumOptions,
  TagInput,
  ValueOptions,
} from './metrics/metric';
export type { MetricsStats } from './metrics/metrics';
export type { MetricsOptions } from './metrics/options';
export type { RejectionReason } from './metrics/rejections';
export type {
  DistributionSnapshot,
  MetricSnapshot,
  MetricSnapshotBase,
  QuantileName,
  SeriesSnapshot,
  SnapshotOf,
  SummarySnapshot,
  ValueSnapshot,
} from './metrics/snapshot';
export type { StatsOptions, TagFilter } from './metrics/tag-filter';
export { type DecodeOptions, decodeSnapshot, encodeSnapshot } from './metrics/transfer/codec';
export type { SnapshotConflict } from './metrics/transfer/conflicts';
export { type MergeOptions, mergeSnapshots } from './metrics/transfer/merge';
export type { GaugeMerge } from './metrics/transfer/merge-series';
export type { MetricsSnapshot } from './metrics/transfer/stored-snapshot';
export { takeSnapshot } from './metrics/transfer/take';
export type { MetricType, MetricView, Tags } from './metrics/view';
export type { ConsoleSinkOptions, LineStream } from './sinks/console';
export { consoleSink } from './sinks/console';
export type { MemorySink, MemorySinkOptions } from './sinks/memory';
export { memorySink } from './sinks/memory';
export type { Sink, SinkStats } from './sinks/sink';
export type { Telemetry, TelemetryOf, TelemetryOptions } from './telemetry';
export type { BusMetrics } from './telemetry-metrics';
export type { Validation } from './validation/inspector';
