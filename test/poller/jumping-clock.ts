import type { Clock } from '../../lib/index';

/** A clock on which a process can be suspended: time jumps, and timers that became due meanwhile run once, late. */
export interface JumpingClock extends Clock {
  /** Time goes on, and timers run when they are due. */
  advance(ms: number): void;
  /** Time jumps, and only then timers run. */
  suspend(ms: number): void;
  timers(): number;
}

export function jumpingClock(): JumpingClock {
  let now = 1000;
  const timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  const firstDue = (until: number) =>
    [...timers]
      .filter(({ due }) => due <= until)
      .reduce((a, b) => (b.due < a.due ? b : a), { due: Number.POSITIVE_INFINITY, callback: () => {} });
  function runDue(until: number, reach: (due: number) => void): void {
    for (let timer = firstDue(until), count = 0; timer.due <= until; timer = firstDue(until)) {
      if (++count > 100_000) throw new Error('Timers without end');
      timers.delete(timer);
      reach(timer.due);
      timer.callback();
    }
  }
  return {
    monotonicTime: () => now,
    systemTime: (monotonic = now) => Math.floor(1e12 + monotonic),
    setTimer(callback, delayMs) {
      if (delayMs > 2147483647) throw new Error('No timer holds that');
      const timer = { due: now + Math.max(delayMs, 0.001), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      runDue(end, (due) => {
        now = Math.max(now, due);
      });
      now = end;
    },
    suspend(ms) {
      now += ms;
      runDue(now, () => undefined);
    },
    timers: () => timers.size,
  };
}
