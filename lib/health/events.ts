import { defineEvent, type EventDefinition, nameEvent } from '../core/definition';
import type { HealthChangeMetadata, HealthCheckMetadata } from '../core/own-events';

type Measured = EventDefinition<['telemetry', 'health', string], { readonly duration: number }, HealthCheckMetadata>;
type Changed = EventDefinition<['telemetry', 'health', string], { readonly failures: number }, HealthChangeMetadata>;

/** One run of a check, with its duration in ms. */
export const CHECKED: Measured = /* @__PURE__ */ nameEvent(
  ['telemetry', 'health', 'check'],
  /* @__PURE__ */ defineEvent({ doc: 'A health check ran', level: 'trace', tags: ['check', 'outcome'] }),
) as never;

/** A check changed to the state that the event is named after. */
export const CHANGED: Readonly<Record<'healthy' | 'degraded' | 'unhealthy', Changed>> = {
  healthy: /* @__PURE__ */ nameEvent(
    ['telemetry', 'health', 'healthy'],
    /* @__PURE__ */ defineEvent({ doc: 'A health check is well, or well again', level: 'info', tags: ['check'] }),
  ) as never,
  degraded: /* @__PURE__ */ nameEvent(
    ['telemetry', 'health', 'degraded'],
    /* @__PURE__ */ defineEvent({ doc: 'A health check failed, warns, or begins to recover', level: 'warn', tags: ['check'] }),
  ) as never,
  unhealthy: /* @__PURE__ */ nameEvent(
    ['telemetry', 'health', 'unhealthy'],
    /* @__PURE__ */ defineEvent({ doc: 'A health check failed several times in a row', level: 'error', tags: ['check'] }),
  ) as never,
};
