import { LAST_CELL } from './hdr';

/** Cells are allocated in steps of a quarter of a power of two. */
const STEP = 32;
/** What a byte holds, and what byte and carry hold together. */
const BYTE = 256;
const WRAP = 16_777_216;
/** Cells that are looked at together. */
const BLOCK = 8;

/**
 * Counts by cell, for the part of the layout that was used: one window from the lowest cell to the highest, which grows.
 *
 * A latency distribution spreads over some 1,500 cells, and few of them are ever counted often. So a cell takes a byte.
 * Every 256th value of a cell carries one to a second window of 16 bits, made by the first carry; what that can't hold
 * (16 million values in one cell) goes to a map. So nothing ever wraps in silence, a series takes 1 to 3 bytes a cell
 * instead of 4, and more series stay in the processor's caches: that makes recording faster, too.
 */
export class Cells {
  private base = 0;
  private low = new Uint8Array(0);
  private high: Uint16Array | undefined = undefined;
  private top: Map<number, number> | undefined = undefined;

  /** Counts one value. Allocates only when the window has to grow, and once for the first carry. */
  add(cell: number): void {
    const at = cell - this.base;
    const count = this.low[at];
    if (count === undefined) {
      this.grow(cell);
      this.add(cell);
      return;
    }
    this.low[at] = count + 1;
    if (count === BYTE - 1) this.carry(at, 1);
  }

  /** Counts many values of one cell. */
  addMany(cell: number, count: number): void {
    const at = cell - this.base;
    const before = this.low[at];
    if (before === undefined) {
      this.grow(cell);
      this.addMany(cell, count);
      return;
    }
    const after = before + count;
    this.low[at] = after % BYTE;
    if (after >= BYTE) this.carry(at, Math.floor(after / BYTE));
  }

  /** Adds the counts of others. */
  merge(other: Cells): void {
    other.each((cell, count) => this.addMany(cell, count));
  }

  /** Starts anew and keeps its window, which will be needed again. */
  clear(): void {
    this.low.fill(0);
    this.high?.fill(0);
    this.top = undefined;
  }

  /** Calls with each cell that is not empty, from the lowest. A loop instead of an iterator: some of these run each second. */
  each(visit: (cell: number, count: number) => void): void {
    const { base, low, high, top } = this;
    for (let block = 0; block < low.length; block += BLOCK) {
      // Most of a window is empty.
      if (isEmpty(low, block) && (high === undefined || (top === undefined && isEmpty(high, block)))) continue;
      const end = Math.min(block + BLOCK, low.length);
      for (let at = block; at < end; at++) {
        let count = low[at]!;
        if (high !== undefined) count += high[at]! * BYTE + (top === undefined ? 0 : (top.get(base + at) ?? 0) * WRAP);
        if (count > 0) visit(base + at, count);
      }
    }
  }

  /** What its windows take. */
  get byteLength(): number {
    return this.low.byteLength + (this.high?.byteLength ?? 0);
  }

  private carry(at: number, carried: number): void {
    this.high ??= new Uint16Array(this.low.length);
    const after = this.high[at]! + carried;
    this.high[at] = after % 65_536;
    if (after < 65_536) return;
    this.top ??= new Map();
    const cell = this.base + at;
    this.top.set(cell, (this.top.get(cell) ?? 0) + Math.floor(after / 65_536));
  }

  private grow(cell: number): void {
    const { base, low, high } = this;
    const first = Math.floor(cell / STEP) * STEP;
    const empty = low.length === 0;
    this.base = empty ? first : Math.min(base, first);
    const end = Math.min(empty ? first + STEP : Math.max(base + low.length, first + STEP), LAST_CELL + 1);
    const [length, shift] = [end - this.base, Math.max(base - this.base, 0)];
    this.low = new Uint8Array(length);
    this.low.set(low, shift);
    if (high === undefined) return;
    this.high = new Uint16Array(length);
    this.high.set(high, shift);
  }
}

/** Whether a block of cells is empty. Beyond the end of a window, which not every last block fills, `undefined` counts as 0. */
const isEmpty = (counts: Uint8Array | Uint16Array, at: number): boolean =>
  (counts[at]! |
    counts[at + 1]! |
    counts[at + 2]! |
    counts[at + 3]! |
    counts[at + 4]! |
    counts[at + 5]! |
    counts[at + 6]! |
    counts[at + 7]!) ===
  0;
