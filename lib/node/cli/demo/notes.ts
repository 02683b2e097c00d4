/** The notes of the last session, which can't be read: for a failure that is a real one. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Notes {
  readonly path: string;
  remove(): void;
}

/**
 * Makes a file that nobody can read, in a folder for temporary files: a link to itself, since missing permissions do not
 * keep an administrator from reading.
 */
export function openNotes(): Notes {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-bus-notes-'));
  const path = join(folder, 'notes.md');
  symlinkSync('notes.md', path);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
