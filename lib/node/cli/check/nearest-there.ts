import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A path itself, or the nearest one above it where something is, be it a link that leads nowhere. */
export function nearestThere(path: string): string {
  let nearest = path;
  // A drive of Windows may not be there at all.
  while (nearest !== dirname(nearest) && !exists(nearest)) nearest = dirname(nearest);
  return nearest;
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Something above is no folder, or may not be looked into: that is the one to tell of.
    return false;
  }
}

/** Why something that is there is no folder; `undefined` when it is one. */
export function whyNoFolder(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return 'a link that leads nowhere';
    return found.isDirectory() ? undefined : 'no folder';
  } catch {
    // Links in a circle, or one into a folder that may not be looked into.
    return 'no folder that can be looked into';
  }
}
