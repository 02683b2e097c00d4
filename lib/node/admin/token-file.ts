import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that tells a token to whoever may read the files of this user. */
export interface TokenFile {
  readonly path: string;
  /** Removes it. Never throws. */
  remove(): void;
}

/**
 * Writes a token to a new file that only this user can read (0600), in a new folder of this user (0700) whose name nobody could know: what
 * somebody else has prepared there is never written to.
 *
 * @throws What the system says.
 */
export function writeTokenFile(token: string): TokenFile {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-bus-admin-'));
  const remove = (): void => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // A token of a server that is closed opens nothing.
    }
  };
  const path = join(folder, 'token');
  try {
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = constants;
    const file = openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
    try {
      writeSync(file, `${token}\n`);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { path, remove };
}
