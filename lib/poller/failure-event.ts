import { defineEvent, type EventDefinition, nameEvent } from '../core/definition';
import type { PollerFailureMetadata } from '../core/own-events';

/** Emitted when a run of a measurement fails. */
export const POLLER_FAILURE: EventDefinition<
  readonly ['telemetry', 'poller', 'failure'],
  { readonly failures: number; readonly retryInMs: number },
  PollerFailureMetadata
> = /* @__PURE__ */ nameEvent(
  ['telemetry', 'poller', 'failure'],
  /* @__PURE__ */ defineEvent({
    doc: 'A measurement of a poller failed',
    level: 'warn',
    tags: ['measurement', 'kind'],
    measurements: { retryInMs: { unit: 'ms', doc: 'When it is tried again' } },
  }),
) as never;
