import { isError, isObject, nameOf, read } from '../core/read';

const MAX_CAUSES = 8;
/** As programs write them: `ECONNREFUSED`, `UND_ERR_SOCKET`, `23505`. Others may hold what differs from error to error. */
const CODE = /^[A-Z0-9_]{2,32}$/;

/** Reads a property that is the object's own, not one of its class. */
export function readOwn(value: unknown, key: string): unknown {
  try {
    return isObject(value) && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
}

/** The name of an error's class, as `error_type` of its line; of what is no error, what it is: `string`, `null`. */
export function typeOf(thrown: unknown): string {
  if (!isObject(thrown)) return thrown === null ? 'null' : typeof thrown;
  if (!isError(thrown)) return typeof thrown;
  return detached(nameOf(thrown)) || 'Error';
}

/** The message of what was thrown, whatever it is. Empty if it has none. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (isObject(thrown)) {
    const message = read(thrown, 'message');
    return typeof message === 'string' ? message : '';
  }
  // A bigint of a million digits takes its time to be written.
  return typeof thrown === 'bigint' ? '' : String(thrown);
}

/** What tells apart errors that only wrap another, such as `TypeError: fetch failed`: type and code of the innermost cause. */
export function rootOf(thrown: unknown): string {
  let root = thrown;
  for (let causes = 0; causes < MAX_CAUSES; causes++) {
    const cause = isObject(root) ? read(root, 'cause') : undefined;
    if (cause === undefined || cause === null) break;
    root = cause;
  }
  const code = isObject(root) ? read(root, 'code') : undefined;
  const shown = typeof code === 'string' && CODE.test(code) ? code : '';
  // An error is its own root without being told twice.
  return root === thrown ? shown : `${typeOf(root)} ${shown}`;
}

/**
 * A copy that keeps nothing else in memory: engines make a part of a text by pointing into the whole, which may be as long
 * as a message can be, and what is remembered outlives it.
 */
export const detached = (text: string): string => ` ${text}`.slice(1);
