/** Where the demo logs to. */
import { lstatSync, mkdtempSync, rmdirSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type FileSink, fileSink } from '../../index';
import { UsageError } from '../usage-error';

export interface LogPlace {
  readonly file: FileSink;
  /** Closes the file, and removes it when nothing was logged: a run that never began leaves nothing behind. */
  leave(): Promise<void>;
}

/**
 * Opens a new file: the named one, or `demo.log` in a fresh folder for temporary files. Each line is in it before the demo
 * goes on.
 *
 * @param path - As given on the command line.
 * @throws {UsageError} when there is something at the path already (what is counted at the end is what this run has
 * logged), or when no file can be created there.
 */
export function openLogPlace(path: string | undefined): LogPlace {
  if (path !== undefined) return placeOf(openNamed(resolve(path)), undefined);
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-bus-demo-'));
  return placeOf(fileSink({ path: join(folder, 'demo.log'), sync: true }), folder);
}

function openNamed(path: string): FileSink {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return fileSink({ path, sync: true });
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw new UsageError(`The file for --log can't be created: ${((cause ?? error) as Error).message}`);
  }
  throw new UsageError(`There is a ${path} already, and the demo writes over nothing; name a new file for --log`);
}

const placeOf = (file: FileSink, folder: string | undefined): LogPlace => ({
  file,
  async leave() {
    // What a full disk does not take now is told at the end of the process.
    if (file.isWorking) await file.close();
    if (file.stats().written > 0) return;
    unlinkSync(file.path);
    if (folder === dirname(file.path)) rmdirSync(folder);
  },
});
