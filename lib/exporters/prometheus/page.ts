import { Chunk, type PageKeeper } from './page-cache';

/** Large enough for some tens of histograms, small enough to be sent in one go. */
const CHUNK_BYTES = 131_072;
/** What UTF-8 takes at most for a UTF-16 unit. */
export const BYTES_PER_UNIT = 3;
/** What an entry for a series takes in memory beside its bytes. */
const ENTRY_BYTES = 160;

/** A chunk that is less full than this is copied, so that it takes no more memory than it needs. */
const FULL = 0.75;
const [LINE_FEED, ZERO] = [10, 48];
const encoder = new TextEncoder();

/**
 * A page that is being written, as UTF-8, in chunks that end where a series ends.
 *
 * Bytes, because they lie outside of the heap: a page of strings is copied by the collector again and again while it
 * grows, which made most of the pauses.
 */
export class Page {
  readonly chunks: Uint8Array[] = [];
  /** The chunk that what was begun comes to be in; nothing when it won't be kept. */
  chunk: Chunk | undefined;
  /** Where in it the next byte comes. */
  at = 0;
  /** Where in it what was begun last begins. */
  start = 0;
  private bytes = new Uint8Array(CHUNK_BYTES);
  /** What is kept beside the bytes. */
  private beside = 0;

  constructor(private readonly keeper: PageKeeper) {
    this.chunk = this.nextChunk();
  }

  /** Begins something that is not to be divided, and takes at most so many bytes. */
  begin(length: number): void {
    if (this.bytes.length - this.at < length) {
      if (this.at > 0) this.cut(length);
      else this.bytes = new Uint8Array(length);
    }
    this.start = this.at;
  }

  /** Takes back what was begun. */
  cancel(): void {
    this.at = this.start;
  }

  /** Adds a text by itself. */
  add(text: string): void {
    this.begin(text.length * BYTES_PER_UNIT);
    this.text(text);
  }

  /** Adds lines of an earlier page. */
  copy(bytes: Uint8Array): void {
    this.begin(bytes.length);
    this.raw(bytes);
  }

  /** Goes on with a text. */
  text(text: string): void {
    this.at += encoder.encodeInto(text, this.bytes.subarray(this.at)).written;
  }

  /** Goes on with bytes. */
  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Goes on with what stands at a place already. */
  again(from: number, to: number): void {
    this.bytes.copyWithin(this.at, from, to);
    this.at += to - from;
  }

  /** Goes on with a count and the end of the line. */
  countLine(count: number): void {
    this.count(count);
    this.bytes[this.at++] = LINE_FEED;
  }

  /** Goes on with a count. Most are small; a text for each would be most of what there is to collect. */
  count(count: number): void {
    if (count >= 1e9) {
      this.text(`${count}`);
      return;
    }
    let length = 1;
    for (let power = 10; power <= count; power *= 10) length++;
    let rest = count;
    for (let place = this.at + length - 1; place >= this.at; place--) {
      const tenth = Math.floor(rest / 10);
      this.bytes[place] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.at += length;
  }

  /** Notes that an entry is kept that points to the chunk. */
  noteEntry(): void {
    this.beside += ENTRY_BYTES;
  }

  end(): readonly Uint8Array[] {
    if (this.at > 0) this.cut(CHUNK_BYTES);
    this.keeper.end();
    return this.chunks;
  }

  /** @param next - What the next chunk has to hold at least. */
  private cut(next: number): void {
    const isFull = this.at >= FULL * this.bytes.length;
    const bytes = isFull ? this.bytes.subarray(0, this.at) : this.bytes.slice(0, this.at);
    this.chunks.push(bytes);
    // Entries that point to a chunk that did not fit find it empty.
    const taken = bytes.buffer.byteLength + this.beside;
    if (this.chunk !== undefined && this.keeper.hasRoom(taken)) {
      this.chunk.bytes = bytes;
      this.keeper.keep(this.chunk, taken);
    }
    this.bytes = new Uint8Array(Math.max(next, CHUNK_BYTES));
    this.at = 0;
    this.beside = 0;
    this.chunk = this.nextChunk();
  }

  private nextChunk(): Chunk | undefined {
    return this.keeper.hasRoom(1) ? new Chunk() : undefined;
  }
}
