import { baseUnitOf, converter } from './units';

/** From a tenth of a millisecond to five minutes: what spans of an application take, cache hits and long answers alike. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;
/** Powers of four, 64 bytes to 1 GiB. */
const BYTES: readonly number[] = Array.from({ length: 13 }, (_, power) => 4 ** (power + 3));
/** Denser at both ends, where shares are looked at. */
const RATIOS = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1] as const;
/** Of what is counted: 1, 2, 5, 10 … 1,000,000. */
const COUNTS: readonly number[] = Array.from({ length: 19 }, (_, index) => [1, 2, 5][index % 3]! * 10 ** Math.floor(index / 3));

/** The bounds of a distribution that names none, in its unit. */
export function defaultBounds(unit: string | undefined): readonly number[] {
  switch (baseUnitOf(unit)) {
    case 'seconds':
      return SECONDS.map(converter('bounds', 's', unit));
    case 'bytes':
      return BYTES.map(converter('bounds', 'B', unit));
    case 'ratio':
      return RATIOS.map(converter('bounds', 'ratio', unit));
    default:
      return COUNTS;
  }
}

/** How many steps of the cells make one of a unit: the step is 1 µs, 1 byte, a millionth, or 1 of what is counted. */
export function stepsPer(unit: string | undefined, resolution: number | undefined): number {
  if (resolution !== undefined) return 1 / resolution;
  switch (baseUnitOf(unit)) {
    case 'seconds':
      return converter('resolution', unit, 'us')(1);
    case 'bytes':
      return Math.max(1, converter('resolution', unit, 'B')(1));
    case 'ratio':
      return converter('resolution', unit, 'ratio')(1) * 1e6;
    default:
      return 1;
  }
}
