/** SQL as SQLite speaks it (3.37 and later). Side by side with `postgres.ts`: the same statements under the same names. */
import type { ErrorRow } from './error-row';
import { mergedGroup, type Spelling, type SqlValue } from './questions';
import type { Tables } from './tables';

export const SQLITE_SPELLING: Spelling = {
  parameter: () => '?',
  toTime: (ms) => ms,
  toMs: (column) => column,
  toText: (column) => column,
};

/** Stores one row, unless its key is there. */
export const insertRow = ({ errors }: Tables): string =>
  `INSERT INTO ${errors} (key, error_id, fingerprint, time, level, logger, message, error_type, occurrences, record)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`;

export const rowValues = (row: ErrorRow): SqlValue[] => [
  row.key,
  row.errorId,
  row.fingerprint,
  row.time,
  row.level,
  row.logger,
  row.message,
  row.errorType,
  row.occurrences,
  row.record,
];

/** Counts one row in its group. */
export const countRow = ({ groups }: Tables): string =>
  `INSERT INTO ${groups} AS known (fingerprint, total, first_seen, last_seen, last_error_id, level, logger, error_type, message)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO UPDATE SET ${mergedGroup('known', ['min', 'max'])}`;

export const countValues = (row: ErrorRow): SqlValue[] => [
  row.fingerprint,
  row.occurrences,
  row.time,
  row.time,
  row.errorId,
  row.level,
  row.logger,
  row.errorType,
  row.message,
];

/** Parameters: a time, at most so many. */
export const pruneBefore = ({ errors }: Tables): string =>
  `DELETE FROM ${errors} WHERE rowid IN (SELECT rowid FROM ${errors} WHERE time < ? ORDER BY time, key LIMIT ?)`;

/** Parameter: so many. */
export const pruneOldest = ({ errors }: Tables): string =>
  `DELETE FROM ${errors} WHERE rowid IN (SELECT rowid FROM ${errors} ORDER BY time, key LIMIT ?)`;

export const pruneGroups = ({ groups }: Tables): string =>
  `DELETE FROM ${groups} WHERE fingerprint IN (SELECT fingerprint FROM ${groups} ORDER BY last_seen, fingerprint LIMIT ?)`;

/** As many rows as there can be at most, at the cost of two look-ups: counting a million takes milliseconds of the loop. */
export const mostErrors = ({ errors }: Tables): string =>
  `SELECT coalesce((SELECT max(rowid) FROM ${errors}) - (SELECT min(rowid) FROM ${errors}) + 1, 0) AS count`;

export const countAll = (table: string): string => `SELECT count(*) AS count FROM ${table}`;

export const hasTable = (): string => `SELECT count(*) AS count FROM sqlite_master WHERE type = 'table' AND name = ?`;
export const currentVersion = ({ migrations }: Tables): string => `SELECT coalesce(max(version), 0) AS version FROM ${migrations}`;
export const noteMigration = ({ migrations }: Tables): string => `INSERT INTO ${migrations} (version, name) VALUES (?, ?)`;
