import { isRecord } from '../../../core/options';
import { type StorableLine, StoreError } from '../store';
import { cleanText } from './text';

/** A line as it stands in the table of errors. */
export interface ErrorRow {
  readonly key: string;
  readonly errorId: string;
  readonly fingerprint: string;
  /** ms since the epoch. */
  readonly time: number;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly errorType: string | null;
  readonly occurrences: number;
  /** The whole line, JSON. */
  readonly record: string;
}

/** In UTF-16 units. */
const MAX = { key: 64, id: 64, level: 16, logger: 256, message: 2000, errorType: 256 } as const;

/** The years 1 to 9999, which every database can tell as a date. */
const FIRST_TIME: number = Date.parse('0001-01-01T00:00:00Z');
const LAST_TIME: number = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads what the columns hold from a line.
 *
 * @throws {StoreError} `refused` for what is no record.
 */
export function errorRowOf({ key, errorId, fingerprint, occurrences, line }: StorableLine): ErrorRow {
  const record = parse(line);
  if (record === undefined) throw refused('its line is no JSON object');
  if (!Number.isSafeInteger(occurrences) || occurrences < 0) throw refused('its occurrences are no count');
  const { timestamp, level, logger, message, error_type: errorType } = record;
  const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return {
    key: idText(key),
    errorId: idText(errorId),
    fingerprint: idText(fingerprint),
    // Retention goes by it: a time that can't be read must not make a row the oldest of all.
    time: clampTime(Number.isNaN(time) ? Date.now() : time),
    level: textOf(level, MAX.level),
    logger: textOf(logger, MAX.logger),
    message: textOf(message, MAX.message),
    errorType: typeof errorType === 'string' ? cleanText(errorType, MAX.errorType) : null,
    occurrences,
    record: line,
  };
}

/** Keys, error ids and fingerprints as they are stored, and so as they are looked for. */
export const idText = (id: unknown): string => textOf(id, MAX.id);

/** The nearest time that a row can have. */
export const clampTime = (ms: number): number => Math.min(Math.max(Math.round(ms), FIRST_TIME), LAST_TIME);

/** A record as it was stored; `{}`: somebody changed it by hand into something else. */
export const recordOf = (json: unknown): Readonly<Record<string, unknown>> => (typeof json === 'string' ? parse(json) : undefined) ?? {};

const textOf = (value: unknown, maxChars: number): string => (typeof value === 'string' ? cleanText(value, maxChars) : '');

const refused = (why: string): StoreError => new StoreError('refused', 'RECORD_INVALID', `A row can't be stored: ${why}`);

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
