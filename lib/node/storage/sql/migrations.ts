import { StoreError } from '../store';
import type { Tables } from './tables';

/** A step from one form of the tables to the next. What was released is never changed: the next change is a next step. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sqlite: readonly string[];
  readonly postgres: readonly string[];
}

/** The table that tells which migrations a database has, in all versions alike. */
export const migrationsTable = ({ migrations }: Tables): { readonly sqlite: string; readonly postgres: string } => ({
  sqlite: `CREATE TABLE IF NOT EXISTS ${migrations} (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ'))
  ) STRICT`,
  postgres: `CREATE TABLE IF NOT EXISTS ${migrations} (
    version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
  )`,
});

/** All migrations, in order. */
export const migrationsOf = ({ errors, groups, index }: Tables): readonly Migration[] => [
  {
    version: 1,
    name: 'tables',
    sqlite: [
      `CREATE TABLE ${errors} (
        key TEXT NOT NULL UNIQUE,
        error_id TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        time INTEGER NOT NULL, -- ms since the epoch
        level TEXT NOT NULL,
        logger TEXT NOT NULL,
        message TEXT NOT NULL,
        error_type TEXT,
        occurrences INTEGER NOT NULL,
        record TEXT NOT NULL -- JSON
      ) STRICT`,
      `CREATE TABLE ${groups} (
        fingerprint TEXT NOT NULL PRIMARY KEY,
        total INTEGER NOT NULL,
        first_seen INTEGER NOT NULL,
        last_seen INTEGER NOT NULL,
        last_error_id TEXT NOT NULL,
        level TEXT NOT NULL,
        logger TEXT NOT NULL,
        error_type TEXT,
        message TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
    ],
    // Keys and fingerprints compare by bytes, whatever the language of the database: faster, and in both databases alike.
    // json, not jsonb: the line as it was written, with the order of its fields.
    postgres: [
      `CREATE TABLE ${errors} (
        key text COLLATE "C" NOT NULL PRIMARY KEY,
        error_id text COLLATE "C" NOT NULL,
        fingerprint text COLLATE "C" NOT NULL,
        time timestamptz(3) NOT NULL,
        level text NOT NULL,
        logger text NOT NULL,
        message text NOT NULL,
        error_type text,
        occurrences bigint NOT NULL,
        record json NOT NULL
      )`,
      `CREATE TABLE ${groups} (
        fingerprint text COLLATE "C" NOT NULL PRIMARY KEY,
        total bigint NOT NULL,
        first_seen timestamptz(3) NOT NULL,
        last_seen timestamptz(3) NOT NULL,
        last_error_id text COLLATE "C" NOT NULL,
        level text NOT NULL,
        logger text NOT NULL,
        error_type text,
        message text NOT NULL
      )`,
    ],
  },
  {
    version: 2,
    name: 'indexes',
    sqlite: indexes({ errors, groups, index }),
    postgres: indexes({ errors, groups, index }),
  },
];

/** Each serves one question, in the order of its answer. */
const indexes = ({ errors, groups, index }: Pick<Tables, 'errors' | 'groups' | 'index'>): readonly string[] => [
  `CREATE INDEX ${index('time')} ON ${errors} (time, key)`,
  `CREATE INDEX ${index('fingerprint')} ON ${errors} (fingerprint, time, key)`,
  `CREATE INDEX ${index('level')} ON ${errors} (level, time, key)`,
  `CREATE INDEX ${index('error_id')} ON ${errors} (error_id)`,
  `CREATE INDEX ${index('last_seen')} ON ${groups} (last_seen, fingerprint)`,
];

/**
 * The migrations that a database lacks.
 *
 * @throws {StoreError} `unavailable` for a database that a later release made: it may hold what this one does not know
 * of. Lines wait until the release is the right one.
 */
export function pendingMigrations(migrations: readonly Migration[], version: number): readonly Migration[] {
  const last = migrations.at(-1)!.version;
  if (version > last) {
    throw new StoreError(
      'unavailable',
      'SCHEMA_NEWER',
      `The database is of version ${version}, and this release knows no later one than ${last}. Update telemetry-bus, or use another database`,
    );
  }
  return migrations.filter((migration) => migration.version > version);
}
