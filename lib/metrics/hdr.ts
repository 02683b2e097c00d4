import type { Float64Histogram as Histogram } from 'hdr-histogram-js';
// By file: the package's index also brings its WebAssembly build and pako, 61 kB instead of 5 in a bundle.
import float64 from 'hdr-histogram-js/dist/Float64Histogram.js';

// CommonJS with a default export: Node hands over the module, bundlers the class.
const Float64Histogram = (float64 as unknown as { readonly default?: typeof float64 }).default ?? float64;

/**
 * The cells that distributions are counted in: hdr-histogram-js's layout for 1 µs to 24 h at two significant digits, in
 * whole microseconds. A cell is 1 µs wide below 256 µs and at most 1/128 of its value above. Metrics in other units have
 * another step than a microsecond (a byte, a millionth) and the same cells: 86.4 billion steps.
 *
 * hdr is the authority for what a cell means and the form in which distributions leave the library. It does not hold
 * the counts of each series: an hdr object of this range takes 17 kB and some 70 ns a value, and its guards let NaN
 * and Infinity pass. See cells.ts for what holds them.
 */
const DAY_US = 86_400_000_000;
const layout: Histogram = new Float64Histogram(1, DAY_US, 2);

/** The cell of 24 h. Larger values stay in it. */
export const LAST_CELL: number = layout.countsArrayIndex(DAY_US);

/**
 * Where a number is put to be recorded. A double that is passed to a function becomes an object on the heap unless the
 * compiler inlines the call; through this cell it stays a double, and recording allocates nothing.
 */
export const input: Float64Array = new Float64Array(1);
const words = new Int32Array(input.buffer);
// The half of a double that holds sign, exponent and the upper mantissa depends on the machine's byte order.
const HIGH = new Uint8Array(new Float64Array([1]).buffer)[7] === 0x3f ? 1 : 0;

/**
 * The cell of the value in `input`: steps, not negative, plus a half for rounding.
 *
 * hdr computes it with a logarithm, two powers and a division. The same number stands in the double itself: above 128 a
 * cell is told by the exponent and the seven upper bits of the mantissa. A test compares the two.
 */
export function cellOfInput(): number {
  const rounded = input[0]!;
  if (rounded < 128) return rounded | 0;
  if (rounded > DAY_US) return LAST_CELL;
  return (words[HIGH]! >>> 13) - OFFSET;
}

// Exponents are biased by 1023; cell 128 begins at 2^7, and seven mantissa bits make 128 cells of each power of two.
const OFFSET = (1023 + 6) * 128;

/** The lowest value of a cell, in steps. */
export const lowestOf = (cell: number): number => layout.valueFromIndex(cell);

/** The middle of a cell in steps: the value that stands for what was counted in it. */
export function middleOf(cell: number): number {
  const lowest = layout.valueFromIndex(cell);
  return lowest + (layout.sizeOfEquivalentValueRange(lowest) - 1) / 2;
}

/** hdr's own histogram, in microseconds: for its codec, its percentile tables, merging, and whatever else it can do. */
export type DurationHistogram = Histogram;

/** Copies counts into a histogram of hdr's. `min` and `max` in steps. */
export function toHistogram(
  each: (visit: (cell: number, count: number) => void) => void,
  { min, max }: { readonly min: number; readonly max: number },
): DurationHistogram {
  const histogram = new Float64Histogram(1, DAY_US, 2);
  each((cell, count) => {
    histogram.setCountAtIndex(cell, count);
    histogram.addToTotalCount(count);
  });
  if (histogram.totalCount > 0) {
    histogram.updateMinAndMax(Math.round(min));
    histogram.updateMinAndMax(Math.round(max));
  }
  return histogram;
}
