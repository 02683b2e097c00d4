import { type Format, otherFormat } from './format';

/** A piece of a page that may be read again. Empty while it is being written, and when it was forgotten. */
export class Chunk {
  text = '';
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
  chars: number;
}

const nothing = (): Kept => ({ chunks: [], chars: 0 });

/**
 * The latest page of each format, as far as there is room for it. Texts of series are parts of it: keeping each as a
 * string of its own would keep everything twice and the collector busy.
 */
export class PageCache {
  private readonly latest: Record<Format, Kept> = { text: nothing(), openmetrics: nothing() };

  /** @param max - In characters, for both formats together. */
  constructor(private readonly max: number) {}

  get chars(): number {
    return this.latest.text.chars + this.latest.openmetrics.chars;
  }

  /** Starts a page; what it keeps takes the place of the one before when it ends. */
  begin({ format, otherIsIdle }: Turn): PageKeeper {
    const kept = nothing();
    return {
      hasRoom: (chars) => {
        const other = this.latest[otherFormat(format)];
        if (kept.chars + other.chars + chars > this.max && otherIsIdle) this.forget(otherFormat(format));
        return kept.chars + this.latest[otherFormat(format)].chars + chars <= this.max;
      },
      keep: (chunk, chars) => {
        kept.chunks.push(chunk);
        kept.chars += chars;
      },
      end: () => {
        this.latest[format] = kept;
      },
    };
  }

  private forget(format: Format): void {
    for (const chunk of this.latest[format].chunks) chunk.text = '';
    this.latest[format] = nothing();
  }
}

/** Decides which chunks of a page stay. */
export interface PageKeeper {
  hasRoom(chars: number): boolean;
  keep(chunk: Chunk, chars: number): void;
  end(): void;
}
