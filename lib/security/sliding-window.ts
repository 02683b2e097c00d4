/** Room for times that several windows share, in times. */
export interface StampBudget {
  left: number;
}

/** Times beyond these are not kept of one key, however much room there is. */
const MAX_STAMPS = 4096;

/**
 * Counts what happened within a time that ends now: exactly, by keeping the times.
 *
 * As many times as are needed for the first alarm are always kept. More take room of a budget that all keys share; where
 * there is none, the oldest go, and the count is the least that it can be.
 */
export class SlidingWindow {
  private stamps: number[] = [];
  private head = 0;
  /** The newest that was let go before its time. */
  private lostAt: number = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly windowMs: number,
    private readonly reserved: number,
    private readonly budget: StampBudget,
  ) {}

  /** How many there are within the window, those of the time `now - windowMs` no longer among them. */
  count(now: number): number {
    const from = now - this.windowMs;
    while (this.head < this.stamps.length && this.stamps[this.head]! <= from) this.dropOldest();
    return this.stamps.length - this.head;
  }

  /** One more, now; to be called after {@link count} of the same time. */
  add(now: number): void {
    const size = this.stamps.length - this.head;
    const hasRoom = size < this.reserved || (size < MAX_STAMPS && this.budget.left > 0);
    if (!hasRoom) {
      this.lostAt = this.stamps[this.head]!;
      this.dropOldest();
    }
    this.stamps.push(now);
    if (this.stamps.length - this.head > this.reserved) this.budget.left--;
  }

  /** Whether there were more within the window than {@link count} says. */
  isFloor(now: number): boolean {
    return this.lostAt > now - this.windowMs;
  }

  /** Whether nothing is within the window: the newest is the last to leave it. */
  isQuiet(now: number): boolean {
    return (this.stamps.at(-1) ?? Number.NEGATIVE_INFINITY) <= now - this.windowMs;
  }

  private dropOldest(): void {
    if (this.stamps.length - this.head > this.reserved) this.budget.left++;
    this.head++;
    // What lies before the head is cut off once it is the larger half: each time is moved once on average.
    if (this.head * 2 > this.stamps.length) {
      this.stamps = this.stamps.slice(this.head);
      this.head = 0;
    }
  }
}
