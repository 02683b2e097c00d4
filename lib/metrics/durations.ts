import { PER_MS, type TimeUnit } from '../core/unit';
import { Cells } from './cells';
import { cellOfInput, type DurationHistogram, input, middleOf, toHistogram } from './hdr';

/**
 * What is known of the durations of one event. All times in ms, whatever unit the event has.
 *
 * `count`, `sum`, `min`, `max`, `mean` are exact; `stddev` is that of the population, within 1 %. Percentiles are
 * nearest-rank (the smallest duration that so many per mille are not longer than), within 1 % or 1 µs of the true one,
 * whichever is larger, and within [min, max]. Beyond 24 h they stay at 24 h or at the minimum.
 */
export interface DurationStats {
  readonly unit: 'ms';
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
}

const US_PER_UNIT: Readonly<Record<TimeUnit, number>> = { ns: 1e-3, us: 1, ms: 1e3, s: 1e6 };

/** Seconds are the one unit that is larger; multiplying keeps whole numbers whole. */
const toMs = (value: number, unit: TimeUnit): number => (unit === 's' ? value * 1e3 : value / PER_MS[unit]);

/** Places in the totals. `LOST` is what rounding took from the sum, `FIRST` the first value. */
const [SUM, LOST, MIN, MAX, FIRST, SQUARES] = [0, 1, 2, 3, 4, 5] as const;

/** Totals of 64 series share a buffer: an array of its own would take 250 bytes for 48 of content. */
const SIZE = 6;
let slab = new Float64Array(64 * SIZE);
let used = 0;

/**
 * The durations of one series: exact sums in the unit they come in, and a distribution.
 *
 * Sums are compensated (Neumaier 1974), so that a billion small values do not drown. Squares are summed around the first
 * value: its distance from the mean is at most sqrt(count) deviations, which bounds the cancellation.
 */
export class Durations {
  private count = 0;
  private readonly cells = new Cells();
  private usPerUnit: number;
  /** In a typed array, because a number in an object's field may become a new object whenever it changes. */
  private readonly totals: Float64Array;
  /** Where in the buffer its totals begin. */
  private readonly at: number;

  constructor(private unit: TimeUnit) {
    this.usPerUnit = US_PER_UNIT[unit];
    if (used === slab.length) {
      slab = new Float64Array(64 * SIZE);
      used = 0;
    }
    this.totals = slab;
    this.at = used;
    used += SIZE;
    this.totals[this.at + MIN] = Number.POSITIVE_INFINITY;
  }

  /** Records the duration in `input`, finite and not negative. Allocates only when the window of cells has to grow. */
  recordInput(): void {
    const { totals, at } = this;
    const value = input[0]!;
    if (this.count === 0) totals[at + FIRST] = value;
    this.count++;
    const sum = totals[at + SUM]!;
    const next = sum + value;
    totals[at + LOST] = totals[at + LOST]! + (sum >= value ? sum - next + value : value - next + sum);
    totals[at + SUM] = next;
    const distance = value - totals[at + FIRST]!;
    totals[at + SQUARES] = totals[at + SQUARES]! + distance * distance;
    if (value < totals[at + MIN]!) totals[at + MIN] = value;
    if (value > totals[at + MAX]!) totals[at + MAX] = value;
    input[0] = value * this.usPerUnit + 0.5;
    this.cells.add(cellOfInput());
  }

  /** Goes on in another unit: what was summed so far is converted. The cells are in microseconds anyway. */
  convertTo(unit: TimeUnit): void {
    const factor = PER_MS[unit] / PER_MS[this.unit];
    const { totals, at } = this;
    for (const place of [SUM, LOST, MIN, MAX, FIRST]) totals[at + place] = totals[at + place]! * factor;
    totals[at + SQUARES] = totals[at + SQUARES]! * factor ** 2;
    this.unit = unit;
    this.usPerUnit = US_PER_UNIT[unit];
  }

  stats(): DurationStats {
    const { count, unit, totals, at } = this;
    const sum = finite(totals[at + SUM]! + totals[at + LOST]!);
    const mean = sum / count;
    const variance = (totals[at + SQUARES]! - count * (mean - totals[at + FIRST]!) ** 2) / count;
    const min = toMs(totals[at + MIN]!, unit);
    const max = toMs(totals[at + MAX]!, unit);
    const [p50, p75, p90, p95, p99, p999] = this.percentiles([500, 750, 900, 950, 990, 999], min, max) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return {
      unit: 'ms',
      count,
      sum: toMs(sum, unit),
      min,
      max,
      mean: toMs(mean, unit),
      stddev: toMs(Math.sqrt(Math.max(0, finite(variance))), unit),
      p50,
      p75,
      p90,
      p95,
      p99,
      p999,
    };
  }

  histogram(): DurationHistogram {
    return toHistogram(this.cells.entries(), this.totals[this.at + MIN]! * this.usPerUnit, this.totals[this.at + MAX]! * this.usPerUnit);
  }

  /** One pass for all ranks. Whole numbers up to the division, so that 0.55 × 100 is not 55.00000000000001. */
  private percentiles(perMilles: readonly number[], min: number, max: number): number[] {
    const result: number[] = [];
    let seen = 0;
    for (const [cell, count] of this.cells.entries()) {
      seen += count;
      for (let next = perMilles[result.length]; next !== undefined; next = perMilles[result.length]) {
        const rank = Math.ceil((this.count * next) / 1000);
        if (rank > seen) break;
        // The extremes are known exactly.
        const exact = rank === this.count ? max : rank === 1 ? min : undefined;
        result.push(exact ?? Math.min(Math.max(middleOf(cell) / 1e3, min), max));
      }
    }
    return result;
  }
}

/** Sums of absurd values overflow; what is shown stays a number. */
const finite = (value: number): number => (Number.isNaN(value) ? Number.MAX_VALUE : Math.min(value, Number.MAX_VALUE));
