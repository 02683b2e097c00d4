import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { SinkCounts } from '../../../sinks/counts';
import type { Sink, SinkStats } from '../../../sinks/sink';

/** A sink that writes a file of its own, line by line. */
export interface LogFile extends Sink {
  readonly path: string;
  stats(): SinkStats;
  close(): Promise<void>;
}

/**
 * Creates a file that only its owner can read, and writes each line to it before `write` returns: what was logged is in
 * the file whatever becomes of the process.
 *
 * A line is there whole or not at all: one that could not be written (a full disk) is taken back and counted as dropped by
 * the code of the error, and the next one is tried again.
 *
 * @param write - Like `fs.writeSync`; tests bring their own.
 * @throws what `openSync` throws: `EEXIST` when there is something at the path already, a link included.
 */
export function openLogFile(path: string, write: (file: number, bytes: Uint8Array, offset: number) => number = writeSync): LogFile {
  const counts = new SinkCounts();
  let file: number | undefined = openSync(path, 'ax', 0o600);
  /** Of the lines that are there. */
  let size = 0;

  function close(): void {
    if (file === undefined) return;
    const open = file;
    file = undefined;
    try {
      closeSync(open);
    } catch {
      // Some file systems report here what could not be kept; the descriptor is gone in any case.
    }
  }

  /** Without half a line at the end; without the file when that can't be had. */
  function takeBack(): void {
    try {
      if (file !== undefined) ftruncateSync(file, size);
    } catch {
      close();
    }
  }

  return Object.freeze({
    name: 'demo-file',
    path,
    write(line: string) {
      counts.accepted++;
      if (file === undefined) return counts.drop('closed');
      const bytes = Buffer.from(line);
      try {
        for (let offset = 0; offset < bytes.length; ) {
          const written = write(file, bytes, offset);
          if (written === 0) throw new Error('Nothing was written');
          offset += written;
        }
        size += bytes.length;
        counts.written++;
      } catch (error) {
        counts.drop((error as NodeJS.ErrnoException).code ?? 'error');
        takeBack();
      }
    },
    stats: () => counts.stats(),
    async close() {
      close();
    },
  });
}
