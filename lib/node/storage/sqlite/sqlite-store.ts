import { resolve } from 'node:path';
import { checkOptions, isFunction, isRecord, type OptionRule, optionInvalid } from '../../../core/options';
import { type Warning, warnOnConsole } from '../../../core/warning';
import { errorRowOf } from '../sql/error-row';
import { findStatement, groupsStatement, storedErrorOf, storedGroupOf } from '../sql/questions';
import * as sql from '../sql/sqlite';
import { type Tables, tablesOf } from '../sql/tables';
import {
  type ErrorStore,
  type GroupQuery,
  type PruneOptions,
  type StorableLine,
  type StoredError,
  type StoredGroup,
  type StoredQuery,
  StoreError,
} from '../store';
import { checkDatabase, nativeSqlite, type OwnDatabase, type SqliteDatabase } from './sqlite-database';
import { sqliteErrorOf } from './sqlite-error';
import { migrateSqlite } from './sqlite-migrate';
import type { SqliteSession } from './sqlite-session';
import { GivenSource, PathSource, type SqliteSource } from './sqlite-source';

/** Options of {@link createSqliteStore}: either `path` or `database`. */
export interface SqliteStoreOptions {
  /** File of the database, made with its folder when missing. Opened by `node:sqlite`, which Node has from 22.13. */
  readonly path?: string;
  /** An open database of better-sqlite3 or `node:sqlite`. It stays open when the store is closed. */
  readonly database?: SqliteDatabase;
  /** Told when a corrupt file was set aside. Default: `console.warn`. */
  readonly onWarning?: (warning: Warning) => void;
}

const RULES: Readonly<Record<keyof SqliteStoreOptions, OptionRule>> = {
  path: [
    // A database in memory would be opened, and be gone with the process.
    (value) => typeof value === 'string' && value !== '' && value !== ':memory:' && !/^file:|\0/.test(value),
    'the path of a file; a database in memory can be handed in as database',
  ],
  database: 'any',
  onWarning: 'function',
};

/**
 * Creates a store of errors in SQLite, in the tables `error_logs`, `error_fingerprints` and `telemetry_migrations`.
 *
 * Opens nothing yet: `open` does, and so does the first call of any other method. Nothing waits for a lock, because SQLite
 * would hold up the whole process: what another process has locked is `unavailable` at once, and the caller comes again.
 *
 * A `path` is made readable for its owner only, and written with a write-ahead log (`journal_mode = WAL`) and
 * `synchronous = NORMAL`: what was stored survives the death of the process, by `kill -9` too; when the power fails or the
 * system crashes, the last transactions may be gone, and the file is whole. Links and what is no regular file are refused.
 * A corrupt file is renamed to `<path>.corrupt-<n>` and a new one begun; files up to 64 MiB are checked as a whole when
 * they are opened.
 *
 * Of a `database` handed in nothing is changed: journal mode and `synchronous` are the application's. Its `busy_timeout` is 0
 * during a transaction of the store, and afterwards what it was. While the application has a transaction open on it, the
 * store is `unavailable`.
 *
 * A batch of 100 rows holds up the process for about 2 ms; now and then, when SQLite moves its log into the file, for some
 * tens of ms, as long as the disk takes.
 *
 * @param options - See {@link SqliteStoreOptions}.
 * @returns The store; see {@link ErrorStore} for what it promises.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `PEER_MISSING` for a path where there is no `node:sqlite`.
 * @example
 * try {
 *   const store = createSqliteStore({ path: 'logs/errors.db' });
 *   await store.find({ level: 'critical', limit: 10 }); // => []
 *   await store.close();
 * } catch (error) {
 *   isTelemetryError(error) && error.code; // => 'PEER_MISSING'
 * }
 */
