import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOptions, type OptionRule, optionInvalid } from '../../core/options';
import { read } from '../../core/read';
import type { CheckFunction } from '../../health/result';
import { oneLook, sizeText } from './one-look';

/**
 * Options of `logFolderCheck`.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `folder` | the folder | required |
 * | `maxBytes` | it failed when the files take more | required |
 * | `warn` | which part of `maxBytes` makes it degraded, 0 to 1 | 0.8 |
 */
export interface LogFolderOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly warn?: number;
}

/** Entries that one look counts at most, and folders in folders. */
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 8;
const RULES: Readonly<Record<string, OptionRule>> = {
  folder: [(value) => typeof value === 'string' && value !== '' && !value.includes('\0'), 'a path'],
  maxBytes: [(value) => Number.isSafeInteger(value) && (value as number) > 0, 'a whole number of bytes above 0'],
  warn: [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1'],
};

/**
 * Adds up the files of a folder, those in folders below it included: as long as they are, not as much as they take on the disk.
 *
 * It looks at no more than 10,000 entries, 8 folders deep, and says so when there are more. Links are not followed. Files that go
 * away meanwhile are left out.
 *
 * @param options - See {@link LogFolderOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const health = healthOf(telemetry);
 * health.addCheck('logs', logFolderCheck({ folder, maxBytes: 500_000_000 }), { critical: false });
 * (await health.check()).checks.logs?.data; // => { bytes: 0, files: 0 }
 */
export function logFolderCheck(options: LogFolderOptions): CheckFunction {
  checkOptions('logFolderCheck', options, RULES);
  const { folder, maxBytes, warn = 0.8 } = options ?? {};
  if (folder === undefined) throw optionInvalid('logFolderCheck: folder', folder, 'a path');
  if (maxBytes === undefined) throw optionInvalid('logFolderCheck: maxBytes', maxBytes, 'a whole number of bytes above 0');
  return oneLook(async () => {
    const { bytes, files, isWhole } = await sizeOf(folder);
    const data = { bytes, files };
    const size = `${isWhole ? '' : 'more than '}${sizeText(bytes)} in ${files} files`;
    if (bytes > maxBytes) return { status: 'unhealthy', data, detail: `${size}, more than ${sizeText(maxBytes)}` };
    if (!isWhole) return { status: 'degraded', data, detail: `${size}: it is too large to be counted` };
    if (bytes > maxBytes * warn) return { status: 'degraded', data, detail: `${size}, of at most ${sizeText(maxBytes)}` };
    return { status: 'healthy', data };
  });
}

interface FolderSize {
  readonly bytes: number;
  readonly files: number;
  /** `false`: there is more. */
  readonly isWhole: boolean;
}

async function sizeOf(top: string): Promise<FolderSize> {
  const waiting = [{ path: top, depth: 0 }];
  let [bytes, files, entries, isWhole] = [0, 0, 0, true];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const { path, depth } = folder;
    const listing = await unlessGone(opendir(path), depth > 0);
    if (listing === undefined) continue;
    for await (const entry of listing) {
      if (++entries > MAX_ENTRIES) return { bytes, files, isWhole: false };
      const below = join(path, entry.name);
      if (entry.isDirectory()) {
        if (depth < MAX_DEPTH) waiting.push({ path: below, depth: depth + 1 });
        else isWhole = false;
      } else if (entry.isFile()) {
        const found: Stats | undefined = await unlessGone(lstat(below), true);
        if (found === undefined) continue;
        bytes += found.size;
        files++;
      }
    }
  }
  return { bytes, files, isWhole };
}

/** Rotation and retention remove files at any time. */
async function unlessGone<Found>(found: Promise<Found>, mayBeGone: boolean): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (mayBeGone && read(error, 'code') === 'ENOENT') return undefined;
    throw error;
  }
}
