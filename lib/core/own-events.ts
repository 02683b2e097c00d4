import { defineEvent, type EventDefinition, type EventSpec, nameEvent } from './definition';
import type { EventName } from './event';

/** Emitted when a handler fails. Known on every bus. */
export const FAILURE: EventDefinition = /* @__PURE__ */ nameEvent(
  ['telemetry', 'handler', 'failure'],
  /* @__PURE__ */ defineEvent({ doc: 'A handler failed', level: 'error' }),
);

/** Measurements of `[telemetry, handler, failure]`, both in ms. */
export interface FailureMeasurements {
  readonly monotonicTime: number;
  readonly systemTime: number;
}

/** Metadata of `[telemetry, handler, failure]`. */
export interface FailureMetadata {
  /** The event whose handling failed. */
  readonly eventName: EventName;
  readonly handlerId: string;
  readonly handlerConfig: unknown;
  /** `error`: the handler threw. `rejection`: the promise it returned was rejected. */
  readonly kind: FailureKind;
  /** What was thrown, as it is. */
  readonly reason: unknown;
  /** The stack of the reason; a sentence where the reason has none. Never empty. */
  readonly stacktrace: string;
}

export type FailureKind = 'error' | 'rejection';

/** The events of the library itself, part of every typed bus. A type, because interfaces have no index signature. */
export type OwnEvents = {
  readonly telemetry: {
    readonly handler: { readonly failure: EventSpec<FailureMeasurements, FailureMetadata> };
  };
};
