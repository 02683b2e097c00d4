/** Reads one property of what may refuse to be read: a getter that throws, a revoked proxy, no object at all. */
export function read(value: unknown, key: string): unknown {
  // An error that is thrown and caught costs some microseconds.
  if (value === undefined || value === null) return undefined;
  try {
    return (value as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}

/** Whether a value has an identity: what a weak map can hold. */
export const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Whether a value is an error, of this realm or another. Never throws. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}

const MAX_NAME = 128;

/** The name of an error's class: its own `name`, unless that says no more than Error. Empty for what has none. */
export function nameOf(error: unknown): string {
  const name = read(error, 'name');
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name.slice(0, MAX_NAME);
  const made = read(read(error, 'constructor'), 'name');
  return typeof made === 'string' ? made.slice(0, MAX_NAME) : '';
}
