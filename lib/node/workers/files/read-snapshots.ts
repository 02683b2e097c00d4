import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isTelemetryError } from '../../../core/errors';
import { checkOptions, type OptionRule } from '../../../core/options';
import { reasonOf } from '../../../exporters/complaints';
import { decodeSnapshot } from '../../../metrics/transfer/codec';
import { type MergeOptions, mergeSnapshots } from '../../../metrics/transfer/merge';
import type { MetricsSnapshot } from '../../../metrics/transfer/stored-snapshot';
import { maxBytesOf, readBytes } from './read-snapshot';
import { checkPath } from './write-snapshot';

/** Options of `readSnapshots`. All are optional. */
export interface ReadSnapshotsOptions extends MergeOptions {
  /** Larger files are not read; default 16 MiB, at most 1 GiB. */
  readonly maxBytes?: number;
  /** Larger ones together are not read; default 256 MiB, at most 16 GiB. */
  readonly maxTotalBytes?: number;
  /** More than that are not read, by name; default 1,000, at most 100,000. */
  readonly maxFiles?: number;
}

/** What became of the files of a folder. */
export interface SnapshotFolder {
  /** What all that could be read come to. */
  readonly snapshot: MetricsSnapshot;
  /** Names of the files that are in it, in order. */
  readonly files: readonly string[];
  /** Those that are not, and why. */
  readonly failures: readonly { readonly file: string; readonly why: string }[];
  /** How many more there are than `maxFiles`. */
  readonly leftOut: number;
}

const SUFFIX = '.snapshot';
/** Names that are looked at. */
const MAX_NAMES = 100_000;

const whole = (to: number): OptionRule => [
  (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= to,
  `a whole number from 1 to ${to}`,
];
const RULES: Readonly<Record<keyof ReadSnapshotsOptions, OptionRule>> = {
  maxBytes: 'any',
  maxTotalBytes: whole(2 ** 34),
  maxFiles: whole(MAX_NAMES),
  gauges: 'any',
  maxSeries: 'any',
};

/**
 * Reads all files `….snapshot` of a folder and adds them up, as `mergeSnapshots` does. Those that can't be read are told of, and
 * stop nothing.
 *
 * @param options - See {@link ReadSnapshotsOptions}.
 * @throws {TelemetryError} (rejects with) `OPTION_UNKNOWN`, `OPTION_INVALID`; or the system's error for a folder that can't be read.
 * @example
 * await writeSnapshot('shard-1.snapshot', telemetry);
 * (await readSnapshots('.')).failures; // => []
 */
export async function readSnapshots(folder: string, options: ReadSnapshotsOptions = {}): Promise<SnapshotFolder> {
  checkPath('readSnapshots: folder', folder);
  checkOptions('readSnapshots', options, RULES);
  const { maxTotalBytes = 2 ** 28, maxFiles = 1000, gauges, maxSeries } = options;
  const maxBytes = maxBytesOf('readSnapshots', { maxBytes: options.maxBytes });
  const merging = { ...(gauges !== undefined && { gauges }), ...(maxSeries !== undefined && { maxSeries }) };
  mergeSnapshots([], merging);

  const names = await namesIn(folder);
  const snapshots: MetricsSnapshot[] = [];
  const files: string[] = [];
  const failures: { readonly file: string; readonly why: string }[] = [];
  let total = 0;
  for (const file of names.slice(0, maxFiles)) {
    try {
      const bytes = await readBytes(join(folder, file), maxBytes);
      if (total + bytes.length > maxTotalBytes) throw new Error(`With it there are more bytes than maxTotalBytes, ${maxTotalBytes}`);
      snapshots.push(decodeSnapshot(bytes, { maxBytes }));
      total += bytes.length;
      files.push(file);
    } catch (error) {
      failures.push({ file, why: isTelemetryError(error) ? error.why : reasonOf(error) });
    }
  }
  return { snapshot: mergeSnapshots(snapshots, merging), files, failures, leftOut: Math.max(0, names.length - maxFiles) };
}

/** Names of snapshots, in order. */
async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of (await opendir(folder)) as AsyncIterable<Dirent>) {
    // Those that begin with a dot are being written.
    if (name.endsWith(SUFFIX) && !name.startsWith('.')) names.push(name);
    if (names.length >= MAX_NAMES) break;
  }
  return names.sort();
}
