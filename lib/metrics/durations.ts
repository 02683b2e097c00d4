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

/** Totals are cut from a shared buffer of 64 series: an array of its own takes 250 bytes for 48 of content. */
const SIZE = 6;
let slab = new Float64Array(64 * SIZE);
let used = 0;

function nextTotals(): Float64Array {
  if (used === slab.length) {
    slab = new Float64Array(64 * SIZE);
    used = 0;
  }
  return slab.subarray(used, (used += SIZE));
}

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
  private readonly totals: Float64Array = nextTotals();

  constructor(private unit: TimeUnit) {
    this.usPerUnit = US_PER_UNIT[unit];
    this.totals[MIN] = Number.POSITIVE_INFINITY;
  }

  /** Records the duration in `input`, finite and not negative. Allocates only when the window of cells has to grow. */
  recordInput(): void {
    const { totals } = this;
    const value = input[0]!;
    if (this.count === 0) totals[FIRST] = value;
    this.count++;
    const sum = totals[SUM]!;
    const next = sum + value;
    totals[LOST] = totals[LOST]! + (sum >= value ? sum - next + value : value - next + sum);
    totals[SUM] = next;
    const distance = value - totals[FIRST]!;
    totals[SQUARES] = totals[SQUARES]! + distance * distance;
    if (value < totals[MIN]!) totals[MIN] = value;
    if (value > totals[MAX]!) totals[MAX] = value;
    input[0] = value * this.usPerUnit + 0.5;
    this.cells.add(cellOfInput());
  }

  /** Goes on in another unit: what was summed so far is converted. The cells are in microseconds anyway. */
  convertTo(unit: TimeUnit): void {
    const factor = PER_MS[unit] / PER_MS[this.unit];
    for (const place of [SUM, LOST, MIN, MAX, FIRST]) this.totals[place] = this.totals[place]! * factor;
    this.totals[SQUARES] = this.totals[SQUARES]! * factor ** 2;
    this.unit = unit;
    this.usPerUnit = US_PER_UNIT[unit];
  }

  stats(): DurationStats {
    const { count, unit, totals } = this;
    const sum = finite(totals[SUM]! + totals[LOST]!);
    const mean = sum / count;
    const variance = (totals[SQUARES]! - count * (mean - totals[FIRST]!) ** 2) / count;
    const min = toMs(totals[MIN]!, unit);
    const max = toMs(totals[MAX]!, unit);
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
    return toHistogram(this.cells.entries(), this.totals[MIN]! * this.usPerUnit, this.totals[MAX]! * this.usPerUnit);
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
