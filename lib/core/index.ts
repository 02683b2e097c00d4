/**
 * `telemetry-bus/core`: the bus by itself. Catalogues, dispatch and spans; no log, no histogram; runs anywhere.
 *
 * @module
 */
export type { Bus } from './bus';
export type { BusEvents, BusOptions, BusStats } from './bus-options';
export type {
  AnyCatalogue,
  AnyEvents,
  Catalogue,
  Emission,
  EventsOf,
  EventTree,
  HandlerOf,
  MeasurementsOf,
  MetadataOf,
  NameOf,
} from './catalogue';
export { defineEvents } from './catalogue';
export type { Clock } from './clock';
export { systemClock } from './clock';
export { createBus as createTelemetry } from './create-bus';
export type { Definition, EventDefinition, EventOptions, EventSpec, MeasurementOptions } from './definition';
export { defineEvent, definitionOf } from './definition';
export type { TelemetryErrorCode } from './errors';
export { isTelemetryError, TelemetryError } from './errors';
export type { EventName, EventPrefix } from './event';
export type { AnyHandler, AttachOptions, FailurePolicy, Handler, HandlerFactory, HandlerHandle, HandlerInfo } from './handler';
export type { Level, LevelName } from './level';
export type { FailureKind, FailureMeasurements, FailureMetadata, OwnEvents } from './own-events';
export type { InputOf, StandardSchema } from './schema';
export type { Span, SpanEvents, SpanFailure, SpanOptions, SpanPrefix, SpanResult, SpanTarget } from './span-types';
export type { Duration, TimeUnit } from './unit';
export type { Warning } from './warning';
