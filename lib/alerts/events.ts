import { defineEvent, type EventDefinition, nameEvent } from '../core/definition';
import type { AlertDeliveryMetadata, AlertMetadata } from '../core/own-events';

/** Tags that a rule can have without making a series for each group. */
const TAGS = ['rule', 'severity'] as const;

/** A condition began to hold; the time it must hold for is not over. */
export const ALERT_PENDING: EventDefinition = /* @__PURE__ */ nameEvent(
  ['telemetry', 'alert', 'pending'],
  /* @__PURE__ */ defineEvent<object, AlertMetadata>({ doc: 'The condition of an alert began to hold', level: 'debug', tags: TAGS }),
);

/** An alert began to fire, or became critical. */
export const ALERT_FIRING: EventDefinition = /* @__PURE__ */ nameEvent(
  ['telemetry', 'alert', 'firing'],
  /* @__PURE__ */ defineEvent<object, AlertMetadata>({ doc: 'An alert began to fire, or became critical', level: 'warn', tags: TAGS }),
);

/** An alert that fired is over. */
export const ALERT_RESOLVED: EventDefinition = /* @__PURE__ */ nameEvent(
  ['telemetry', 'alert', 'resolved'],
  /* @__PURE__ */ defineEvent<object, AlertMetadata>({ doc: 'An alert that fired is over', level: 'info', tags: TAGS }),
);

/** A target has taken a notification. */
export const ALERT_DELIVERED: EventDefinition = /* @__PURE__ */ nameEvent(
  ['telemetry', 'alert', 'delivered'],
  /* @__PURE__ */ defineEvent<object, AlertDeliveryMetadata>({
    doc: 'A target has taken a notification',
    level: 'debug',
    tags: ['target', 'kind'],
  }),
);

/** A notification will not reach a target. */
export const ALERT_UNDELIVERED: EventDefinition = /* @__PURE__ */ nameEvent(
  ['telemetry', 'alert', 'undelivered'],
  /* @__PURE__ */ defineEvent<object, AlertDeliveryMetadata>({
    doc: 'A notification was given up for a target',
    level: 'warn',
    tags: ['target', 'kind', 'reason'],
  }),
);
