import { lstatSync, renameSync } from 'node:fs';
import type { Family } from './family';
import { type Listing, MAX_NUMBER, type Rotated, rotatedPath } from './names';
import { coded } from './open-file';

/**
 * Makes the first number free, by renaming the files from there on to the next number each, the oldest first. A hole
 * ends it: what is beyond stays. Numbers that are taken by somebody else are jumped over.
 *
 * A crash between two steps leaves a hole, and no two files of one name; the next call goes on from there. Call it under
 * the rotation lock: `rename` writes over what it finds, and looking first only helps when nobody else renames.
 *
 * @returns The path that is free now.
 * @throws `EEXIST` when something came to be at a name since the listing was read.
 */
export function shiftNames(family: Family, { rotated, taken }: Listing): string {
  const byNumber = new Map<number, Rotated[]>();
  for (const file of rotated) byNumber.set(file.number, [...(byNumber.get(file.number) ?? []), file]);
  const run = [nextFree(0, taken)];
  while (byNumber.has(run.at(-1)!)) run.push(nextFree(run.at(-1)!, taken));
  for (let at = run.length - 1; at > 0; at--) {
    for (const file of byNumber.get(run[at - 1]!)!.reverse()) {
      const path = rotatedPath(family, run[at]!, file.isCompressed);
      refuseExisting(path);
      renameSync(file.path, path);
    }
  }
  const free = rotatedPath(family, run[0]!);
  refuseExisting(free);
  return free;
}

/** The next number that is not somebody else's. */
function nextFree(after: number, taken: ReadonlySet<number>): number {
  let number = after + 1;
  while (taken.has(number)) number++;
  if (number > MAX_NUMBER) throw coded('EEXIST', 'every number is in use');
  return number;
}

function refuseExisting(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  throw coded('EEXIST', `there is something at ${path} already`);
}
