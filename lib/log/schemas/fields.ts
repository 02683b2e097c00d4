import type { JsonValue } from '../record';

/** An object in the making. */
export type Draft = { [key: string]: JsonValue };

export const createDraft = (): Draft => ({});

/** Sets what a schema defines; `undefined` leaves it out. */
export function put(draft: Draft, name: string, value: JsonValue | undefined): void {
  if (value !== undefined) set(draft, name, value);
}

/**
 * Adds a record's own field. A name that is the schema's, or taken, gets trailing underscores: nothing is overwritten.
 *
 * @param reserved - The schema's names, whether this record has them or not: a field must not change its name from one
 * record to the next.
 */
export function addOwn(draft: Draft, name: string, value: JsonValue, reserved: ReadonlySet<string>): void {
  let free = name;
  while (reserved.has(free) || Object.hasOwn(draft, free)) free += '_';
  set(draft, free, value);
}

/** `__proto__` is a name like others. An object without a prototype would take it, too, but is several times slower to fill. */
function set(draft: Draft, name: string, value: JsonValue): void {
  if (name === '__proto__') Object.defineProperty(draft, name, { value, enumerable: true, configurable: true, writable: true });
  else draft[name] = value;
}
