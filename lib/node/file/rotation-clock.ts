/** When hours and days begin, in any time zone. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a clock on the wall of the zone is ahead of UTC at a moment, in ms. */
type Offset = (timeMs: number) => number;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws a `RangeError` for a zone that is not known. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

function offsetIn(timeZone: string): Offset {
  if (timeZone === 'utc') return () => 0;
  // `Date` follows a TZ that is changed while the program runs; a format keeps the zone it was made with.
  if (timeZone === 'local') return (timeMs) => new Date(timeMs).getTimezoneOffset() * -60_000;
  const format = formatOf(timeZone);
  return (timeMs) => {
    const second = Math.floor(timeMs / 1000) * 1000;
    const parts = Object.fromEntries(format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, parts.second) - second;
  };
}

/**
 * The first beginning of an hour or a day after a moment.
 *
 * A day begins at the first moment whose date is later than the one before it: at midnight, or where a change of the
 * clocks leaves midnight out, right after that change. An hour begins whenever the clock on the wall shows a full hour,
 * and where a change leaves a full hour out. Days may have 23 or 25 hours, and zones may be ahead of UTC by half ones.
 *
 * @param every - What is to begin.
 * @param timeZone - `local`, `utc`, or a name such as `Europe/Berlin`; see {@link isTimeZone}.
 * @param nowMs - Ms since the epoch.
 * @returns Ms since the epoch, always later than `nowMs`.
 * @example
 * const noon = Date.UTC(2024, 2, 30, 12);
 * new Date(nextBoundary('day', 'Europe/Berlin', noon)).toISOString(); // => '2024-03-30T23:00:00.000Z'
 * nextBoundary('hour', 'utc', noon + 1) - noon; // => 3_600_000
 */
export function nextBoundary(every: 'hour' | 'day', timeZone: string, nowMs: number): number {
  const period = every === 'hour' ? HOUR_MS : DAY_MS;
  const offsetAt = offsetIn(timeZone);
  // Beyond what dates can express there are no hours and days; a period later is as good as anything.
  const isDate = (timeMs: number): boolean => Math.abs(timeMs) < 8.64e15 - 2 * DAY_MS;
  if (!isDate(nowMs)) return nowMs + period;
  let from = Math.floor(nowMs);
  let offset = offsetAt(from);
  // One step an hour: 50 of them are two days, and no day is that long.
  for (let step = 0; step < 50; step++) {
    const boundary = (Math.floor((from + offset) / period) + 1) * period - offset;
    const until = Math.min(boundary, from + HOUR_MS);
    const next = offsetAt(until);
    if (next === offset) {
      if (until === boundary) return boundary;
      from = until;
    } else {
      const change = firstWith(offsetAt, from, until);
      const after = offsetAt(change);
      if (begins(period, change + offset, change + after)) return change;
      from = change;
      offset = after;
    }
  }
  return nowMs + period;
}

/** Whether a period begins where a clock that was about to show one time shows another. */
function begins(period: number, wouldBe: number, is: number): boolean {
  const isLater = Math.floor(is / period) > Math.floor((wouldBe - 1) / period);
  return isLater || (period === HOUR_MS && is % period === 0);
}

/** The first ms whose offset is another one than at `from`; it is at most at `until`. */
function firstWith(offsetAt: Offset, from: number, until: number): number {
  const before = offsetAt(from);
  let [low, high] = [from, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Whether {@link nextBoundary} knows a zone: `local`, `utc`, or a name that this platform knows. */
export function isTimeZone(text: string): boolean {
  if (text === 'local' || text === 'utc') return true;
  try {
    formatOf(text);
    return true;
  } catch {
    return false;
  }
}
