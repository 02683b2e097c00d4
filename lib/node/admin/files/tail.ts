import type { LogFileEntry } from '../parts';
import type { Cursor } from './cursor';
import { type OpenEntry, openEntry, openListed } from './open-entry';
import { lastLines, linesFrom, type ReadLines } from './read-lines';

/** Lines of a log, and where to go on. */
export interface Tail {
  /** The file that was read: after a rotation another one than was asked for. */
  readonly name: string;
  readonly lines: readonly Buffer[];
  readonly next: Cursor;
  /** Without `after`: there are lines before these. With it: there are some behind them already. */
  readonly hasMore: boolean;
  /** The place of the cursor is gone: lines are missing between it and these. */
  readonly hasGap: boolean;
}

interface TailOptions {
  readonly most: number;
  readonly after: Cursor | undefined;
  accepts(line: Buffer): boolean;
}

const MAX_BYTES = 1_048_576;
/** What is read of rotated files to find a place again. */
const MAX_LOOKED_AT = 100;

/**
 * The last lines of a log file, or those behind a cursor. A cursor stays with its file through a rotation: first the rest of the rotated
 * one is read, then the newer ones. Reads at most 1 MiB.
 *
 * @returns `undefined` when there is no such file, or it is compressed.
 */
export async function tail(entries: readonly LogFileEntry[], name: string, options: TailOptions): Promise<Tail | undefined> {
  const opened = await openEntry(entries, name);
  if (opened === undefined) return undefined;
  try {
    const { after } = options;
    if (opened.entry.isCompressed) return undefined;
    const limits = { most: options.most, bytes: MAX_BYTES, accepts: options.accepts };
    if (after === undefined) return told(opened, await lastLines(opened.file, opened.bytes, limits), false);
    if (isAt(opened, after)) return await goOn(opened, entries, limits, after.offset);
    const moved = await find(entries, opened.entry, after);
    if (moved === undefined) return told(opened, await linesFrom(opened.file, 0, limits), true);
    try {
      return await goOn(moved, entries, limits, after.offset);
    } finally {
      await moved.file.close();
    }
  } finally {
    await opened.file.close();
  }
}

/** Reads behind a place; at the end of a rotated file the next cursor is the beginning of the file that followed it. */
async function goOn(
  opened: OpenEntry,
  entries: readonly LogFileEntry[],
  limits: Parameters<typeof linesFrom>[2],
  offset: number,
): Promise<Tail> {
  const isCut = offset > opened.bytes;
  const found = told(opened, await linesFrom(opened.file, isCut ? 0 : offset, limits), isCut);
  if (found.hasMore) return found;
  const newer = await newerThan(entries, opened.entry);
  if (newer === undefined) return found;
  await newer.file.close();
  return { ...found, next: { dev: newer.dev, ino: newer.ino, offset: 0 }, hasMore: true };
}

const told = ({ entry, dev, ino }: OpenEntry, { lines, end, hasMore }: ReadLines, hasGap: boolean): Tail => ({
  name: entry.name,
  lines,
  next: { dev, ino, offset: end },
  hasMore,
  hasGap,
});

const isAt = ({ dev, ino }: OpenEntry, cursor: Cursor): boolean => dev === cursor.dev && ino === cursor.ino;

const isSameLog = (entry: LogFileEntry, other: LogFileEntry): boolean => entry.stream === other.stream && !entry.isCompressed;

/** The file of the same log that a cursor is in. */
async function find(entries: readonly LogFileEntry[], like: LogFileEntry, cursor: Cursor): Promise<OpenEntry | undefined> {
  for (const entry of entries.filter((one) => isSameLog(one, like)).slice(0, MAX_LOOKED_AT)) {
    const opened = await openListed(entry);
    if (opened === undefined) continue;
    if (isAt(opened, cursor)) return opened;
    await opened.file.close();
  }
  return undefined;
}

/** The file that was written after this one. */
async function newerThan(entries: readonly LogFileEntry[], entry: LogFileEntry): Promise<OpenEntry | undefined> {
  const log = entries.filter((one) => isSameLog(one, entry));
  const newer = log[log.indexOf(entry) - 1];
  return newer === undefined ? undefined : openListed(newer);
}
