import { checkOptions, optionInvalid } from '../core/options';
import { type Duration, parseDuration } from '../core/unit';

/** From where on a duration is slow, and very slow: ms, or text such as `'5s'`. Either may be missing. */
export interface SlowThresholds {
  /** Over it, an operation is slow: a line at warn. */
  readonly warn?: Duration;
  /** Over it, very slow: a line at error. Not below `warn`. */
  readonly error?: Duration;
}

/** Thresholds in ms. */
export interface ThresholdsInMs {
  readonly warn?: number;
  readonly error?: number;
}

export type SlowSeverity = 'slow' | 'very_slow';

/** Thresholds as durations are compared with them. */
export interface Limits {
  /** What is not over this needs no further look. */
  readonly lowest: number;
  readonly warn: number;
  readonly error: number;
}

/** A threshold that there is not is one that nothing is over. `undefined` when there is none at all. */
export function limitsOf(thresholds: ThresholdsInMs | undefined): Limits | undefined {
  const { warn = Number.POSITIVE_INFINITY, error = Number.POSITIVE_INFINITY } = thresholds ?? {};
  const lowest = Math.min(warn, error);
  return lowest === Number.POSITIVE_INFINITY ? undefined : { lowest, warn, error };
}

/**
 * Reads thresholds of options.
 *
 * @param where - Names them in the error.
 * @throws {TelemetryError} `OPTION_UNKNOWN`; `OPTION_INVALID` for what is no positive time, and for an `error` below `warn`.
 */
function readThresholds(where: string, given: unknown): ThresholdsInMs {
  if (given === undefined) throw optionInvalid(where, given, EXPECTED);
  checkOptions(where, given, { warn: 'any', error: 'any' });
  const { warn, error } = given as SlowThresholds;
  const read = {
    ...(warn !== undefined && { warn: parseDuration(`${where}.warn`, warn) }),
    ...(error !== undefined && { error: parseDuration(`${where}.error`, error) }),
  };
  if (read.warn !== undefined && read.error !== undefined && read.error < read.warn) {
    throw optionInvalid(`${where}.error`, error, `a time that is not below warn, ${read.warn} ms`);
  }
  return Object.freeze(read);
}

const EXPECTED = 'thresholds such as { warn: "5s", error: "10s" }; {} for none';

/** Reads thresholds by name; a Map, because names are data. */
export function readThresholdTable(
  where: string,
  given: Readonly<Record<string, unknown>>,
  checkName: (name: string) => void,
): Map<string, ThresholdsInMs> {
  const table = new Map<string, ThresholdsInMs>();
  for (const [name, thresholds] of Object.entries(given)) {
    checkName(name);
    table.set(name, readThresholds(`${where}.${name}`, thresholds));
  }
  return table;
}
