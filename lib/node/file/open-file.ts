import { closeSync, constants, fchmodSync, fstatSync, lstatSync, mkdirSync, openSync, readSync, type Stats, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** An open log file. */
export interface OpenFile {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  /** When it was last written, in ms since the epoch. */
  readonly modifiedMs: number;
  /** It ended in half a line, which got its newline. */
  readonly wasTorn: boolean;
}

/** Permissions of what is made. */
export interface Modes {
  readonly fileMode: number;
  readonly dirMode: number;
}

/** Readable too: what a write in flight has come to is read back when the process ends. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const NEWLINE = 10;
const MOST_LOOKS = 50;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Opens a file to append to, and makes it and its folder when they are missing.
 *
 * What is at the path must be a regular file with one name: a link, a pipe or a device put there by somebody else would
 * carry the log to a place of theirs, or block.
 *
 * @throws the system's errors; `ELOOP`, `EMLINK`, `EISDIR`, `ENOTREG` for what is no such file.
 */
export function openFile(path: string, modes: Modes): OpenFile {
  // Looked at before it is opened: opening a device or a pipe may do something.
  refuseOther(path, lstatSync(path, { throwIfNoEntry: false }));
  const fd = openOrMake(path, modes);
  try {
    const found = fstatSync(fd);
    refuseOther(path, found);
    // Deleted since.
    if (found.nlink === 0) throw coded('ENOENT', `${path} was deleted while it was opened`);
    const wasTorn = isTorn(fd, found);
    if (wasTorn) writeSync(fd, '\n');
    return { fd, dev: found.dev, ino: found.ino, size: found.size + Number(wasTorn), modifiedMs: found.mtimeMs, wasTorn };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * Whether a file is there that {@link openFile} could open: opens it and closes it, and makes and writes nothing.
 *
 * @throws what `openFile` would.
 */
export function tryFile(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  refuseOther(path, found);
  closeSync(openSync(path, FLAGS & ~constants.O_CREAT));
  return true;
}

function openOrMake(path: string, { fileMode, dirMode }: Modes): number {
  try {
    return openSync(path, FLAGS, fileMode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true, mode: dirMode });
    return openSync(path, FLAGS, fileMode);
  }
}

function refuseOther(path: string, found: Stats | undefined): void {
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw coded('ELOOP', `${path} is a symbolic link`);
  if (found.isDirectory()) throw coded('EISDIR', `${path} is a directory`);
  if (!found.isFile()) throw coded('ENOTREG', `${path} is not a regular file`);
  if (found.nlink > 1) throw coded('EMLINK', `${path} has ${found.nlink} names (hard links)`);
}

/**
 * Whether a file ends in the middle of a line. Other processes may write into it just now: changing its permissions (to what
 * they are) waits in the system until their write is done, and if the file is as long as before then, nobody was writing.
 */
function isTorn(fd: number, { size, mode }: Stats): boolean {
  let seen = size;
  for (let look = 0; look < MOST_LOOKS && seen > 0; look++) {
    if (lastByte(fd, seen) === NEWLINE) return false;
    try {
      fchmodSync(fd, mode & 0o7777);
    } catch {
      // Somebody else's file: time will tell.
    }
    Atomics.wait(sleeper, 0, 0, 2);
    const now = fstatSync(fd).size;
    if (now === seen) return true;
    seen = now;
  }
  // They are writing all the time: behind half a line there are theirs by now.
  return false;
}

function lastByte(fd: number, size: number): number | undefined {
  const byte = Buffer.alloc(1);
  return readSync(fd, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined;
}

/** An error that looks like the system's. */
export const coded = (code: string, message: string): NodeJS.ErrnoException => Object.assign(new Error(`${code}: ${message}`), { code });

/** The name of a system error. A quota that is used up has none in Node. */
export function codeOf(error: unknown): string {
  const { code = 'error', errno } = error as NodeJS.ErrnoException;
  return code === 'UNKNOWN' && errno === -122 ? 'EDQUOT' : code;
}
