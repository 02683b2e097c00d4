import { Chunk, type PageKeeper } from './page-cache';

/**
 * A chunk is at least this long: few enough chunks, and none that takes long to put together. From 128 Ki on V8 would give
 * each a piece of memory of its own, which made rendering a third slower.
 */
const CHUNK_CHARS = 65_536;
/** What an entry for a series takes in memory beside its text, as characters. */
export const ENTRY_CHARS = 128;

/** A page that is being written, in chunks that end where a series ends. */
export class Page {
  readonly chunks: string[] = [];
  /** The chunk that what is added now comes to be in; nothing when it won't be kept. */
  chunk: Chunk | undefined;
  /** Where in it. */
  at = 0;
  private parts: string[] = [];
  /** What is kept beside the text. */
  private beside = 0;

  constructor(private readonly keeper: PageKeeper) {
    this.chunk = this.nextChunk();
  }

  /** @param beside - Characters that are kept because of this text, beside it. */
  add(text: string, beside = 0): void {
    this.parts.push(text);
    this.at += text.length;
    this.beside += beside;
    if (this.at >= CHUNK_CHARS) this.cut();
  }

  end(): readonly string[] {
    if (this.at > 0) this.cut();
    this.keeper.end();
    return this.chunks;
  }

  private cut(): void {
    const text = this.parts.join('');
    this.chunks.push(text);
    // Entries that point to a chunk that did not fit find it empty.
    if (this.chunk !== undefined && this.keeper.hasRoom(text.length + this.beside)) {
      this.chunk.text = text;
      this.keeper.keep(this.chunk, text.length + this.beside);
    }
    this.parts = [];
    this.at = 0;
    this.beside = 0;
    this.chunk = this.nextChunk();
  }

  private nextChunk(): Chunk | undefined {
    return this.keeper.hasRoom(1) ? new Chunk() : undefined;
  }
}
