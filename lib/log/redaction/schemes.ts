import { BASE64, BEARER, codeAt, isOf, isWordAt, SPACE, skip } from './chars';
import type { Codes } from './codes';
import type { Spans } from './spans';
import { isMixed } from './tokens';

/**
 * Masks what follows `Bearer` or `Basic` when it looks like credentials rather than like the next word of a sentence:
 * for Bearer 8 characters of a token with a digit or a capital inside, or 24 of any; for Basic base64 of text with a colon.
 *
 * @returns Where to go on; the position itself when there are none.
 */
export function scanScheme(text: Codes, at: number, spans: Spans): number {
  if (isWordAt(text, at, 'bearer')) return scanBearer(text, at + 6, at, spans);
  return isWordAt(text, at, 'basic') ? scanBasic(text, at + 5, at, spans) : at;
}

function scanBearer(text: Codes, after: number, at: number, spans: Spans): number {
  const from = skip(text, after, SPACE);
  if (from === after) return at;
  let end = skip(text, from, BEARER);
  while (end > from && (codeAt(text, end - 1) === 46 || codeAt(text, end - 1) === 58)) end--;
  const size = end - from;
  return size >= 24 || (size >= 8 && isMixed(text, from + 1, end)) ? spans.add(from, end) : from;
}

function scanBasic(text: Codes, after: number, at: number, spans: Spans): number {
  const from = skip(text, after, SPACE);
  if (from === after) return at;
  const end = skip(text, from, BASE64);
  return end - from >= 4 && isUserAndPassword(text, from, end) ? spans.add(from, end) : from;
}

/** Whether base64 holds printable text with a colon within its first 1024 characters. */
function isUserAndPassword(text: Codes, from: number, end: number): boolean {
  let bits = 0;
  let size = 0;
  for (let i = from; i < end && i < from + 1024; i++) {
    const code = codeAt(text, i);
    if (code === 61) break;
    bits = ((bits << 6) | sextet(code)) & 0xffff;
    size += 6;
    if (size < 8) continue;
    size -= 8;
    const byte = (bits >> size) & 255;
    if (byte === 58) return true;
    if (byte < 32 || byte === 127) return false;
  }
  return false;
}

function sextet(code: number): number {
  if (code >= 97) return code - 71;
  if (code >= 65) return code === 95 ? 63 : code - 65;
  if (code >= 48) return code + 4;
  return code === 43 || code === 45 ? 62 : 63;
}

const PEM = 'BEGIN ';
/** Longer labels than this are no labels. */
const MAX_LABEL = 64;

/**
 * Masks a PEM block, given the position of its first dash, from after the BEGIN line to before the END line; a block
 * without an end to the end of the text. Certificates and public keys are no secrets and stay.
 *
 * @returns Where to go on: after the dashes when there is no block.
 */
export function scanPem(text: Codes, at: number, spans: Spans): number {
  let dashes = at;
  while (codeAt(text, dashes) === 45) dashes++;
  if (dashes - at < 4 || !text.startsWith(PEM, dashes)) return dashes;
  let close = dashes;
  while (close < dashes + MAX_LABEL && close < text.length && codeAt(text, close) !== 45) close++;
  const label = text.slice(dashes + PEM.length, close);
  if (/PUBLIC|CERTIFICATE/.test(label)) return close;
  while (codeAt(text, close) === 45) close++;
  const end = text.indexOf('-----END', close);
  return spans.add(close, end < 0 ? text.length : end);
}

/** Whether nothing but a blank or the end stands at a position. */
export const isBlankAt = (text: Codes, at: number): boolean => at >= text.length || isOf(codeAt(text, at), SPACE);
