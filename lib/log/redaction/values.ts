import { ALNUM, CLASSES, codeAt, isOf, NAME, SPACE, skip, VALUE_END } from './chars';
import type { Codes } from './codes';
import type { KeyVerdict } from './keys';
import { isBlankAt } from './schemes';
import type { Spans } from './spans';
import { Words } from './words';

const BACKSLASH = 92;
/** First characters of a session id that stay readable. */
export const SESSION_PREFIX = 8;
/** Longest name looked for behind a separator. */
const MAX_NAME = 40;

/** What is said about a secret rather than being one: states, and types in source text. */
const NO_SECRETS: Words = new Words(
  `null undefined true false none nil no not yes required missing invalid expired expires empty unset hidden redacted masked is are was were
  must should cannot could failed incorrect wrong mismatch mismatched unexpected unknown unauthorized string str number boolean bool int integer
  any object void function optional disabled enabled ok verified accepted rejected refused revoked`.split(/\s+/),
);

const SCHEMES: Words = new Words(['bearer', 'basic', 'token', 'digest', 'negotiate', 'apikey', 'hmac', 'dpop', 'bot']);

const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;
const isLineEnd = (text: Codes, at: number): boolean => {
  const code = codeAt(text, at);
  return code === 10 || code === 13 || (code === BACKSLASH && (codeAt(text, at + 1) === 110 || codeAt(text, at + 1) === 114));
};

/**
 * Masks the value that begins at a position: in quotes to their end, in brackets to theirs, otherwise to a blank or a
 * separator. What has no end is masked to the end of the text. An authentication scheme, and the first characters of a
 * session id, stay readable.
 *
 * @param name - Values of cookies and of authorization go on over blanks.
 * @param opener - The quote that stands before the key and so ends the value, as in `-H 'Cookie: a=b'`; 0 when none.
 * @returns Where to go on.
 */
export function scanValue(text: Codes, at: number, verdict: KeyVerdict, name: string, opener: number, spans: Spans): number {
  let open = at;
  while (codeAt(text, open) === BACKSLASH) open++;
  const first = codeAt(text, open);
  if (isQuote(first)) {
    const close = closingQuote(text, open, first, open - at);
    addValue(text, open + 1, close, verdict, spans);
    return Math.max(close, open + 1);
  }
  if (verdict === 'secret' && (first === 91 || first === 123)) return spans.add(at, closingBracket(text, at));
  const end = name === '' ? bareEnd(text, at) : lineEnd(text, at, opener, name);
  if (end === at) return at;
  if (name !== 'cookie' && NO_SECRETS.has(text, at, end)) return end;
  if (name !== '') return addValue(text, at, end, verdict, spans);
  // A value that ends at a blank may be a scheme, and the value what follows.
  if (codeAt(text, end) !== 32) return addBare(at, end, verdict, spans);
  const scheme = schemeEnd(text, at, text.length);
  return scheme === at ? addBare(at, end, verdict, spans) : addBare(scheme, bareEnd(text, scheme), verdict, spans);
}

/** Adds a value without its scheme, or without the readable part of a session id. */
const addValue = (text: Codes, start: number, end: number, verdict: KeyVerdict, spans: Spans): number =>
  addBare(verdict === 'session' ? start : schemeEnd(text, start, end), end, verdict, spans);

function addBare(start: number, end: number, verdict: KeyVerdict, spans: Spans): number {
  spans.add(verdict === 'session' ? start + SESSION_PREFIX : start, end);
  return end;
}

/** Where the credentials after `Bearer ` and its like begin; the position itself when it has no scheme. */
function schemeEnd(text: Codes, at: number, limit: number): number {
  const end = skip(text, at, ALNUM, 12);
  if (end >= limit || codeAt(text, end) !== 32 || isBlankAt(text, end + 1)) return at;
  return SCHEMES.has(text, at, end) ? end + 1 : at;
}

/**
 * Where a quoted value ends: at the quote that has as many backslashes as JSON nested that deep gives it. A value that
 * ends with backslashes has a multiple more of them.
 */
function closingQuote(text: Codes, open: number, quote: number, depth: number): number {
  let backslashes = 0;
  for (let i = open + 1; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code === BACKSLASH) {
      backslashes++;
      continue;
    }
    if (code === quote && (backslashes < depth || (backslashes - depth) % (2 * (depth + 1)) === 0)) return i - Math.min(backslashes, depth);
    backslashes = 0;
  }
  return text.length;
}

/** After the bracket that closes the one at a position; brackets inside double quotes do not count. */
function closingBracket(text: Codes, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code === 91 || code === 123) depth++;
    else if ((code === 93 || code === 125) && --depth === 0) return i + 1;
    else if (code === 34) {
      let backslashes = 0;
      while (codeAt(text, i - 1 - backslashes) === BACKSLASH) backslashes++;
      i = closingQuote(text, i, code, backslashes) + backslashes;
    }
  }
  return text.length;
}

function bareEnd(text: Codes, at: number): number {
  const { units, length } = text;
  const classes = CLASSES;
  for (let i = at; i < length; i++) {
    const code = units[i]!;
    if (code < 128 && (classes[code]! & VALUE_END) !== 0 && endsValue(text, i, code)) return i;
  }
  return length;
}

/** Values of headers go to the end of their line; of authorization, when a scheme is known, over its credentials only. */
function lineEnd(text: Codes, at: number, opener: number, name: string): number {
  if (name === 'authorization') {
    const scheme = schemeEnd(text, at, text.length);
    const isListed = isParameter(text, scheme);
    if (!isListed && (scheme > at || !hasParameters(text, at))) return bareEnd(text, scheme);
  }
  let i = at;
  while (i < text.length && !isLineEnd(text, i) && (opener === 0 || codeAt(text, i) !== opener)) i++;
  return i;
}

/** `Digest username="…", …` and `AWS4-HMAC-SHA256 Credential=…`: a scheme, then a list. */
const hasParameters = (text: Codes, at: number): boolean => {
  const end = skip(text, at, NAME, MAX_NAME);
  return codeAt(text, end) === 32 && isParameter(text, end + 1);
};
const isParameter = (text: Codes, at: number): boolean => {
  const end = skip(text, at, ALNUM, MAX_NAME);
  return end > at && codeAt(text, end) === 61 && !(codeAt(text, end + 1) === 61 || isBlankAt(text, end + 1));
};

/** Whether a character of `VALUE_END` ends a bare value, judged by what follows: passwords have commas and brackets, too. */
function endsValue(text: Codes, at: number, code: number): boolean {
  if (isOf(code, SPACE)) return true;
  const next = codeAt(text, at + 1);
  const isLast = isBlankAt(text, at + 1);
  if (isQuote(code)) return isLast || !isOf(next, ALNUM);
  if (code === 44 || code === 59 || code === 38 || code === 124)
    return isLast || next === BACKSLASH || isQuote(next) || beginsPair(text, at + 1);
  if (code === 41 || code === 93 || code === 125 || code === 62) return isLast || !isOf(next, ALNUM);
  if (code === 60) return next === 47;
  return code === BACKSLASH && (isQuote(next) || next === 110 || next === 114 || next === 116 || next === BACKSLASH);
}

function beginsPair(text: Codes, at: number): boolean {
  const end = skip(text, at, NAME, MAX_NAME);
  if (end === at) return false;
  const code = codeAt(text, text.charCodeAt(end) === 93 ? end + 1 : end);
  return code === 61 || code === 58 || code === 91;
}
