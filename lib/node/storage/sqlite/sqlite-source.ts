import type { Warning } from '../../../core/warning';
import { StoreError } from '../store';
import { type FileIdentity, isSameFile, lookAt, prepareFile } from './database-file';
import { setAside } from './set-aside';
import type { OwnDatabase, SqliteDatabase } from './sqlite-database';
import { sqliteErrorOf } from './sqlite-error';
import { SqliteSession } from './sqlite-session';

/** Where sessions come from. */
export interface SqliteSource {
  /** A session that `prepare` went well with; the same one again while it is good. */
  session(): SqliteSession;
  /** The database was found corrupt; returns how the store tells it. */
  spoil(error: StoreError): StoreError;
  /** What it opened itself is closed. Never throws. */
  close(): void;
}

/** A larger database is not read as a whole when it is opened: that holds up the process for half a second and more. */
const MOST_CHECKED_BYTES = 64 * 1_048_576;

/** A database handed in. It stays open, and how it keeps its journal is left to the application. */
export class GivenSource implements SqliteSource {
  private readonly database: SqliteDatabase;
  private readonly prepare: (session: SqliteSession) => void;
  private current: SqliteSession | undefined;

  constructor(database: SqliteDatabase, prepare: (session: SqliteSession) => void) {
    this.database = database;
    this.prepare = prepare;
  }

  session(): SqliteSession {
    if (this.current !== undefined) return this.current;
    const session = new SqliteSession(this.database, false);
    this.prepare(session);
    return (this.current = session);
  }

  /** Its file can't be set aside under the application's feet; it may be repaired or replaced. */
  spoil(error: StoreError): StoreError {
    this.current = undefined;
    return new StoreError('unavailable', error.code, `${error.message}. The database was handed in: nothing is set aside`, {
      cause: error,
    });
  }

  close(): void {
    this.current = undefined;
  }
}

/** A database at a path, opened here. */
export class PathSource implements SqliteSource {
  private readonly path: string;
  private readonly make: (path: string) => OwnDatabase;
  private readonly prepare: (session: SqliteSession) => void;
  private readonly warn: (warning: Warning) => void;
  private current: { readonly session: SqliteSession; readonly database: OwnDatabase; readonly file: FileIdentity } | undefined;

  constructor(
    path: string,
    make: (path: string) => OwnDatabase,
    prepare: (session: SqliteSession) => void,
    warn: (warning: Warning) => void,
  ) {
    this.path = path;
    this.make = make;
    this.prepare = prepare;
    this.warn = warn;
  }

  session(): SqliteSession {
    // A file that was deleted or renamed takes rows without complaint, and they are gone.
    if (this.current !== undefined && !isSameFile(this.current.file, lookAt(this.path))) this.close();
    return this.current?.session ?? this.open(true);
  }

  spoil(error: StoreError): StoreError {
    const { current } = this;
    if (current !== undefined) this.replace(current.file, current.database, error);
    return error;
  }

  close(): void {
    closeQuietly(this.current?.database);
    this.current = undefined;
  }

  /** @param isFirst - What is corrupt is set aside, and the next one opened. */
  private open(isFirst: boolean): SqliteSession {
    let file: FileIdentity | undefined = lookAt(this.path);
    let database: OwnDatabase | undefined;
    try {
      file = prepareFile(this.path);
      database = this.make(this.path);
      const session = new SqliteSession(database, true);
      if ((lookAt(this.path)?.size ?? 0) <= MOST_CHECKED_BYTES) check(session);
      session.exec('PRAGMA journal_mode = WAL');
      session.exec('PRAGMA synchronous = NORMAL');
      // What a burst made of the log is given back to the disk.
      session.exec('PRAGMA journal_size_limit = 4194304');
      this.prepare(session);
      this.current = { session, database, file };
      return session;
    } catch (error) {
      const told = sqliteErrorOf(error);
      if (told.kind !== 'corrupt' || !isFirst) {
        closeQuietly(database);
        throw told;
      }
      this.replace(file, database, told);
    }
    return this.open(false);
  }

  private replace(file: FileIdentity | undefined, database: OwnDatabase | undefined, error: StoreError): void {
    this.current = undefined;
    try {
      // Closing writes the log into the file and deletes it, unless the file has another name by then: what is corrupt is kept
      // as it was found. Windows renames nothing that is open.
      if (process.platform === 'win32') closeQuietly(database);
      const at = setAside(this.path, file);
      if (at === undefined) return;
      const message = `Error store sqlite: ${this.path} is corrupt (${error.code}). It is kept as ${at}, and a new one begins`;
      this.warn({ code: 'STORE_CORRUPT', message });
    } finally {
      closeQuietly(database);
    }
  }
}

/** Finds pages that contradict each other. Text that was changed inside a page is found by nobody: SQLite has no checksums. */
function check(session: SqliteSession): void {
  const [row] = session.all({ text: 'PRAGMA quick_check(1)', values: [] });
  const answer = String(Object.values(row ?? {})[0]);
  if (answer !== 'ok') throw new StoreError('corrupt', 'SQLITE_CORRUPT', `quick_check: ${answer.slice(0, 200)}`);
}

function closeQuietly(database: OwnDatabase | undefined): void {
  try {
    database?.close();
  } catch {
    // It was closed, or goes with the process.
  }
}
