import type { IncomingMessage } from 'node:http';

const DRAIN_MS = 500;
const DRAIN_BYTES = 1024 * 1024;

/** The body of a request, and what becomes of one that nobody reads to its end. */
export class IncomingBody {
  private isTaken = false;
  private isReading = false;

  constructor(private readonly incoming: IncomingMessage) {}

  /** `undefined` when there is none. */
  source(): ReadableStream<Uint8Array> | string | Uint8Array | undefined {
    const { incoming } = this;
    const parsed = (incoming as { readonly body?: unknown }).body;
    if (incoming.readableEnded || incoming.destroyed || incoming.readableDidRead) {
      this.isTaken = true;
      if (typeof parsed === 'string' || parsed instanceof Uint8Array) return parsed;
      return parsed === undefined ? undefined : JSON.stringify(parsed);
    }
    return this.isAnnounced() ? this.chunks() : undefined;
  }

  /** Nothing is read before the handler wants it, and one chunk at a time. */
  private chunks(): ReadableStream<Uint8Array> {
    const { incoming } = this;
    let isOver = false;
    const begin = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      this.isReading = true;
      const end = (step: () => void) => (): void => {
        if (isOver) return;
        isOver = true;
        step();
      };
      incoming.on('data', (chunk: Uint8Array) => {
        if (isOver) return;
        incoming.pause();
        controller.enqueue(new Uint8Array(chunk));
      });
      incoming.once(
        'end',
        end(() => controller.close()),
      );
      const fail = end(() => controller.error(new Error('The client left before its request was complete')));
      incoming.once('error', fail).once('close', fail);
    };
    return new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          if (this.isReading) incoming.resume();
          else begin(controller);
        },
        cancel: () => {
          isOver = true;
          this.isReading = false;
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Whether the client still sends what nobody reads. */
  isLeftOver(): boolean {
    return !this.isReading && this.isUnread();
  }

  private isUnread(): boolean {
    return this.isAnnounced() && !this.isTaken && !this.incoming.complete;
  }

  /** Reads on for a moment: a connection that is closed while the client sends loses the answer. */
  drained(): Promise<void> {
    const { incoming } = this;
    if (!this.isUnread() || incoming.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      let bytes = 0;
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(go, DRAIN_MS);
      timer.unref();
      incoming.once('end', go).once('close', go);
      incoming.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length;
        if (bytes > DRAIN_BYTES) go();
      });
      incoming.resume();
    });
  }

  private isAnnounced(): boolean {
    const { headers } = this.incoming;
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  }
}
