/** A chunk is one write; smaller ones cost more turns of the event loop than they save memory. */
export const CHUNK_BYTES = 262_144;

/** Levels there are, `silent` included. */
const RANKS = 7;

/** Lines one after the other, encoded, the rank of each level beside them. */
export class Chunk {
  readonly buffer: Buffer;
  /** Of the clock by which files are rotated; lines of two periods are never in one chunk. */
  readonly period: number;
  /** Where each line ends. */
  ends: number[] = [];
  ranks: number[] = [];
  /** How many bytes there are by rank. */
  readonly held: number[] = new Array<number>(RANKS).fill(0);
  /** Bytes of lines that were dropped and still lie between the others. */
  gone = 0;
  /** The first line that was not written whole. */
  first = 0;
  /** The first byte that was not written; in the middle of a line after half of it was. */
  start = 0;
  end = 0;

  constructor(buffer: Buffer, period: number) {
    this.buffer = buffer;
    this.period = period;
  }

  /** Bytes that lines can still take. */
  get room(): number {
    return this.buffer.length - this.end;
  }

  /** Lines that were not written whole, those that are gone included. */
  get lines(): number {
    return this.ends.length - this.first;
  }

  /** Where the first line begins that was not written whole. */
  get lineStart(): number {
    return this.first === 0 ? 0 : this.ends[this.first - 1]!;
  }

  add(bytes: number, rank: number): void {
    this.end += bytes;
    this.ends.push(this.end);
    this.ranks.push(rank);
    this.held[rank]! += bytes;
  }

  lengthAt(at: number): number {
    return this.ends[at]! - (at === 0 ? 0 : this.ends[at - 1]!);
  }

  /** Marks the oldest line of a rank as gone; `undefined` when there is none. Returns its bytes. */
  drop(rank: number): number | undefined {
    if (this.held[rank] === 0) return undefined;
    const at = this.ranks.indexOf(rank);
    const bytes = this.lengthAt(at);
    this.ranks[at] = GONE;
    this.held[rank]! -= bytes;
    this.gone += bytes;
    return bytes;
  }

  /** Brings lines together, so that they can be written at once. */
  closeHoles(): void {
    if (this.gone === 0) return;
    const [ends, ranks] = [this.ends, this.ranks];
    [this.ends, this.ranks, this.end, this.gone] = [[], [], 0, 0];
    for (let at = 0, from = 0; at < ends.length; at++) {
      const to = ends[at]!;
      if (ranks[at] !== GONE) {
        this.buffer.copyWithin(this.end, from, to);
        this.end += to - from;
        this.ends.push(this.end);
        this.ranks.push(ranks[at]!);
      }
      from = to;
    }
  }

  /** Counts bytes as written. Returns how many lines that completes. */
  advance(bytes: number): number {
    this.start += bytes;
    const before = this.first;
    while (this.first < this.ends.length && this.ends[this.first]! <= this.start) this.first++;
    return this.first - before;
  }

  /** Begins the line again of which half was written. */
  rewind(): void {
    this.start = this.lineStart;
  }

  /** Where the lines end that fit into a number of bytes; `start` when not even the first does. */
  endWithin(bytes: number): number {
    if (this.end - this.start <= bytes) return this.end;
    let end = this.start;
    for (let at = this.first; at < this.ends.length && this.ends[at]! - this.start <= bytes; at++) end = this.ends[at]!;
    return end;
  }

  /** Where the first line ends. */
  get firstEnd(): number {
    return this.ends[this.first]!;
  }
}

/** The rank of a line that is gone. */
export const GONE = -1;
