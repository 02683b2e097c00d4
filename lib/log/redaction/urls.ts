import { CLASSES, codeAt, URL_PART } from './chars';
import type { Codes } from './codes';
import type { Spans } from './spans';
import { isMixed, scanToken } from './tokens';

/** A password that was not encoded may have a slash; it is looked for no further than this. */
const MAX_RAW = 256;
/** A user name without password that is longer is a token. */
const MAX_USER = 16;

const AT = 64;
const COLON = 58;
const SLASH = 47;

/** Blanks, quotes and brackets end a URL in text. */
const endsUrl = (code: number): boolean => code <= 32 || code === 34 || code === 39 || code === 60 || code === 62 || code === 96;

/**
 * Masks the password of `scheme://user:password@host`, given the position of the colon before `//`; a user without
 * password when it looks like a token (Sentry, GitHub).
 *
 * @returns Where to go on.
 */
export function scanUserInfo(text: Codes, colon: number, spans: Spans): number {
  const start = colon + 3;
  let at = -1;
  let password = -1;
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code > 127 || (CLASSES[code]! & URL_PART) === 0) continue;
    if (code === AT) at = end;
    else if (code !== COLON) break;
    else if (password < 0) password = end + 1;
  }
  // `user:pa/ss@host`: what looks like a port is no number, so the authority has not ended yet.
  if (at < 0 && password > 0 && !isPort(text, password, end)) at = lastAt(text, end);
  if (at < 0) return start;
  if (password > 0 && password < at) {
    scanToken(text, start, spans);
    return spans.add(password, at);
  }
  const user = at - start;
  return user > MAX_USER && isMixed(text, start, at) ? spans.add(start, at) : start;
}

function isPort(text: Codes, from: number, end: number): boolean {
  if (end - from > 5) return false;
  for (let i = from; i < end; i++) if (!(codeAt(text, i) >= 48 && codeAt(text, i) <= 57)) return false;
  return true;
}

/** The last `@` of the URL that goes on here; -1 when another URL begins before, or there is none. */
function lastAt(text: Codes, from: number): number {
  let at = -1;
  for (let i = from; i < from + MAX_RAW; i++) {
    const code = codeAt(text, i);
    if (code > 127 || (CLASSES[code]! & URL_PART) === 0) continue;
    if (endsUrl(code) || (code === COLON && codeAt(text, i + 1) === SLASH)) break;
    if (code === AT) at = i;
  }
  return at;
}
