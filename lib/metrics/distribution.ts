import type { BucketLayout } from './bounds';
import { Cells } from './cells';
import { cellOfInput, type DurationHistogram, input, middleOf, toHistogram } from './hdr';
import { Slab, type Slot } from './slab';

/** What all series of a metric have in common. */
export interface DistributionShape {
  /** How many steps of the cells make one unit of the metric: 1,000 for ms. */
  readonly perUnit: number;
  /** Classic buckets; none for a summary. */
  readonly layout: BucketLayout | undefined;
  /** Whether cells are kept, so that quantiles can be told. */
  readonly hdr: boolean;
  readonly slab: Slab;
}

export const createShape = (perUnit: number, layout: BucketLayout | undefined, hdr: boolean): DistributionShape => ({
  perUnit,
  layout,
  hdr,
  slab: new Slab(TOTALS + (layout?.bounds.length ?? 0)),
});

/** What a distribution comes to, in the unit of its metric. */
export interface Totals {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
}

/**
 * Places in a slot. `LOST` is what rounding took from the sum. Squares are summed around `CENTRE`. Buckets follow.
 */
const [SUM, LOST, MIN, MAX, CENTRE, SQUARES] = [0, 1, 2, 3, 4, 5] as const;
const TOTALS = 6;

/**
 * The values of one series: exact totals, classic buckets, cells for quantiles.
 *
 * Sums are compensated (Neumaier 1974), so that a billion small values do not drown. Squares are summed around the first
 * value: its distance from the mean is at most sqrt(count) deviations, which bounds the cancellation. Merging moves the
 * centre to the common mean (Chan, Golub, LeVeque 1979).
 */
export class Distribution {
  count = 0;
  private readonly cells: Cells | undefined;
  private readonly totals: Float64Array;
  /** Where in the buffer its numbers begin. */
  private readonly at: number;
  // Out of the shape, because looking them up there takes a fifth of the recording.
  private perUnit: number;
  private bounds: Float64Array | undefined;
  private first: Uint8Array | undefined;

  constructor(private shape: DistributionShape) {
    this.perUnit = shape.perUnit;
    this.bounds = shape.layout?.bounds;
    this.first = shape.layout?.first;
    const { values, at } = shape.slab.take();
    this.totals = values;
    this.at = at;
    this.cells = shape.hdr ? new Cells() : undefined;
    this.totals[at + MIN] = Number.POSITIVE_INFINITY;
  }

  /** Records the value in `input`, finite and not negative. Allocates only when the window of cells has to grow. */
  recordInput(): void {
    const { totals, at, bounds } = this;
    const value = input[0]!;
    if (this.count === 0) totals[at + CENTRE] = value;
    this.count++;
    const sum = totals[at + SUM]!;
    const next = sum + value;
    totals[at + LOST] = totals[at + LOST]! + (sum >= value ? sum - next + value : value - next + sum);
    totals[at + SUM] = next;
    const distance = value - totals[at + CENTRE]!;
    totals[at + SQUARES] = totals[at + SQUARES]! + distance * distance;
    if (value < totals[at + MIN]!) totals[at + MIN] = value;
    if (value > totals[at + MAX]!) totals[at + MAX] = value;
    input[0] = value * this.perUnit + 0.5;
    const cell = cellOfInput();
    if (this.cells !== undefined) this.cells.add(cell);
    if (bounds !== undefined) {
      let bucket = this.first![cell]!;
      while (value > bounds[bucket]!) bucket++;
      const place = at + TOTALS + bucket;
      totals[place] = totals[place]! + 1;
    }
  }

  /** Adds the values of another one of the same shape. */
  merge(other: Distribution): void {
    if (other.count === 0) return;
    const { totals, at } = this;
    const { totals: theirs, at: their } = other;
    const count = this.count + other.count;
    const squares = mergedSquares(this.spread(), other.spread());
    const [sum, added] = [totals[at + SUM]!, theirs[their + SUM]!];
    const next = sum + added;
    const lost = Math.abs(sum) >= Math.abs(added) ? sum - next + added : added - next + sum;
    totals[at + LOST] = totals[at + LOST]! + theirs[their + LOST]! + (Number.isNaN(lost) ? 0 : lost);
    totals[at + SUM] = next;
    totals[at + MIN] = Math.min(totals[at + MIN]!, theirs[their + MIN]!);
    totals[at + MAX] = Math.max(totals[at + MAX]!, theirs[their + MAX]!);
    totals[at + CENTRE] = finite(next + totals[at + LOST]!) / count;
    totals[at + SQUARES] = squares;
    const size = Math.min(this.shape.slab.size, other.shape.slab.size);
    for (let place = TOTALS; place < size; place++) totals[at + place] = totals[at + place]! + theirs[their + place]!;
    this.count = count;
    if (other.cells !== undefined) this.cells?.merge(other.cells);
  }

  /**
   * Adds values that are stored elsewhere (see packed.ts). Their classic buckets are not part of it.
   *
   * @param totals - The numbers before the buckets, as a slot holds them.
   * @param each - Calls back with each of their cells.
   */
  absorb(count: number, totals: Float64Array, each: (visit: (cell: number, count: number) => void) => void): void {
    if (count === 0) return;
    const stored = new Distribution(this.shape);
    stored.totals.set(totals, stored.at);
    stored.count = count;
    this.merge(stored);
    stored.release();
    const { cells } = this;
    if (cells !== undefined) each((cell, counted) => cells.addMany(cell, counted));
  }

