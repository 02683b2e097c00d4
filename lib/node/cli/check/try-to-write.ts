import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../file/open-file';

/** Writes a file of one byte and removes it: permissions do not tell of a full or failing disk. Returns the code of what went wrong. */
export function tryToWrite(folder: string): string | undefined {
  const file = join(folder, `.telemetry-bus-check-${process.pid}-${Math.random().toString(36).slice(2)}`);
  try {
    writeFileSync(file, '.', { flag: 'wx', mode: 0o600 });
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    try {
      rmSync(file, { force: true });
    } catch {
      // It could not be made either.
    }
  }
}

const OR = 'or name another folder: LOG_DIR.';

/** What helps where nothing can be written, by the code of what went wrong. */
export function fixFor(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `Make room: delete old files, ${OR}`;
  if (code === 'EROFS') return `Mount it so that it can be written to, ${OR}`;
  if (code === 'EIO') return `Look after the disk, which fails, ${OR}`;
  return `Give permission to the user the application runs as, ${OR}`;
}
