/**
 * What can stand in a line as it is. The rest is quotes, backslashes, C0 and C1 controls, DEL, line and paragraph
 * separators, bidirectional controls, invisible characters, surrogates; and letters beyond ASCII, looked at more closely.
 */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

const HIDDEN = /[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A string as JSON text that can neither end a line nor drive a terminal nor reorder what is read: JSON's own escapes
 * (lone surrogates included), and `\uXXXX` for what JSON lets through. Parsing gives the same string back.
 */
export const quote = (text: string): string => (isPlain(text) ? `"${text}"` : escaped(text));

/** 1 for what must not stand in a line as it is. */
const ESCAPED: Uint8Array = new Uint8Array(128).fill(1);
for (let code = 0x20; code < 0x7f; code++) ESCAPED[code] = code === 0x22 || code === 0x5c ? 1 : 0;

/** Up to this length a loop is faster than the regular expression. */
const SHORT = 32;

/** Whether a text is printable ASCII that needs no escape: then it has as many bytes as characters. */
export function isPlain(text: string): boolean {
  const { length } = text;
  if (length > SHORT) return PLAIN.test(text);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7e || ESCAPED[code] === 1) return false;
  }
  return true;
}

const escaped = (text: string): string => JSON.stringify(text).replace(HIDDEN, escapeUnit);
