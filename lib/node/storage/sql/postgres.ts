/** SQL as PostgreSQL speaks it (11 and later). Side by side with `sqlite.ts`: the same statements under the same names. */
import type { ErrorRow } from './error-row';
import { mergedGroup, type Spelling, type SqlValue } from './questions';
import type { Tables } from './tables';
import { cleanJson } from './text';

const toTime = (ms: string): string => `to_timestamp(${ms}::float8 / 1000)`;

/** Numbers travel as text: whatever an application has its driver make of types, text stays text. */
export const POSTGRES_SPELLING: Spelling = {
  parameter: (position) => `$${position}`,
  toTime,
  toMs: (column) => `round(extract(epoch FROM ${column}) * 1000)::text`,
  toText: (column) => `${column}::text`,
};

/**
 * Stores the rows whose keys are not there, and counts those in their groups: one statement, ten parameters, a list each.
 * In the order of keys and of fingerprints: two processes that wait for each other's rows would wait for ever. Of rows with
 * one key, the first is stored.
 */
export const insertRows = ({ errors, groups }: Tables): string =>
  `WITH stored AS (
    INSERT INTO ${errors} (key, error_id, fingerprint, time, level, logger, message, error_type, occurrences, record)
    SELECT key, error_id, fingerprint, ${toTime('time_ms')}, level, logger, message, error_type, occurrences, record::json
    FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::text[])
      WITH ORDINALITY AS line (key, error_id, fingerprint, time_ms, level, logger, message, error_type, occurrences, record, position)
    ORDER BY key COLLATE "C", position
    ON CONFLICT (key) DO NOTHING
    RETURNING key, error_id, fingerprint, time, level, logger, message, error_type, occurrences
  ), counted AS (
    INSERT INTO ${groups} AS known (fingerprint, total, first_seen, last_seen, last_error_id, level, logger, error_type, message)
    SELECT DISTINCT ON (fingerprint) fingerprint, sum(occurrences) OVER alike, min(time) OVER alike, time, error_id, level, logger, error_type, message
    FROM stored WINDOW alike AS (PARTITION BY fingerprint)
    ORDER BY fingerprint, time DESC, key DESC
    ON CONFLICT (fingerprint) DO UPDATE SET ${mergedGroup('known', ['least', 'greatest'])}
  )
  SELECT count(*)::text AS count FROM stored`;

export const rowLists = (rows: readonly ErrorRow[]): (readonly SqlValue[])[] => [
  rows.map((row) => row.key),
  rows.map((row) => row.errorId),
  rows.map((row) => row.fingerprint),
  rows.map((row) => row.time),
  rows.map((row) => row.level),
  rows.map((row) => row.logger),
  rows.map((row) => row.message),
  rows.map((row) => row.errorType),
  rows.map((row) => row.occurrences),
  rows.map((row) => cleanJson(row.record)),
];

/** Parameters: a time, at most so many. */
export const pruneBefore = ({ errors }: Tables): string =>
  `DELETE FROM ${errors} WHERE key IN (SELECT key FROM ${errors} WHERE time < ${toTime('$1')} ORDER BY time, key LIMIT $2)`;

/** Parameter: so many. */
export const pruneOldest = ({ errors }: Tables): string =>
  `DELETE FROM ${errors} WHERE key IN (SELECT key FROM ${errors} ORDER BY time, key LIMIT $1)`;

export const pruneGroups = ({ groups }: Tables): string =>
  `DELETE FROM ${groups} WHERE fingerprint IN (SELECT fingerprint FROM ${groups} ORDER BY last_seen, fingerprint LIMIT $1)`;

export const countAll = (table: string): string => `SELECT count(*)::text AS count FROM ${table}`;

export const hasTable = (): string => 'SELECT count(*)::text AS count FROM to_regclass($1) AS found WHERE found IS NOT NULL';
export const currentVersion = ({ migrations }: Tables): string => `SELECT coalesce(max(version), 0)::text AS version FROM ${migrations}`;
export const noteMigration = ({ migrations }: Tables): string => `INSERT INTO ${migrations} (version, name) VALUES ($1, $2)`;

/** Held until the transaction ends. Parameter: what for. */
export const waitForLock = (): string => 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';
export const tryLock = (): string => 'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))::text AS held';

/** What a transaction is for. One that writes does not insist: a database that somebody made read-only stays so. */
export type Access = 'read' | 'write';

/** @param limitMs - A whole number that was checked. */
export const begin = (access: Access, limitMs: number): string =>
  // A limit for locks as long as the one for statements would never be met. A process that is stopped in the middle keeps
  // others from their groups: the server ends its transaction.
  `${access === 'read' ? 'BEGIN READ ONLY' : 'BEGIN'}; SET LOCAL statement_timeout = ${limitMs}; SET LOCAL lock_timeout = ${Math.ceil(limitMs / 2)}; ` +
  `SET LOCAL idle_in_transaction_session_timeout = ${2 * limitMs}`;
