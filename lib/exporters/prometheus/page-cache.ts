import { type Format, otherFormat } from './format';

/** A piece of a page that may be read again. Empty while it is being written, and when it was forgotten. */
export class Chunk {
  bytes: Uint8Array | undefined = undefined;
}

/** One render, as the cache sees it. */
export interface Turn {
  /** Counts up. */
  readonly number: number;
  readonly format: Format;
  /** Nobody asked for the other format any more since this one was last rendered. */
  readonly otherIsIdle: boolean;
}

interface Kept {
  chunks: Chunk[];
  size: number;
}

const nothing = (): Kept => ({ chunks: [], size: 0 });

/**
 * The latest page of each format, as far as there is room for it. Lines of series are parts of it: keeping each on its
 * own would keep everything twice and the collector busy.
 */
export class PageCache {
  private readonly latest: Record<Format, Kept> = { text: nothing(), openmetrics: nothing() };

  /** @param max - In bytes, for both formats together. */
  constructor(private readonly max: number) {}

  get size(): number {
    return this.latest.text.size + this.latest.openmetrics.size;
  }

  /** Starts a page; what it keeps takes the place of the one before when it ends. */
  begin({ format, otherIsIdle }: Turn): PageKeeper {
    const kept = nothing();
    return {
      hasRoom: (size) => {
        const other = this.latest[otherFormat(format)];
        if (kept.size + other.size + size > this.max && otherIsIdle) this.forget(otherFormat(format));
        return kept.size + this.latest[otherFormat(format)].size + size <= this.max;
      },
      keep: (chunk, size) => {
        kept.chunks.push(chunk);
        kept.size += size;
      },
      end: () => {
        this.latest[format] = kept;
      },
    };
  }

  private forget(format: Format): void {
    for (const chunk of this.latest[format].chunks) chunk.bytes = undefined;
    this.latest[format] = nothing();
  }
}

/** Decides which chunks of a page stay. */
export interface PageKeeper {
  hasRoom(size: number): boolean;
  keep(chunk: Chunk, size: number): void;
  end(): void;
}
