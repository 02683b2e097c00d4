import { CLASSES, WORD } from './chars';
import { asciiOf } from './codes';

/** Texts up to this length hold no token and no card number, only pairs. */
const SHORT = 12;
/** The shortest token, with its prefix. */
const LONG = 16;
/** From this length on the engine's own encoder reads a text faster than a loop does. */
const ENCODED = 48;
/** What every card number has. */
const NUMBER = /\d\d\d\d/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
/** Ids of traces and spans: no token is of these characters alone. */
const TRACE_ID = /^[\da-f]{32}$/;
const SPAN_ID = /^[\da-f]{16}$/;
/** Without one, so many digits as a span id has may be the number of a card. */
const LETTER = /[a-f]/;
/** The longest text that {@link isFixed} knows. */
const MAX_FIXED = 36;
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
  if (length <= MAX_FIXED && isFixed(text, length)) return false;
  if (MARKS.test(text) || NUMBER.test(text)) return true;
  const ascii = length >= ENCODED ? asciiOf(text) : undefined;
  return ascii === undefined ? hasLongRun(text, length) : hasLongAsciiRun(ascii, length);
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

/** The same for the characters of a text in an array. */
function hasLongAsciiRun(bytes: Uint8Array, length: number): boolean {
  const classes = CLASSES;
  let start = 0;
  let known = 0;
  while (start + LONG <= length) {
    let at = start + LONG - 1;
    while (at >= known && (classes[bytes[at]!]! & WORD) !== 0) at--;
    if (at < known) return true;
    known = start + LONG;
    start = at + 1;
  }
  return false;
}

/** Whether a text is the id of a trace or a span, a UUID or a time, which many records have. */
function isFixed(text: string, length: number): boolean {
  if (length === 32) return TRACE_ID.test(text);
  if (length === 16) return SPAN_ID.test(text) && LETTER.test(text);
  return length === 36 ? text.charCodeAt(8) === 45 && UUID.test(text) : length >= 20 && text.charCodeAt(4) === 45 && ISO_TIME.test(text);
}

const isWord = (code: number): boolean => code < 128 && (CLASSES[code]! & WORD) !== 0;
