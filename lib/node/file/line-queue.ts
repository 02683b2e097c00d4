import { LEVELS, type Level } from '../../core/level';
import { CHUNK_BYTES, Chunk, GONE } from './chunk';

/** What all queues of the process hold together, in bytes, and what they may hold. */
const budget = { used: 0, limit: 32 * 1_048_576 };

/** Without a prototype, whose members are no levels. */
const RANK_OF: Readonly<Partial<Record<Level, number>>> = Object.assign(
  Object.create(null),
  Object.fromEntries(LEVELS.map((level, rank) => [level, rank])),
);

/**
 * Lines that wait to be written, in the order they came, within a number of bytes.
 *
 * A line is encoded as it comes: the text it comes as is a tree of pieces that takes many times its bytes. Where there is
 * no room, lines of the lowest level leave, the oldest first, but only for a line of a higher level.
 */
export class LineQueue {
  /** Of lines that wait, those of a taken chunk included until they are released. */
  bytes = 0;
  lines = 0;
  private readonly limit: number;
  private readonly onDrop: (level: Level) => void;
  private chunks: Chunk[] = [];
  /** Of lines in `chunks`, by rank. */
  private readonly held = LEVELS.map(() => 0);
  private holes = 0;
  private spare: Buffer | undefined;

  /** @param onDrop - Told of each line that leaves without being written. */
  constructor(limit: number, onDrop: (level: Level) => void) {
    this.limit = limit;
    this.onDrop = onDrop;
  }

  /**
   * Takes a line, or drops it where there is no room.
   *
   * @param period - Lines of different periods are kept apart.
   */
  push(line: string, level: Level, period: number): void {
    // What is no level is as little as can be.
    const rank = RANK_OF[level] ?? 0;
    let chunk = this.chunkFor(line, period);
    let bytes = chunk.buffer.write(line, chunk.end);
    if (!this.fits(bytes)) {
      if (!this.makeRoom(bytes, rank)) {
        this.onDrop(level);
        return;
      }
      // Making room may have moved what is left.
      chunk = this.chunkFor(line, period);
      bytes = chunk.buffer.write(line, chunk.end);
    }
    chunk.add(bytes, rank);
    this.held[rank]! += bytes;
    this.lines++;
    this.bytes += bytes;
    budget.used += bytes;
  }

  /** Takes the first chunk out: its lines can't be dropped any more, but still count until they are released. */
  take(): Chunk | undefined {
    const chunk = this.chunks.shift();
    if (chunk === undefined) return undefined;
    this.holes -= chunk.gone;
    chunk.closeHoles();
    for (const [rank, bytes] of chunk.held.entries()) this.held[rank]! -= bytes;
    return chunk;
  }

  /** The period of the first chunk. */
  get nextPeriod(): number | undefined {
    return this.chunks[0]?.period;
  }

  /** Bytes of a taken chunk were written. Returns how many lines that completes. */
  advance(chunk: Chunk, bytes: number): number {
    const from = chunk.lineStart;
    const lines = chunk.advance(bytes);
    this.release(chunk.lineStart - from, lines);
    return lines;
  }

  private release(bytes: number, lines: number): void {
    this.bytes -= bytes;
    this.lines -= lines;
    budget.used -= bytes;
  }

  /** A taken chunk is not needed any more. */
  recycle(chunk: Chunk): void {
    if (chunk.buffer.length === CHUNK_BYTES) this.spare = chunk.buffer;
  }

  /** Gives up what waits, but for a taken chunk. */
  clear(): void {
    for (let chunk = this.take(); chunk !== undefined; chunk = this.take()) this.giveUp(chunk);
  }

  /** Gives up what is left of a taken chunk. */
  giveUp(chunk: Chunk): void {
    for (let at = chunk.first; at < chunk.ranks.length; at++) this.onDrop(LEVELS[chunk.ranks[at]!]!);
    this.release(chunk.end - chunk.lineStart, chunk.lines);
  }

  private fits(bytes: number): boolean {
    return this.bytes + bytes <= this.limit && budget.used + bytes <= budget.limit;
  }

  private chunkFor(line: string, period: number): Chunk {
    const last = this.chunks.at(-1);
    // A UTF-16 unit takes at most three bytes; counting exactly would read the line once more.
    let most = line.length * 3;
    if (most > CHUNK_BYTES) most = Buffer.byteLength(line);
    if (last !== undefined && last.period === period && last.room >= most) return last;
    return this.addChunk(most, period);
  }

  private addChunk(bytes: number, period: number): Chunk {
    const isSpare = this.spare !== undefined && bytes <= CHUNK_BYTES;
    const chunk = new Chunk(isSpare ? this.spare! : Buffer.allocUnsafeSlow(Math.max(bytes, CHUNK_BYTES)), period);
    if (isSpare) this.spare = undefined;
    this.chunks.push(chunk);
    return chunk;
  }

  /** Drops lines of lower ranks until a line fits; drops none when that would not be enough. */
  private makeRoom(bytes: number, rank: number): boolean {
    let lower = 0;
    for (let below = 0; below < rank; below++) lower += this.held[below]!;
    const missing = Math.max(this.bytes + bytes - this.limit, budget.used + bytes - budget.limit);
    if (lower < missing) return this.isEmptied();
    for (let below = 0; below < rank; below++) {
      for (const chunk of this.chunks) {
        while (!this.fits(bytes) && this.dropFrom(chunk, below));
        if (this.fits(bytes)) break;
      }
    }
    this.chunks = this.chunks.filter((chunk) => chunk.gone < chunk.end || this.forget(chunk));
    if (this.holes > this.limit / 2) this.compact();
    return true;
  }

  /** A line that does not fit leaves no empty chunk behind. */
  private isEmptied(): false {
    if (this.chunks.at(-1)?.end === 0) this.recycle(this.chunks.pop()!);
    return false;
  }

  private dropFrom(chunk: Chunk, rank: number): boolean {
    const bytes = chunk.drop(rank);
    if (bytes === undefined) return false;
    this.held[rank]! -= bytes;
    this.holes += bytes;
    this.release(bytes, 1);
    this.onDrop(LEVELS[rank]!);
    return true;
  }

  private forget(chunk: Chunk): false {
    this.holes -= chunk.gone;
    return false;
  }

  /** Brings lines closer together, so that holes never take more memory than half of what the queue may hold. */
  private compact(): void {
    const old = this.chunks;
    this.chunks = [];
    this.holes = 0;
    for (const { buffer, ends, ranks, period } of old) {
      for (let at = 0, from = 0; at < ends.length; from = ends[at++]!) {
        if (ranks[at] === GONE) continue;
        const bytes = ends[at]! - from;
        const last = this.chunks.at(-1);
        const to = last !== undefined && last.period === period && last.room >= bytes ? last : this.addChunk(bytes, period);
        buffer.copy(to.buffer, to.end, from, ends[at]!);
        to.add(bytes, ranks[at]!);
      }
    }
  }
}
