import type { EventSpec, Payload, PayloadIn } from '../core/definition';
import type { EventName } from '../core/event';
import type { Duration } from '../core/unit';

/** What a measurement is called with. */
export interface MeasureContext {
  /** Aborted at the time-out and when the poller stops: hand it on to what can be cut short. */
  readonly signal: AbortSignal;
}

/** The measurements of an event; of an untyped one, any object of numbers. */
type MeasurementsIn<Event> = [PayloadIn<Event>] extends [Payload<infer Measurements, infer _>] ? Measurements : object;
type MetadataIn<Event> = [PayloadIn<Event>] extends [Payload<infer _, infer Metadata>] ? Metadata : object;

/** One emission: measurements, or these together with metadata. Values are finite numbers or bigints; `undefined` is left out. */
export type Reading<Event extends EventName = EventName> =
  | MeasurementsIn<Event>
  | { readonly measurements: MeasurementsIn<Event>; readonly metadata?: MetadataIn<Event> };

/** What a measurement with an event returns: one reading, a list of them (at most 1,000), or `undefined` for nothing to tell. */
export type Readings<Event extends EventName = EventName> = Reading<Event> | readonly Reading<Event>[] | undefined;

/** How a measurement of the event is kept as a gauge. All are optional. */
export interface PolledGauge {
  /** Name of the metric. Default: app and component of the event and the measurement's name, such as `queue.jobs.size`. */
  readonly metric?: string;
  /** Default: what the event's definition says of the measurement. */
  readonly unit?: string;
  readonly description?: string;
  /** Metadata keys that split it into series. Default: the tags of the event's definition. */
  readonly tags?: readonly string[];
}

/** What every measurement has. */
interface MeasurementOptions {
  /** Unique in its poller: 1 to 100 letters, digits and ` _.:/$-`, not beginning with a sign. */
  readonly name: string;
  /** How often. Default: that of the poller. */
  readonly period?: Duration;
  /** After so long a run counts as failed, and its signal is aborted. Default: the period, at most 5 s. */
  readonly timeout?: Duration;
  /** The longest wait between runs of one that keeps failing; `false`: it is tried at each of its times. Default 5 min. */
  readonly backOff?: Duration | false;
  /** Called once when the poller stops, to let go of what the measurement holds. */
  readonly stop?: () => void;
}

/** A measurement that emits by itself; what it returns is only waited for. */
export interface EmittingMeasurement extends MeasurementOptions {
  readonly measure: (context: MeasureContext) => unknown;
  readonly event?: undefined;
}

/** A measurement whose readings are emitted. */
export interface ReadingMeasurement<Event extends EventName = EventName> extends MeasurementOptions {
  /** Emitted once for each reading. */
  readonly event: Event;
  readonly measure: (context: MeasureContext) => Readings<Event> | PromiseLike<Readings<Event>>;
  /** Which measurements of the event are kept as gauges, by their names. */
  readonly gauges?: Readonly<Record<string, PolledGauge>>;
  /** Gauges without a reading for so long are let go, and are exported no more. Default: three times the period, or the time-out if that is longer. */
  readonly staleAfter?: Duration;
}

/**
 * One thing to measure again and again. `measure` is synchronous or asynchronous.
 *
 * Without `event` it emits events itself. With `event` it returns what to emit; `PollerMeasurement<typeof events.queue.sample>`
 * checks that against the catalogue.
 */
export type PollerMeasurement<Event extends EventName & Partial<EventSpec> = EventName> = EmittingMeasurement | ReadingMeasurement<Event>;

/** A measurement that is just a named function and emits by itself. */
export type MeasureFunction = (context: MeasureContext) => unknown;
