import type { Distribution } from '../distribution';
import { cellOfInput, input, LAST_CELL, lowestOf } from '../hdr';
import type { RowTap } from './row-tap';
import type { Tier } from './tier';

/** Rows of the seconds and of the tens, as the columns of a track begin with them. */
const ROWS = 660;
/** Five to a decade: the series of preferred numbers R5 (ISO 3). */
const STEPS = [1, 1.6, 2.5, 4, 6.3];
const DECADES = 11;
const TOP = 86_400_000_000;

/** The lowest cell of each range; `0` is of what rounds to no step at all. */
const FIRST_CELLS: readonly number[] = firstCells();

/** How many ranges there are. */
export const HEAT_RANGES: number = FIRST_CELLS.length;

/**
 * Edges of the ranges in steps of the cells (µs for durations), ascending, one more than ranges: 0, 1, 2, 3, 4, 6, 10, 16, 25, 40, 63,
 * 100 and so on up to 24 h. From 256 steps on an edge is where its cell begins, at most 1/128 below the round number. A value, rounded to
 * whole steps, is in the range whose lower edge it reaches and whose upper edge it does not; the last range takes what is beyond it.
 */
export const HEAT_EDGES: readonly number[] = [...FIRST_CELLS.map(lowestOf), TOP];

const RANGE_OF_CELL: Uint8Array = rangeOfCell();

/** Bytes that one heat takes, whatever is recorded. */
export const HEAT_BYTES: number = ROWS * HEAT_RANGES * Uint32Array.BYTES_PER_ELEMENT;

/**
 * How many values of one series fell into which range: by the second for five minutes and by ten seconds for an hour, at the places that
 * the timeline tells. It is shown each row that the history writes, so each of its rows sums up to the `count` of that row.
 *
 * 148 kB, whatever is recorded. Recording costs nothing more; once a second the cells of what was recorded are visited once more, some 5 µs
 * with 200 values.
 */
export class Heat implements RowTap {
  readonly byteLength: number = HEAT_BYTES;
  private readonly counts = new Uint32Array(ROWS * HEAT_RANGES);
  private offset = 0;
  private readonly add = (cell: number, count: number): void => {
    const at = this.offset + RANGE_OF_CELL[cell]!;
    this.counts[at] = this.counts[at]! + count;
  };

  /** @param firsts - By tier, the first slot that it holds. */
  constructor(readonly firsts: readonly number[]) {}

  write(place: number, row: Distribution): void {
    // Rows of a minute stand behind the others; a day by the minute is kept of no heat.
    if (place >= ROWS) return;
    this.offset = place * HEAT_RANGES;
    this.counts.fill(0, this.offset, this.offset + HEAT_RANGES);
    if (row.count > 0) row.parts().cells?.each(this.add);
  }

  /** The counts of a slot by range, which go on changing; only of slots that the series has a row of. */
  row(tier: Tier, slot: number): Uint32Array {
    const at = tier.placeOf(slot) * HEAT_RANGES;
    return this.counts.subarray(at, at + HEAT_RANGES);
  }
}

function firstCells(): number[] {
  const cells = [0];
  for (let decade = 0; decade < DECADES; decade++) {
    for (const step of STEPS) {
      const edge = Math.round(step * 10 ** decade);
      if (edge >= TOP) break;
      input[0] = edge + 0.5;
      const cell = cellOfInput();
      if (cell > cells.at(-1)!) cells.push(cell);
    }
  }
  return cells;
}

function rangeOfCell(): Uint8Array {
  const ranges = new Uint8Array(LAST_CELL + 1);
  for (let cell = 0, range = 0; cell <= LAST_CELL; cell++) {
    if (cell === FIRST_CELLS[range + 1]) range++;
    ranges[cell] = range;
  }
  return ranges;
}
