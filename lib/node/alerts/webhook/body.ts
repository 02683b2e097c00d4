import type { Alert } from '../../../alerts/alert';
import type { AlertNotification } from '../../../alerts/target';
import { safeLines } from '../safe-text';

/** What a webhook is sent, as JSON. All keys are always there; what is not known is `null`. Times are ISO 8601 in UTC. */
export interface WebhookBody {
  /** Of this shape: a higher number may leave out or rename keys. Keys that are new may come at any time. */
  readonly version: 1;
  /** The same in each attempt to deliver it, as is the header `Idempotency-Key`. */
  readonly id: string;
  /** `firing`, `resolved`, `reminder`, `record`, `summary`, `test`. */
  readonly kind: string;
  /** `warning`, `critical`. */
  readonly severity: string;
  readonly title: string;
  readonly text: string;
  /** Ties what belongs together: the rule, or the fingerprint of a record. */
  readonly key: string;
  readonly time: string | null;
  readonly alerts: readonly WebhookAlert[];
  /** How many alerts there are besides. */
  readonly more: number;
  /** `app`, `environment`, `instance`, `hostname`, those that are known. */
  readonly origin: Readonly<Record<string, string>>;
}

export interface WebhookAlert {
  /** The same for the same rule and group, whatever the process. */
  readonly id: string;
  readonly rule: string;
  readonly group: string | null;
  /** What the group is a value of. */
  readonly by: string | null;
  /** `pending`, `firing`, `resolved`. */
  readonly state: string;
  readonly severity: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly summary: string;
  readonly condition: string;
  readonly runbook: string | null;
  readonly since: string | null;
  readonly fired_at: string | null;
  readonly resolved_at: string | null;
  readonly is_silenced: boolean;
  readonly details: Readonly<Record<string, string>>;
}

/** A notification as receivers get it. */
export const webhookBody = (notification: AlertNotification): WebhookBody => ({
  version: 1,
  id: notification.id,
  kind: notification.kind,
  severity: notification.severity,
  title: text(notification.title),
  text: text(notification.text),
  key: text(notification.key),
  time: iso(notification.time),
  alerts: notification.alerts.slice(0, MAX_ALERTS).map(alertBody),
  more: notification.more,
  origin: texts(notification.origin),
});

const MAX_ALERTS = 5;
const [MAX_TEXT, MAX_ENTRIES, MAX_KEY] = [2500, 20, 64];

const alertBody = (alert: Alert): WebhookAlert => ({
  id: alert.id,
  rule: alert.rule,
  group: alert.group === undefined ? null : text(alert.group),
  by: alert.by ?? null,
  state: alert.state,
  severity: alert.severity,
  value: finite(alert.value),
  threshold: finite(alert.threshold),
  summary: text(alert.summary),
  condition: text(alert.condition),
  runbook: alert.runbook ?? null,
  since: iso(alert.since),
  fired_at: iso(alert.firedAt),
  resolved_at: iso(alert.resolvedAt),
  is_silenced: alert.isSilenced,
  details: texts(alert.details),
});

const text = (value: string): string => safeLines(value, MAX_TEXT);
const finite = (value: number | undefined): number | null => (Number.isFinite(value) ? (value as number) : null);

const texts = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record)
      .slice(0, MAX_ENTRIES)
      .map(([key, value]) => [key.slice(0, MAX_KEY), text(value)]),
  );

function iso(ms: number | undefined): string | null {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
