/** Ways that hold only what was recorded, at first or always. */
import { Cells } from './layout.mjs';
import { Series } from './windows.mjs';

const FIRST = 32;

/** The cells of the first values, one after another; past a limit, counts of cells. */
class Promoted {
  constructor(/** @type {number} */ limit) {
    this.limit = limit;
    this.length = 0;
    this.list = /** @type {Uint16Array | undefined} */ (new Uint16Array(FIRST));
    this.hot = /** @type {Cells | undefined} */ (undefined);
  }
  add(/** @type {number} */ cell) {
    if (this.hot !== undefined) this.hot.add(cell);
    else this.append(cell);
  }
  append(/** @type {number} */ cell) {
    let list = /** @type {Uint16Array} */ (this.list);
    if (this.length === list.length) {
      if (this.length >= this.limit) {
        this.promote(list);
        this.add(cell);
        return;
      }
      const longer = new Uint16Array(list.length * 2);
      longer.set(list);
      this.list = list = longer;
    }
    list[this.length++] = cell;
  }
  promote(/** @type {Uint16Array} */ list) {
    const hot = new Cells();
    for (const cell of list) hot.add(cell);
    this.hot = hot;
    this.list = undefined;
  }
  each(/** @type {(cell: number, count: number) => void} */ visit) {
    if (this.hot !== undefined) {
      this.hot.each(visit);
      return;
    }
    for (const cell of /** @type {Uint16Array} */ (this.list).slice(0, this.length).sort()) visit(cell, 1);
  }
}

/** Cells and counts by turns, sorted; past a limit, counts of cells. */
class Pairs {
  constructor(/** @type {number} */ limit) {
    this.limit = limit;
    this.used = 0;
    this.cells = new Uint16Array(16);
    this.counts = new Uint16Array(16);
    this.hot = /** @type {Cells | undefined} */ (undefined);
  }
  add(/** @type {number} */ cell) {
    if (this.hot !== undefined) this.hot.add(cell);
    else this.insert(cell);
  }
  insert(/** @type {number} */ cell) {
    let [from, to] = [0, this.used];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.cells[middle] < cell) from = middle + 1;
      else to = middle;
    }
    const known = from < this.used && this.cells[from] === cell;
    if (known && this.counts[from] < 65_535) {
      this.counts[from]++;
      return;
    }
    if (known || this.used === this.limit) {
      this.promote();
      this.add(cell);
      return;
    }
    if (this.used === this.cells.length) {
      for (const part of /** @type {const} */ (['cells', 'counts'])) {
        const longer = new Uint16Array(this.used * 2);
        longer.set(this[part]);
        this[part] = longer;
      }
    }
    this.cells.copyWithin(from + 1, from, this.used);
    this.counts.copyWithin(from + 1, from, this.used);
    this.cells[from] = cell;
    this.counts[from] = 1;
    this.used++;
  }
  promote() {
    this.hot = new Cells();
    for (let at = 0; at < this.used; at++) this.hot.addMany(this.cells[at], this.counts[at]);
    this.cells = this.counts = new Uint16Array(0);
  }
  each(/** @type {(cell: number, count: number) => void} */ visit) {
    if (this.hot !== undefined) this.hot.each(visit);
    else for (let at = 0; at < this.used; at++) visit(this.cells[at], this.counts[at]);
  }
}

class Mapped {
  constructor() {
    this.counts = /** @type {Map<number, number>} */ (new Map());
  }
  add(/** @type {number} */ cell) {
    this.counts.set(cell, (this.counts.get(cell) ?? 0) + 1);
  }
  each(/** @type {(cell: number, count: number) => void} */ visit) {
    for (const [cell, count] of [...this.counts].sort(([one], [other]) => one - other)) visit(cell, count);
  }
}

/** @type {Record<string, import('./layout.mjs').Way>} */
export const ways = {
  promoted: { name: 'list of 128 values, then ours', open: () => new Series(new Promoted(128)) },
  pairs: { name: '128 sorted cells with counts, then ours', open: () => new Series(new Pairs(128)) },
  map: { name: 'Map of cells', open: () => new Series(new Mapped()) },
};
