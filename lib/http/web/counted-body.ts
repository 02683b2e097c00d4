import type { Exchange } from '../api';

/** Is told of a body while it is sent. */
export interface BodyWatch {
  /** A chunk was taken. */
  sent(bytes: number): void;
  /** All of it was taken. */
  ended(): void;
  /** Its source failed. */
  broke(reason: unknown): void;
  /** Who read it wants no more of it. */
  cancelled(): void;
}

/**
 * The body of an answer as a source that counts. It asks for a chunk when one is asked of it, so that it is never ahead of who reads,
 * hands on the very same chunk, and passes on errors and cancelling. What it reads runs in the scope of the request.
 */
class CountedSource {
  private isCancelled = false;

  constructor(
    private readonly reader: ReadableStreamDefaultReader<unknown>,
    private readonly exchange: Exchange,
    private readonly watch: BodyWatch,
  ) {}

  pull(controller: ReadableStreamDefaultController<unknown>): Promise<void> {
    return this.exchange.runWith(this.next, this, [controller]);
  }

  cancel(reason: unknown): Promise<void> {
    this.isCancelled = true;
    this.watch.cancelled();
    return this.exchange.runWith(this.reader.cancel, this.reader, [reason]);
  }

  private async next(controller: ReadableStreamDefaultController<unknown>): Promise<void> {
    try {
      const { done, value } = await this.reader.read();
      // Cancelling ends a read that waits, and closes the stream itself.
      if (this.isCancelled) return;
      if (done) {
        controller.close();
        this.watch.ended();
      } else {
        controller.enqueue(value);
        this.watch.sent(sizeOf(value));
      }
    } catch (reason) {
      if (this.isCancelled) return;
      controller.error(reason);
      this.watch.broke(reason);
    }
  }
}

/** Without a queue of its own nothing is read before somebody reads. */
const NO_QUEUE = { highWaterMark: 0 };

/** @throws When the body is being read by somebody else. */
export function countedBody(body: ReadableStream, exchange: Exchange, watch: BodyWatch): ReadableStream<Uint8Array> {
  return new ReadableStream<unknown>(new CountedSource(body.getReader(), exchange, watch), NO_QUEUE) as ReadableStream<Uint8Array>;
}

const encoder = new TextEncoder();

/** Bytes of a text as it is sent. */
export const bytesOf = (text: string): number => encoder.encode(text).length;

/** What runtimes take for a chunk: views and buffers, and some of them texts. */
function sizeOf(chunk: unknown): number {
  if (typeof chunk === 'string') return bytesOf(chunk);
  const { byteLength } = (chunk ?? {}) as { readonly byteLength?: unknown };
  return typeof byteLength === 'number' ? byteLength : 0;
}
