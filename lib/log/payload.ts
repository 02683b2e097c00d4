import { isError } from '../core/read';
import { UNREAD } from './unread';

/** What is read of measurements, metadata and fields: an object with keys of its own. */
export type Payload = Readonly<Record<string, unknown>>;

export const NO_KEYS: readonly string[] = Object.freeze([]);
export const NO_FIELDS: Payload = Object.freeze({});

/**
 * Makes an object with fields out of whatever was given. What has no fields, or too many to be listed because they are
 * its items, becomes one field. A Map, a Set and the like pass here, since they have no keys: see {@link wholeOf}.
 *
 * @param name - Of that field.
 */
export function payloadOf(value: unknown, name: string): Payload {
  if (value === undefined || value === null) return NO_FIELDS;
  if (typeof value !== 'object') return { [name]: value };
  try {
    if (value instanceof Error) return { error: value };
    return Array.isArray(value) || ArrayBuffer.isView(value) ? { [name]: value } : (value as Payload);
  } catch {
    return { [name]: UNREAD };
  }
}

/** The same for a payload that turned out to have no keys: what it holds must not go unseen. */
export function wholeOf(payload: Payload, name: string): Payload {
  try {
    const prototype: unknown = Object.getPrototypeOf(payload);
    if (prototype === Object.prototype || prototype === null) return payload;
    if (isError(payload)) return { error: payload };
    return isContainer(payload) ? { [name]: payload } : payload;
  } catch {
    return { [name]: UNREAD };
  }
}

const isContainer = (value: object): boolean =>
  value instanceof Map || value instanceof Set || value instanceof Date || value instanceof ArrayBuffer || value instanceof String;

/** The keys of a payload; none when it does not tell them. */
export function keysOf(payload: Payload): readonly string[] {
  try {
    return Object.keys(payload);
  } catch {
    return NO_KEYS;
  }
}

/** Reads one value; `UNREAD` if its getter throws. */
export function readValue(payload: Payload, key: string): unknown {
  try {
    return payload[key];
  } catch {
    return UNREAD;
  }
}
