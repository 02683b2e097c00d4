import { PER_MS, type TimeUnit } from '../core/unit';

/** Why what stands under `duration` is none; `unreadable`: its getter threw. */
export type NoDuration = 'nan' | 'infinite' | 'negative' | 'not_a_number' | 'unreadable';

/** A duration in ms. Seconds are the one unit that is larger; multiplying keeps whole numbers whole. */
export const toMs = (duration: number, unit: TimeUnit): number => (unit === 's' ? duration * 1e3 : duration / PER_MS[unit]);

/** Whether a value is an ordinary duration: finite and not negative. */
export const isDuration = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value !== Number.POSITIVE_INFINITY;

/** The number that a bigint tells, which may be infinite, or why a value is no duration. */
export function otherDuration(value: unknown): number | NoDuration {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') return 'not_a_number';
  if (Number.isNaN(number)) return 'nan';
  return number < 0 ? 'negative' : number;
}
