import { closeSync, lstatSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { excessOf, type Wanted } from './excess';
import type { Family, Retention } from './family';
import { type Listing, type Rotated, readFamily } from './names';
import { removeFile } from './remove-file';
import { sweepLock, withRotationLock } from './rotation-lock';
import { shiftNames } from './shift-names';

/** Which file is meant, whatever its name is by now. */
export interface FileId {
  readonly dev: number;
  readonly ino: number;
}

/** What became of the file that was active. */
export interface RotatedAway {
  /** Where it is now; the path it had when it was deleted, because nothing is to be kept. */
  readonly path: string;
  readonly bytes: number;
}

/** Whoever compresses writes to its file every few seconds. */
const ABANDONED_MS = 300_000;

/**
 * Puts the active file aside as number 1, after making room for it. At no moment are there more rotated files than
 * `retention.files`, or more bytes than `retention.totalBytes`. A crash between two steps loses nothing, and rotating
 * again repairs what it left.
 *
 * Takes the rotation lock itself; may also be called under it.
 *
 * @param expected - The file that the caller wrote; somebody else may have rotated it already.
 * @param reserveBytes - What the next active file may grow to.
 * @returns `undefined` when the active file is another one, or somebody else is rotating: look at the path again.
 * @throws errors of the system, among them `EXDEV` when the folder is on another file system and `EEXIST` when a name is
 *   in use. The active file is where it was then.
 */
export function rotateNames(
  family: Family,
  expected: FileId,
  retention: Retention,
  reserveBytes: number,
  nowMs: number,
): RotatedAway | undefined {
  makeFolder(family);
  return withRotationLock(family, () => {
    const active = lstatSync(family.active, { throwIfNoEntry: false });
    if (active === undefined || !isSame(active, expected)) return undefined;
    const bytes = active.size;
    const path = makeWay(family, retention, bytes + reserveBytes, nowMs);
    if (path === undefined) removeFile(family.active);
    else renameSync(family.active, path);
    return { path: path ?? family.active, bytes };
  });
}

/**
 * Deletes what exceeds the limits, the oldest first, and what was left by a compression that never ended. Nothing while
 * somebody else is rotating.
 *
 * @param reserveBytes - What counts beside the rotated files: what the active file is, or may grow to.
 * @returns How many files were deleted.
 * @throws errors of the system.
 */
export function applyRetention(family: Family, retention: Retention, reserveBytes: number, nowMs: number): number {
  // Without a folder there is nothing to delete, and no place for a lock.
  if (statSync(family.folder, { throwIfNoEntry: false }) === undefined) return 0;
  const deleted = withRotationLock(family, () => {
    sweepLock(family);
    return makeRoom(family, retention, { files: 0, bytes: reserveBytes }, nowMs).deleted;
  });
  return deleted ?? 0;
}

/** Finishes what a process that was killed left half done. Changes nothing while somebody else is rotating. */
export function repair(family: Family): void {
  applyRetention(family, { files: Number.POSITIVE_INFINITY, maxAgeMs: undefined, totalBytes: undefined }, 0, 0);
}

/**
 * Makes room for one more rotated file, and its name. Call it under the rotation lock.
 *
 * @param bytes - Of that file, and of all else that counts.
 * @returns The path for it; `undefined` when it exceeds the limits by itself, or none is to be kept.
 */
export function makeWay(family: Family, retention: Retention, bytes: number, nowMs: number): string | undefined {
  const { listing } = makeRoom(family, retention, { files: 1, bytes }, nowMs);
  const isKept = retention.files > 0 && bytes <= (retention.totalBytes ?? Number.POSITIVE_INFINITY);
  return isKept ? shiftNames(family, listing) : undefined;
}

/** The folder of rotated files. */
export function makeFolder(family: Family): void {
  mkdirSync(family.folder, { recursive: true, mode: family.dirMode });
}

export const isSame = (a: FileId, b: FileId): boolean => a.ino === b.ino && a.dev === b.dev;

interface Room {
  /** What stays. */
  readonly listing: Listing;
  readonly deleted: number;
}

/** Deletes what must go for what is wanted. Call it under the rotation lock. */
export function makeRoom(family: Family, retention: Retention, wanted: Wanted, nowMs: number): Room {
  const found = readFamily(family);
  const goes = new Set<unknown>(found.temporary.filter(({ modifiedMs }) => Math.abs(Date.now() - modifiedMs) > ABANDONED_MS));
  for (const file of halfReplaced(found.rotated)) goes.add(file);
  const clean = without(found, goes);
  const excess = excessOf(clean, retention, wanted, nowMs);
  for (const file of [...goes, ...excess] as readonly Rotated[]) removeFile(file.path);
  return { listing: without(clean, new Set(excess)), deleted: excess.length };
}

const without = ({ rotated, taken, temporary }: Listing, gone: ReadonlySet<unknown>): Listing => ({
  rotated: rotated.filter((file) => !gone.has(file)),
  taken,
  temporary: temporary.filter((file) => !gone.has(file)),
});

/**
 * Compressed files whose originals are still there: the process ended between giving the compressed file its name and
 * deleting the original. The original is whole, so the other one goes, and is made again. Two files of one number that
 * somebody else made are left alone: ours have the same time, and the length of the original at their end.
 */
function halfReplaced(rotated: readonly Rotated[]): readonly Rotated[] {
  return rotated.filter((file, at) => {
    const original = rotated[at - 1];
    if (!file.isCompressed || original?.number !== file.number) return false;
    return Math.abs(original.modifiedMs - file.modifiedMs) < 1 && lengthInside(file) === original.bytes % 2 ** 32;
  });
}

/** What gzip keeps in the last four bytes of a file: how long it is when it is unpacked, modulo 2^32. */
function lengthInside({ path, bytes }: Rotated): number | undefined {
  const end = Buffer.alloc(4);
  const file = openSync(path, 'r');
  try {
    return readSync(file, end, 0, 4, Math.max(0, bytes - 4)) === 4 ? end.readUInt32LE() : undefined;
  } finally {
    closeSync(file);
  }
}
