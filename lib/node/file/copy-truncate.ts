import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  ftruncateSync,
  futimesSync,
  lstatSync,
  openSync,
  read,
  readSync,
  renameSync,
  write,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import type { Family, Retention } from './family';
import { keepOwner } from './keep-owner';
import { temporaryPath } from './names';
import { coded } from './open-file';
import { removeFile } from './remove-file';
import { type FileId, isSame, makeFolder, makeRoom, makeWay, type RotatedAway } from './rotate-names';
import { withRotationLock } from './rotation-lock';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
const readFrom = promisify(read);
const writeTo = promisify(write);
const syncToDisk = promisify(fsync);

const CHUNK_BYTES = 1_048_576;
/** Reads until the end of the file stands still; a writer that is faster than a copy must not make that endless. */
const MAX_ROUNDS = 10_000;

/**
 * Rotates a file that its program keeps open: copies it to number 1, then empties it. Most of it is copied in the
 * background; what arrived meanwhile, with the name already given and everything else done, right before it is emptied. A
 * line that is written between the last look at the length and the emptying is lost; these are two system calls in a row.
 *
 * @param expected - The file that the caller looked at.
 * @returns `undefined` when the file is another one or got shorter, or somebody else is rotating.
 * @throws errors of the system; the file is as it was then.
 */
export async function copyTruncate(
  family: Family,
  expected: FileId,
  retention: Retention,
  nowMs: number,
): Promise<RotatedAway | undefined> {
  const from = openSync(family.active, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  try {
    const original = fstatSync(from);
    if (!isSame(original, expected)) return undefined;
    makeFolder(family);
    if (retention.files === 0 || original.size > (retention.totalBytes ?? Number.POSITIVE_INFINITY)) return drop(family, from);
    // Before the copy: it may be what a full disk has no room for.
    const wanted = { files: 1, bytes: original.size };
    if (withRotationLock(family, () => makeRoom(family, retention, wanted, nowMs)) === undefined) return undefined;
    return await copy(family, from, retention, nowMs);
  } finally {
    closeSync(from);
  }
}

/** For a file of which nothing is to be kept. */
function drop(family: Family, from: number): RotatedAway | undefined {
  return withRotationLock(family, () => {
    const bytes = fstatSync(from).size;
    ftruncateSync(from, 0);
    return { path: family.active, bytes };
  });
}

async function copy(family: Family, from: number, retention: Retention, nowMs: number): Promise<RotatedAway | undefined> {
  let place = temporaryPath(family, false);
  const to = openSync(place, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, family.fileMode);
  let isWhole = false;
  try {
    const original = fstatSync(from);
    keepOwner(to, original);
    const copied = await copyMost(from, to, original.size);
    await syncToDisk(to);
    return withRotationLock(family, () => {
      const now = fstatSync(from);
      const there = lstatSync(family.active, { throwIfNoEntry: false });
      if (now.size < copied || there === undefined || !isSame(there, now)) return undefined;
      const path = makeWay(family, retention, now.size - copied, nowMs);
      if (path === undefined) return undefined;
      renameSync(place, path);
      place = path;
      const bytes = copyRest(from, to, copied);
      ftruncateSync(from, 0);
      isWhole = true;
      // Age counts from the last line.
      futimesSync(to, now.mtimeMs / 1000, now.mtimeMs / 1000);
      return { path, bytes };
    });
  } finally {
    // Half a copy goes, whatever name it has by now: the original is whole.
    if (!isWhole) removeFile(place);
    closeSync(to);
  }
}

/** Copies what is there when it begins. Returns how much that was. */
async function copyMost(from: number, to: number, size: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let copied = 0;
  while (copied < size) {
    const { bytesRead } = await readFrom(from, buffer, 0, Math.min(CHUNK_BYTES, size - copied), copied);
    if (bytesRead === 0) break;
    for (let at = 0; at < bytesRead; ) at += (await writeTo(to, buffer, at, bytesRead - at, copied + at)).bytesWritten;
    copied += bytesRead;
  }
  return copied;
}

/** Copies what arrived since, until the file stands still. Returns how much was copied in all. */
function copyRest(from: number, to: number, start: number): number {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let copied = start;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const bytes = readSync(from, buffer, 0, CHUNK_BYTES, copied);
    for (let at = 0; at < bytes; ) at += writeSync(to, buffer, at, bytes - at, copied + at);
    copied += bytes;
    if (bytes === 0 && fstatSync(from).size === copied) return copied;
  }
  throw coded('EBUSY', 'the file is written faster than it can be copied');
}
