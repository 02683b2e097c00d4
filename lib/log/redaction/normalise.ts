import type { Codes } from './codes';

/** Characters without a width, and marks: they change how a name is spelled, not what it says. */
const INVISIBLE = /[\p{Cf}\p{M}\u115f\u1160\u3164]+/gu;
const ESCAPE = /%([0-9a-f]{2})|\\u([0-9a-f]{4})/gi;
/** Keys longer than this are judged by their beginning. */
const MAX_KEY = 256;

/**
 * A key as it is meant: full-width and other compatibility letters as plain ones, invisible characters and accents
 * removed, `%70` and `\u0070` read once. ASCII keys come back as they are. Linear; looks at the first 256 characters.
 *
 * @example
 * normaliseKey('ｐａｓｓ\u200bword'); // => 'password'
 */
export function normaliseKey(key: string): string {
  let name = key.length > MAX_KEY ? key.slice(0, MAX_KEY) : key;
  if (name.includes('%') || name.includes('\\')) {
    name = name.replace(ESCAPE, (_, byte?: string, unit?: string) => String.fromCharCode(Number.parseInt(byte ?? unit!, 16)));
  }
  for (let i = 0; i < name.length; i++) {
    if (name.charCodeAt(i) > 127) return name.normalize('NFKD').replace(INVISIBLE, '').normalize('NFKC');
  }
  return name;
}

/** Whether a character (not ASCII) is one that {@link decodeOnce} reads as another or as nothing. */
export const isDisguise = (code: number): boolean =>
  (code >= 0xff01 && code <= 0xff5e) ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x2060 && code <= 0x2064) ||
  code === 0xfeff ||
  code === 0xad ||
  code === 0x180e;

const BACKSLASH = 92;
const PERCENT = 37;
const LOWER_U = 117;

/**
 * Reads percent-encoding and `\u` escapes of ASCII characters once, full-width letters as plain ones, and leaves out
 * characters without a width. Linear.
 *
 * @param decoded - Gets the text, the same length or shorter.
 * @returns For each character of the decoded text, and its end, where that stood.
 */
export function decodeOnce(text: Codes, decoded: Codes): Uint32Array {
  const origin = new Uint32Array(text.length + 1);
  decoded.reserve(text.length);
  const { units } = decoded;
  const total = text.length;
  let length = 0;
  for (let i = 0; i < total; ) {
    const at = i;
    let code = text.charCodeAt(i++);
    if (code > 127) {
      if (isDisguise(code)) {
        if (code < 0xff01 || code === 0xfeff) continue;
        code -= 0xfee0;
      }
    } else if (code === PERCENT || code === BACKSLASH) {
      const size = escapeSize(text, at);
      if (size > 0) {
        code = hexAt(text, at + size - 2, 2);
        i = at + size;
      }
    }
    origin[length] = at;
    units[length++] = code;
  }
  origin[length] = total;
  decoded.end(length);
  return origin;
}

/** Length of the escape of an ASCII character at a position; 0 when there is none. */
export function escapeSize(text: Codes, at: number): number {
  if (at + 2 >= text.length) return 0;
  if (text.charCodeAt(at) === PERCENT) return isAscii(hexAt(text, at + 1, 2)) ? 3 : 0;
  return text.charCodeAt(at + 1) === LOWER_U && isAscii(hexAt(text, at + 2, 4)) ? 6 : 0;
}

const isAscii = (code: number): boolean => code >= 0 && code < 128;

/** The number that so many hexadecimal digits make; -1 when they are none. */
function hexAt(text: Codes, at: number, digits: number): number {
  if (at + digits > text.length) return -1;
  let value = 0;
  for (let i = at; i < at + digits; i++) {
    const code = text.charCodeAt(i);
    const digit = code >= 48 && code <= 57 ? code - 48 : (code | 32) >= 97 && (code | 32) <= 102 ? (code | 32) - 87 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
