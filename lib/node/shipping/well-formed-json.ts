/** One escape after the other, so that the second backslash of `\\ud800` begins none. */
const ESCAPES = /\\(?:ud[89a-f][\da-f]{2}|.)/gs;
const HALF = '\\ud';

/**
 * JSON with U+FFFD for each half of a surrogate pair: there is no UTF-8 for it, and strict receivers refuse the whole request because of
 * its escape.
 */
export function wellFormedJson(value: unknown): string {
  const json = JSON.stringify(value);
  // Whole pairs are no escapes here.
  return json.includes(HALF) ? json.replace(ESCAPES, (found) => (found.startsWith(HALF) ? '\ufffd' : found)) : json;
}
