type Then = (fulfilled?: (value: unknown) => unknown, rejected?: (reason: unknown) => unknown) => unknown;

/** The `then` of a promise or a thenable, read once; `undefined` for anything else, and where it can't be read. */
export function thenOf(value: unknown): Then | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  try {
    const { then } = value as { readonly then?: unknown };
    return typeof then === 'function' ? (then as Then) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Waits for a promise or a thenable by its own `then`, and passes on what that returns: a promise of the same making. What
 * is not handled is still reported as unhandled, since it is the passed promise that rejects.
 *
 * @param fulfilled - Returns the value to pass on.
 * @param rejected - Returns a value instead, or throws what it was given.
 */
export function observe(
  returned: unknown,
  then: Then,
  fulfilled: ((value: unknown) => unknown) | undefined,
  rejected: (reason: unknown) => unknown,
): unknown {
  return isPromise(returned) ? observePromise(returned, then, fulfilled, rejected) : observeForeign(returned, then, fulfilled, rejected);
}

/** A promise calls back later. It refuses to be observed where it can't make another of its constructor: then it stays as it is. */
function observePromise(...[returned, then, fulfilled, rejected]: Parameters<typeof observe>): unknown {
  try {
    return then.call(returned, fulfilled, rejected);
  } catch {
    return returned;
  }
}

/** A proxy may refuse to say. */
function isPromise(value: unknown): boolean {
  try {
    return value instanceof Promise;
  } catch {
    return false;
  }
}

/**
 * A thenable may do worse than a promise: settle twice, call back at once, catch nothing that its callbacks throw, return
 * nothing. Then the thenable itself is passed on, and nothing is thrown where nobody could catch it.
 */
function observeForeign(
  returned: unknown,
  then: Then,
  fulfilled: ((value: unknown) => unknown) | undefined,
  rejected: (reason: unknown) => unknown,
): unknown {
  let isSettled = false;
  let isChained = false;
  let isSwallowed = false;
  try {
    const derived = then.call(
      returned,
      (value) => {
        if (isSettled || fulfilled === undefined) return value;
        isSettled = true;
        return fulfilled(value);
      },
      (reason) => {
        try {
          if (isSettled) throw reason;
          isSettled = true;
          return rejected(reason);
        } catch (thrown) {
          if (isChained) throw thrown;
          isSwallowed = true;
          return undefined;
        }
      },
    );
    isChained = !isSwallowed && thenOf(derived) !== undefined;
    return isChained ? derived : returned;
  } catch {
    return returned;
  }
}
