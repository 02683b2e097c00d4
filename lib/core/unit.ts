import { optionInvalid } from './options';

/** The units a duration can be measured in. */
export type TimeUnit = 'ns' | 'us' | 'ms' | 's';

/** How many of a unit make one millisecond. Milliseconds are the unit of every duration unless a definition says so. */
export const PER_MS: Readonly<Record<TimeUnit, number>> = { ns: 1e6, us: 1e3, ms: 1, s: 1e-3 };

/** A length of time: milliseconds as a number, or a string such as `'250ms'`, `'8s'`, `'10m'`, `'1.5h'`, `'7d'`. */
export type Duration = number | string;

const FACTORS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** What timers can hold: beyond 2^31 - 1 ms they fire at once and for ever. */
const MAX_TIMER_MS = 2147483647;

/**
 * Reads a {@link Duration} as milliseconds.
 *
 * @param what - Names the value in the error.
 * @param maxMs - The longest that is allowed; 2^31 - 1 ms (24.8 days), what timers can hold, unless no timer waits for it.
 * @throws {TelemetryError} `OPTION_INVALID` when it is not a positive time, or a longer one.
 */
export function parseDuration(what: string, value: unknown, maxMs: number = MAX_TIMER_MS): number {
  const parts = /^(\d+(?:\.\d+)?) ?(ms|[smhd])$/.exec(String(value));
  const ms = typeof value === 'number' ? value : parts ? Number(parts[1]) * FACTORS[parts[2]!]! : Number.NaN;
  if (ms > 0 && ms <= maxMs) return ms;
  // In the largest unit of which it has one.
  const [unit, name] = maxMs >= FACTORS.d! ? [FACTORS.d!, 'day'] : maxMs >= FACTORS.h! ? [FACTORS.h!, 'hour'] : [FACTORS.s!, 'second'];
  const whole = Math.floor(maxMs / unit);
  const most = `at most ${whole} ${name}${whole === 1 ? '' : 's'}`;
  throw optionInvalid(what, value, `a number of ms above 0, or text with a unit such as "250ms", "8s", "10m"; ${most}`);
}
