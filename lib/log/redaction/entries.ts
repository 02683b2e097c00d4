import { isRecord } from '../../core/options';
import type { KeyVerdict } from './keys';

/** Longer texts are no names. */
const MAX_NAME = 64;
/** Members of an object that name another member, and those that are named. */
const NAMES = ['name', 'key', 'header', 'field', 'Name', 'Key'];
const VALUES: ReadonlySet<string> = new Set(['value', 'values', 'Value', 'val', 'content', 'data']);

/**
 * What the entry before says about an entry of an array: arrays of pairs (`['authorization', 'Bearer x']`, as of
 * `Object.entries` and `Headers`) and flat lists of names and values (`rawHeaders`) have their keys at even places.
 * Only arrays of even length are such.
 *
 * @param verdict - The judge, with the caller's cache.
 * @example
 * entryVerdict(redactor.verdict, ['authorization', 'x'], 1); // => 'secret'
 */
export function entryVerdict(verdict: (key: string) => KeyVerdict, entries: readonly unknown[], index: number): KeyVerdict {
  if ((index & 1) === 0 || (entries.length & 1) === 1) return 'plain';
  const key = entries[index - 1];
  return typeof key === 'string' && key.length <= MAX_NAME ? verdict(key) : 'plain';
}

/**
 * What an object says about one of its own members: `{ name: 'authorization', value: 'Bearer x' }`, as HAR files, form
 * data and header lists have it, is about a secret `value`. Objects of more than four members are something else.
 *
 * @param verdict - The judge, with the caller's cache.
 * @example
 * namedVerdict(redactor.verdict, { name: 'cookie', value: 'a=b' }, 'value'); // => 'secret'
 */
export function namedVerdict(verdict: (key: string) => KeyVerdict, record: unknown, member: string): KeyVerdict {
  if (!VALUES.has(member) || !isRecord(record) || Object.keys(record).length > 4) return 'plain';
  for (const name of NAMES) {
    const key = Object.hasOwn(record, name) ? record[name] : undefined;
    if (typeof key === 'string' && key.length <= MAX_NAME) return verdict(key);
  }
  return 'plain';
}