export function createSqliteStore(options: SqliteStoreOptions): ErrorStore {
  checkOptions('createSqliteStore', options, RULES);
  const { path, database, onWarning = warnOnConsole } = isRecord(options) ? (options as SqliteStoreOptions) : {};
  if ((path === undefined) === (database === undefined)) {
    throw optionInvalid('createSqliteStore: options', options, 'either path or database');
  }
  if (path === undefined) {
    const tables = tablesOf();
    return new SqliteStore(new GivenSource(checkDatabase(database), (session) => migrateSqlite(session, tables)), tables);
  }
  const Native = nativeSqlite();
  return sqliteStoreAt(path, (at) => new Native(at), onWarning);
}

/** The store of a path, opened by any driver. */
export function sqliteStoreAt(path: string, make: (path: string) => OwnDatabase, onWarning: (warning: Warning) => void): ErrorStore {
  const tables = tablesOf();
  const prepare = (session: SqliteSession): void => migrateSqlite(session, tables);
  // Resolved: the working directory may change, and what SQLite reads as a URI does not begin with a slash.
  return new SqliteStore(new PathSource(resolve(path), make, prepare, quietly(onWarning)), tables);
}

/** There is nobody to tell that telling failed. */
const quietly =
  (warn: (warning: Warning) => void): ((warning: Warning) => void) =>
  (warning) => {
    try {
      const answer: unknown = warn(warning);
      if (isRecord(answer) && isFunction(answer.then)) Promise.resolve(answer).catch(() => undefined);
    } catch {}
  };

class SqliteStore implements ErrorStore {
  readonly name = 'sqlite';
  private readonly source: SqliteSource;
  private readonly tables: Tables;
  private isClosed = false;

  constructor(source: SqliteSource, tables: Tables) {
    this.source = source;
    this.tables = tables;
  }

  async open(): Promise<void> {
    this.do(() => undefined);
  }

  async insert(lines: readonly StorableLine[]): Promise<number> {
    return this.do((session) => {
      const rows = lines.map(errorRowOf);
      const [insert, count] = [sql.insertRow(this.tables), sql.countRow(this.tables)];
      return session.transaction(() => {
        let stored = 0;
        for (const row of rows) {
          if (session.run(insert, ...sql.rowValues(row)) === 0) continue;
          session.run(count, ...sql.countValues(row));
          stored++;
        }
        return stored;
      });
    });
  }

  async find(query: StoredQuery): Promise<StoredError[]> {
    return this.do((session) => {
      const statement = findStatement(this.tables, sql.SQLITE_SPELLING, query);
      return session.withoutWaiting(() => session.all(statement)).map(storedErrorOf);
    });
  }

  async groups(query: GroupQuery): Promise<StoredGroup[]> {
    return this.do((session) => {
      const statement = groupsStatement(this.tables, sql.SQLITE_SPELLING, query);
      return session.withoutWaiting(() => session.all(statement)).map(storedGroupOf);
    });
  }

  async prune({ before, maxRows, chunkRows }: PruneOptions): Promise<number> {
    const { tables } = this;
    return this.do((session) => {
      const excess = (table: string): number => Math.max(0, session.number(sql.countAll(table)) - (maxRows ?? 0));
      return session.transaction(() => {
        let gone = 0;
        if (before !== undefined) gone += session.run(sql.pruneBefore(tables), before, chunkRows);
        if (maxRows === undefined) return gone;
        if (gone < chunkRows && session.number(sql.mostErrors(tables)) > maxRows) {
          gone += session.run(sql.pruneOldest(tables), Math.min(excess(tables.errors), chunkRows - gone));
        }
        if (gone < chunkRows) gone += session.run(sql.pruneGroups(tables), Math.min(excess(tables.groups), chunkRows - gone));
        return gone;
      });
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.source.close();
  }

  /** Throws nothing but a StoreError. */
  private do<T>(work: (session: SqliteSession) => T): T {
    if (this.isClosed) throw new StoreError('unavailable', 'CLOSED', 'The store was closed');
    try {
      return work(this.source.session());
    } catch (error) {
      throw this.told(sqliteErrorOf(error));
    }
  }

  private told(error: StoreError): StoreError {
    if (error.kind !== 'corrupt') return error;
    try {
      return this.source.spoil(error);
    } catch (failure) {
      return sqliteErrorOf(failure);
    }
  }
}
