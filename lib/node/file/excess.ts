import type { Retention } from './family';
import type { Listing, Rotated } from './names';

/** What must find room beside the rotated files that stay. */
export interface Wanted {
  /** Files that are about to be added. */
  readonly files: number;
  /** Bytes of everything else that counts: the file itself, what it will grow by, what is about to be added. */
  readonly bytes: number;
}

/**
 * Which rotated files must go so that the rest, with what is wanted, keeps the limits: the oldest first, which is the
 * order they are to be deleted in.
 */
export function excessOf({ rotated, temporary }: Listing, retention: Retention, wanted: Wanted, nowMs: number): readonly Rotated[] {
  const { files, maxAgeMs = Number.POSITIVE_INFINITY, totalBytes = Number.POSITIVE_INFINITY } = retention;
  const oldestFirst = [...rotated].reverse();
  let count = rotated.length + wanted.files;
  let bytes = sum(rotated) + sum(temporary) + wanted.bytes;
  return oldestFirst.filter(({ bytes: own, modifiedMs }) => {
    const goes = count > files || bytes > totalBytes || nowMs - modifiedMs > maxAgeMs;
    if (!goes) return false;
    count--;
    bytes -= own;
    return true;
  });
}

const sum = (files: readonly { readonly bytes: number }[]): number => files.reduce((total, { bytes }) => total + bytes, 0);
