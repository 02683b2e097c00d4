import type { Channel } from './channel';
import type { Definition } from './definition';
import type { EventName, EventPrefix } from './event';
import type { SpanScope } from './span-scope';

/**
 * A function attached to events.
 *
 * It runs inside the emission, in the emitter's stack, so its time is the emitter's time:
 * - it MUST NOT block; work beyond some microseconds belongs in a queue of its own;
 * - it MUST NOT change `measurements` or `metadata`: the next handler sees the same objects;
 * - it MAY emit, attach and detach;
 * - what it throws, and what its promise rejects with, never reaches the emitter: its failure policy applies and
 *   `[telemetry, handler, failure]` is emitted. Its promise is not awaited.
 */
export type Handler<Event, Measurements, Metadata, Config> = (
  event: Event,
  measurements: Measurements,
  metadata: Metadata,
  config: Config,
) => unknown;

/** A handler without its types, as the dispatch sees it. */
export type AnyHandler = Handler<EventName, object, object, unknown>;

/** Makes the handler for one event; see `attachEach`. */
export type HandlerFactory = (event: EventName, definition: Definition | undefined) => AnyHandler;

/**
 * What happens to a handler that fails.
 * - `detach`: it is detached from all its events at the first failure, as in `:telemetry`. The default.
 * - `keep`: it stays; every failure is announced.
 * - `breaker`: five failures in a row stop it for 30 s, then one trial; each failed trial doubles the pause, up to 5 min.
 */
export type FailurePolicy = 'detach' | 'keep' | 'breaker';

/**
 * Options of `attach`, `attachMany`, `attachPrefix` and `attachEach`.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `signal` | detaches when aborted; one that is aborted already attaches nothing | none |
 * | `once` | detaches from all events before the first call | `false` |
 * | `onConflict` | the id is taken: `throw`, `replace` the old handler (the new one comes last), or `ignore` the call | `throw` |
 * | `onError` | see {@link FailurePolicy} | `detach` |
 * | `listens` | makes failures heard: attached to the failure event, it spares the warning about them | `true`; for `attachEach` `false` |
 */
export interface AttachOptions {
  readonly signal?: AbortSignal;
  readonly once?: boolean;
  readonly onConflict?: 'throw' | 'replace' | 'ignore';
  readonly onError?: FailurePolicy;
  readonly listens?: boolean;
}

/** What attaching returns. A handle speaks of one attachment: when it is gone, a namesake is not touched. */
export interface HandlerHandle extends Disposable {
  readonly id: string;
  /** Detaches; `false` when this attachment was gone already. */
  detach(): boolean;
}

/** One row of `listHandlers`: a handler and one event it is attached to. */
export interface HandlerInfo {
  readonly id: string;
  /** The event, or the prefix for `attachPrefix` and `attachEach`. */
  readonly event: EventPrefix;
  readonly config: unknown;
  /** `prefix` when the handler sees every event that begins with `event`. */
  readonly match: 'exact' | 'prefix';
  readonly onError: FailurePolicy;
  /** Failures since it was attached. */
  readonly failures: number;
  /** `open` while a breaker holds it back. */
  readonly state: 'attached' | 'open';
}

/** Where a bus lets parts of this library look into it. A symbol of all copies of the library: the bus may be another copy's. */
export const BUS_SEAM: unique symbol = Symbol.for('telemetry-bus/bus-seam') as never;

/** Puts something around a handler: called instead of `run`, it must call that once, with the same arguments, and pass on what comes of it. */
export type HandlerWrapper = (id: string, run: AnyHandler) => AnyHandler;

/** What can be done with a bus besides what `Bus` shows. */
export interface BusSeam {
  /** Every event that was declared or met, with who hears it. */
  channels(): Iterable<Pick<Channel, 'name' | 'key' | 'definition' | 'calls'>>;
  /** Puts something around all handlers, and those that come later, until it is told `undefined`. One at a time: the last. */
  wrap(wrapper: HandlerWrapper | undefined): void;
  readonly spans: SpanScope;
}

export interface BusSeamed {
  readonly [BUS_SEAM]?: BusSeam;
}
