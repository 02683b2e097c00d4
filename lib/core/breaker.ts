/** Holds a failing handler back; see {@link createBreaker}. */
export interface Breaker {
  /** Whether the next call may go through; a call let through while open is the trial. */
  admits(): boolean;
  succeeded(): void;
  failed(): void;
  isOpen(): boolean;
}

const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * A circuit breaker: five failures in a row open it for 30 s; then one trial goes through. A trial that fails doubles
 * the pause, up to 5 min; one that succeeds closes it. A trial that never ends (a promise that stays pending) is given
 * up after another pause, so that nothing is held back for ever.
 *
 * @param now - Monotonic ms.
 */
export function createBreaker(now: () => number): Breaker {
  let failures = 0;
  let pause = FIRST_PAUSE_MS;
  let openUntil = 0;
  let open = false;
  let trial = false;
  return {
    admits() {
      if (!open) return true;
      const time = now();
      if (time < openUntil) return false;
      trial = true;
      openUntil = time + pause;
      return true;
    },
    succeeded() {
      failures = 0;
      open = trial = false;
      pause = FIRST_PAUSE_MS;
    },
    failed() {
      if (trial) pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      else if (open || ++failures < FAILURES_TO_OPEN) return;
      open = true;
      trial = false;
      openUntil = now() + pause;
    },
    isOpen: () => open,
  };
}
