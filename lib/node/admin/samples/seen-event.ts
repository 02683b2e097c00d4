/** Seconds that rates are told of. */
const SECONDS = 60;

/** Counts one event, and keeps the last sample of it. */
export class SeenEvent {
  count = 0;
  /** Of the watch's seconds: a sample is due from this one on. */
  dueAt = 0;
  /** JSON text, and when it was taken, in ms since the epoch. */
  sample: string | undefined = undefined;
  sampledAt = 0;
  /** ms since the epoch, to the second. */
  lastSeen = 0;
  private counted = 0;
  /** The count at the end of each second, in a ring. */
  private readonly counts = new Float64Array(SECONDS + 1);
  private readonly from: number;

  /** @param second - The running one. */
  constructor(second: number) {
    this.from = second;
  }

  /** Ends a second. @param now - ms since the epoch. */
  tick(second: number, now: number): void {
    if (this.count !== this.counted) {
      this.counted = this.count;
      this.lastSeen = now;
    }
    this.counts[second % this.counts.length] = this.count;
  }

  /** Emissions since a second ended. */
  since(second: number): number {
    return this.count - (second <= this.from ? 0 : this.counts[second % this.counts.length]!);
  }
}

/** When each second of a watch ended, on the monotonic clock: a busy process is late. */
export class Seconds {
  /** The running one. */
  now = 1;
  private readonly times = new Float64Array(SECONDS + 1);

  constructor(begin: number) {
    this.times[0] = begin;
  }

  tick(time: number): void {
    this.times[this.now % this.times.length] = time;
    this.now++;
  }

  /** Emissions per second over the last ones; of a younger watch, over what there is. `undefined` before the first second is over. */
  rate(event: SeenEvent, seconds: number, time: number): number | undefined {
    const last = this.now - 1;
    if (last === 0) return undefined;
    const from = Math.max(0, last - seconds);
    const elapsed = time - this.times[from % this.times.length]!;
    return elapsed <= 0 ? undefined : Math.round((event.since(from) / elapsed) * 1e6) / 1000;
  }
}
