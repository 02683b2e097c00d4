/** How many slots share a buffer. */
const SLOTS = 64;

/** A place for the numbers of one series: `values[at]` to `values[at + size - 1]`, all zero. */
export interface Slot {
  readonly values: Float64Array;
  readonly at: number;
}

/**
 * Numbers of many series in shared typed arrays: an array of its own would take a series 250 bytes for 48 of content, and a
 * number in an object's field may become a new object whenever it changes.
 *
 * A buffer is collected when no series holds it. Only what nobody else can see is released and handed out again: an
 * exporter may be reading a series that is gone.
 */
export class Slab {
  private readonly free: Slot[] = [];
  private values = new Float64Array(0);
  private used = 0;

  /** @param size - Numbers per slot. */
  constructor(readonly size: number) {}

  take(): Slot {
    const released = this.free.pop();
    if (released !== undefined) return released;
    if (this.used === this.values.length) {
      this.values = new Float64Array(SLOTS * this.size);
      this.used = 0;
    }
    const slot = { values: this.values, at: this.used };
    this.used += this.size;
    return slot;
  }

  /** Gives a slot back. Whoever held it must not touch it any more. */
  release({ values, at }: Slot): void {
    values.fill(0, at, at + this.size);
    this.free.push({ values, at });
  }
}
