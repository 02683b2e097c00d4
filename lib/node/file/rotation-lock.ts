import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, linkSync, lstatSync, openSync, readdirSync, type Stats, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Family } from './family';
import { fateOf, ownerHere, parseOwner } from './lock-owner';
import { readLockText } from './lock-text';
import { coded } from './open-file';
import { removeFile } from './remove-file';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** A lock is held for some system calls. One that is older was left behind, unless its owner is known to live. */
const STALE_MS = 60_000;
/** A process that was stopped (SIGSTOP) may go on; a thread that was ended in the middle leaves its process alive. */
const STALE_ALIVE_MS = 600_000;
/** Ends the name of a lock that is being written; the same each time, so that what can't be removed does not pile up. */
const DRAFT = `.${createHash('sha256')
  .update(`${JSON.stringify(ownerHere(''))} ${threadId}`)
  .digest('hex')
  .slice(0, 16)}.new`;
/** How many stealers in a row may have died while they stole. */
const MAX_DEPTH = 8;

/** Locks that this thread holds now: what works under one may ask for it again. */
const held = new Set<string>();
/** Locks that could not be removed after the work. To other processes they look held, because this one lives. */
const unreleased = new Set<string>();

/**
 * Runs `work` while no other process or thread does so for the same family. Never waits.
 *
 * @param work - Synchronous. May ask for the same lock again.
 * @returns What `work` returns; `undefined` when somebody else holds the lock.
 * @throws what `work` throws, and errors of the system when the lock's file can't be made; `EEXIST` when its name is used
 *   for something that is not a file.
 */
export function withRotationLock<T>(family: Family, work: () => T): T | undefined {
  const path = join(family.folder, `.${basename(family.active)}.lock`);
  if (held.has(path)) return work();
  const id = acquire(path, 0);
  if (id === undefined) return undefined;
  held.add(path);
  try {
    return work();
  } finally {
    held.delete(path);
    release(path, id);
  }
}

/** Makes the lock's file. Returns what tells it from every other one that had or will have its name. */
function acquire(path: string, depth: number): string | undefined {
  return create(path) ?? (depth < MAX_DEPTH && removeStale(path, depth) ? create(path) : undefined);
}

/**
 * A lock appears with its words in it: one without would look held to everybody for a minute after a crash in between. So it
 * is written under another name first, and then given its own, which fails where that exists. Where that can't be (a file
 * system without second names, a folder in which nothing may be deleted), it is without words for some microseconds.
 */
function create(path: string): string | undefined {
  const nonce = randomBytes(8).toString('hex');
  const draft = path + DRAFT;
  const file = openNew(draft);
  if (file === undefined) return createOpenly(path, nonce);
  try {
    if (!writeOwner(file, nonce)) return createOpenly(path, nonce);
    return unlessThere(() => linkSync(draft, path) ?? nonce);
  } catch {
    return createOpenly(path, nonce);
  } finally {
    closeSync(file);
    removeQuietly(draft);
  }
}

function removeQuietly(path: string): void {
  try {
    removeFile(path);
  } catch {
    // It stays, and is what `createOpenly` is for.
  }
}

function createOpenly(path: string, nonce: string): string | undefined {
  const file = openNew(path);
  if (file === undefined) return undefined;
  try {
    return writeOwner(file, nonce) ? nonce : identityOf(fstatSync(file));
  } finally {
    closeSync(file);
  }
}

/** `undefined`: there is something at the path. */
const openNew = (path: string): number | undefined => unlessThere(() => openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));

function unlessThere<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

/** A full disk takes no words, and rotation may be what makes room on it: a lock without is one, too, stale by age alone. */
function writeOwner(file: number, nonce: string): boolean {
  try {
    const bytes = Buffer.from(JSON.stringify(ownerHere(nonce)));
    return writeSync(file, bytes) === bytes.length;
  } catch {
    return false;
  }
}

/**
 * Removes a lock that was left behind.
 *
 * The danger is a second stealer who saw the same stale lock, and removes the fresh one of the first. So a stale lock may
 * only be removed by the holder of its *claim*, which is a lock itself, named after the very lock that is to go:
 *
 * - One claim has one holder, because its file is made with O_EXCL.
 * - The holder looks at the lock again. If it still is the stale one, then nobody else removes or replaces it: the owner
 *   is gone, and every other stealer needs this claim. If it is not, the holder removes nothing.
 * - A claim may be left behind as well. It is stolen the same way, with a claim of its own.
 */
function removeStale(path: string, depth: number): boolean {
  const id = staleId(path);
  if (id === undefined) return false;
  if (unreleased.has(id)) {
    removeFile(path);
    return unreleased.delete(id);
  }
  // Next to the lock, whatever the depth: names must not grow.
  const lock = depth === 0 ? path : path.slice(0, path.lastIndexOf('.'));
  const claim = `${lock}.${id}`;
  const claimId = acquire(claim, depth + 1);
  if (claimId === undefined) return false;
  try {
    if (staleId(path) !== id) return false;
    removeFile(path);
    return true;
  } finally {
    release(claim, claimId);
  }
}

const LEFTOVER = /^[0-9a-f]{16}(\.[0-9a-f]{16})?(\.new)?$/;

/** Removes claims and drafts of processes that died in between. Call it under the lock. */
export function sweepLock(family: Family): void {
  const start = `.${basename(family.active)}.lock.`;
  for (const name of readdirSync(family.folder)) {
    const path = join(family.folder, name);
    if (name.startsWith(start) && LEFTOVER.test(name.slice(start.length)) && isLeftOver(path)) removeFile(path);
  }
}

function isLeftOver(path: string): boolean {
  const found = readLock(path);
  if (!found?.stats.isFile()) return false;
  const owner = parseOwner(found.text);
  return ageOf(found.stats) > STALE_ALIVE_MS || (owner !== undefined && fateOf(owner) === 'gone');
}

/** What tells the lock at a path from others, when it was left behind; else `undefined`. */
function staleId(path: string): string | undefined {
  const found = readLock(path);
  if (found === undefined) return undefined;
  const { stats, id, text } = found;
  if (!stats.isFile()) throw coded('EEXIST', `${path} is not a file`);
  if (unreleased.has(id)) return id;
  const owner = parseOwner(text);
  const fate = owner === undefined ? 'unknown' : fateOf(owner);
  return fate === 'gone' || ageOf(stats) > (fate === 'alive' ? STALE_ALIVE_MS : STALE_MS) ? id : undefined;
}

/** A clock that was set back makes files of the future, which are no younger. */
const ageOf = (stats: Stats): number => Math.abs(Date.now() - stats.mtimeMs);

/** Only ours: who was stopped for minutes may find the lock of somebody else. */
function release(path: string, id: string): void {
  try {
    if (readLock(path)?.id === id) removeFile(path);
  } catch {
    // A folder that became read-only, say. What was done under the lock stays done.
    unreleased.add(id);
  }
}

interface FoundLock {
  readonly stats: Stats;
  readonly id: string;
  readonly text: string;
}

function readLock(path: string): FoundLock | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const text = stats.isFile() ? readLockText(path) : '';
  return { stats, id: parseOwner(text)?.nonce ?? identityOf(stats), text };
}

/** For a lock without words, in the form of a nonce. */
const identityOf = ({ ino, mtimeMs }: Stats): string => createHash('sha256').update(`${ino} ${mtimeMs}`).digest('hex').slice(0, 16);
