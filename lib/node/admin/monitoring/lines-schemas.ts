import type { JsonSchema } from '../route';
import { COUNT, listOf, object, TEXT, YES_NO } from '../schemas';

/** A record of the log; its fields are the application's. */
export const RECORD: JsonSchema = { type: 'object', description: 'A record of the log, redacted' };

export const LINES: JsonSchema = object({
  lines: listOf(object({ seq: COUNT, record: RECORD })),
  last_seq: { ...COUNT, description: 'Of the last line logged, counted from 1 since this API was made' },
  oldest_seq: { ...COUNT, description: 'Of the oldest line that is kept; what came before is in the files' },
  matched: { ...COUNT, description: 'How many kept lines pass the filter, since_seq aside' },
  kept: COUNT,
  loggers: { ...listOf(TEXT), description: 'Of the kept lines, at most 100' },
  events: { ...listOf(TEXT), description: 'Of the kept lines, at most 100' },
  has_log: { ...YES_NO, description: 'false: the log of this bus cannot be made, or no level lets anything through' },
});
