/** Numbers, units and times as people read them. All take `null` and `undefined`, which are `–`. */

export const NOTHING: string = '–';

type Maybe = number | null | undefined;

const isNumber = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value);

const DIGITS = [0, 1, 2].map((most) => new Intl.NumberFormat('en-US', { maximumFractionDigits: most }));

/** Three significant digits, without exponents: `1,204`, `12.4`, `0.032`. */
export function number(value: Maybe): string {
  if (!isNumber(value)) return NOTHING;
  const size = Math.abs(value);
  if (size !== 0 && size < 0.01)
    return size < 0.0005 ? (value < 0 ? '-0' : '0') : value.toPrecision(1).includes('e') ? '0' : `${Number(value.toPrecision(2))}`;
  return DIGITS[size >= 100 ? 0 : size >= 10 ? 1 : 2]!.format(value);
}

/** With all its digits: `12,345`. */
export const count = (value: Maybe): string => (isNumber(value) ? DIGITS[0]!.format(value) : NOTHING);

/** `12.3k`, `4.56M`: for places with little room. */
export function short(value: Maybe): string {
  if (!isNumber(value)) return NOTHING;
  const size = Math.abs(value);
  for (const [step, letter] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const)
    if (size >= step) return `${number(value / (letter === 'k' ? 1e3 : step))}${letter}`;
  return number(value);
}

/** A time span given in ms: `812 µs`, `61.3 ms`, `2.04 s`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`. */
export function duration(ms: Maybe): string {
  if (!isNumber(ms)) return NOTHING;
  const size = Math.abs(ms);
  if (size === 0) return '0 ms';
  if (size < 1) return `${number(ms * 1000)} µs`;
  if (size < 999.5) return `${number(ms)} ms`;
  if (size < 60_000) return `${number(ms / 1000)} s`;
  const seconds = Math.round(size / 1000);
  const sign = ms < 0 ? '-' : '';
  const of = (large: number, small: number, names: readonly [string, string]): string => {
    const [whole, rest] = [Math.floor(seconds / large), Math.floor((seconds % large) / small)];
    return `${sign}${whole} ${names[0]}${rest === 0 ? '' : ` ${rest} ${names[1]}`}`;
  };
  if (seconds < 3600) return of(60, 1, ['m', 's']);
  if (seconds < 86_400) return of(3600, 60, ['h', 'm']);
  return of(86_400, 3600, ['d', 'h']);
}

/** Powers of 1,024, as `KB`, `MB`, `GB` are in the configuration. */
export function bytes(value: Maybe): string {
  if (!isNumber(value)) return NOTHING;
  let [size, at] = [Math.abs(value), 0];
  while (size >= 1000 && at < 5) [size, at] = [size / 1024, at + 1];
  return `${number(value < 0 ? -size : size)} ${['B', 'KB', 'MB', 'GB', 'TB', 'PB'][at]}`;
}

/** A part of one: `1.8 %`. */
export function percent(part: Maybe): string {
  return isNumber(part) ? `${number(part * 100)} %` : NOTHING;
}

export const perSecond = (value: Maybe): string => (isNumber(value) ? `${short(value)}/s` : NOTHING);

/** By the unit of a metric or a tile. */
export function withUnit(value: Maybe, unit: string | null | undefined): string {
  switch (unit) {
    case 'ms':
      return duration(value);
    case 's':
      return duration(isNumber(value) ? value * 1000 : value);
    case 'ns':
      return duration(isNumber(value) ? value / 1e6 : value);
    case 'us':
    case 'µs':
      return duration(isNumber(value) ? value / 1000 : value);
    case 'bytes':
    case 'byte':
    case 'By':
      return bytes(value);
    case '%':
    case 'ratio':
      return percent(value);
    case '1/s':
      return perSecond(value);
    case null:
    case undefined:
    case '':
    case '1':
      return number(value);
    default:
      return isNumber(value) ? `${number(value)} ${unit}` : NOTHING;
  }
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time of day: `12:04:31`. */
export function clock(ms: Maybe): string {
  if (!isNumber(ms)) return NOTHING;
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** With ms: `12:04:31.207`. */
export const clockMs = (ms: Maybe): string =>
  isNumber(ms) ? `${clock(ms)}.${String(new Date(ms).getMilliseconds()).padStart(3, '0')}` : NOTHING;

/** Local date and time: `2026-11-22 12:04:31`. */
export function dateTime(ms: Maybe): string {
  if (!isNumber(ms)) return NOTHING;
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(ms)}`;
}

/** How long ago: `now`, `12 s ago`, `3 m ago`. Of what is to come: `in 3 m`. */
export function ago(ms: Maybe, now: number): string {
  if (!isNumber(ms)) return NOTHING;
  const seconds = Math.round((now - ms) / 1000);
  if (Math.abs(seconds) < 2) return 'now';
  const text = span(Math.abs(seconds));
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

const span = (seconds: number): string =>
  seconds < 100
    ? `${seconds} s`
    : seconds < 6000
      ? `${Math.round(seconds / 60)} m`
      : seconds < 172_800
        ? `${Math.round(seconds / 3600)} h`
        : `${Math.round(seconds / 86_400)} d`;

/** Epoch ms of an ISO time, or of a number that is one already. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : null;
}
