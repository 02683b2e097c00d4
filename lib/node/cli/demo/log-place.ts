/** Where the demo logs to. */
import { mkdtempSync, rmdirSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../usage-error';
import { type LogFile, openLogFile } from './log-file';

export interface LogPlace {
  readonly file: LogFile;
  /** Closes the file, and removes it when nothing was logged: a run that never began leaves nothing behind. */
  leave(): Promise<void>;
}

/**
 * Opens a new file: the named one, or `demo.log` in a fresh folder for temporary files.
 *
 * @param path - As given on the command line.
 * @throws {UsageError} when there is something at the path already (nothing is written over, and what is counted at the end
 * is what this run has logged), or when no file can be created there.
 */
export function openLogPlace(path: string | undefined): LogPlace {
  if (path === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'telemetry-bus-demo-'));
    return placeOf(openLogFile(join(folder, 'demo.log')), folder);
  }
  return placeOf(openNamed(resolve(path)), undefined);
}

function openNamed(path: string): LogFile {
  try {
    return openLogFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new UsageError(`There is a ${path} already, and the demo writes over nothing; name a new file for --log`);
    throw new UsageError(`The file for --log can't be created: ${message}`);
  }
}

const placeOf = (file: LogFile, folder: string | undefined): LogPlace => ({
  file,
  async leave() {
    await file.close();
    if (file.stats().written > 0) return;
    unlinkSync(file.path);
    if (folder === dirname(file.path)) rmdirSync(folder);
  },
});
