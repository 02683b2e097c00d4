import { LAST_CELL, lowestOf } from './hdr';

/** More would no longer be a small list beside the distribution; and the number of a bucket has to fit into a byte. */
export const MAX_BOUNDS = 200;

/**
 * Which classic bucket a value falls in, found through its cell: bounds are inclusive, as `le` is in Prometheus.
 *
 * The cell says where to begin, so that a search among 16 bounds takes a comparison or two. All series of a metric share
 * one layout.
 */
export interface BucketLayout {
  /** Ascending, inclusive, in the metric's unit; the last one is infinity. */
  readonly bounds: Float64Array;
  /** By cell, the lowest bucket that a value of the cell can fall in. */
  readonly first: Uint8Array;
}

/**
 * @param bounds - Ascending and finite, at most {@link MAX_BOUNDS}.
 * @param perUnit - How many steps of the cells make one unit.
 */
export function createLayout(bounds: readonly number[], perUnit: number): BucketLayout {
  const first = new Uint8Array(LAST_CELL + 1);
  let bucket = 0;
  for (let cell = 0; cell <= LAST_CELL; cell++) {
    // A cell also takes values of half a step below its lowest; the rest of the margin is for rounding.
    while (bucket < bounds.length && lowestOf(cell) - 2 > bounds[bucket]! * perUnit) bucket++;
    first[cell] = bucket;
  }
  return { bounds: Float64Array.of(...bounds, Number.POSITIVE_INFINITY), first };
}
