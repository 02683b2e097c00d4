/**
 * Calls what an application gave, and lets nothing out of it: neither what it throws nor the rejection of a promise it
 * returns, which nobody would wait for.
 *
 * @param failed - Called for each of them, later for a rejection.
 * @returns What was returned; `undefined` if it threw.
 */
export function quietly<T>(call: () => T, failed: () => void = ignore): T | undefined {
  try {
    const result = call();
    // Other thenables may begin their work with `then`, as query builders do.
    if (Object.prototype.toString.call(result) === '[object Promise]') Promise.resolve(result).then(undefined, failed);
    return result;
  } catch {
    failed();
    return undefined;
  }
}

const ignore = (): void => undefined;
