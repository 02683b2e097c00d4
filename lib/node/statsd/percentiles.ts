import { cellOfInput, input, LAST_CELL, middleOf } from '../../metrics/hdr';
import type { CellBoard } from './packed-cells';

/** Names of the gauges and their quantiles, per mille, ascending; 0 and 1000 are the lowest and the highest value. */
const QUANTILES: readonly (readonly [name: string, perMille: number])[] = [
  ['min', 0],
  ['p50', 500],
  ['p95', 950],
  ['p99', 990],
  ['max', 1000],
];

/** What the values are known to lie between, those of earlier intervals included; in the metric's unit. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/**
 * Nearest-rank quantiles of the values of an interval, by cell: within 1 % or one step of the cells. The extremes of a
 * lifetime bound them, and stand for the extremes of an interval that reaches as far.
 *
 * @param perUnit - How many steps of the cells make one unit.
 * @returns Names and values in the metric's unit; empty without values.
 */
export function percentiles(cells: CellBoard, perUnit: number, { min, max }: Range): (readonly [string, number])[] {
  const count = cells.total();
  const [lowest, highest] = [cellOf(min * perUnit), cellOf(max * perUnit)];
  const result: (readonly [string, number])[] = [];
  let seen = 0;
  cells.each((cell, counted) => {
    seen += counted;
    for (let next = QUANTILES[result.length]; next !== undefined; next = QUANTILES[result.length]) {
      const [name, perMille] = next;
      // Whole numbers up to the division, so that 0.55 × 100 is not 55.00000000000001.
      const rank = Math.max(1, Math.ceil((count * perMille) / 1000));
      if (rank > seen) break;
      const isLowest = perMille === 0 && cell === lowest;
      // The last cell takes everything above: only the highest value that there ever was says how much.
      const isHighest = cell === LAST_CELL || (perMille === 1000 && cell === highest);
      const value = isLowest ? min : isHighest ? max : middleOf(cell) / perUnit;
      result.push([name, Math.min(Math.max(value, min), max)]);
    }
  });
  return result;
}

function cellOf(steps: number): number {
  input[0] = steps + 0.5;
  return cellOfInput();
}
