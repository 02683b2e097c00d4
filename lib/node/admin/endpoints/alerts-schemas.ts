import type { JsonSchema } from '../route';
import { COUNT, listOf, NUMBER, object, oneOf, TEXT, TIME, tableOf, YES_NO } from '../schemas';

/** How alerts are told: as `alertsOf(bus)` tells them. */
const SEVERITY = oneOf('warning', 'critical');

const ALERT: JsonSchema = object(
  {
    id: TEXT,
    rule: TEXT,
    group: TEXT,
    by: TEXT,
    state: oneOf('pending', 'firing', 'resolved'),
    severity: SEVERITY,
    value: { type: ['number', 'null'] },
    threshold: { type: ['number', 'null'], description: 'null: there is nothing to compare with' },
    summary: TEXT,
    condition: TEXT,
    runbook: TEXT,
    since: TIME,
    firedAt: TIME,
    resolvedAt: TIME,
    isSilenced: YES_NO,
    details: tableOf(TEXT),
  },
  ['group', 'by', 'value', 'runbook', 'firedAt', 'resolvedAt'],
);

const RULE = object(
  {
    name: TEXT,
    condition: TEXT,
    state: oneOf('inactive', 'pending', 'firing'),
    severity: SEVERITY,
    value: { type: ['number', 'null'] },
    evaluatedAt: TIME,
    pending: COUNT,
    firing: COUNT,
    overflow: COUNT,
  },
  ['severity', 'value', 'evaluatedAt'],
);

const CHANGE = object({
  time: TIME,
  change: oneOf('pending', 'ended', 'firing', 'raised', 'lowered', 'resolved', 'removed'),
  alert: ALERT,
});

const TARGET = object({
  place: TEXT,
  accepted: COUNT,
  delivered: COUNT,
  dead: tableOf(COUNT),
  queued: COUNT,
  limited: COUNT,
  summaries: COUNT,
  attempts: COUNT,
  isResting: YES_NO,
});

const STATS = object({
  isRunning: YES_NO,
  rules: COUNT,
  ticks: COUNT,
  tickMs: NUMBER,
  failures: COUNT,
  records: object({ seen: COUNT, told: COUNT, suppressed: COUNT, silenced: COUNT }),
  targets: tableOf(TARGET),
});

/** Of `GET /admin/alerts`. */
export const ALERTS: JsonSchema = object({
  rules: listOf(RULE),
  firing: listOf(ALERT),
  pending: listOf(ALERT),
  history: listOf(CHANGE),
  stats: STATS,
  left_out: object({ rules: COUNT, firing: COUNT, pending: COUNT }),
});

export const SILENCE: JsonSchema = object(
  { id: TEXT, rule: TEXT, group: TEXT, severity: SEVERITY, reason: TEXT, by: TEXT, startedAt: TIME, endsAt: TIME },
  ['rule', 'group', 'severity', 'reason', 'by'],
);

/** Of `POST /admin/silences`. */
export const SILENCE_REQUEST: JsonSchema = object(
  {
    rule: { ...TEXT, maxLength: 64, description: 'Name of a rule' },
    group: { ...TEXT, maxLength: 1000, description: 'Value of the field that the rule groups by' },
    severity: SEVERITY,
    everything: { ...YES_NO, description: 'Must be true for a silence without rule, group and severity' },
    for: { ...TEXT, maxLength: 32, description: 'How long, such as `30m` or `2h`; at most 365 days' },
    reason: { ...TEXT, maxLength: 1000, description: 'For people; 200 characters are kept' },
  },
  ['rule', 'group', 'severity', 'everything', 'reason'],
);

/** Of `POST /admin/alerts/test`. */
export const OUTCOME: JsonSchema = object(
  { target: TEXT, isDelivered: YES_NO, code: TEXT, attempts: COUNT, duration: { ...NUMBER, description: 'In ms' } },
  ['code'],
);
