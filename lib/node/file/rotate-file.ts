import { lstatSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TelemetryError } from '../../core/errors';
import { checkOptions, type OptionRule, optionInvalid } from '../../core/options';
import { createCompressor } from './compress';
import { copyTruncate } from './copy-truncate';
import type { Family, Retention } from './family';
import type { KeepOptions } from './options';
import { keepOptions } from './retention';
import { applyRetention, type RotatedAway, rotateNames } from './rotate-names';

/** Options of {@link rotateFile}. */
export interface RotateFileOptions {
  /** The file is rotated when it is longer. Default 10 MiB; 0: whenever it is not empty. */
  readonly maxBytes?: number;
  /** Which rotated files stay. Default: the newest 10. */
  readonly keep?: KeepOptions;
  /** Rotated files are compressed, except the newest one without `copyTruncate`: its program may still write to it. */
  readonly compress?: boolean;
  /** Folder for rotated files, on the same file system unless `copyTruncate`. Default: beside the file. */
  readonly archive?: string;
  /** The file is copied and then emptied, for programs that keep it open. Default `false`: it is renamed. */
  readonly copyTruncate?: boolean;
  /** Permissions of files and folders that are made. Default: those of the file, and 0o700. */
  readonly fileMode?: number;
  readonly dirMode?: number;
  /** Changes nothing; says what would be done. */
  readonly dryRun?: boolean;
}

/** What {@link rotateFile} did. */
export interface RotateFileResult {
  readonly rotated: boolean;
  /** Where the rotated file is. None: nothing was rotated, or the limits leave no room for this file. */
  readonly path?: string;
  /** Length of the file, or of what was rotated. */
  readonly bytes: number;
  /** Why nothing was rotated: it is not long enough; somebody else rotates it just now; it would have been. */
  readonly reason?: 'small' | 'busy' | 'dry-run';
  /** What went wrong after the rotation: rotated files that could not be compressed. They stay as they are. */
  readonly warning?: string;
}

const WHERE = 'rotateFile';
const DEFAULT_BYTES = 10 * 1_048_576;
const MODE: OptionRule = [(value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0o777, '0 to 0o777'];
const RULES = {
  maxBytes: [(value: unknown) => Number.isInteger(value) && (value as number) >= 0, 'whole bytes, 0 or more'],
  keep: 'object',
  compress: 'boolean',
  archive: 'string',
  copyTruncate: 'boolean',
  fileMode: MODE,
  dirMode: MODE,
  dryRun: 'boolean',
} as const;

/**
 * Rotates a file that another program writes, once it is longer than it may be: `server.log` becomes `server.log.1`, what
 * was `server.log.1` becomes `server.log.2`, and so on. Call it now and then; old rotated files go with each call,
 * whether the file is rotated or not.
 *
 * There are two ways, and each has its price:
 *
 * - Renaming (the default) loses nothing. The program goes on writing into the renamed file until it opens its own name
 *   again, so it has to be told to (often by SIGHUP), or to look by itself.
 * - `copyTruncate` asks nothing of the program. What it writes in the instant between the last look at the file and the
 *   emptying is lost: two system calls in a row. A program that did not open the file for appending goes on at its old
 *   position, and leaves a hole of zeros before it. A process that is killed in that instant leaves the lines twice.
 *
 * Links are not followed, and nothing is written over: a name such as `server.log.2` that is something else (a folder, a
 * link, a file of somebody else) is jumped over and stays as it is.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `SINK_OPEN_FAILED` when the file is missing, is not a plain
 *   file with one name, or could not be rotated, with the system's error as `cause`. It is where it was then.
 * @example
 * const { mkdtempSync, writeFileSync } = await import('node:fs');
 * const { tmpdir } = await import('node:os');
 * const file = `${mkdtempSync(`${tmpdir()}/rotate-`)}/server.log`;
 * writeFileSync(file, 'a line\n'.repeat(1_000));
 * const { rotated, path, bytes } = await rotateFile(file, { maxBytes: 4_096, keep: { files: 5, maxAge: '30d' } });
 * [rotated, path, bytes]; // => [true, `${file}.1`, 7_000]
 */
export async function rotateFile(path: string, options: RotateFileOptions = {}): Promise<RotateFileResult> {
  if (typeof path !== 'string' || path === '') throw optionInvalid(`${WHERE}: path`, path, 'the path of a file');
  checkOptions(WHERE, options, RULES);
  const { maxBytes = DEFAULT_BYTES, dryRun = false } = options;
  const retention = keepOptions(`${WHERE}: keep`, options.keep);
  const active = resolve(path);
  try {
    const file = lookAt(active);
    const isLong = file.size > maxBytes;
    if (dryRun) return { rotated: false, bytes: file.size, reason: isLong ? 'dry-run' : 'small' };
    const family = {
      active,
      folder: options.archive === undefined ? dirname(active) : resolve(options.archive),
      fileMode: options.fileMode ?? file.mode & 0o777,
      dirMode: options.dirMode ?? 0o700,
    };
    const away = isLong ? await rotate(family, file, retention, options) : undefined;
    if (away === undefined) applyRetention(family, retention, file.size, Date.now());
    const warning = options.compress ? await compressAll(family, retention, options) : undefined;
    const result =
      away === undefined ? ({ rotated: false, bytes: file.size, reason: isLong ? 'busy' : 'small' } as const) : resultOf(family, away);
    return warning === undefined ? result : { ...result, warning };
  } catch (error) {
    throw new TelemetryError(
      'SINK_OPEN_FAILED',
      `${active} could not be rotated`,
      (error as Error).message,
      'The file is where it was; put the cause right and rotate again',
      { cause: error },
    );
  }
}

function lookAt(path: string): Stats {
  const stats = lstatSync(path);
  if (!stats.isFile()) throw new Error('It is not a plain file, and links are not followed');
  if (stats.nlink > 1) throw new Error(`It has ${stats.nlink} names (hard links), and who else needs it is not known`);
  return stats;
}

async function rotate(family: Family, file: Stats, retention: Retention, options: RotateFileOptions): Promise<RotatedAway | undefined> {
  if (options.copyTruncate) return copyTruncate(family, file, retention, Date.now());
  return rotateNames(family, file, retention, 0, Date.now());
}

/** What was compressed meanwhile has `.gz` behind its name. */
function resultOf({ active }: Family, { path, bytes }: RotatedAway): RotateFileResult {
  if (path === active) return { rotated: true, bytes };
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  return { rotated: true, path: isThere ? path : `${path}.gz`, bytes };
}

/** Returns what went wrong. */
async function compressAll(family: Family, retention: Retention, { copyTruncate }: RotateFileOptions): Promise<string | undefined> {
  let problem: string | undefined;
  const compressor = createCompressor({
    family,
    retention,
    reserveBytes: 0,
    graceMs: 0,
    sparesNewest: copyTruncate !== true,
    onProblem(_, message) {
      problem = message;
    },
  });
  compressor.poke();
  await compressor.idle();
  await compressor.stop();
  return problem;
}
