import { renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { withRotationLock } from '../../file/rotation-lock';
import { StoreError } from '../store';
import { COMPANIONS, type FileIdentity, isSameFile, lookAt } from './database-file';

/** So many corrupt databases are kept. A disk that makes more of them is no place for one. */
const MOST_KEPT = 100;

/**
 * Renames a corrupt database to `<path>.corrupt-<n>`, its log and what else stands beside it along with it. Deletes and
 * overwrites nothing.
 *
 * Several processes may find the same database corrupt: one of them does it, and the fresh one that took its place stays.
 *
 * @param found - The file that was found corrupt; `undefined`: none was there, only what stands beside one.
 * @returns The new path; `undefined`: another process was first.
 * @throws {StoreError} `unavailable` while another process is at it, or when too many were set aside.
 * @throws errors of the system.
 */
export function setAside(path: string, found: FileIdentity | undefined): string | undefined {
  const family = { active: path, folder: dirname(path), fileMode: 0o600, dirMode: 0o700 };
  const done = withRotationLock(family, () => {
    // The database last: until then, whoever comes finds it as corrupt as before, and no fresh one beside an old log.
    const names = [...COMPANIONS, ''].filter((name) => lookAt(path + name) !== undefined);
    if (names.length === 0 || !isSameFile(found, lookAt(path))) return { at: undefined };
    const at = freeName(path);
    for (const name of names) renameSync(path + name, at + name);
    return { at };
  });
  if (done !== undefined) return done.at;
  throw new StoreError('unavailable', 'SQLITE_BUSY', `Another process is setting the corrupt ${basename(path)} aside`);
}

function freeName(path: string): string {
  for (let number = 1; number <= MOST_KEPT; number++) {
    const name = `${path}.corrupt-${number}`;
    if (['', ...COMPANIONS].every((companion) => lookAt(name + companion) === undefined)) return name;
  }
  throw new StoreError(
    'unavailable',
    'SQLITE_CORRUPT',
    `${basename(path)} is corrupt, and ${MOST_KEPT} corrupt ones are kept beside it already. Move them away, and look at the disk`,
  );
}
