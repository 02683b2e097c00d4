const MINUTE_MS = 60_000;
const MINUTES = 60;
const PART_MINUTES = 5;

/** A length of time on the monotonic clock that nothing in a {@link HourCount} is older than. */
export const HOUR_MS: number = MINUTES * MINUTE_MS;

/**
 * How often something happened in the last hour: in the running minute and the 59 before it.
 *
 * Only minutes in which something happened are kept, and those before the running one in a list that is made when the second
 * of them begins: most errors are of one minute. At most 59 minutes are in it, so it never takes more than 1 kB.
 */
export class HourCount {
  private minute = Number.NEGATIVE_INFINITY;
  private count = 0;
  /** Earlier minutes with their counts, by turns, the oldest first. */
  private past: number[] | undefined;

  /** @param now - Monotonic time in ms, not before the last one. */
  add(now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    // A clock that goes backwards would make the list unsorted.
    if (minute > this.minute) this.begin(minute);
    this.count++;
  }

  /** How often in the hour that ends now. */
  read(now: number): number {
    const after = Math.max(Math.floor(now / MINUTE_MS), this.minute) - MINUTES;
    let sum = this.minute > after ? this.count : 0;
    const past = this.past ?? [];
    for (let at = past.length - 2; at >= 0 && past[at]! > after; at -= 2) sum += past[at + 1]!;
    return sum;
  }

  /** The same in parts of five minutes, the oldest first: 12 counts that add up to what `read` tells. */
  parts(now: number): number[] {
    const after = Math.max(Math.floor(now / MINUTE_MS), this.minute) - MINUTES;
    const parts = new Array<number>(MINUTES / PART_MINUTES).fill(0);
    const add = (minute: number, count: number): void => {
      if (minute > after) parts[Math.floor((minute - after - 1) / PART_MINUTES)]! += count;
    };
    const past = this.past ?? [];
    for (let at = past.length - 2; at >= 0 && past[at]! > after; at -= 2) add(past[at]!, past[at + 1]!);
    add(this.minute, this.count);
    return parts;
  }

  private begin(minute: number): void {
    if (this.count > 0) {
      const past = (this.past ??= []);
      past.push(this.minute, this.count);
      let old = 0;
      while (old < past.length && past[old]! <= minute - MINUTES) old += 2;
      if (old > 0) past.splice(0, old);
    }
    this.minute = minute;
    this.count = 0;
  }
}
