/**
 * Where a bus takes its time from. The system's by default; `fakeClock` of `telemetry-bus/testing` in tests.
 * All times are milliseconds, fractions included.
 */
export interface Clock {
  /** Time that only moves forward; its zero means nothing. Durations come from here. */
  monotonicTime(): number;
  /**
   * Milliseconds since the epoch, whole ones.
   * @param monotonic - A reading just taken from `monotonicTime`; saves taking another.
   */
  systemTime(monotonic?: number): number;
  /** Calls back once after a delay, without keeping the process alive. Returns what cancels it. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/**
 * The clock of the system.
 *
 * Reading both clocks for each span start would make up most of its cost, so wall time is the monotonic reading plus an
 * offset, and the offset is compared with `Date.now()` once a second: a jump of the wall clock is followed within a
 * second, and between two comparisons the result is never more than the drift of that second (some microseconds) away
 * from `Date.now()`.
 */
export function systemClock(): Clock {
  const monotonicTime = performance.now.bind(performance);
  // Where the platform does not tell its origin, the first comparison finds the offset.
  let offset = performance.timeOrigin ?? 0;
  let checkedUntil = Number.NEGATIVE_INFINITY;
  return {
    monotonicTime,
    systemTime(now = monotonicTime()) {
      if (now >= checkedUntil) {
        // Date.now() is cut to whole milliseconds: any time within that millisecond agrees with it.
        const wall = Date.now();
        offset = Math.min(Math.max(offset, wall - now), wall + 0.999 - now);
        checkedUntil = now + 1000;
      }
      return Math.floor(offset + now);
    },
    setTimer(callback, delayMs) {
      const timer: unknown = setTimeout(callback, delayMs);
      (timer as { unref?: () => void }).unref?.();
      return () => clearTimeout(timer as never);
    },
  };
}
