import { isRecord } from '../core/options';
import { show } from '../core/show';

/** One emission, checked. */
export interface Row {
  readonly measurements: Readonly<Record<string, number | bigint>>;
  readonly metadata: object | undefined;
}

const MAX_ROWS = 1000;
const MAX_MEASUREMENTS = 100;

/**
 * Reads what a measurement returned. Readings without any measurement are left out: they tell nothing.
 *
 * @throws {TypeError} for what can't be emitted, all of it or a part; and whatever reading it throws.
 */
export function readRows(returned: unknown): readonly Row[] {
  if (returned === undefined) return [];
  if (!Array.isArray(returned)) return told([readRow(returned, 'It')]);
  if (returned.length > MAX_ROWS) throw new TypeError(`${returned.length} readings were returned; at most ${MAX_ROWS} are emitted`);
  return told(Array.from(returned, (row: unknown, index) => readRow(row, `Reading ${index}`)));
}

const told = (rows: readonly Row[]): readonly Row[] => rows.filter(({ measurements }) => Object.keys(measurements).length > 0);

function readRow(row: unknown, what: string): Row {
  if (!isRecord(row)) throw new TypeError(`${what} is ${kindOf(row)}, not an object of measurements`);
  // Read once: a getter may say something else the next time.
  const { measurements, metadata } = row;
  if (!isRecord(measurements)) return { measurements: readNumbers(row, what), metadata: undefined };
  if (metadata !== undefined && !isRecord(metadata)) throw new TypeError(`${what} has metadata that is ${kindOf(metadata)}, not an object`);
  return { measurements: readNumbers(measurements, what), metadata };
}

/** A copy, because what was returned may change while handlers see it. */
function readNumbers(measurements: Readonly<Record<string, unknown>>, what: string): Record<string, number | bigint> {
  const entries = Object.entries(measurements).filter(([, value]) => value !== undefined);
  if (entries.length > MAX_MEASUREMENTS)
    throw new TypeError(`${what} has ${entries.length} measurements; at most ${MAX_MEASUREMENTS} are emitted`);
  for (const [name, value] of entries) {
    if (typeof value !== 'bigint' && !Number.isFinite(value)) {
      throw new TypeError(`${what} has a measurement ${show(name)} that is ${kindOf(value)}, not a finite number`);
    }
  }
  return Object.fromEntries(entries) as Record<string, number | bigint>;
}

/** Without the value itself, which may be a secret. */
const kindOf = (value: unknown): string =>
  value === null || typeof value === 'number' ? String(value) : Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
