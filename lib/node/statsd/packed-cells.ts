import { LAST_CELL } from '../../metrics/hdr';

/** Called with the number of a cell and how many values are in it. */
export type VisitCell = (cell: number, count: number) => void;

/** A pair takes at most 2 bytes for the way to its cell and 8 for its count (2^53). */
const buffer = new Uint8Array((LAST_CELL + 1) * 10);
let end = 0;
let last = 0;

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function putNumber(value: number): void {
  let rest = value;
  while (rest >= 128) {
    buffer[end++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  buffer[end++] = rest;
}

function putCell(cell: number, count: number): void {
  putNumber(cell - last);
  putNumber(count);
  last = cell;
}

/**
 * Counts by cell, all of them, to work with. Only the part
 * between the lowest and the highest cell that was touched is ever looked at.
 */
export class CellBoard {
  private readonly counts = new Float64Array(LAST_CELL + 1);
  private low = LAST_CELL + 1;
  private high = -1;

  /** Bound, so that it can be handed to what visits cells. The same cell may come more than once. */
  readonly add: VisitCell = (cell, count) => {
    if (!(cell >= 0 && cell <= LAST_CELL)) return;
    this.counts[cell] = this.counts[cell]! + count;
    if (cell < this.low) this.low = cell;
    if (cell > this.high) this.high = cell;
  };

  /** Takes away. What would be below nothing is nothing. */
  readonly take: VisitCell = (cell, count) => {
    this.counts[cell] = Math.max(0, this.counts[cell]! - count);
  };

  total(): number {
    let total = 0;
    for (let cell = this.low; cell <= this.high; cell++) total += this.counts[cell]!;
    return total;
  }

  /** Calls with each cell that is not empty, from the lowest. */
  each(visit: VisitCell): void {
    for (let cell = this.low; cell <= this.high; cell++) if (this.counts[cell]! > 0) visit(cell, this.counts[cell]!);
  }

  /** Writes the counts into few bytes: those of an ordinary latency into 2 to 4 a cell. */
  pack(into: PackedCells): void {
    end = 0;
    last = 0;
    this.each(putCell);
    into.put(buffer, end);
  }

  clear(): void {
    if (this.high >= 0) this.counts.fill(0, this.low, this.high + 1);
    this.low = LAST_CELL + 1;
    this.high = -1;
  }
}

/** Counts by cell, to be kept. The bytes are used again, so that a flush leaves little behind. */
export class PackedCells {
  private bytes = new Uint8Array(0);
  private length = 0;

  put(bytes: Uint8Array, length: number): void {
    if (this.bytes.length < length) this.bytes = new Uint8Array(2 ** Math.ceil(Math.log2(length + 1)));
    for (let at = 0; at < length; at++) this.bytes[at] = bytes[at]!;
    this.length = length;
  }

  /** Calls with each cell, from the lowest. */
  each(visit: VisitCell): void {
    const { bytes, length } = this;
    let at = 0;
    const number = (): number => {
      let value = 0;
      for (let factor = 1; ; factor *= 128) {
        const byte = bytes[at++]!;
        value += (byte % 128) * factor;
        if (byte < 128) return value;
      }
    };
    for (let cell = 0; at < length; ) {
      cell += number();
      visit(cell, number());
    }
  }
}
