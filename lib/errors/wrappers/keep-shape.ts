import type { AnyFunction } from './function-types';

/** A wrapper is no constructor, and in strict mode these two throw when they are asked. */
const NOT_KEPT: ReadonlySet<string | symbol> = new Set(['prototype', 'arguments', 'caller']);

/**
 * Gives a wrapper what can be seen of the function: name, length, own properties (as they are now), and the prototype that
 * tells an async function. A function that refuses to be looked at leaves the wrapper as it is.
 */
export function keepShape(wrapper: object, fn: AnyFunction): void {
  try {
    for (const key of Reflect.ownKeys(fn)) {
      if (!NOT_KEPT.has(key)) Object.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(fn, key)!);
    }
    const prototype = Object.getPrototypeOf(fn) as object | null;
    if (prototype !== Object.getPrototypeOf(wrapper)) Object.setPrototypeOf(wrapper, prototype);
  } catch {
    // A proxy whose traps throw.
  }
}
