/** How many events there were in each of the last seconds. */
export interface Rates {
  /**
   * Tells how many events there have been until now; to be called at least once a second.
   *
   * @param elapsedMs - Since the beginning.
   */
  note(elapsedMs: number, total: number): void;
  /** Events per second, the latest last; empty in the first second. */
  list(): readonly number[];
}

/** Timers are not exact: what is almost a second is taken for one. */
const SECOND_MS = 950;

/** @param seconds - How many are kept. */
export function createRates(seconds: number): Rates {
  const rates: number[] = [];
  let last = { elapsedMs: 0, total: 0 };
  return Object.freeze({
    note(elapsedMs: number, total: number) {
      const ms = elapsedMs - last.elapsedMs;
      if (ms < SECOND_MS) return;
      rates.push((1000 * (total - last.total)) / ms);
      if (rates.length > seconds) rates.shift();
      last = { elapsedMs, total };
    },
    list: () => [...rates],
  });
}