  /** Starts anew; the memory stays. */
  clear(): void {
    if (this.count === 0) return;
    this.count = 0;
    this.totals.fill(0, this.at, this.at + this.shape.slab.size);
    this.totals[this.at + MIN] = Number.POSITIVE_INFINITY;
    this.cells?.clear();
  }

  /** Gives its place back. It must not be used any more. */
  release(): void {
    this.shape.slab.release(this.slot());
  }

  /**
   * Goes on in another unit: what was summed so far is converted.
   *
   * @param shape - Of the other unit, with the same cells and, in its unit, the same bounds.
   */
  convertTo(shape: DistributionShape): void {
    const factor = this.shape.perUnit / shape.perUnit;
    const { totals, at } = this;
    for (const place of [SUM, LOST, MIN, MAX, CENTRE]) totals[at + place] = totals[at + place]! * factor;
    totals[at + SQUARES] = totals[at + SQUARES]! * factor ** 2;
    this.shape = shape;
    this.perUnit = shape.perUnit;
    this.bounds = shape.layout?.bounds;
    this.first = shape.layout?.first;
  }

  totalsNow(): Totals {
    const { count, totals, at } = this;
    const sum = finite(totals[at + SUM]! + totals[at + LOST]!);
    return {
      count,
      sum,
      min: count === 0 ? 0 : totals[at + MIN]!,
      max: totals[at + MAX]!,
      mean: count === 0 ? 0 : sum / count,
      stddev: count === 0 ? 0 : Math.sqrt(Math.max(0, finite(this.spread().squares / count))),
    };
  }

  /**
   * How many values fell into each bucket (not cumulative), the one above the last bound included. Empty without bounds. A
   * window on what is counted, which goes on: copies for ten thousand series would keep the collector busy.
   */
  buckets(): Float64Array {
    return this.totals.subarray(this.at + TOTALS, this.at + this.shape.slab.size);
  }

  /**
   * Nearest-rank quantiles: the smallest value that so many per mille are not above. Within 1 % or one step, and within
   * [min, max], which are exact. Empty without cells or values.
   *
   * @param perMilles - Ascending.
   */
  quantiles(perMilles: readonly number[]): number[] {
    const { totals, at, count, cells } = this;
    const [min, max] = [totals[at + MIN]!, totals[at + MAX]!];
    return nearestRanks({ count, min, max, perUnit: this.shape.perUnit, each: (visit) => cells?.each(visit) }, perMilles);
  }

  /** Its count, and its numbers in the order of its slot, copied. */
  raw(): Float64Array {
    return Float64Array.of(this.count, ...this.totals.subarray(this.at, this.at + TOTALS));
  }

  /** Becomes what `raw` returned, without buckets and cells. */
  load(raw: Float64Array): void {
    this.count = raw[0]!;
    for (let place = 0; place < TOTALS; place++) this.totals[this.at + place] = raw[place + 1]!;
  }

  /** In steps of the cells. */
  histogram(): DurationHistogram {
    const { totals, at } = this;
    const { perUnit } = this.shape;
    return toHistogram((visit) => this.cells?.each(visit), { min: totals[at + MIN]! * perUnit, max: totals[at + MAX]! * perUnit });
  }

  /** Its numbers and cells, for those that store them elsewhere (see packed.ts). */
  parts(): { readonly slot: Slot; readonly cells: Cells | undefined; readonly shape: DistributionShape } {
    return { slot: this.slot(), cells: this.cells, shape: this.shape };
  }

  private slot(): Slot {
    return { values: this.totals, at: this.at };
  }

  /** Count, mean, and squares around the mean. */
  private spread(): Spread {
    const { totals, at, count } = this;
    if (count === 0) return { count: 0, mean: 0, squares: 0 };
    const mean = finite(totals[at + SUM]! + totals[at + LOST]!) / count;
    return { count, mean, squares: Math.max(0, totals[at + SQUARES]! - count * (mean - totals[at + CENTRE]!) ** 2) };
  }
}

/** What quantiles are told from. */
interface Ranked {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Steps of the cells per unit. */
  readonly perUnit: number;
  /** Calls back with each cell that is not empty, from the lowest. */
  each(visit: (cell: number, count: number) => void): void;
}

/** See `Distribution.quantiles`. */
export function nearestRanks({ count, min, max, perUnit, each }: Ranked, perMilles: readonly number[]): number[] {
  const result: number[] = [];
  if (count === 0) return result;
  let seen = 0;
  each((cell, counted) => {
    seen += counted;
    for (let next = perMilles[result.length]; next !== undefined; next = perMilles[result.length]) {
      // Whole numbers up to the division, so that 0.55 × 100 is not 55.00000000000001.
      const rank = Math.max(1, Math.ceil((count * next) / 1000));
      if (rank > seen) break;
      const exact = rank === count ? max : rank === 1 ? min : undefined;
      result.push(exact ?? Math.min(Math.max(middleOf(cell) / perUnit, min), max));
    }
  });
  return result;
}

interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

const mergedSquares = (one: Spread, other: Spread): number =>
  one.squares + other.squares + (one.mean - other.mean) ** 2 * ((one.count * other.count) / (one.count + other.count));

/** Sums of absurd values overflow; what is shown stays a number. */
const finite = (value: number): number => (Number.isNaN(value) ? Number.MAX_VALUE : Math.min(value, Number.MAX_VALUE));
