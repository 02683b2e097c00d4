import { isPlain } from './quote';
import type { Field } from './shape';

/** What is kept of a field: longer texts hardly come again. */
const MAX_KNOWN = 16;
/** Enough for what browsers call themselves. */
export const MAX_KNOWN_CHARS = 256;
/** A field that brought something new so often in a row is not looked at any more. */
const MAX_MISSES = 64;

/** Keeps the text of a value, if it is the value itself: what was masked is looked at, and counted, each time. */
export function remember(field: Field, known: Map<string, string>, value: string, text: string): void {
  if (++field.misses > MAX_MISSES) field.known = undefined;
  else if (known.size < MAX_KNOWN && value.length <= MAX_KNOWN_CHARS && text === value && isPlain(text)) {
    known.set(value, flat(`${field.quoted}${text}"`));
  }
}

/** The same text in one piece: put together from two, it would be put together anew in every line. */
export function flat(text: string): string {
  isPlain(text);
  return text;
}
