import { closeSync, constants, openSync, readSync } from 'node:fs';

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** The words of a lock are shorter. */
const MAX_BYTES = 1024;

/** What a lock says. Empty when it can't be read. A pipe that was put in its place meanwhile must not make this wait. */
export function readLockText(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, FLAGS);
    const buffer = Buffer.alloc(MAX_BYTES);
    return buffer.toString('utf8', 0, readSync(file, buffer));
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
