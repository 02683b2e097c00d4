import { read } from '../core/read';

/** The beginning of a text, in memory of its own: a piece cut out of a page would keep the page. */
export function boundedText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // Half a surrogate pair is no character.
  const end = /[\ud800-\udbff]/.test(text[maxLength - 2]!) ? maxLength - 2 : maxLength - 1;
  return JSON.parse(JSON.stringify(`${text.slice(0, end)}…`)) as string;
}

const MAX_TEXT = 256;
const MAX_FIELDS = 20;

/**
 * Copies the fields of these names that are texts, numbers or booleans, as far as they can be read; the rest may be of any
 * size, and change later.
 *
 * @param hidden - Names that are left out.
 */
export function plainFields(source: unknown, keys: readonly string[], hidden: readonly string[]): Readonly<Record<string, PlainValue>> {
  const entries: [string, PlainValue][] = [];
  for (const key of keys) {
    if (entries.length >= MAX_FIELDS) break;
    if (hidden.includes(key)) continue;
    const value = plainValue(read(source, key));
    if (value !== undefined) entries.push([key, value]);
  }
  // Assigning to `__proto__` would not make a field of it.
  return Object.freeze(Object.fromEntries(entries));
}

export type PlainValue = string | number | boolean;

function plainValue(value: unknown): PlainValue | undefined {
  if (typeof value === 'string') return boundedText(value, MAX_TEXT);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** A copy of metadata without the fields of these names. What can't be read is left out as well. */
export function withoutKeys(metadata: object, hidden: readonly string[]): Readonly<Record<string, unknown>> {
  if (hidden.length === 0) return metadata as Readonly<Record<string, unknown>>;
  try {
    const keys = Object.keys(metadata).filter((key) => !hidden.includes(key));
    return Object.fromEntries(keys.map((key) => [key, read(metadata, key)]));
  } catch {
    return {};
  }
}
