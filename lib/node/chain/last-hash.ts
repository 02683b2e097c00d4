import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { unseal } from '../../security/chain';
import { type LogPart, partsOf } from './rotated-files';

const FIRST_READ_BYTES = 65_536;
/** The longest line there may be, and the end of a link behind it. */
const MAX_READ_BYTES = 33_554_432;
const MAX_UNPACKED_BYTES = 268_435_456;

/**
 * Hash of the last chained line of a log: from the end of the file, or of the newest rotated file that has lines. `undefined`:
 * there is none, or none can be read. Never throws.
 *
 * @param isQuick - Unpacks nothing.
 */
export function lastHash(path: string, archive: string | undefined, isQuick = false): string | undefined {
  try {
    for (const part of partsOf(path, archive)) {
      if (part.bytes === 0) continue;
      if (part.isCompressed && isQuick) return undefined;
      return part.isCompressed ? lastIn(gunzipSync(readFileSync(part.path), { maxOutputLength: MAX_UNPACKED_BYTES })) : lastOf(part);
    }
  } catch {
    // Files move while they are looked at, or may not be read. The writer then begins a chain of its own, which the verifier tells.
  }
  return undefined;
}

/** Reads as much of the end as it takes. */
function lastOf({ path }: LogPart): string | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(fd);
    for (let length = FIRST_READ_BYTES; ; length *= 4) {
      const bytes = Buffer.allocUnsafe(Math.min(length, size, MAX_READ_BYTES));
      const count = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
      const found = lastIn(bytes.subarray(0, count));
      if (found !== undefined || bytes.length === size || bytes.length === MAX_READ_BYTES) return found;
    }
  } finally {
    closeSync(fd);
  }
}

/** Of the last whole line that is chained. A link is ASCII, so that any bytes before it may be read as Latin-1. */
function lastIn(bytes: Buffer): string | undefined {
  let end = bytes.lastIndexOf(10);
  while (end > 0) {
    const start = bytes.lastIndexOf(10, end - 1) + 1;
    // The beginning may lie further back: a line that is cut can't be told from one that is broken.
    const found = unseal(bytes.toString('latin1', start, end));
    if (found !== undefined) return found.link.hash;
    end = start - 1;
  }
  return undefined;
}
