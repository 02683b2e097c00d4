import { LAST_CELL, middleOf } from '../../../metrics/hdr';
import type { SeriesView } from '../../../metrics/view';
import type { OtelExponentialHistogram } from './data';

/**
 * The scale of exponential histograms: 2^7 buckets for each power of two, as many as there are cells. A bucket's upper bound is
 * 2^(1/128) times its lower one, 0.54 %, so its middle is within 0.28 % of all its values; a cell's is within 0.4 %, or half a step.
 */
const SCALE = 7;
const PER_OCTAVE = 2 ** SCALE;

let places: Float64Array | undefined;

/** By cell, where its middle is on a scale of buckets, if a step were 1. */
function placesOfCells(): Float64Array {
  places ??= Float64Array.from({ length: LAST_CELL + 1 }, (_, cell) => Math.log2(middleOf(cell)) * PER_OCTAVE);
  return places;
}

/** The buckets of an exponential histogram. */
export type ExponentialBuckets = Pick<OtelExponentialHistogram, 'count' | 'scale' | 'zeroCount' | 'positive' | 'negative'>;

/**
 * Puts the values of each cell into the bucket that the cell's middle is in. Buckets of index i hold values v of
 * 2^(i / 2^scale) < v <= 2^((i + 1) / 2^scale), so i = ceil(log2(v) * 2^scale) - 1.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 * @param series - One that has cells.
 * @param step - What a step of the cells is in the unit of the histogram.
 * @param maxBuckets - With more, neighbours are joined: the scale falls by one, and i is halved, until they are few enough.
 */
export function bucketsOf(series: SeriesView, step: number, maxBuckets: number): ExponentialBuckets {
  const place = placesOfCells();
  const offset = Math.log2(step) * PER_OCTAVE;
  let [count, zeroCount, first, last] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const found: number[] = [];
  // Cells come from the lowest, so indexes ascend.
  series.cells?.((cell, counted) => {
    count += counted;
    if (cell === 0) zeroCount += counted;
    else {
      last = Math.ceil(place[Math.min(cell, LAST_CELL)]! + offset) - 1;
      first = Math.min(first, last);
      found.push(last, counted);
    }
  });
  const negative = { offset: 0, bucketCounts: [] };
  if (found.length === 0) return { count, scale: SCALE, zeroCount, positive: { offset: 0, bucketCounts: [] }, negative };
  let lower = 0;
  while ((last >> lower) - (first >> lower) >= maxBuckets) lower++;
  first >>= lower;
  const bucketCounts = new Array<number>((last >> lower) - first + 1).fill(0);
  for (let at = 0; at < found.length; at += 2) {
    const index = (found[at]! >> lower) - first;
    bucketCounts[index] = bucketCounts[index]! + found[at + 1]!;
  }
  return { count, scale: SCALE - lower, zeroCount, positive: { offset: first, bucketCounts }, negative };
}
