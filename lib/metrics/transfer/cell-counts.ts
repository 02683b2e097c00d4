import { LAST_CELL } from '../hdr';
import { type ByteReader, invalid } from './byte-reader';
import { type ByteWriter, Unfit } from './byte-writer';

/** Half a byte; what reaches it says that more follows. */
const HALF = 15;

/**
 * Counts of all cells, where those of one or many series are added up before they are written. One for all series of a
 * snapshot: 31 kB, of which only the range that was used is looked at.
 */
export class CellCounts {
  private readonly counts = new Float64Array(LAST_CELL + 1);
  private lowest = LAST_CELL + 1;
  private highest = -1;

  /** Bound: it is handed over as a visitor. It runs for each cell of each series, so whatever can wait is left to `write`. */
  readonly add = (cell: number, count: number): void => {
    const before = this.counts[cell];
    if (before === undefined || !(count > 0)) throw new Unfit('it has a cell that there is not');
    this.counts[cell] = before + count;
    if (cell < this.lowest) this.lowest = cell;
    if (cell > this.highest) this.highest = cell;
  };

  clear(): void {
    if (this.highest >= 0) this.counts.fill(0, this.lowest, this.highest + 1);
    this.lowest = LAST_CELL + 1;
    this.highest = -1;
  }

  /** How many values they count. */
  total(): number {
    let total = 0;
    for (let cell = this.lowest; cell <= this.highest; cell++) total += this.counts[cell]!;
    return total;
  }

  /** See layout.ts. */
  write(out: ByteWriter): void {
    out.count(this.used());
    let next = 0;
    for (let cell = this.lowest; cell <= this.highest; cell++) {
      const count = this.counts[cell]!;
      if (count === 0) continue;
      const [skipped, more] = [cell - next, count - 1];
      out.byte((Math.min(skipped, HALF) << 4) | Math.min(more, HALF));
      if (skipped >= HALF) out.count(skipped - HALF);
      if (more >= HALF) out.count(more - HALF);
      next = cell + 1;
    }
  }

  private used(): number {
    let used = 0;
    for (let cell = this.lowest; cell <= this.highest; cell++) if (this.counts[cell]! > 0) used++;
    return used;
  }
}

/** Reads cells, calls with each of them, and returns how many values they count. */
export function readCells(reader: ByteReader, visit: ((cell: number, count: number) => void) | undefined): number {
  const from = reader.at;
  const used = reader.many('cells', 1, LAST_CELL + 1);
  const { bytes } = reader;
  // One by one: in a loop as hot as this, taking lists apart takes as long as all the rest.
  let { at } = reader;
  let next = 0;
  let total = 0;
  for (let index = 0; index < used; index++) {
    const byte = bytes[at]!;
    let cell = next + (byte >>> 4);
    let count = 1 + (byte & HALF);
    at++;
    if (byte === undefined || byte >>> 4 === HALF || (byte & HALF) === HALF) {
      if (byte === undefined) throw invalid(at - 1, 'it ends too early');
      reader.at = at;
      if (byte >>> 4 === HALF) cell += reader.count();
      if ((byte & HALF) === HALF) count += reader.count();
      at = reader.at;
    }
    if (cell > LAST_CELL) throw invalid(at, `cell ${cell}, where ${LAST_CELL} is the last one`);
    total += count;
    visit?.(cell, count);
    next = cell + 1;
  }
  reader.at = at;
  if (total > Number.MAX_SAFE_INTEGER) throw invalid(from, 'its cells count more than 2^53 - 1 values');
  return total;
}
