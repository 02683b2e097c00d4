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

/** Metadata of `[telemetry, poller, failure]`. */
export interface PollerFailureMetadata {
  readonly measurement: string;
  /** `error`: it threw or rejected. `timeout`: it took too long. `value`: what it returned can't be emitted. */
  readonly kind: 'error' | 'timeout' | 'value';
  readonly reason: unknown;
}

/** Metadata of `[telemetry, health, check]`: one run of a check. */
export interface HealthCheckMetadata {
  readonly check: string;
  readonly outcome: 'pass' | 'warn' | 'fail' | 'timeout';
}

/** Metadata of `[telemetry, health, healthy]`, `degraded` and `unhealthy`: a check changed. */
export interface HealthChangeMetadata {
  readonly check: string;
  readonly from: 'unknown' | 'healthy' | 'degraded' | 'unhealthy';
  /** Why, redacted. */
  readonly detail?: string;
  readonly critical: boolean;
}

/** Metadata of `[telemetry, alert, pending]`, `firing` and `resolved`. */
export interface AlertMetadata {
  readonly rule: string;
  readonly severity: 'warning' | 'critical';
  readonly group?: string;
  readonly summary: string;
}

/** Metadata of `[telemetry, alert, delivered]` and `undelivered`: what became of a notification. */
export interface AlertDeliveryMetadata {
  readonly target: string;
  readonly kind: string;
  /** Code of the failure. */
  readonly reason?: string;
}

/** The events of the library itself, part of every typed bus. A type, because interfaces have no index signature. */
export type OwnEvents = {
  readonly telemetry: {
    readonly handler: { readonly failure: EventSpec<FailureMeasurements, FailureMetadata> };
    readonly poller: { readonly failure: EventSpec<{ readonly failures: number; readonly retryInMs: number }, PollerFailureMetadata> };
    readonly health: {
      readonly check: EventSpec<{ readonly duration: number }, HealthCheckMetadata>;
      readonly healthy: EventSpec<{ readonly failures: number }, HealthChangeMetadata>;
      readonly degraded: EventSpec<{ readonly failures: number }, HealthChangeMetadata>;
      readonly unhealthy: EventSpec<{ readonly failures: number }, HealthChangeMetadata>;
    };
    readonly alert: {
      readonly pending: EventSpec<{ readonly value?: number }, AlertMetadata>;
      readonly firing: EventSpec<{ readonly value?: number }, AlertMetadata>;
      readonly resolved: EventSpec<{ readonly value?: number; readonly duration: number }, AlertMetadata>;
      readonly delivered: EventSpec<
        { readonly duration: number; readonly attempts: number; readonly alerts: number },
        AlertDeliveryMetadata
      >;
      readonly undelivered: EventSpec<
        { readonly duration: number; readonly attempts: number; readonly alerts: number },
        AlertDeliveryMetadata
      >;
    };
  };
};
