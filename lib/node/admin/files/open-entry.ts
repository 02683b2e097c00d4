import { constants, lstatSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { LogFileEntry } from '../parts';

/** A log file that is open to be read, and is the one that was listed. */
export interface OpenEntry {
  readonly entry: LogFileEntry;
  readonly file: FileHandle;
  readonly bytes: number;
  readonly ino: number;
  readonly dev: number;
}

// Windows has neither.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a log file of the list by its name there. What is no longer a plain file of one name, or was put in its place between being
 * looked at and being opened, is not: a link, a pipe or another file under its name would show what is not ours.
 *
 * @returns `undefined` for a name that is not in the list, and for such a file. Never throws.
 */
export async function openEntry(entries: readonly LogFileEntry[], name: string): Promise<OpenEntry | undefined> {
  const entry = entries.find((one) => one.name === name);
  return entry === undefined ? undefined : openListed(entry);
}

/** Opens an entry of the list. Never throws. */
export async function openListed(entry: LogFileEntry): Promise<OpenEntry | undefined> {
  let file: FileHandle | undefined;
  try {
    const listed = lstatSync(entry.path);
    if (!isPlain(listed)) return undefined;
    file = await open(entry.path, FLAGS);
    const found = await file.stat();
    if (isPlain(found) && found.ino === listed.ino && found.dev === listed.dev) {
      return { entry, file, bytes: found.size, ino: found.ino, dev: found.dev };
    }
  } catch {
    // Gone, or not for us to read.
  }
  await file?.close().catch(() => undefined);
  return undefined;
}

const isPlain = (stats: Stats): boolean => stats.isFile() && stats.nlink === 1;
