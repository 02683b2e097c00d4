import type { GroupQuery, StoredError, StoredGroup, StoredQuery } from '../store';
import { StoreError } from '../store';
import { clampTime, idText, recordOf } from './error-row';
import type { Tables } from './tables';

/** What a parameter of a statement can be. */
export type SqlValue = string | number | null;

/** A statement and its parameters. No text of a query is part of the statement. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** What dialects spell differently in a question. */
export interface Spelling {
  /** Stands for the parameter at a position, from 1. */
  readonly parameter: (position: number) => string;
  /** Turns ms since the epoch into what time columns hold. */
  readonly toTime: (ms: string) => string;
  /** Turns a time column into ms since the epoch. */
  readonly toMs: (column: string) => string;
  /** A column as text or as a number that JavaScript can hold. */
  readonly toText: (column: string) => string;
}

/** A row as a driver gives it: fields by name. Numbers may come as text or as BigInt. */
export type Cells = Readonly<Record<string, unknown>>;

/** Collects conditions, and the parameters in them. */
class Question {
  readonly values: SqlValue[] = [];
  private readonly conditions: string[] = [];
  private readonly spelling: Spelling;

  constructor(spelling: Spelling) {
    this.spelling = spelling;
  }

  parameter(value: SqlValue): string {
    this.values.push(value);
    return this.spelling.parameter(this.values.length);
  }

  time(value: number | Date): string {
    return this.spelling.toTime(this.parameter(msOf(value)));
  }

  /** @param condition - Is made only if there is a value. */
  where<T>(value: T | undefined, condition: (value: T) => string): this {
    if (value !== undefined) this.conditions.push(condition(value));
    return this;
  }

  get clause(): string {
    return this.conditions.length === 0 ? '' : `WHERE ${this.conditions.join(' AND ')}`;
  }
}

/** Asks for stored errors, the latest first; pages go on behind a key, which takes as long for the last as for the first. */
export function findStatement({ errors }: Tables, spelling: Spelling, query: StoredQuery): Statement {
  const question = new Question(spelling);
  const { clause } = question
    .where(query.errorId, (id) => `error_id = ${question.parameter(idText(id))}`)
    .where(query.fingerprint, (fingerprint) => `fingerprint = ${question.parameter(idText(fingerprint))}`)
    .where(query.level, (level) => `level = ${question.parameter(level.toUpperCase())}`)
    .where(query.from, (from) => `time >= ${question.time(from)}`)
    .where(query.to, (to) => `time < ${question.time(to)}`)
    // A key that retention removed since is behind all that is left: nothing is before NULL.
    .where(query.after, (after) => {
      const key = idText(after);
      return `(time, key) < ((SELECT time FROM ${errors} WHERE key = ${question.parameter(key)}), ${question.parameter(key)})`;
    });
  const { toMs, toText } = spelling;
  const text = `SELECT key, error_id, fingerprint, ${toText('occurrences')} AS occurrences, ${toMs('time')} AS time_ms, level, logger, message, error_type, ${toText('record')} AS record
    FROM ${errors} ${clause} ORDER BY time DESC, key DESC LIMIT ${question.parameter(limitOf(query.limit))}`;
  // `time` in the order is the column: that of the answer has another name.
  return { text, values: question.values };
}

/** Asks for groups that were seen in a time, those seen last first. */
export function groupsStatement({ groups }: Tables, spelling: Spelling, query: GroupQuery): Statement {
  const question = new Question(spelling);
  const { clause } = question
    .where(query.from, (from) => `last_seen >= ${question.time(from)}`)
    .where(query.to, (to) => `first_seen < ${question.time(to)}`);
  const { toMs, toText } = spelling;
  const text = `SELECT fingerprint, ${toText('total')} AS total, ${toMs('first_seen')} AS first_ms, ${toMs('last_seen')} AS last_ms, last_error_id, level, logger, error_type, message
    FROM ${groups} ${clause} ORDER BY last_seen DESC, fingerprint DESC LIMIT ${question.parameter(limitOf(query.limit))}`;
  return { text, values: question.values };
}

export const storedErrorOf = (cells: Cells): StoredError => ({
  key: String(cells.key),
  errorId: String(cells.error_id),
  fingerprint: String(cells.fingerprint),
  occurrences: Number(cells.occurrences),
  time: Number(cells.time_ms),
  level: String(cells.level),
  logger: String(cells.logger),
  message: String(cells.message),
  errorType: typeof cells.error_type === 'string' ? cells.error_type : undefined,
  record: recordOf(cells.record),
});

export const storedGroupOf = (cells: Cells): StoredGroup => ({
  fingerprint: String(cells.fingerprint),
  total: Number(cells.total),
  firstSeen: Number(cells.first_ms),
  lastSeen: Number(cells.last_ms),
  lastErrorId: String(cells.last_error_id),
  level: String(cells.level),
  logger: String(cells.logger),
  errorType: typeof cells.error_type === 'string' ? cells.error_type : undefined,
  message: String(cells.message),
});

/**
 * How a group takes in what was stored of it: sums and bounds, and the words of the latest line.
 *
 * @param group - What the stored row is called in the statement.
 * @param functions - The lesser and the greater of two values.
 */
export function mergedGroup(group: string, [least, greatest]: readonly [string, string]): string {
  const latest = (column: string): string =>
    `${column} = CASE WHEN excluded.last_seen >= ${group}.last_seen THEN excluded.${column} ELSE ${group}.${column} END`;
  return [
    `total = ${group}.total + excluded.total`,
    `first_seen = ${least}(${group}.first_seen, excluded.first_seen)`,
    `last_seen = ${greatest}(${group}.last_seen, excluded.last_seen)`,
    ...['last_error_id', 'level', 'logger', 'error_type', 'message'].map(latest),
  ].join(', ');
}

function msOf(value: number | Date): number {
  const ms = Number(value);
  if (Number.isNaN(ms)) throw new StoreError('refused', 'QUERY_INVALID', 'A time of the query is none');
  return clampTime(ms);
}

function limitOf(limit = 100): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new StoreError('refused', 'QUERY_INVALID', 'The limit of the query must be a whole number from 1 to 1,000');
}
