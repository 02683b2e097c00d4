import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../../core/clock';
import type { ByteRange } from './range';

const CHUNK_BYTES = 65_536;
/** Who reads nothing for so long holds a place for nothing. */
const STALLED_MS = 30_000;

interface BodyParts {
  readonly file: FileHandle;
  readonly range: ByteRange;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, when the file is closed. */
  ended(): void;
}

/**
 * A part of a file as a stream, read as fast as it is taken: one chunk of 64 KiB at a time. Closes the file at its end, when it is
 * cancelled, when the request is over, and when nobody has read from it for 30 s. A file that was cut meanwhile makes it fail, as fewer
 * bytes would come than were promised.
 */
export function fileBody({ file, range, clock, signal, ended }: BodyParts): ReadableStream<Uint8Array> {
  let at = range.from;
  let isOpen = true;
  let cancelTimer = (): void => undefined;
  let fail: (reason: Error) => void = () => undefined;

  function end(): void {
    if (!isOpen) return;
    isOpen = false;
    cancelTimer();
    signal.removeEventListener('abort', abort);
    file.close().then(ended, ended);
  }
  function abort(): void {
    if (!isOpen) return;
    fail(new Error('The request is over'));
    end();
  }
  function watch(): void {
    cancelTimer();
    cancelTimer = clock.setTimer(abort, STALLED_MS);
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        fail = (reason) => controller.error(reason);
        signal.addEventListener('abort', abort);
        watch();
        if (signal.aborted) abort();
      },
      async pull(controller) {
        const buffer = new Uint8Array(Math.min(CHUNK_BYTES, range.to + 1 - at));
        try {
          const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
          if (!isOpen) return;
          if (bytesRead === 0) throw new Error('The file was cut while it was read');
          at += bytesRead;
          controller.enqueue(buffer.subarray(0, bytesRead));
          if (at > range.to) {
            controller.close();
            end();
          } else watch();
        } catch (error) {
          if (!isOpen) return;
          controller.error(error);
          end();
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}
