import { LEVELS } from '../../../core/level';
import type { JsonSchema } from '../route';
import { COUNT, ISO_TIME, listOf, NUMBER, object, oneOf, orNull, TEXT, tableOf, YES_NO } from '../schemas';

const SCHEMA = object({ vendor: TEXT, json_schema: { type: 'object', description: 'Where the schema can make one' } }, ['json_schema']);
const MS: JsonSchema = { ...NUMBER, description: 'ms' };

/** What a definition says. */
const DECLARED: Readonly<Record<string, JsonSchema>> = {
  doc: TEXT,
  measurements: { ...tableOf(object({ unit: TEXT, doc: TEXT }, ['unit', 'doc'])), description: 'Those of which something is said' },
  tags: { ...listOf(TEXT), description: 'Metadata that splits metrics into series' },
  private: { ...listOf(TEXT), description: 'Metadata whose content is never told' },
  slow: object({ warn_ms: NUMBER, error_ms: NUMBER }, ['warn_ms', 'error_ms']),
  stream: TEXT,
  event_type: TEXT,
  schema: object({ measurements: SCHEMA, metadata: SCHEMA }, ['measurements', 'metadata']),
};

/** One event. */
export const EVENT: JsonSchema = object(
  {
    name: TEXT,
    is_declared: { ...YES_NO, description: 'false: it was emitted or attached to, and no catalogue declares it' },
    level: { ...oneOf(...LEVELS), description: 'Of its records' },
    duration_unit: { ...oneOf('ns', 'us', 'ms', 's'), description: 'Of the durations that are emitted; statistics are in ms' },
    ...DECLARED,
    handlers: { ...listOf(TEXT), description: 'Ids, in the order they are called in; at most 100' },
    count: orNull({ ...COUNT, description: 'As the metrics have counted; null: they have not' }),
    durations: orNull(object({ count: COUNT, min_ms: MS, max_ms: MS, mean_ms: MS, p50_ms: MS, p95_ms: MS, p99_ms: MS })),
    watched_count: { ...COUNT, description: 'Since `watched.since`' },
    per_second: object({
      last_10s: orNull({ ...NUMBER, description: 'null: nobody has watched for a second yet' }),
      last_60s: orNull(NUMBER),
    }),
    last_seen: orNull({ ...ISO_TIME, description: 'To the second; null: not since `watched.since`' }),
    sample: orNull(
      object({ time: ISO_TIME, fields: { type: 'object', description: 'As the log would write them: redacted, at most 8 KiB' } }),
    ),
  },
  Object.keys(DECLARED),
);

export const WATCHED: JsonSchema = object({ since: ISO_TIME });
