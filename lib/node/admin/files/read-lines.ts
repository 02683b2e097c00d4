import type { FileHandle } from 'node:fs/promises';

const NEWLINE = 10;
const BLOCK_BYTES = 65_536;

/** Whole lines of a file, without their newlines. */
export interface ReadLines {
  readonly lines: readonly Buffer[];
  /** Behind the last of them. */
  readonly end: number;
  /** More was there than could be read: before the first line where it was read backwards, else behind the last. */
  readonly hasMore: boolean;
}

/** Which lines count, and how many there may be. */
export interface LineLimits {
  readonly most: number;
  /** How much is read at most. */
  readonly bytes: number;
  /** Lines it refuses are not there. */
  accepts(line: Buffer): boolean;
}

/**
 * The last lines of a file, read backwards in blocks of 64 KiB until there are enough. What stands behind the last newline is still
 * being written, and is none.
 */
export async function lastLines(file: FileHandle, bytes: number, { most, bytes: maxBytes, accepts }: LineLimits): Promise<ReadLines> {
  const found: Buffer[] = [];
  const least = Math.max(0, bytes - maxBytes);
  /** Bytes from `from` on that belong to a line whose beginning was not read yet; nothing before the last newline is known at first. */
  let rest: Buffer = Buffer.alloc(0);
  let end = -1;
  let from = bytes;
  while (from > least && found.length < most) {
    const size = Math.min(BLOCK_BYTES, from - least);
    const block = await readAt(file, from - size, size);
    if (block.length < size) break;
    from -= size;
    let stop = block.length;
    for (let at = block.lastIndexOf(NEWLINE); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(NEWLINE, at - 1)) {
      if (end < 0) end = from + at + 1;
      else {
        take(Buffer.concat([block.subarray(at + 1, stop), rest]));
        if (found.length >= most) return { lines: found.reverse(), end, hasMore: true };
      }
      rest = Buffer.alloc(0);
      stop = at;
    }
    // Before the first newline that was seen there is no line, however long it takes to come.
    if (end >= 0) rest = Buffer.concat([block.subarray(0, stop), rest]);
  }
  const isWhole = from === 0;
  if (end >= 0 && isWhole) take(rest);
  return { lines: found.reverse(), end: end < 0 ? (isWhole ? 0 : bytes) : end, hasMore: !isWhole };

  function take(line: Buffer): void {
    if (found.length < most && accepts(line)) found.push(line);
  }
}

/** The lines behind a place. A line that is longer than what may be read is passed over. */
export async function linesFrom(file: FileHandle, offset: number, { most, bytes: maxBytes, accepts }: LineLimits): Promise<ReadLines> {
  const read = await readAt(file, offset, maxBytes);
  const lines: Buffer[] = [];
  let start = 0;
  for (let at = read.indexOf(NEWLINE); at >= 0; at = read.indexOf(NEWLINE, start)) {
    const line = read.subarray(start, at);
    start = at + 1;
    if (accepts(line)) lines.push(line);
    if (lines.length >= most) return { lines, end: offset + start, hasMore: start < read.length || read.length === maxBytes };
  }
  const isFull = read.length === maxBytes;
  return { lines, end: offset + (start === 0 && isFull ? read.length : start), hasMore: isFull };
}

/** As many bytes as there are. */
async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await file.read(buffer, got, length - got, offset + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return buffer.subarray(0, got);
}
