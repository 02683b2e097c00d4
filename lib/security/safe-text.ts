/** Texts that others chose, made fit for names and keys. */

const MAX_NAME_CHARS = 64;
const MAX_KEY_CHARS = 256;

/** A name of at most 64 printable ASCII characters, whatever was given. */
export function safeName(name: unknown): string {
  if (typeof name !== 'string' || name === '') return 'unnamed';
  return name.slice(0, MAX_NAME_CHARS).replace(/[^\x21-\x7e]/g, '_');
}

/** What failures are counted by: a text of at most 256 characters, or nothing. */
export function safeKey(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value).slice(0, MAX_KEY_CHARS);
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_KEY_CHARS) : undefined;
}
