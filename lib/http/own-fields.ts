import { isThenable } from '../core/dispatch';
import { isRecord } from '../core/options';

type Fields = Readonly<Record<string, unknown>>;

const MAX_FIELDS = 50;
/** Of the record itself, and of the scope: nobody says these but the library. */
const OWN = new Set([
  'request_id',
  'trace_id',
  'span_id',
  'method',
  'path',
  'status',
  'duration_ms',
  'content_length',
  'ip',
  'user_agent',
  'route',
  'aborted',
  'upgraded',
  'http_version',
]);
const OF_SCOPE = new Set(['request_id', 'trace_id', 'span_id']);

/**
 * Copies what an application says more of a request: own enumerable fields, the first 50, each read once; one whose getter throws is left
 * out. Never throws.
 *
 * @returns `undefined` for what is no object, or a promise of one.
 */
export function copyOf(given: unknown): Record<string, unknown> | undefined {
  try {
    if (!isRecord(given) || isThenable(given)) return undefined;
    const copy: [string, unknown][] = [];
    for (const key of Object.keys(given).slice(0, MAX_FIELDS)) {
      try {
        copy.push([key, given[key]]);
      } catch {
        // Nothing can be said of it.
      }
    }
    // Assigning to `__proto__` would not make a field of it.
    return Object.fromEntries(copy);
  } catch {
    return undefined;
  }
}

const without = (fields: Fields, names: ReadonlySet<string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !names.has(key)));

/** More fields for the access record, on top of those there are; 50 in all. */
export function added(before: Fields | undefined, more: Fields): Record<string, unknown> {
  const all = Object.entries({ ...before, ...without(more, OWN) });
  return Object.fromEntries(all.slice(0, MAX_FIELDS));
}

/** Fields for the scope of a request, whose ids stay those of the request. */
export const forScope = (fields: Fields): Record<string, unknown> => without(fields, OF_SCOPE);
