import { closeSync, constants, fstatSync, fsync, fsyncSync, ftruncateSync, futimesSync, lstatSync, openSync, renameSync } from 'node:fs';
import { promisify } from 'node:util';
import { excessOf } from './excess';
import type { Family, Retention } from './family';
import { type GzipSteps, gzipFile } from './gzip';
import { keepOwner } from './keep-owner';
import { listRotated, type Rotated, readFamily, rotatedPath, temporaryPath } from './names';
import { removeFile } from './remove-file';
import { isSame, makeRoom } from './rotate-names';
import { withRotationLock } from './rotation-lock';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const syncToDisk = promisify(fsync);

/** How often it asks for the lock, which is never held for long. */
const LOCK_TRIES = 100;

export interface CompressJob {
  readonly family: Family;
  readonly retention: Retention;
  /** What the active file may grow to. */
  readonly reserveBytes: number;
  /** Which file; it may get another number meanwhile. */
  readonly file: Rotated;
  /** Waits a moment. `false`: it is to end. */
  pause(ms: number): Promise<boolean>;
  /** Told the name of the file that must not stay behind, and when there is none any more. */
  onTemporary(path: string | undefined): void;
}

/** `left`: the file is as it was, because it changed, went, found no room, or because it was to end. */
export type CompressOutcome = 'compressed' | 'left';

/**
 * Replaces a rotated file by a compressed one with its number, its time and `.gz`. Whatever goes wrong, the original
 * stays: it is deleted when the compressed one is whole, on the disk, and has its name.
 *
 * @throws errors of the system, such as `ENOSPC`.
 */
export async function compressFile(job: CompressJob): Promise<CompressOutcome> {
  const { family, file } = job;
  const from = openSync(file.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const temporary = temporaryPath(family, true);
  let to: number | undefined;
  try {
    if (!isUnchanged(from, file)) return 'left';
    to = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, family.fileMode);
    job.onTemporary(temporary);
    keepOwner(to, fstatSync(from));
    const done = await gzipFile(from, to, stepsOf(job, to));
    if (done?.bytesIn !== file.bytes) return 'left';
    ftruncateSync(to, done.bytesOut);
    await syncToDisk(to);
    // Age counts from the last line, whatever happened to the file since.
    futimesSync(to, file.modifiedMs / 1000, file.modifiedMs / 1000);
    const isDone = await locked(job, () => replace(family, file, from, temporary));
    return isDone ? 'compressed' : 'left';
  } finally {
    if (to !== undefined) {
      closeSync(to);
      removeFile(temporary);
      job.onTemporary(undefined);
    }
    closeSync(from);
  }
}

/** Works under the rotation lock, once it is free. `undefined`: it was to end, or the lock was never free. */
async function locked<T>({ family, pause }: CompressJob, work: () => T): Promise<T | undefined> {
  for (let tries = 0; tries < LOCK_TRIES && (await pause(tries === 0 ? 0 : 50)); tries++) {
    const result = withRotationLock(family, work);
    if (result !== undefined) return result;
  }
  return undefined;
}

/**
 * What is not written yet counts as if it were, for all processes: the file is made longer in advance, a hole without
 * blocks on the disk. An eighth of the original at a time, because that is what most logs become.
 */
function stepsOf(job: CompressJob, to: number): GzipSteps {
  const { family, retention, reserveBytes, file } = job;
  let reserved = 0;
  return {
    pause: () => job.pause(0),
    async reserve(bytes) {
      if (retention.totalBytes === undefined || bytes <= reserved) return true;
      const more = Math.max(bytes - reserved, Math.ceil(file.bytes / 8));
      const limits = { ...retention, maxAgeMs: undefined };
      const wanted = { files: 0, bytes: reserveBytes + more };
      const hasRoom = await locked(job, () => {
        // Older files go for this one, but not this one for itself.
        if (excessOf(readFamily(family), limits, wanted, 0).some((other) => isSame(other, file))) return false;
        makeRoom(family, limits, wanted, 0);
        ftruncateSync(to, reserved + more);
        return true;
      });
      if (hasRoom) reserved += more;
      return hasRoom === true;
    },
  };
}

/** Gives the compressed file its name, under the rotation lock. `false`: the original is not what was compressed any more. */
function replace(family: Family, file: Rotated, from: number, temporary: string): boolean {
  const current = listRotated(family).find((other) => isSame(other, file));
  if (current === undefined || !isUnchanged(from, file)) return false;
  const path = rotatedPath(family, current.number, true);
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  renameSync(temporary, path);
  syncFolder(family.folder);
  // That took a while.
  const isWhole = isUnchanged(from, file);
  removeFile(isWhole ? current.path : path);
  return isWhole;
}

/** Another process may still write what it did not notice was rotated. */
function isUnchanged(from: number, file: Rotated): boolean {
  const stats = fstatSync(from);
  return stats.isFile() && isSame(stats, file) && stats.size === file.bytes && stats.mtimeMs === file.modifiedMs;
}

/** So that a power cut does not take the new name, and leave the deletion of the old one. */
function syncFolder(folder: string): void {
  let open: number | undefined;
  try {
    open = openSync(folder, O_RDONLY);
    fsyncSync(open);
  } catch {
    // Not every system opens folders.
  } finally {
    if (open !== undefined) closeSync(open);
  }
}
