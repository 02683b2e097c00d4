import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { MAX_NUMBER } from '../file/names';

/** A file of a log: the one that is written, or one that was rotated out of it. */
export interface LogPart {
  readonly path: string;
  readonly isCompressed: boolean;
  readonly ino: number;
  readonly dev: number;
  /** When it was found; what is written later is not read. */
  readonly bytes: number;
}

const NUMBER = /^([1-9]\d{0,6})(\.gz)?$/;

/**
 * The files of a log, the newest first: the file itself, then what was rotated out of it. Whose they are, and how many names
 * they have, does not matter here: who would hide a file from the verifier could arrange for either.
 *
 * @param archive - Folder of the rotated files, from that of the file; default: beside it.
 * @throws what the system throws when the folder can't be read.
 */
export function partsOf(path: string, archive?: string): readonly LogPart[] {
  const active = resolve(path);
  const folder = archive === undefined ? dirname(active) : resolve(dirname(active), archive);
  const start = `${basename(active)}.`;
  const rotated = new Map<number, LogPart>();
  for (const name of namesIn(folder)) {
    const parts = name.startsWith(start) ? NUMBER.exec(name.slice(start.length)) : null;
    const number = Number(parts?.[1]);
    if (!(number <= MAX_NUMBER)) continue;
    const isCompressed = parts![2] !== undefined;
    // Of one number, what is not compressed yet is whole; the other may be half done.
    if (isCompressed && rotated.has(number)) continue;
    const part = partAt(join(folder, name), isCompressed);
    if (part !== undefined) rotated.set(number, part);
  }
  const own = partAt(active, false);
  const older = [...rotated].sort(([a], [b]) => a - b).map(([, part]) => part);
  return own === undefined ? older : [own, ...older];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A plain file; of a link, a pipe or a folder nothing is read. */
export function partAt(path: string, isCompressed: boolean): LogPart | undefined {
  const stats: Stats | undefined = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  return { path, isCompressed, ino: stats.ino, dev: stats.dev, bytes: stats.size };
}
