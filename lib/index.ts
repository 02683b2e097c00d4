/**
 * `telemetry-bus`: the bus, its built-in handlers, and the default bus of the process. Runs anywhere.
 *
 * @module
 */
export type { Telemetry, TelemetryOf, TelemetryOptions } from './assemble';
export { createTelemetry } from './assemble';
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
export type { DurationStats } from './metrics/durations';
export type { DurationHistogram } from './metrics/hdr';
export type { RejectionReason } from './metrics/series';
export type { Environment } from './validation/environment';
export type { Validation } from './validation/inspector';
