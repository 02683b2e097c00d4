import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { coded } from '../../file/open-file';
import { StoreError } from '../store';

/** Which file it is, whatever its name becomes. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** What SQLite puts beside a database. Its first connection may find more in them than in the database itself. */
export const COMPANIONS = ['-wal', '-shm', '-journal'] as const;

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
const HEADER_BYTES = 100;

/** The file at a path, or `undefined`. */
export const lookAt = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

export const isSameFile = (one: FileIdentity | undefined, other: FileIdentity | undefined): boolean =>
  one?.dev === other?.dev && one?.ino === other?.ino;

/**
 * Gets a file ready to be opened by SQLite, which follows links and makes files that everybody may read: makes it for its
 * owner only, and refuses what is no regular file with one name, companions included (they get the permissions of the
 * database).
 *
 * @throws {StoreError} `corrupt` for what can be no database.
 * @throws the system's errors; `ELOOP`, `EMLINK`, `EISDIR`, `ENOTREG` for what is no such file.
 */
export function prepareFile(path: string): FileIdentity {
  for (const name of ['', ...COMPANIONS]) refuseOther(path + name, lookAt(path + name));
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // SQLite deletes the log of a database that is empty. What is in it may be all there is.
  const isOrphan = !lookAt(path)?.size && Boolean(lookAt(`${path}-wal`)?.size);
  if (isOrphan) throw corrupt('its log (-wal) belongs to a database that is gone or empty');
  makeFile(path);
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = fstatSync(file);
    refuseOther(path, found);
    // A journal is what SQLite repairs a half-written header with.
    if (found.size > 0 && !lookAt(`${path}-journal`)?.size) checkHeader(file);
    return found;
  } finally {
    closeSync(file);
  }
}

function makeFile(path: string): void {
  try {
    closeSync(openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function refuseOther(path: string, found: Stats | undefined): void {
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw coded('ELOOP', `${path} is a symbolic link`);
  if (found.isDirectory()) throw coded('EISDIR', `${path} is a directory`);
  if (!found.isFile()) throw coded('ENOTREG', `${path} is not a regular file`);
  if (found.nlink > 1) throw coded('EMLINK', `${path} has ${found.nlink} names (hard links)`);
}

/**
 * Looks at the fields that are the same in every database: https://www.sqlite.org/fileformat2.html, section 1.3. SQLite
 * itself takes some of them amiss in ways that look as if they would pass, such as a file that is only for reading.
 */
function checkHeader(file: number): void {
  const header = Buffer.alloc(HEADER_BYTES);
  const length = readSync(file, header, 0, HEADER_BYTES, 0);
  if (length < HEADER_BYTES) throw corrupt(`it has ${length} bytes, less than a header`);
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw corrupt('it does not begin like one');
  const pageBytes = header.readUInt16BE(16);
  const isPage = pageBytes === 1 || (pageBytes >= 512 && (pageBytes & (pageBytes - 1)) === 0);
  const isVersion = (version: number): boolean => version === 1 || version === 2;
  const isFormat = header.readUInt32BE(44) <= 4 && header.readUInt32BE(56) <= 3;
  const isReserved = header.subarray(72, 92).every((byte) => byte === 0);
  const isRest = header[21] === 64 && header[22] === 32 && header[23] === 32;
  if (!(isPage && isVersion(header[18]!) && isVersion(header[19]!) && isFormat && isReserved && isRest)) {
    throw corrupt('its header is damaged');
  }
}

const corrupt = (why: string): StoreError => new StoreError('corrupt', 'SQLITE_NOTADB', `The file is no SQLite database: ${why}`);
