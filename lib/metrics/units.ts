import { refusal, type TelemetryError } from '../core/errors';

/** A unit of a family, and how many of the family's base units it is: `up / down`. Two numbers, so that tenths stay tenths. */
interface Unit {
  readonly base: 'seconds' | 'bytes' | 'ratio';
  readonly up: number;
  readonly down: number;
}

const unit = (base: Unit['base'], up: number, down = 1): Unit => ({ base, up, down });

const SECOND = unit('seconds', 1);
const BYTE = unit('bytes', 1);
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...names(unit('seconds', 1, 1e9), 'ns', 'nanosecond'),
  ...names(unit('seconds', 1, 1e6), 'us', 'µs', 'microsecond'),
  ...names(unit('seconds', 1, 1e3), 'ms', 'millisecond'),
  ...names(SECOND, 's', 'second'),
  ...names(unit('seconds', 60), 'min', 'minute'),
  ...names(unit('seconds', 3600), 'h', 'hour'),
  ...names(unit('seconds', 86_400), 'd', 'day'),
  ...names(BYTE, 'B', 'byte'),
  ...names(unit('bytes', 1e3), 'kB', 'kilobyte'),
  ...names(unit('bytes', 1e6), 'MB', 'megabyte'),
  ...names(unit('bytes', 1e9), 'GB', 'gigabyte'),
  ...names(unit('bytes', 1024), 'KiB', 'kibibyte'),
  ...names(unit('bytes', 1024 ** 2), 'MiB', 'mebibyte'),
  ...names(unit('bytes', 1024 ** 3), 'GiB', 'gibibyte'),
  ...names(unit('ratio', 1), 'ratio'),
  ...names(unit('ratio', 1, 100), '%', 'percent'),
]);

/** A unit under its names; words also in the plural. */
function names(of: Unit, ...all: readonly string[]): (readonly [string, Unit])[] {
  return all.flatMap((name) => (name.length > 3 ? [[name, of] as const, [`${name}s`, of] as const] : [[name, of] as const]));
}

/** The base unit that exporters write: `seconds`, `bytes`, `ratio`; `undefined` for what has none, such as `token`. */
export const baseUnitOf = (name: string | undefined): Unit['base'] | undefined => UNITS.get(name ?? '')?.base;

/**
 * Turns numbers of one unit into another; the same one stays untouched. One factor is always applied by a division or
 * multiplication with a whole number where there is one, so that 2.5 ms are 0.0025 s and not a bit beside it.
 *
 * @throws {TelemetryError} `METRIC_INVALID` when there is no way from one to the other.
 */
export function converter(where: string, from: string | undefined, to: string | undefined): (value: number) => number {
  if (from === to) return (value) => value;
  const [one, other] = [UNITS.get(from ?? ''), UNITS.get(to ?? '')];
  if (one === undefined || other === undefined || one.base !== other.base) throw noWay(where, from, to);
  const [up, down] = [one.up * other.down, one.down * other.up];
  if (up === down) return (value) => value;
  if (down % up === 0) return (value) => value / (down / up);
  if (up % down === 0) return (value) => value * (up / down);
  return (value) => (value * up) / down;
}

/** Turns numbers of a unit into its base unit; of a unit without one, nothing changes. */
export function toBase(name: string | undefined): (value: number) => number {
  const base = baseUnitOf(name);
  return base === undefined ? (value) => value : converter('toBase', name, base === 'seconds' ? 's' : base === 'bytes' ? 'B' : 'ratio');
}

const noWay = (where: string, from: string | undefined, to: string | undefined): TelemetryError =>
  refusal('METRIC_INVALID', `${where}: conversion`, [from, to], 'two units of time, of size (B, kB, KiB …), or ratio and percent');
