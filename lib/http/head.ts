import type { HeaderReader } from './api';
import type { Faults } from './faults';

/** Stands for the methods that nobody knows, in events and records. */
const OTHER_METHOD = '_OTHER';
const KNOWN = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'];
const METHODS: ReadonlyMap<unknown, string> = new Map(
  KNOWN.flatMap((name) => [[name, name] as const, [name.toLowerCase(), name] as const]),
);

/** A method that HTTP knows, in capitals; `_OTHER` for any other: anybody can make up methods. */
export const methodOf = (method: unknown): string => METHODS.get(method) ?? OTHER_METHOD;

const MAX_PATH = 1024;

/** The path of a request target, without query, fragment, scheme and authority: all of these may carry secrets. At most 1,024 characters. */
export function pathOf(target: unknown): string {
  if (typeof target !== 'string' || target === '') return '/';
  let begin = 0;
  if (target.charCodeAt(0) !== SLASH) {
    const scheme = target.indexOf('://');
    // `*` of OPTIONS and the authority of CONNECT are no paths, and stand for themselves.
    if (scheme === -1) return authorityOf(target);
    begin = scheme + 3;
    while (begin < target.length && !isDelimiter(target.charCodeAt(begin))) begin++;
    if (target.charCodeAt(begin) !== SLASH) return '/';
  }
  const limit = Math.min(target.length, begin + MAX_PATH);
  for (let index = begin; index < limit; index++) {
    const code = target.charCodeAt(index);
    if (code === QUESTION || code === HASH) return target.slice(begin, index);
  }
  return begin === 0 && limit === target.length ? target : target.slice(begin, limit);
}

const SLASH = 0x2f;
const QUESTION = 0x3f;
const HASH = 0x23;

const isDelimiter = (code: number): boolean => code === SLASH || code === QUESTION || code === HASH;

function authorityOf(target: string): string {
  const text = target.slice(0, MAX_PATH).replace(/[?#].*$/s, '');
  return text.slice(text.lastIndexOf('@') + 1) || '/';
}

const MAX_HEADER = 8192;

/** Reads headers by their lower-case names. */
export interface Head {
  header(name: string): string | undefined;
}

/** A header of a request; `undefined` for one that is missing, empty, or too long to be of use. Never throws. */
export function headerOf(headers: HeaderReader, name: string, faults: Faults, maxChars: number = MAX_HEADER): string | undefined {
  try {
    const value = headers.get(name);
    return typeof value === 'string' && value !== '' && value.length <= maxChars ? value : undefined;
  } catch (reason) {
    faults.add('headers', reason);
    return undefined;
  }
}

/** `X-Forwarded-For`, of any length: who the client is stands at its end. */
export const forwardedFor = (headers: HeaderReader, faults: Faults): string | undefined =>
  headerOf(headers, 'x-forwarded-for', faults, Number.POSITIVE_INFINITY);
