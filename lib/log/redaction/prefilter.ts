import { CLASSES, WORD } from './chars';

/** Texts up to this length hold no token and no card number, only pairs. */
const SHORT = 12;
/** The shortest token, with its prefix. */
const LONG = 16;
/** Every number of 13 digits covers two places this far apart. */
const STRIDE = 6;
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
/** What pairs, URLs, elements, flags, escapes, look-alike letters and authentication schemes have. */
const MARKS = /[:=<%\\\xad\u180e\u200b-\u200f\u2060-\u2064\ufeff\uff01-\uff5e]|--|[Bb][Ee][Aa][Rr]|[Bb][Aa][Ss][Ii]|whsec_/;

const STOPS: Uint8Array = new Uint8Array(128);
for (const mark of ':=<%\\') STOPS[mark.charCodeAt(0)] = 1;

/**
 * Whether a text may hold a secret at all; almost none does, and this must cost almost nothing. A short text is looked
 * through for the marks of a pair. A longer one goes through one regular expression of single characters, which the
 * engine runs faster than any loop; then it is looked through for long runs without blanks, which all tokens are.
 */
export function maySecret(text: string): boolean {
  const length = text.length;
  if (length <= SHORT) {
    // A key has two characters, a value one.
    for (let i = 2; i < length - 1; i++) {
      const code = text.charCodeAt(i);
      if (code > 127 || STOPS[code] === 1) return true;
    }
    return false;
  }
  if (length === 36 && text.charCodeAt(8) === 45 && UUID.test(text)) return false;
  return MARKS.test(text) || hasNumber(text, length) || hasLongRun(text, length);
}

/**
 * Whether there is a run of 16 characters of a token. From the last place where such a run could end it reads backwards,
 * so that it reads a part of the characters only.
 */
function hasLongRun(text: string, length: number): boolean {
  let start = 0;
  let known = 0;
  while (start + LONG <= length) {
    let at = start + LONG - 1;
    while (at >= known && isWord(text.charCodeAt(at))) at--;
    if (at < known) return true;
    known = start + LONG;
    start = at + 1;
  }
  return false;
}

/**
 * Whether four digits stand together where a card number would have them: of the characters of one, in groups or not, two
 * that are six apart are never both blanks or dashes.
 */
function hasNumber(text: string, length: number): boolean {
  for (let at = STRIDE - 1; at < length; at += STRIDE) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < length && isDigit(text.charCodeAt(end))) end++;
    if (end - start >= 4) return true;
  }
  return false;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isWord = (code: number): boolean => code < 128 && (CLASSES[code]! & WORD) !== 0;
