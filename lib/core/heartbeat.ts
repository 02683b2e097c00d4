import type { Clock } from './clock';

/**
 * Beats once a period until stopped: at begin + period, begin + 2 periods, … without drift. A process that was
 * suspended gets one late beat, not a burst.
 *
 * @param begin - Monotonic ms.
 * @param beat - Told the ms since `begin` and which beat it is, from 1.
 * @returns What stops it; no beat comes after.
 */
export function startHeartbeat(clock: Clock, begin: number, periodMs: number, beat: (elapsed: number, count: number) => void): () => void {
  let count = 0;
  let cancel = schedule(begin);
  function schedule(now: number): () => void {
    return clock.setTimer(tick, periodMs - ((now - begin) % periodMs));
  }
  function tick(): void {
    const now = clock.monotonicTime();
    cancel = schedule(now);
    beat(now - begin, ++count);
  }
  return () => cancel();
}
