import { isRecord } from '../../../core/options';
import type { ShownLine } from './line-filter';

/** Where the schemas of records have ids of errors; the last of a summary are several, with blanks between. */
const KEYS: readonly string[] = ['error_id', 'error.id', 'fingerprint', 'error_ids'];
const MAX_DEPTH = 3;

/**
 * Whether a line that has an id in it is about that error. That somebody asked for it is in the log as well, as a record of the stream
 * `security`: without this, an id that is nowhere would be found when it is asked for again.
 */
export function isAbout(line: ShownLine, id: string): boolean {
  if (typeof line === 'string') return !line.includes('sensitive_read');
  return holds(line, id, MAX_DEPTH);
}

function holds(record: Readonly<Record<string, unknown>>, id: string, depth: number): boolean {
  return Object.entries(record).some(([key, value]) => {
    if (typeof value === 'string') return KEYS.includes(key) && value.split(' ').includes(id);
    if (!isRecord(value) || depth === 0) return false;
    return (key === 'error' && value.id === id) || holds(value, id, depth - 1);
  });
}
