import { isTelemetryError, type TelemetryErrorCode } from '../../core/errors';
import { nameOf, read } from '../../core/read';
import {
  isUserErrorKind,
  KIND_BY_CODE,
  KIND_BY_NAME,
  KIND_BY_SQLITE,
  kindByStatus,
  type UserErrorKind,
  VALIDATION_NAMES,
} from './kind-table';
import { isList } from './list';

/** What `createTelemetry` and others refuse is how the program was put together; a sample that misfits its schema is not. */
const NOT_OF_CONFIGURATION: ReadonlySet<TelemetryErrorCode> = new Set(['SCHEMA_MISMATCH', 'CAPTURE_TIMEOUT'] as const);

/** A class that speaks of sessions: `SessionExpiredError`, `InvalidSessionError`, `MongoExpiredSessionError`. */
const SESSION_NAME = /Session(?:[A-Z]|$)/;

/**
 * The kind that one error shows by itself, without its causes. The first that says something decides: its `kind`, if that
 * is one of the eight; its `code`; its HTTP status (`status`, `statusCode`, or that of its `response`); the name of its
 * class; a list of `issues`, as validators have it.
 */
export function kindByLooks(error: object): UserErrorKind | undefined {
  return (
    kindByOwnWord(error) ?? kindByCode(error) ?? kindOfStatus(error) ?? kindByName(error) ?? (hasIssues(error) ? 'parse_error' : undefined)
  );
}

/** Whether an error says that input was refused by a check: it has a list of issues, or the name of such an error. */
export const isValidation = (error: unknown): boolean => hasIssues(error) || VALIDATION_NAMES.has(nameOf(error));

/** `unknown` says nothing that would end the search. */
function kindByOwnWord(error: object): UserErrorKind | undefined {
  const kind = read(error, 'kind');
  return isUserErrorKind(kind) && kind !== 'unknown' ? kind : undefined;
}

function kindByCode(error: object): UserErrorKind | undefined {
  const code = read(error, 'code');
  if (code === 'ERR_SQLITE_ERROR') return KIND_BY_SQLITE.get(Number(read(error, 'errcode')) & 0xff);
  if (typeof code !== 'string') return undefined;
  return KIND_BY_CODE.get(code) ?? (isOurs(error) && !NOT_OF_CONFIGURATION.has(code as TelemetryErrorCode) ? 'config_error' : undefined);
}

/** The brand is looked for with `in`, which a proxy may refuse. */
function isOurs(error: object): boolean {
  try {
    return isTelemetryError(error);
  } catch {
    return false;
  }
}

const kindOfStatus = (error: object): UserErrorKind | undefined =>
  kindByStatus(read(error, 'status')) ?? kindByStatus(read(error, 'statusCode')) ?? kindByStatus(read(read(error, 'response'), 'status'));

function kindByName(error: object): UserErrorKind | undefined {
  const name = nameOf(error);
  return KIND_BY_NAME.get(name) ?? (SESSION_NAME.test(name) ? 'session_error' : undefined);
}

function hasIssues(error: unknown): boolean {
  const issues = read(error, 'issues');
  return isList(issues) && Number(read(issues, 'length')) > 0;
}
