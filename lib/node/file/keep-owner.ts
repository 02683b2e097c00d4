import { fchownSync, type Stats } from 'node:fs';

/** Gives a copy the owner of its original, which only root can do: elsewhere the copy is the user's, as all it makes. */
export function keepOwner(copy: number, original: Stats): void {
  if (process.geteuid?.() !== 0) return;
  try {
    fchownSync(copy, original.uid, original.gid);
  } catch {
    // Not on every file system.
  }
}
