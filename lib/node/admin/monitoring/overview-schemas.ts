import type { JsonSchema } from '../route';
import { COUNT, listOf, NUMBER, object, oneOf, orNull, TEXT, TIME, YES_NO } from '../schemas';

/** As `lib/dashboard/wire/overview.ts` has it. */
const MAYBE: JsonSchema = { type: ['number', 'null'] };
const MAYBE_TEXT: JsonSchema = { type: ['string', 'null'] };
const WORD = oneOf('pass', 'warn', 'fail');

const HEALTH = object({
  status: WORD,
  checks: { ...COUNT, description: 'All of them' },
  failing: listOf(object({ name: TEXT, status: oneOf('warn', 'fail'), output: MAYBE_TEXT })),
});

const FIRING = object({
  id: TEXT,
  rule: TEXT,
  severity: oneOf('warning', 'critical'),
  summary: TEXT,
  since: TIME,
  is_silenced: YES_NO,
});

const APDEX = object({
  score: { ...MAYBE, minimum: 0, maximum: 1, description: 'null: nothing happened in the last minute' },
  threshold_ms: NUMBER,
  metric: TEXT,
  count: COUNT,
});

const SERIES: JsonSchema = {
  ...object({
    times: listOf(TIME),
    events: listOf(MAYBE),
    requests: listOf(MAYBE),
    errors: listOf(MAYBE),
    lines: listOf(MAYBE),
  }),
  description: 'Per second, of the last five minutes',
};

export const OVERVIEW: JsonSchema = object({
  now: TIME,
  process: object({
    app: MAYBE_TEXT,
    environment: MAYBE_TEXT,
    instance: MAYBE_TEXT,
    hostname: MAYBE_TEXT,
    node: TEXT,
    version: TEXT,
    pid: COUNT,
    uptime: { ...NUMBER, description: 's' },
    started_at: TIME,
  }),
  health: HEALTH,
  rates: {
    ...object({ events: MAYBE, requests: MAYBE, errors: MAYBE, lines: MAYBE, error_ratio: { ...MAYBE, minimum: 0, maximum: 1 } }),
    description: 'Per second, means of the last ten; errors for each request or event of the last minute',
  },
  apdex: orNull(APDEX),
  top_events: listOf(
    object({
      name: TEXT,
      per_second: { ...MAYBE, description: 'Of the last ten seconds' },
      count: { ...COUNT, description: 'Since the counters were reset' },
      p95_ms: { ...MAYBE, description: 'Of the last minute; without a history, since the counters were reset' },
    }),
  ),
  firing: listOf(FIRING),
  firing_total: COUNT,
  errors: listOf(object({ fingerprint: TEXT, type: TEXT, message: TEXT, count: COUNT, last_seen: TIME, error_id: MAYBE_TEXT })),
  requests: orNull(object({ in_flight: COUNT, total: COUNT })),
  series: SERIES,
  heat: { ...MAYBE_TEXT, description: 'The metric to ask /admin/heatmap for' },
});

export const PULSE: JsonSchema = object({
  now: TIME,
  started_at: TIME,
  app: MAYBE_TEXT,
  environment: MAYBE_TEXT,
  instance: MAYBE_TEXT,
  health: WORD,
  firing: COUNT,
  events_per_second: MAYBE,
  errors_last_minute: COUNT,
  monitor: { ...YES_NO, description: 'Whether system and runtime are sampled' },
});
