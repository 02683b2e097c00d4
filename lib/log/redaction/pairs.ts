import { ALNUM, CLASSES, codeAt, DIGIT, isOf, NAME, skip } from './chars';
import type { Codes } from './codes';
import type { KeyReader, Reading } from './key-reader';
import type { KeyVerdict } from './keys';
import type { Spans } from './spans';
import { scanValue } from './values';

/** Keys longer than this are not looked for in text. */
const MAX_KEY = 64;
/** Blanks allowed between a key and its colon or equals sign. */
const MAX_GAP = 4;

const BACKSLASH = 92;
const QUESTION = 63;
const AMPERSAND = 38;
const isBlank = (code: number): boolean => code === 32 || code === 9;
const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;
/** `api key`, `session id`, `card number`: the last word alone says nothing. */
const MORE_WORDS = 2;

/** The key of a pair: where it stands, and whether it is in quotes. */
interface Key {
  start: number;
  end: number;
  quote: number;
}

// One object for all: a text may have a hundred thousand pairs, and nothing here calls out.
const found: Key = { start: 0, end: 0, quote: 0 };

/**
 * Masks the value of a pair with a secret key, given the position of its `:` or `=`: `password=x`, `"api_key": "x"`,
 * `\"token\":\"x\"` inside a JSON string, `headers['authorization'] = 'x'`, `API key: x`, `Cookie: a=b; c=d`.
 *
 * @returns Where to go on.
 */
export function scanPair(text: Codes, at: number, spans: Spans, keys: KeyReader): number {
  const next = codeAt(text, at + 1);
  // `::` joins names in several languages.
  if (codeAt(text, at) === 58 && (next === 58 || codeAt(text, at - 1) === 58)) return at + 1;
  if (!findKey(text, at)) return at + 1;
  const { start, end, quote } = found;
  const reading = keys.read(text, start, end);
  const verdict = reading.verdict === 'plain' || reading.isLastWord ? verdictOf(text, start, end, quote, reading, keys) : reading.verdict;
  if (verdict === 'plain' || (reading.isFile && isOf(next, DIGIT))) return at + 1;
  let value = at + 1;
  while (codeAt(text, value) === 61 || codeAt(text, value) === 62) value++;
  while (isBlank(codeAt(text, value))) value++;
  const opener = quote === 0 ? codeAt(text, start - 1) : 0;
  return scanValue(text, value, verdict, reading.name, isQuote(opener) ? opener : 0, spans);
}

/** Masks the value after a flag of a command line, `--password x`, given the position after its dashes. */
export function scanFlag(text: Codes, at: number, spans: Spans, keys: KeyReader): number {
  const end = skip(text, at, NAME, MAX_KEY);
  if (end === at || !isBlank(codeAt(text, end)) || codeAt(text, end + 1) === 45) return at;
  const { verdict } = keys.read(text, at, end);
  return verdict === 'plain' ? at : scanValue(text, end + 1, verdict, '', 0, spans);
}

/** Masks the content of an XML element with a secret name, given the position of its `<`. */
export function scanElement(text: Codes, at: number, spans: Spans, keys: KeyReader): number {
  const end = skip(text, at + 1, NAME, MAX_KEY);
  if (end < at + 4 || keys.read(text, at + 1, end).verdict !== 'secret') return at + 1;
  const close = skipAttributes(text, end);
  if (codeAt(text, close) !== 62 || codeAt(text, close - 1) === 47) return at + 1;
  const stop = text.indexOf('</', close + 1);
  return spans.add(close + 1, stop < 0 ? text.length : stop);
}

function skipAttributes(text: Codes, from: number): number {
  let i = from;
  while (i < from + 256 && i < text.length && codeAt(text, i) !== 62 && codeAt(text, i) !== 60) i++;
  return i;
}

function findKey(text: Codes, at: number): boolean {
  let end = at;
  while (end > 0 && at - end < MAX_GAP && isBlank(text.charCodeAt(end - 1))) end--;
  if (end > 0 && text.charCodeAt(end - 1) === 93) end--;
  if (end < 2) return false;
  const quote = text.charCodeAt(end - 1);
  found.quote = 0;
  if (isQuote(quote)) {
    end--;
    let start = end - 1;
    const limit = Math.max(0, end - MAX_KEY);
    while (start >= limit && text.charCodeAt(start) !== quote) start--;
    if (start < limit) return false;
    while (codeAt(text, end - 1) === BACKSLASH) end--;
    found.quote = quote;
    found.start = start + 1;
    found.end = end;
    return end > start + 1;
  }
  const { units } = text;
  const classes = CLASSES;
  let start = end;
  const limit = end > MAX_KEY ? end - MAX_KEY : 0;
  for (; start > limit; start--) {
    const code = units[start - 1]!;
    if (code < 128 ? (classes[code]! & NAME) === 0 : !isName(code)) break;
  }
  // A line break before the name, written as an escape: `\nAuthorization: …`.
  if (codeAt(text, start) === BACKSLASH && isOf(codeAt(text, start + 1) | 32, ALNUM) && codeAt(text, start + 1) !== 117) start += 2;
  found.start = start;
  found.end = end;
  return end > start + 1;
}

/** Whether a character may be part of a name outside quotes. */
export const isName = (code: number): boolean =>
  code < 128 ? (CLASSES[code]! & NAME) !== 0 : code !== 0xff1d && code !== 0xff1a && code !== 0xa0;

/** The verdict on a key that says nothing by itself: on a parameter of a URL, or on several words outside quotes. */
function verdictOf(text: Codes, start: number, end: number, quote: number, reading: Reading, keys: KeyReader): KeyVerdict {
  if (reading.isParameter && (codeAt(text, start - 1) === QUESTION || codeAt(text, start - 1) === AMPERSAND)) return 'secret';
  if (quote !== 0 || !reading.isLastWord) return reading.verdict;
  let verdict = reading.verdict;
  let from = start;
  const limit = Math.max(0, start - MAX_KEY);
  for (let words = 0; words < MORE_WORDS && codeAt(text, from - 1) === 32 && isOf(codeAt(text, from - 2), ALNUM); words++) {
    from -= 2;
    while (from > limit && isOf(codeAt(text, from - 1), ALNUM)) from--;
    verdict = keys.read(text, from, end).verdict;
    if (verdict !== 'plain') return verdict;
  }
  return verdict;
}
