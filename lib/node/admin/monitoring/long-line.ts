import { flat } from '../../../log/known-values';

/** Of the record itself, in the order it is written in. */
const KEPT: readonly string[] = [
  'timestamp',
  'level',
  'logger',
  'message',
  'event_name',
  'request_id',
  'trace_id',
  'span_id',
  'error_id',
  'error_type',
  'fingerprint',
  'session_id',
  'sessionId',
];
/** Of one text, as it is written. */
const VALUE = /(?:[^"\\]|\\u[\da-f]{4}|\\.){0,500}/iuy;

/**
 * What stands for a line that is too long to be kept: a record of what it begins with and of its ids, each cut to 500 characters, and in
 * `left_out` how long it was. Found by searching the text: parsing a line of some megabytes would keep the application waiting.
 */
export function shortened(line: string): string {
  let text = '{';
  for (const name of KEPT) {
    const key = `"${name}":"`;
    // Within a text, a quote has a backslash before it, so this is a key.
    const at = line.indexOf(key);
    if (at < 0) continue;
    VALUE.lastIndex = at + key.length;
    text += `${key}${VALUE.exec(line)?.[0] ?? ''}",`;
  }
  return flat(`${text}"left_out":"${line.length} characters: too long to be kept in memory, and whole in the log files"}`);
}
