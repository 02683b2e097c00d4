import type { Clock } from '../core/clock';
import { withoutContext } from '../core/context';

/** The longest that timers can wait; beyond it they fire at once. */
const MAX_TIMER_MS = 2147483647;

/**
 * Calls back at once, in a timer, and then every so many ms, without drift: each time is a multiple of the interval after the first,
 * plus the offset, however late a timer is. Times that were missed, because the process was suspended or busy, are left out. The calls
 * are in no scope of `runWithContext`, whoever began it.
 *
 * @param offsetMs - Puts off all but the first.
 * @returns What ends it.
 */
export function onGrid(clock: Clock, intervalMs: number, offsetMs: number, callback: () => void): () => void {
  const origin = clock.monotonicTime() + offsetMs;
  let step = 0;

  function tick(): void {
    const now = clock.monotonicTime();
    // Timers can be a fraction early: the step that was due is over in any case.
    step = Math.max(step + 1, Math.floor((now - origin) / intervalMs) + 1);
    cancel = clock.setTimer(ring, Math.min(MAX_TIMER_MS, origin + step * intervalMs - now));
    callback();
  }
  const ring = (): void => withoutContext(tick);
  let cancel = clock.setTimer(ring, 0);
  return () => cancel();
}
