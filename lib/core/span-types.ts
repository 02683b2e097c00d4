import type { MeasurementsOf, MetadataOf, NameOf } from './catalogue';
import type { EventName } from './event';
import type { FailureKind } from './own-events';
import type { Duration } from './unit';

/** The events of a span by name. Without `exception`, the action `exception` of the start event's component is used. */
export interface SpanEvents<Name extends EventName = EventName> {
  readonly start: Name;
  readonly stop: Name;
  readonly exception?: Name;
}

/** `[app, component]` of the components that declare both `start` and `stop`. */
export type SpanPrefix<Events> = {
  [App in keyof Events & string]: {
    [Component in keyof Events[App] & string]: 'start' | 'stop' extends keyof Events[App][Component] ? readonly [App, Component] : never;
  }[keyof Events[App] & string];
}[keyof Events & string];

/** What a span can be opened with: a prefix, or its events. */
export type SpanTarget<Events> = SpanPrefix<Events> | SpanEvents<NameOf<Events>>;

/** The event of a target that begins or ends its span. */
export type EventOf<Target, Action extends 'start' | 'stop'> = Target extends readonly [
  infer App extends string,
  infer Component extends string,
]
  ? readonly [App, Component, Action]
  : Target extends { readonly [Key in Action]: infer Name extends EventName }
    ? Name
    : never;

/** What a span adds to the metadata of its last event when the function failed; catalogues may declare it. */
export interface SpanFailure {
  readonly kind?: FailureKind;
  /** What was thrown, as it is. */
  readonly reason?: unknown;
  readonly stacktrace?: string;
}

/** Start metadata may bring a context of its own. */
export interface WithContext {
  readonly telemetrySpanContext?: unknown;
}

/** Stop metadata that the start metadata does not bring already. */
type Added<Stop, Start> = Omit<Stop, keyof Start> & Partial<Stop>;

/** What a function given to `span` returns: a pair or a triple. */
export type SpanResult<Measurements = object, Metadata = object> =
  | readonly [result: unknown, metadata: Metadata]
  | readonly [result: unknown, measurements: Measurements, metadata: Metadata];

/** {@link SpanResult} for a span of a typed bus; anything that is not an array is let through as it is. */
export type SpanResultOf<Events, Start extends EventName, Stop extends EventName> =
  | SpanResult<Partial<MeasurementsOf<Events, Stop>>, Added<MetadataOf<Events, Stop>, MetadataOf<Events, Start>>>
  | PlainResult;

/** A result that says nothing about the stop event. */
// biome-ignore lint/suspicious/noConfusingVoidType: functions that return nothing are to be accepted
type PlainResult = string | number | boolean | bigint | symbol | null | undefined | void | { readonly length?: never };

/** What `span` returns for what its function returned. */
export type Unwrapped<Returned> =
  Returned extends PromiseLike<infer Settled> ? Promise<Unwrapped<Settled>> : Returned extends SpanResult ? Returned[0] : Returned;

/** What a measured function is given to say more about its span. Later values win; `duration` can't be set. */
export interface Span<Measurements = object, Metadata = object> {
  /** Adds measurements to the stop or exception event. */
  add(measurements: Partial<Measurements>): void;
  /** Adds metadata to the stop or exception event. */
  set(metadata: Partial<Metadata>): void;
}

/** Options of `span`, `measure`, `executeWithTelemetry` and `executeWithStartComplete`. */
export interface SpanOptions {
  /**
   * While an asynchronous function runs, emit `[app, component, 'heartbeat']` each period with measurements `elapsed`
   * (ms) and `beat` (1, 2, …). Milliseconds or a string such as `'8s'`; default none. Never after the end.
   */
  readonly heartbeat?: Duration;
}
