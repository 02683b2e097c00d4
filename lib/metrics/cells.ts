import { LAST_CELL } from './hdr';

/** Cells are allocated in steps of a quarter of a power of two. */
const STEP = 32;
const WRAP = 4_294_967_296;

/**
 * Counts by cell, for the part of the layout that was used: one window from the lowest cell to the highest, which grows.
 *
 * A latency distribution covers a few powers of ten, so it takes 2 to 9 kB instead of the 16 of all cells. Counters have
 * 32 bits; one that is full starts again and its carry goes to a map, which in practice stays empty (4 billion durations
 * in one cell), so that nothing ever wraps in silence.
 */
export class Cells {
  private base = 0;
  private counts = new Uint32Array(0);
  private carries: Map<number, number> | undefined = undefined;

  /** Counts one value. Allocates only when the window has to grow. */
  add(cell: number): void {
    const at = cell - this.base;
    const count = this.counts[at];
    if (count === undefined) {
      this.grow(cell);
      this.add(cell);
      return;
    }
    this.counts[at] = count + 1;
    if (count === WRAP - 1) (this.carries ??= new Map()).set(cell, (this.carries.get(cell) ?? 0) + 1);
  }

  /** Cells that are not empty, from the lowest. */
  *entries(): Iterable<readonly [cell: number, count: number]> {
    for (const [at, low] of this.counts.entries()) {
      const cell = this.base + at;
      const count = low + (this.carries?.get(cell) ?? 0) * WRAP;
      if (count > 0) yield [cell, count];
    }
  }

  private grow(cell: number): void {
    const { base, counts } = this;
    const first = Math.floor(cell / STEP) * STEP;
    const empty = counts.length === 0;
    this.base = empty ? first : Math.min(base, first);
    const end = Math.min(empty ? first + STEP : Math.max(base + counts.length, first + STEP), LAST_CELL + 1);
    this.counts = new Uint32Array(end - this.base);
    this.counts.set(counts, Math.max(base - this.base, 0));
  }
}
