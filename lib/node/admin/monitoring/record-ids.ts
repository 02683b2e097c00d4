import { isRecord } from '../../../core/options';
import type { LogLine } from '../../../dashboard/wire/logs';

/** Under which names records have ids that somebody may ask for. */
const NAMES: ReadonlySet<string> = new Set([
  'request_id',
  'trace_id',
  'span_id',
  'session_id',
  'sessionId',
  'error_id',
  'correlation_id',
  'user_id',
]);
/** The same in other schemas, whose files are searched as well. */
const FOREIGN: ReadonlySet<string> = new Set(['http.request.id', 'trace.id', 'span.id', 'error.id', 'TraceId', 'SpanId']);
/** Of the summary of a storm: several, with blanks between. */
const SEVERAL = 'error_ids';

/**
 * Whether a record has an id under a name of ids: its own field, one of an object in it (`log.fieldsUnder`, `data` of business events), and
 * so on as deep as said. A number is the id that it is written as.
 *
 * @param depth - How many objects within objects are looked into.
 */
export function hasId(record: LogLine, id: string, depth = 1): boolean {
  return holds(record, id, depth, '');
}

function holds(record: LogLine, id: string, depth: number, above: string): boolean {
  for (const [key, value] of Object.entries(record)) {
    if (typeof value === 'string' || typeof value === 'number') {
      if (isIdName(key, above) && `${value}` === id) return true;
      if (key === SEVERAL && `${value}`.split(' ').includes(id)) return true;
    } else if (depth > 0 && isRecord(value) && holds(value, id, depth - 1, `${above}${key}.`)) return true;
  }
  return false;
}

const isIdName = (key: string, above: string): boolean =>
  NAMES.has(key) || FOREIGN.has(key) || FOREIGN.has(`${above}${key}`) || NAMES.has(key.slice(key.lastIndexOf('.') + 1));
