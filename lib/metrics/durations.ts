import { PER_MS, type TimeUnit } from '../core/unit';
import type { Distribution } from './distribution';
import { quantilesOf } from './snapshot';

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
  /** Of a window: from when to when, in ms since the epoch. */
  readonly from?: number;
  readonly to?: number;
}

/** Seconds are the one unit that is larger; multiplying keeps whole numbers whole. */
const toMs = (value: number, unit: TimeUnit): number => (unit === 's' ? value * 1e3 : value / PER_MS[unit]);

/** The statistics of a distribution of durations; `undefined` for none. */
export function durationStats(
  durations: Pick<Distribution, 'count' | 'totalsNow' | 'quantiles'>,
  unit: TimeUnit,
): DurationStats | undefined {
  if (durations.count === 0) return undefined;
  const { count, ...totals } = durations.totalsNow();
  const times = { ...totals, ...quantilesOf(durations)! };
  return {
    unit: 'ms',
    count,
    ...(Object.fromEntries(Object.entries(times).map(([name, value]) => [name, toMs(value, unit)])) as typeof times),
  };
}
