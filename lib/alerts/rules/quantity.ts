import type { AlertCondition } from '../rule';

/** What numbers are of. `number`: nothing is known, or a text's units say. */
export type Quantity = 'number' | 'count' | 'share' | 'time' | 'bytes' | 'rate' | 'health' | 'absence';

interface Unit {
  readonly quantity: Quantity;
  /** A number with this unit is `times / per` of the plain number. Two whole numbers, so that 5% is 0.05 exactly. */
  readonly times: number;
  readonly per: number;
}

const unit = (quantity: Quantity, times: number, per = 1): Unit => ({ quantity, times, per });

/** Units by how they are written, of each quantity the largest first. */
const UNITS: Readonly<Record<string, Unit>> = {
  '%': unit('share', 1, 100),
  d: unit('time', 864e5),
  h: unit('time', 36e5),
  m: unit('time', 6e4),
  s: unit('time', 1e3),
  ms: unit('time', 1),
  GB: unit('bytes', 2 ** 30),
  MB: unit('bytes', 2 ** 20),
  KB: unit('bytes', 2 ** 10),
  B: unit('bytes', 1),
  '/s': unit('rate', 1),
  '/min': unit('rate', 1, 60),
  '/h': unit('rate', 1, 3600),
};

/** How people write units that are spelled otherwise here. */
const SPELLED: Readonly<Record<string, string>> = {
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  k: 'KB',
  kib: 'KB',
  mib: 'MB',
  gib: 'GB',
  '/m': '/min',
  '/minute': '/min',
  '/sec': '/s',
  '/second': '/s',
  '/hour': '/h',
};

export const UNIT_NAMES: readonly string[] = Object.keys(UNITS);

/** The unit that a wrong one may have been meant to be. */
export function meantUnit(written: string): string | undefined {
  const lower = written.toLowerCase();
  return (Object.hasOwn(SPELLED, lower) ? SPELLED[lower] : undefined) ?? UNIT_NAMES.find((name) => name.toLowerCase() === lower);
}

export const unitOf = (written: string): Unit | undefined => (Object.hasOwn(UNITS, written) ? UNITS[written] : undefined);

/** The plain number of one that has a unit. */
export function valueIn(number: number, { quantity, times, per }: Unit): number {
  const value = (number * times) / per;
  // 99.9 / 100 is a little more than 0.999.
  return quantity === 'share' ? Number(value.toPrecision(15)) : value;
}

/** Writes a number so that reading it gives it back: with the largest unit in which it is short, else plain. */
export function writeQuantity(value: number, quantity: Quantity): string {
  const units = Object.entries(UNITS).filter(([, { quantity: of }]) => of === quantity);
  if (value !== 0) {
    for (const [name, unitFound] of units) {
      const number = Number(((value * unitFound.per) / unitFound.times).toPrecision(12));
      const isShort = String(number).length <= 6 && (Math.abs(number) >= 1 || quantity === 'share');
      if (isShort && valueIn(number, unitFound) === value) return `${number}${name}`;
    }
  }
  return `${value}${quantity === 'time' ? 'ms' : ''}`;
}

const HEALTH = ['healthy', 'degraded', 'unhealthy'] as const;

/** Words that a rule about health may use for numbers. */
export const healthOf = (word: string): number | undefined => {
  const found = HEALTH.indexOf(word as never);
  return found === -1 ? undefined : found;
};

export const healthWord = (value: number): string | undefined => HEALTH[value];
export const HEALTH_WORDS: readonly string[] = HEALTH;

/** A number of at most four digits that count. */
const short = (value: number): string => String(Number(value.toPrecision(Math.abs(value) >= 1e4 ? 6 : 4)));

/** Shows a number to people: `5.2 %`, `12 s`, `1.5 GB`, `5/min`, `degraded`. */
export function showQuantity(value: number, quantity: Quantity): string {
  if (!Number.isFinite(value)) return String(value);
  if (quantity === 'health') return healthWord(value) ?? short(value);
  if (quantity === 'absence') return value > 0 ? 'absent' : 'seen';
  const units = Object.entries(UNITS).filter(([, { quantity: of }]) => of === quantity);
  const fitting = units.find(([, { times, per }]) => Math.abs(value) >= times / per) ?? units.at(quantity === 'rate' ? 0 : -1);
  if (fitting === undefined) return short(value);
  const [name, { times, per }] = fitting;
  const number = short((value * per) / times);
  if (value === 0 && quantity === 'rate') return '0/s';
  return name.startsWith('/') ? `${number}${name}` : `${number} ${name === 'm' ? 'min' : name}`;
}

/** What a metric's name says of its numbers, as names of OpenTelemetry's conventions do. */
function quantityOfMetric(metric: string): Quantity {
  if (/\.utili[sz]ation$/.test(metric)) return 'share';
  if (/\.(?:memory|filesystem|heap)(?:\.\w+)*\.(?:usage|limit|used|size)$|[._]bytes$/.test(metric)) return 'bytes';
  if (/\.(?:duration|delay|latency)(?:\.(?:min|max|mean|p\d+))?$/.test(metric)) return 'time';
  return 'number';
}

/** What the numbers of a condition are of. */
export function quantityOf(condition: AlertCondition): Quantity {
  switch (condition.kind) {
    case 'value':
    case 'history':
      return quantityOfMetric(condition.metric);
    case 'duration':
      return 'time';
    case 'errorRate':
      return 'share';
    case 'rate':
      return 'rate';
    case 'health':
      return 'health';
    case 'absent':
      return 'absence';
    case 'count':
    case 'errors':
    case 'security':
      return 'count';
    default:
      return 'number';
  }
}

/** What is wrong with a number of a threshold; `undefined` if nothing is. */
export function numberProblem(value: number, condition: AlertCondition): string | undefined {
  if (!Number.isFinite(value)) return 'a finite number';
  const { kind } = condition;
  if (kind === 'errorRate' && !(value >= 0 && value <= 1)) return 'a share from 0% to 100%';
  const mayBeNegative = kind === 'value' || kind === 'history' || kind === 'sum' || kind === 'custom';
  return !mayBeNegative && value < 0 ? 'a number from 0 on' : undefined;
}
