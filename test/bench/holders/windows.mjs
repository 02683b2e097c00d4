/** Ways that hold counts of cells in typed arrays. */
import { Cells, cellOf, LAST_CELL, quantilesOf } from './layout.mjs';

const STEP = 32;

/** @typedef {{ add(cell: number): void, each(visit: (cell: number, count: number) => void): void }} Counts */

/** What any counts of cells make of a duration. */
export class Series {
  constructor(/** @type {Counts} */ counts) {
    this.counts = counts;
    this.total = 0;
  }
  record(/** @type {number} */ ms) {
    this.total++;
    this.counts.add(cellOf(ms));
  }
  quantiles() {
    return quantilesOf(this.total, (visit) => this.counts.each(visit));
  }
}

class Whole {
  constructor() {
    this.counts = new Uint32Array(LAST_CELL + 1);
  }
  add(/** @type {number} */ cell) {
    this.counts[cell]++;
  }
  each(/** @type {(cell: number, count: number) => void} */ visit) {
    for (let cell = 0; cell < this.counts.length; cell++) if (this.counts[cell] > 0) visit(cell, this.counts[cell]);
  }
}

/** The window that has to hold a cell as well. */
function widened(/** @type {number} */ base, /** @type {number} */ length, /** @type {number} */ cell) {
  const first = cell - (cell % STEP);
  const from = length === 0 ? first : Math.min(base, first);
  const to = Math.min(Math.max(length === 0 ? 0 : base + length, first + STEP), LAST_CELL + 1);
  return { from, length: to - from };
}

/** One window that grows, with 16 or 32 bits for each cell; what they can't hold is carried to a map. */
class Window {
  constructor(/** @type {Uint16ArrayConstructor | Uint32ArrayConstructor} */ Kind) {
    this.Kind = Kind;
    this.full = 256 ** Kind.BYTES_PER_ELEMENT - 1;
    this.base = 0;
    this.counts = new Kind(0);
    this.carries = /** @type {Map<number, number> | undefined} */ (undefined);
  }
  add(/** @type {number} */ cell) {
    const at = cell - this.base;
    const count = this.counts[at];
    if (count === undefined) {
      this.grow(cell);
      this.add(cell);
      return;
    }
    this.counts[at] = count + 1;
    if (count === this.full) this.carry(cell);
  }
  carry(/** @type {number} */ cell) {
    this.carries ??= new Map();
    this.carries.set(cell, (this.carries.get(cell) ?? 0) + 1);
  }
  grow(/** @type {number} */ cell) {
    const { from, length } = widened(this.base, this.counts.length, cell);
    const counts = new this.Kind(length);
    counts.set(this.counts, Math.max(this.base - from, 0));
    this.base = from;
    this.counts = counts;
  }
  each(/** @type {(cell: number, count: number) => void} */ visit) {
    for (let at = 0; at < this.counts.length; at++) {
      const count = this.counts[at] + (this.carries === undefined ? 0 : (this.carries.get(this.base + at) ?? 0) * (this.full + 1));
      if (count > 0) visit(this.base + at, count);
    }
  }
}

/** Chunks of 32 cells in buffers that all series share; a series knows where its chunks are. */
class Chunked {
  static CHUNKS = 256;
  /** @type {Uint32Array[]} */
  static buffers = [];
  static taken = 0;
  constructor() {
    this.chunks = new Int32Array(Math.ceil((LAST_CELL + 1) / STEP));
  }
  add(/** @type {number} */ cell) {
    let chunk = this.chunks[cell >> 5];
    if (chunk === 0) chunk = this.chunks[cell >> 5] = Chunked.take();
    Chunked.buffers[chunk >> 8][((chunk & 255) << 5) + (cell & 31)]++;
  }
  static take() {
    // Number 0 says that there is none.
    const chunk = ++Chunked.taken;
    if (chunk >> 8 === Chunked.buffers.length) Chunked.buffers.push(new Uint32Array(Chunked.CHUNKS * STEP));
    return chunk;
  }
  each(/** @type {(cell: number, count: number) => void} */ visit) {
    for (let index = 0; index < this.chunks.length; index++) {
      const chunk = this.chunks[index];
      if (chunk === 0) continue;
      const counts = Chunked.buffers[chunk >> 8];
      const begin = (chunk & 255) << 5;
      for (let at = 0; at < STEP; at++) if (counts[begin + at] > 0) visit(index * STEP + at, counts[begin + at]);
    }
  }
}
Chunked.buffers.push(new Uint32Array(Chunked.CHUNKS * STEP));

/** @type {Record<string, import('./layout.mjs').Way>} */
export const ways = {
  library: { name: '**growing window, 8 bits and carries: ours**', open: () => new Series(new Cells()) },
  'window-16': { name: 'growing window, 16 bits', open: () => new Series(new Window(Uint16Array)) },
  'window-32': { name: 'growing window, 32 bits', open: () => new Series(new Window(Uint32Array)) },
  whole: { name: 'whole array, 32 bits', open: () => new Series(new Whole()) },
  chunked: { name: 'chunks of 32 cells, shared buffers', open: () => new Series(new Chunked()) },
};
