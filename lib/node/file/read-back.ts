import { fstatSync, readSync } from 'node:fs';

/**
 * Whether bytes that were handed to the system arrived in a file, anywhere behind a place in it.
 *
 * A process that ends can't wait for the answer of a write in the background, which comes through the event loop; but it
 * can look into the file.
 */
export function hasArrived(fd: number, from: number, bytes: Buffer): boolean {
  const { size } = fstatSync(fd);
  if (size < from + bytes.length) return false;
  // Other processes may have written before it.
  const found = Buffer.allocUnsafe(Math.min(size - from, bytes.length + MOST_OF_OTHERS));
  const count = readSync(fd, found, 0, found.length, from);
  return found.subarray(0, count).includes(bytes);
}

const MOST_OF_OTHERS = 8 * 1_048_576;
