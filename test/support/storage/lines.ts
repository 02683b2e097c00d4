/** Lines for stores of errors. */
import type { StorableLine } from '../../../lib/node/storage/store';

export const BASE: number = Date.UTC(2026, 0, 1);

export interface LineOptions {
  readonly time?: number;
  readonly level?: string;
  readonly logger?: string;
  readonly message?: string;
  readonly errorType?: string;
  readonly errorId?: string;
  readonly fingerprint?: string;
  readonly occurrences?: number;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The line with a number; the higher, the later. */
export function lineOf(number: number, options: LineOptions = {}): StorableLine {
  const { time = BASE + number, level = 'ERROR', logger = 'app.worker', message = `failure ${number}`, fields = {} } = options;
  const errorId = options.errorId ?? number.toString(36).padStart(8, '0');
  const fingerprint = options.fingerprint ?? (number % 3).toString(16).padStart(12, '0');
  const type = options.errorType === undefined ? {} : { error_type: options.errorType };
  const record = { timestamp: new Date(time).toISOString(), level, logger, message, error_id: errorId, ...type, ...fields };
  return {
    key: `run-${number.toString(36).padStart(6, '0')}`,
    errorId,
    fingerprint,
    occurrences: options.occurrences ?? 1,
    line: JSON.stringify(record),
  };
}

/** Lines with the numbers from `from`, `count` of them. */
export const linesFrom = (from: number, count: number, options: LineOptions = {}): StorableLine[] =>
  Array.from({ length: count }, (_, index) => lineOf(from + index, options));
