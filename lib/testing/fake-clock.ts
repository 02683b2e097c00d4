import type { Clock } from '../core/clock';
import { type Duration, parseDuration } from '../core/unit';

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /**
   * Moves time forward and runs the timers that become due on the way, each at its own time, those set meanwhile
   * included.
   *
   * @param time - Milliseconds, or a string such as `'8s'`.
   */
  advance(time: Duration): void;
  /** How many timers wait. */
  pendingTimers(): number;
}

/**
 * Makes a clock for tests: pass it as `createTelemetry({ clock })`, and spans, durations, heartbeats and breakers follow it.
 *
 * @param startMs - System time at the beginning, ms since the epoch; default 2026-01-01T00:00:00Z. Monotonic time begins at 0.
 * @example
 * const clock = fakeClock();
 * const telemetry = createTelemetry({ clock });
 * telemetry.attachMetricsHandler();
 * telemetry.measure(['app', 'job'], {}, () => clock.advance('250ms'));
 * telemetry.getDurationStats(['app', 'job', 'stop'])?.max; // => 250
 */
export function fakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = 0;
  const timers = new Set<{ readonly due: number; readonly callback: () => void }>();

  function nextDue(until: number) {
    let next: { readonly due: number; readonly callback: () => void } | undefined;
    for (const timer of timers) if (timer.due <= until && (next === undefined || timer.due < next.due)) next = timer;
    return next;
  }

  return {
    monotonicTime: () => now,
    systemTime: (monotonic = now) => Math.floor(startMs + monotonic),
    setTimer(callback, delayMs) {
      const timer = { due: now + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(time) {
      const end = now + parseDuration('advance: time', time);
      for (let timer = nextDue(end); timer !== undefined; timer = nextDue(end)) {
        timers.delete(timer);
        now = timer.due;
        timer.callback();
      }
      now = end;
    },
    pendingTimers: () => timers.size,
  };
}
