import { TelemetryError } from '../../../core/errors';
import { isFunction, isRecord, optionInvalid } from '../../../core/options';
import type { SqlValue } from '../sql/questions';

/** A prepared statement, of `node:sqlite` or of better-sqlite3. */
export interface SqliteStatement {
  run(...values: SqlValue[]): { readonly changes: number | bigint };
  all(...values: SqlValue[]): unknown[];
}

/** An open SQLite database: a `DatabaseSync` of `node:sqlite`, a `Database` of better-sqlite3, or what has their shape. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

/** A database that was opened here. */
export interface OwnDatabase extends SqliteDatabase {
  close(): void;
}

/** The constructor of `node:sqlite`. */
type Native = new (path: string) => OwnDatabase;

/**
 * Refuses what is no database of SQLite.
 *
 * @throws {TelemetryError} `OPTION_INVALID`; says so when it is a pool of PostgreSQL.
 */
export function checkDatabase(value: unknown): SqliteDatabase {
  if (has(value, 'prepare') && has(value, 'exec')) return value as unknown as SqliteDatabase;
  const expected = 'an open database with prepare() and exec(): new Database(path) of better-sqlite3, or a DatabaseSync of node:sqlite';
  if (has(value, 'connect') && has(value, 'query')) {
    throw new TelemetryError(
      'OPTION_INVALID',
      'createSqliteStore: database is not valid',
      'Got a pool or client of PostgreSQL',
      `For PostgreSQL use createPostgresStore({ pool }). Expected ${expected}`,
    );
  }
  throw optionInvalid('createSqliteStore: database', value, expected);
}

/** Reading may throw: whatever was handed in is read here for the first time. */
function has(value: unknown, method: string): boolean {
  try {
    return (isRecord(value) || isFunction(value)) && isFunction((value as unknown as Record<string, unknown>)[method]);
  } catch {
    return false;
  }
}

/**
 * Node's own SQLite, which Node 20 lacks. Asked for by name at run time: a program that hands in its own database must run
 * where there is none.
 *
 * @throws {TelemetryError} `PEER_MISSING`.
 */
export function nativeSqlite(builtin: (name: string) => unknown = builtinModule): Native {
  const found = builtin('node:sqlite') as { readonly DatabaseSync?: Native } | undefined;
  if (found?.DatabaseSync !== undefined) return found.DatabaseSync;
  throw new TelemetryError(
    'PEER_MISSING',
    'createSqliteStore: there is no SQLite to open a path with',
    `node:sqlite is not part of this runtime (${process.version})`,
    'Use Node 22.13 or later; or "npm install better-sqlite3" and hand in a database: createSqliteStore({ database: new Database(path) })',
  );
}

const builtinModule = (name: string): unknown => process.getBuiltinModule?.(name);
