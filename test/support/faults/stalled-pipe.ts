/** A pipe whose reader sleeps, and wakes up when it is told to. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './fact';
import { system } from './machine';

export interface StalledPipe {
  /** What a program gets as its stdout. Closed here once it was started. */
  readonly writeEnd: number;
  readonly letGo: () => void;
  /** Takes what is there, at most so many bytes; `false`: nothing is, and nobody has the other end any more. */
  readonly read: (bytes: number) => boolean;
  /** The reader goes away. */
  readonly close: () => void;
  /** What was read until now. */
  readonly text: () => string;
}

/** Makes a pipe that nobody reads until `read` is called. */
export function stalledPipe({ dir, undo }: Bench): StalledPipe {
  const path = join(dir, 'pipe');
  system('mkfifo', path);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  let isOpen = true;
  const letGo = (): void => {
    if (isOpen) closeSync(writeEnd);
    isOpen = false;
  };
  let isRead = true;
  const close = (): void => {
    if (isRead) closeSync(reader);
    isRead = false;
  };
  undo(() => {
    letGo();
    close();
  });
  const chunks: Buffer[] = [];
  return {
    writeEnd,
    letGo,
    close,
    read(bytes) {
      const chunk = Buffer.alloc(bytes);
      try {
        const count = readSync(reader, chunk);
        if (count > 0) chunks.push(chunk.subarray(0, count));
        return count > 0;
      } catch (error) {
        if ((error as { code?: string }).code === 'EAGAIN') return true;
        throw error;
      }
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
