import { checkOptions, optionInvalid } from '../../core/options';
import { parseDuration } from '../../core/unit';
import type { Retention } from './family';
import type { KeepOptions, RotateOptions } from './options';
import { isTimeZone } from './rotation-clock';

const MAX_FILES = 10_000;
const MAX_AGE_MS = 100 * 366 * 86_400_000;
const MIN_BYTES = 1024;
const MAX_BYTES = 1024 ** 4;

const isWhole = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

/** The rule of an option that is a size of a file. */
const FILE_BYTES: readonly [(value: unknown) => boolean, string] = [
  (value) => isWhole(value, MIN_BYTES, MAX_BYTES),
  'whole bytes from 1,024 to 1 TiB',
];

/**
 * Resolves {@link KeepOptions}.
 *
 * @param where - Whose options these are; begins the message of an error.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * keepOptions('fileSink: keep', { files: 5, maxAge: '30d' }); // => { files: 5, maxAgeMs: 2_592_000_000, totalBytes: undefined }
 */
export function keepOptions(where: string, keep: KeepOptions = {}): Retention {
  checkOptions(where, keep, {
    files: [(value) => isWhole(value, 0, MAX_FILES), 'a whole number from 0 to 10,000'],
    maxAge: 'any',
    totalBytes: [(value) => isWhole(value, MIN_BYTES, Number.MAX_SAFE_INTEGER), 'whole bytes, at least 1,024'],
  });
  const { files = 10, maxAge, totalBytes } = keep;
  return { files, maxAgeMs: maxAge === undefined ? undefined : parseDuration(`${where}: maxAge`, maxAge, MAX_AGE_MS), totalBytes };
}

/** {@link RotateOptions} with their defaults. */
export interface Rotation {
  readonly maxBytes: number | undefined;
  readonly every: 'hour' | 'day' | undefined;
  readonly timeZone: string;
}

/**
 * Resolves {@link RotateOptions}.
 *
 * @param where - Whose options these are; begins the message of an error.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function rotateOptions(where: string, rotate: RotateOptions = {}): Rotation {
  checkOptions(where, rotate, { maxBytes: FILE_BYTES, every: 'hour|day', timeZone: 'string' });
  const { maxBytes, every, timeZone = 'local' } = rotate;
  if (!isTimeZone(timeZone)) throw optionInvalid(`${where}: timeZone`, timeZone, 'local, utc, or a name such as Europe/Berlin');
  return { maxBytes, every, timeZone };
}
