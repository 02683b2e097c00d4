import type { JsonSchema } from '../route';
import { COUNT, listOf, NUMBER, object, oneOf, orNull, PLAIN, TEXT, TIME, tableOf } from '../schemas';

const OPERATION = object(
  {
    event: TEXT,
    class: TEXT,
    duration_ms: NUMBER,
    threshold_ms: NUMBER,
    severity: oneOf('slow', 'very_slow'),
    time: TIME,
    description: TEXT,
    context: tableOf(PLAIN),
    metadata: tableOf(PLAIN),
  },
  ['class'],
);

const TALLY = object({ count: COUNT, slow: COUNT, verySlow: COUNT });
const LIMITS = object({ warn: NUMBER, error: NUMBER }, ['warn', 'error']);
export const THRESHOLDS: JsonSchema = object({ classes: tableOf(LIMITS), events: tableOf(LIMITS) });

const PROPOSAL = object(
  {
    class: TEXT,
    event: TEXT,
    count: COUNT,
    min: NUMBER,
    max: NUMBER,
    mean: NUMBER,
    p50: NUMBER,
    p95: NUMBER,
    p99: NUMBER,
    p999: NUMBER,
    current: LIMITS,
    judged: TALLY,
    proposed: object({ warn: NUMBER, error: NUMBER }),
    reason: TEXT,
    wouldBeSlow: COUNT,
    wouldBeVerySlow: COUNT,
  },
  ['class', 'event', 'current', 'judged', 'proposed', 'wouldBeSlow', 'wouldBeVerySlow'],
);

const COUNTS = object({
  total: TALLY,
  classes: tableOf(TALLY),
  events: tableOf(TALLY),
  overflow: TALLY,
  ignored: tableOf(COUNT),
  faults: tableOf(COUNT),
});

const WATCH = object({
  counts: COUNTS,
  thresholds: THRESHOLDS,
  proposals: listOf(PROPOSAL),
  left_out: object({ events: COUNT, proposals: COUNT }),
});

/** Of `GET /admin/slow`. */
export const SLOW: JsonSchema = object({ slowest: listOf(OPERATION), operations: orNull(WATCH), requests: orNull(WATCH) });

const GIVEN: JsonSchema = { type: ['string', 'number'], maxLength: 32, description: 'ms, or a text such as `5s`' };
const GIVEN_LIMITS = object({ warn: GIVEN, error: GIVEN }, ['warn', 'error']);

/** Of `PUT /admin/slow/thresholds`. */
export const CHANGES: JsonSchema = object(
  {
    watch: { ...oneOf('operations', 'requests'), description: 'Whose thresholds; `operations` unless said' },
    classes: { ...tableOf(GIVEN_LIMITS), description: 'By name of a class that there is' },
    thresholds: { ...tableOf(GIVEN_LIMITS), description: 'By dotted key of an event; {} takes them away' },
  },
  ['watch', 'classes', 'thresholds'],
);
