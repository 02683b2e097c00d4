/** Wall times are told to 10 ms: the clock's own rounding would make 11:59:59.999 of noon. */
const ROUND_MS = 10;

/**
 * One resolution of the history: when each of its latest rows began and ended. The values stand in the columns of each
 * series, at the places that this tells.
 *
 * Time is cut into slots of the tier's step, numbered from the timeline's origin. A row is what one slot holds; the one
 * that is running has none yet. A row ends with the first tick after its slot. When ticks were missed, it covers the time
 * until then, and the slots in between have no rows. So the rows cover all time once, whenever ticks come.
 */
export class Tier {
  /** The slot that is running. */
  open: number;
  /** The first one that ever ran. */
  readonly began: number;
  private openedAt: number;
  private openedWall: number;
  private readonly slots: Float64Array;
  private readonly from: Float64Array;
  private readonly to: Float64Array;
  private readonly walls: Float64Array;

  /**
   * @param index - 0 for the finest tier.
   * @param size - How many slots are remembered.
   * @param offset - Where its places in the columns begin.
   * @param origin - Monotonic ms at which slot 0 began.
   */
  constructor(
    readonly index: number,
    readonly stepMs: number,
    readonly size: number,
    private readonly offset: number,
    private readonly origin: number,
    now: number,
    wall: number,
  ) {
    this.slots = new Float64Array(size).fill(-1);
    this.from = new Float64Array(size);
    this.to = new Float64Array(size);
    this.walls = new Float64Array(size);
    this.began = this.open = Math.floor((now - origin) / stepMs);
    this.openedAt = now;
    this.openedWall = this.wallOf(this.open, now, wall);
  }

  /** When the running row ends; monotonic ms. */
  get due(): number {
    return this.origin + (this.open + 1) * this.stepMs;
  }

  get byteLength(): number {
    return 4 * this.slots.byteLength;
  }

  /** Ends the running row if its slot is over. Returns its place in the columns, or -1. */
  end(now: number, wall: number): number {
    if (now < this.due) return -1;
    const at = this.open % this.size;
    this.slots[at] = this.open;
    this.from[at] = this.openedAt;
    this.to[at] = now;
    this.walls[at] = this.openedWall;
    this.open = Math.floor((now - this.origin) / this.stepMs);
    this.openedAt = now;
    this.openedWall = this.wallOf(this.open, now, wall);
    return this.offset + at;
  }

  /** Whether a slot has a row. */
  has(slot: number): boolean {
    return slot >= 0 && this.slots[slot % this.size] === slot;
  }

  /** The slot that a place holds the row of. */
  slotAt(place: number): number {
    return this.slots[place - this.offset]!;
  }

  placeOf(slot: number): number {
    return this.offset + (slot % this.size);
  }

  /** For how many ms a row covers what began at `since`. */
  covered(slot: number, since: number): number {
    const at = slot % this.size;
    return this.to[at]! - Math.max(this.from[at]!, since);
  }

  /** Since when (monotonic ms) the rows from a slot on, together with the running one, cover all time. */
  coveredFrom(first: number): number {
    for (let slot = Math.max(first, this.open - this.size, 0); slot < this.open; slot++) {
      if (this.has(slot)) return this.from[slot % this.size]!;
    }
    return this.openedAt;
  }

  /**
   * When the slots from `first` up to the running one began, ms since the epoch, strictly ascending.
   *
   * Each row keeps the wall time that was true when it began. Where the wall clock was set back, the rows before are shown
   * that much earlier: what is latest is right, and order is never lost.
   */
  times(first: number): number[] {
    const times: number[] = new Array(this.open - first);
    let next = this.openedWall;
    for (let slot = this.open - 1; slot >= first; slot--) {
      const wall = this.has(slot) ? this.walls[slot % this.size]! : next;
      next = wall < next ? wall : next - this.stepMs;
      times[slot - first] = next;
    }
    return times;
  }

  private wallOf(slot: number, now: number, wall: number): number {
    return Math.round((wall - (now - this.origin - slot * this.stepMs)) / ROUND_MS) * ROUND_MS;
  }
}
