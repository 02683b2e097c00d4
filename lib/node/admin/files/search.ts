import { createGunzip } from 'node:zlib';
import type { Clock } from '../../../core/clock';
import type { LogFileEntry } from '../parts';
import { isAbout } from './is-about';
import { type ShownLine, shownLine } from './line-filter';
import { type OpenEntry, openListed } from './open-entry';

/** A line that was found, and in which file. */
interface FoundLine {
  readonly file: string;
  readonly line: ShownLine;
}

/** What a search came to. */
export interface SearchResult {
  /** The newest file first; within a file in the order they were written in. */
  readonly found: readonly FoundLine[];
  readonly filesRead: number;
  /** `false`: it ended before it had seen all files. */
  readonly isComplete: boolean;
}

/** How far a search goes. */
export interface SearchLimits {
  /** Lines. */
  readonly most: number;
  /** Unpacked. */
  readonly bytes: number;
  readonly ms: number;
}

interface SearchBy {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Decides about a line that has the word in it; default: whether it is about the error of that id. */
  readonly isWanted?: ((line: ShownLine, word: string) => boolean) | undefined;
}

export const SEARCH_LIMITS: Omit<SearchLimits, 'most'> = { bytes: 268_435_456, ms: 5000 };
const NEWLINE = 10;
/** Between chunks the application runs: more of them would keep it waiting where every line has the word in it. */
const CHUNK_BYTES = 65_536;
/** A longer line is searched in parts, and told as the part that was found. */
const MAX_LINE_BYTES = 1_048_576;

/**
 * Searches log files for lines about an error by its id or its fingerprint, or for others, the newest file first, compressed ones, too; ends at the first file with enough of
 * them, at its limits, or when who asked is gone. Holds at most a chunk and a line of a file in memory.
 *
 * @param word - Letters and digits; found where it stands by itself.
 */
export async function searchFiles(
  entries: readonly LogFileEntry[],
  word: string,
  { clock, signal, isWanted = isAbout, ...limits }: SearchLimits & SearchBy,
): Promise<SearchResult> {
  const until = clock.monotonicTime() + limits.ms;
  let room = limits.bytes;
  let filesRead = 0;
  let isBroken = false;
  const found: FoundLine[] = [];
  const mayGoOn = (): boolean => room > 0 && !signal.aborted && clock.monotonicTime() < until;

  for (const entry of entries) {
    if (!mayGoOn()) return { found, filesRead, isComplete: false };
    const opened = await openListed(entry);
    if (opened === undefined) continue;
    const here: FoundLine[] = [];
    try {
      const lines = new LinesWith(word, (line) => {
        if (!isWanted(line, word)) return;
        here.push({ file: entry.name, line });
        // The last ones of a file are the newest.
        if (here.length > limits.most) here.shift();
      });
      for await (const chunk of contentOf(opened)) {
        room -= chunk.length;
        lines.add(chunk);
        if (!mayGoOn()) break;
      }
      lines.end();
    } catch {
      // A file that can't be unpacked to its end has told what it could.
      isBroken = true;
    } finally {
      await opened.file.close().catch(() => undefined);
    }
    filesRead++;
    found.push(...here.slice(0, limits.most - found.length));
    if (found.length >= limits.most) break;
  }
  return { found, filesRead, isComplete: (mayGoOn() && !isBroken) || found.length >= limits.most };
}

async function* contentOf({ entry, file, bytes }: OpenEntry): AsyncGenerator<Buffer> {
  if (bytes === 0) return;
  const input = file.createReadStream({ autoClose: false, start: 0, end: bytes - 1, highWaterMark: CHUNK_BYTES });
  if (!entry.isCompressed) return yield* input as AsyncIterable<Buffer>;
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  input.on('error', (error) => gunzip.destroy(error));
  try {
    yield* input.pipe(gunzip) as AsyncIterable<Buffer>;
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

/** Finds the lines of a stream of chunks that have a word in them. */
class LinesWith {
  private rest: Buffer = Buffer.alloc(0);
  private readonly word: Buffer;

  constructor(
    word: string,
    private readonly tell: (line: ShownLine) => void,
  ) {
    this.word = Buffer.from(word);
  }

  add(chunk: Buffer): void {
    const all = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const whole = all.length > MAX_LINE_BYTES && all.lastIndexOf(NEWLINE) < 0 ? all.length : all.lastIndexOf(NEWLINE) + 1;
    this.search(all.subarray(0, whole));
    this.rest = Buffer.from(all.subarray(whole));
  }

  /** What has no newline behind it is being written: found all the same. */
  end(): void {
    this.search(this.rest);
    this.rest = Buffer.alloc(0);
  }

  private search(text: Buffer): void {
    for (let at = text.indexOf(this.word); at >= 0; ) {
      const end = text.indexOf(NEWLINE, at);
      const stop = end < 0 ? text.length : end;
      const start = at === 0 ? 0 : text.lastIndexOf(NEWLINE, at - 1) + 1;
      if (this.stands(text, at)) {
        this.tell(shownLine(text.subarray(start, stop)));
        at = text.indexOf(this.word, stop);
      } else at = text.indexOf(this.word, at + 1);
    }
  }

  /** Neither a letter nor a digit before or behind it. */
  private stands(text: Buffer, at: number): boolean {
    return !isWordByte(text[at - 1]) && !isWordByte(text[at + this.word.length]);
  }
}

const isWordByte = (byte: number | undefined): boolean => byte !== undefined && /\w/.test(String.fromCharCode(byte));
