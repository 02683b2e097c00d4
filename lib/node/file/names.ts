import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import type { Family } from './family';

/** A file that was rotated out of a log file. */
export interface Rotated {
  readonly path: string;
  /** From 1, the newest. */
  readonly number: number;
  readonly isCompressed: boolean;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly ino: number;
  readonly dev: number;
}

/** What a folder holds of a family. */
export interface Listing {
  /** The newest first; of one number, what is not compressed first. */
  readonly rotated: readonly Rotated[];
  /** Numbers whose name somebody else uses: for a folder, a link, a pipe, a file of another user. They stay as they are. */
  readonly taken: ReadonlySet<number>;
  /** Files that are being written, or were when a process ended. */
  readonly temporary: readonly Temporary[];
}

/** A file that becomes a rotated one once it is whole. */
interface Temporary {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Numbers end here, so that a name such as `app.log.20240131` is not one of ours. */
export const MAX_NUMBER = 1_000_000;

const TEMPORARY = /^[0-9a-f]{16}(\.gz)?\.tmp$/;
const NUMBER = /^([1-9]\d{0,6})(\.gz)?$/;

/** A name that nobody uses, for a file that is not whole yet. */
export const temporaryPath = (family: Family, isCompressed: boolean): string =>
  join(family.folder, `${basename(family.active)}.${randomBytes(8).toString('hex')}${isCompressed ? '.gz' : ''}.tmp`);

export const rotatedPath = (family: Family, number: number, isCompressed = false): string =>
  join(family.folder, `${basename(family.active)}.${number}${isCompressed ? '.gz' : ''}`);

/** The rotated files of a family, the newest first: all that retention may delete and rotation may rename. */
export const listRotated = (family: Family): readonly Rotated[] => readFamily(family).rotated;

/**
 * Reads the folder of a family. Ours is what has a name that rotation gives (`app.log.1`, `app.log.2.gz`: whole numbers
 * from 1 without zeros in front) and is a plain file without further links to it, of this user or of the file's owner.
 * Whatever else has such a name is `taken`; other names (`app.log.bak`, `app.log.01`, `app.log.1.old`) are not looked at.
 *
 * @throws what `readdir` and `lstat` throw; a folder that is missing is empty.
 */
export function readFamily(family: Family): Listing {
  const rotated: Rotated[] = [];
  const taken = new Set<number>();
  const temporary: Temporary[] = [];
  const owners = ownersOf(family);
  const start = `${basename(family.active)}.`;
  for (const name of namesIn(family.folder)) {
    if (!name.startsWith(start)) continue;
    const rest = name.slice(start.length);
    const isTemporary = TEMPORARY.test(rest);
    const parts = NUMBER.exec(rest);
    const number = Number(parts?.[1]);
    if (!isTemporary && !(number <= MAX_NUMBER)) continue;
    const path = join(family.folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    const { size: bytes, mtimeMs: modifiedMs, ino, dev } = stats;
    const isOurs = stats.isFile() && stats.nlink === 1 && isOwned(stats, owners);
    if (isTemporary && isOurs) temporary.push({ path, bytes, modifiedMs });
    else if (!isTemporary && isOurs) rotated.push({ path, number, isCompressed: parts![2] !== undefined, bytes, modifiedMs, ino, dev });
    else if (!isTemporary) taken.add(number);
  }
  rotated.sort((a, b) => a.number - b.number || Number(a.isCompressed) - Number(b.isCompressed));
  return { rotated, taken, temporary };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The user, and whose the file is: a program that rotates files of others (as root) gave their rotated files no new owner. */
function ownersOf(family: Family): readonly number[] {
  const own = process.geteuid?.();
  if (own === undefined) return [];
  const active = lstatSync(family.active, { throwIfNoEntry: false });
  return active?.isFile() ? [own, active.uid] : [own];
}

/** Where the platform knows no users, everything is everybody's. */
const isOwned = (stats: Stats, owners: readonly number[]): boolean => owners.length === 0 || owners.includes(stats.uid);
