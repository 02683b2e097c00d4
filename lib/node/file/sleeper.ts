/** A wait that does not keep the process alive, unless it is asked to, and can be cut short. */
export interface Sleeper {
  /** Keeps the process alive. */
  ref(): void;
  wake(): void;
}

/**
 * A timer also for no time at all: an immediate that is not waited for runs all the same, right after the input and output
 * that led to it, and a chain of them would never let a process end.
 *
 * @param awake - Called once: when the time is over, or by `wake`.
 */
export function startSleeper(ms: number, awake: () => void): Sleeper {
  const timer = setTimeout(awake, ms).unref();
  return {
    ref: () => void timer.ref(),
    wake() {
      clearTimeout(timer);
      awake();
    },
  };
}
