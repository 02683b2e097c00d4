import { optionInvalid } from '../../../core/options';
import type { Duration } from '../../../core/unit';
import type { AlertRule } from '../../rule';
import { above, checkReady, madeRule, type ReadyRuleOptions } from './options';

/** Errors of some kind within a time. */
export interface ErrorsOptions extends ReadyRuleOptions {
  /** So many are an alert. */
  readonly from?: number;
  readonly within?: Duration;
  /** What is searched for in type, code and message of errors and their causes. */
  readonly pattern?: RegExp | string;
}

const OWN = { from: 'any', within: 'any', pattern: 'any' } as const;

/** Says the same of messages in several wordings: `timeout`, `timed out`, `time-out`, `ETIMEDOUT`, `UND_ERR_HEADERS_TIMEOUT`, `DEADLINE_EXCEEDED`. */
const TIMEOUT = /time-?d?[ -]?out|deadline.{0,20}exceeded|exceeded.{0,20}deadline/i;
const NOT_SAVED = anyOf(
  // saveSession, write_session, storeSession; not restoreSession.
  /(?:save|persist|write|\bstore|_store)_?session/,
  // SessionSaveError, session_write_failed.
  /session_?(?:sav(?:e|ing)|persist|writ(?:e|ing)|stor(?:e|ing)_?(?:err|fail))/,
  /\b(?:sav(?:e|ed|ing)|persist(?:ed|ing)?)\b.{0,60}session/,
  /\bwrit(?:e|ing)(?: to)?(?: the| a| user| chat)? session/,
  /session.{0,60}\b(?:sav(?:e|ed|ing)|persist(?:ed|ing)?|stor(?:e|ed|ing)|written)\b/,
  /\b(?:ENOSPC|EDQUOT|EROFS)\b.{0,80}session/,
);
const DATABASE = anyOf(
  /\b(?:Postgres|Pg|Sqlite|MySQL|Mongo|Redis|Sequelize|Prisma|Knex|Drizzle|Database)\w{0,40}Error\b/,
  /\b(?:QueryFailedError|ReplyError|ErrorReply|SimpleError|MaxRetriesPerRequestError|ClusterAllFailedError)\b/,
  /\bSQLSTATE\b|\b(?:ERR_)?SQLITE_[A-Z]{2}|\bER_[A-Z]{2}|\bORA-\d{5}\b|\bPROTOCOL_CONNECTION_LOST\b/,
  /\bdatabase\b|deadlock detected|too many connections|connection terminated|duplicate key value/,
  // The ports of PostgreSQL, MySQL, SQL Server, Oracle, MongoDB, Redis and its sentinels.
  /\bE(?:CONN(?:REFUSED|RESET)|TIMEDOUT|HOSTUNREACH)\b.{0,80}:(?:5432|3306|1433|1521|27017|6379|26379)\b/,
);

/** One pattern, whatever the case of its letters. */
function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}

/**
 * More errors than `most` within a time; errors are lines of level error and critical. Default: more than 5 in a minute.
 *
 * @example
 * readyRules.moreThanErrors({ most: 20, critical: 100 })[0]?.threshold; // => { op: '>', warning: 20, critical: 100 }
 */
export function moreThanErrors(
  options: ReadyRuleOptions & { readonly most?: number; readonly critical?: number; readonly within?: Duration } = {},
): readonly AlertRule[] {
  checkReady('moreThanErrors', options, { most: 'any', critical: 'any', within: 'any' });
  const { most = 5, critical, within = '1m' } = options;
  return madeRule(
    {
      name: 'more_than_errors',
      summary: '{value} errors, more than {threshold}',
      when: { kind: 'errors', window: within },
      threshold: above('>', most, critical),
    },
    options,
  );
}

/** Any line of level error or critical. Resolved when there was none for `within`, by default a minute. */
export function anyError(options: ReadyRuleOptions & { readonly within?: Duration } = {}): readonly AlertRule[] {
  checkReady('anyError', options, { within: 'any' });
  const { within = '1m' } = options;
  return madeRule(
    { name: 'any_error', summary: 'There are errors: {value}', when: { kind: 'errors', window: within }, threshold: above('>=', 1) },
    options,
  );
}

/** The same error, by its fingerprint, again and again: by default 10 times within 5 minutes. Each fingerprint is an alert of its own. */
export function repeatedError(options: ErrorsOptions = {}): readonly AlertRule[] {
  checkReady('repeatedError', options, OWN);
  const { from = 10, within = '5m', pattern } = options;
  return madeRule(
    {
      name: 'repeated_error',
      summary: 'The same error {value} times: {group}',
      when: { kind: 'errors', window: within, ...(pattern !== undefined && { pattern }) },
      threshold: above('>=', from),
      by: 'fingerprint',
    },
    options,
  );
}

/** Errors in which a pattern is found: by default 1 within 5 minutes. Needs a `name` and a `pattern`; `by` makes groups. */
export function errorPattern(options: ErrorsOptions & { readonly by?: string }): readonly AlertRule[] {
  checkReady('errorPattern', options ?? {}, { ...OWN, by: 'any' });
  const { name, pattern, from = 1, within = '5m', by } = options ?? {};
  if (name === undefined) throw optionInvalid('errorPattern: name', name, 'a name for the rule');
  if (pattern === undefined) throw optionInvalid('errorPattern: pattern', pattern, 'a regular expression or a text');
  return madeRule(
    { name, summary: '{value} errors of a pattern', when: { kind: 'errors', window: within, pattern }, threshold: above('>=', from), by },
    options,
  );
}

/**
 * Time-outs again and again in one channel: by default 3 within 5 minutes with the same field `channel_id`. Errors without the
 * field are the group `(none)`.
 */
export function repeatedTimeouts(options: ErrorsOptions & { readonly by?: string } = {}): readonly AlertRule[] {
  checkReady('repeatedTimeouts', options, { ...OWN, by: 'any' });
  const { from = 3, within = '5m', pattern = TIMEOUT, by = 'channel_id' } = options;
  return madeRule(
    {
      name: 'repeated_timeouts',
      summary: '{value} time-outs in {group}',
      when: { kind: 'errors', window: within, pattern },
      threshold: above('>=', from),
      by,
    },
    options,
  );
}

/** An error that says that a session was not saved: by default one within 5 minutes, critical. */
export function sessionsNotSaved(options: ErrorsOptions = {}): readonly AlertRule[] {
  checkReady('sessionsNotSaved', options, OWN);
  const { from = 1, within = '5m', pattern = NOT_SAVED } = options;
  return madeRule(
    {
      name: 'sessions_not_saved',
      severity: 'critical',
      summary: 'Sessions were not saved: {value}',
      when: { kind: 'errors', window: within, pattern },
      threshold: above('>=', from),
    },
    options,
  );
}

/**
 * An error of a database: by default one within 5 minutes, critical. Found by the names and codes that drivers give their errors, by the
 * states of SQL, and by connections that fail at the usual ports of databases.
 */
export function databaseErrors(options: ErrorsOptions = {}): readonly AlertRule[] {
  checkReady('databaseErrors', options, OWN);
  const { from = 1, within = '5m', pattern = DATABASE } = options;
  return madeRule(
    {
      name: 'database_errors',
      severity: 'critical',
      summary: 'Errors of a database: {value}',
      when: { kind: 'errors', window: within, pattern },
      threshold: above('>=', from),
    },
    options,
  );
}
