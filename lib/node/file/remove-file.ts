import { unlinkSync } from 'node:fs';

/** Deletes a file that may be gone already. Never a folder. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
