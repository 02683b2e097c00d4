/** The kinds of errors that people are told apart; the rest is `unknown`. */
export const USER_ERROR_KINDS = [
  'timeout',
  'upstream_error',
  'parse_error',
  'config_error',
  'permission_error',
  'session_error',
  'lock_error',
  'unknown',
] as const;

/** A kind of error that this library knows. */
export type UserErrorKind = (typeof USER_ERROR_KINDS)[number];

/** Whether a word is one of the eight kinds. */
export const isUserErrorKind = (word: unknown): word is UserErrorKind => (USER_ERROR_KINDS as readonly unknown[]).includes(word);

type Words = { readonly [Kind in UserErrorKind]?: string };

const tableOf = (words: Words): ReadonlyMap<string, UserErrorKind> =>
  new Map(Object.entries(words).flatMap(([kind, list]) => list.split(/\s+/).map((word) => [word, kind as UserErrorKind] as const)));

/**
 * By `code`: of the system, Node, undici, axios, Bun, SQLite (better-sqlite3), PostgreSQL (SQLSTATE, its Appendix A), MySQL,
 * and of locks and tokens. `ERR_INVALID_ARG_TYPE` and the like are missing on purpose: they are defects of the program, and
 * nothing a user could act on.
 */
export const KIND_BY_CODE: ReadonlyMap<string, UserErrorKind> = tableOf({
  timeout:
    'ETIMEDOUT ESOCKETTIMEDOUT ETIME UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT UND_ERR_CONNECT_TIMEOUT ERR_SOCKET_CONNECTION_TIMEOUT ERR_HTTP_REQUEST_TIMEOUT 57014',
  upstream_error:
    'ECONNREFUSED ECONNRESET ECONNABORTED ENOTFOUND EAI_AGAIN EAI_FAIL EPIPE EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN UND_ERR_SOCKET UND_ERR_CLOSED UND_ERR_DESTROYED ERR_NETWORK ERR_BAD_RESPONSE ERR_STREAM_PREMATURE_CLOSE ERR_SOCKET_CLOSED ConnectionRefused ConnectionClosed FailedToOpenSocket 08000 08001 08003 08004 08006 57P01 57P02 57P03 53300 PROTOCOL_CONNECTION_LOST ER_CON_COUNT_ERROR',
  parse_error: 'ERR_INVALID_URL ERR_ENCODING_INVALID_ENCODED_DATA FST_ERR_VALIDATION Z_DATA_ERROR',
  config_error: 'CONFIG_INVALID MODULE_NOT_FOUND ERR_MODULE_NOT_FOUND 28P01 28000 3D000 ER_ACCESS_DENIED_ERROR ER_BAD_DB_ERROR',
  permission_error: 'EACCES EPERM EROFS ERR_ACCESS_DENIED SQLITE_READONLY SQLITE_PERM SQLITE_AUTH 42501',
  session_error: 'SESSION_EXPIRED SESSION_NOT_FOUND SESSION_INVALID ERR_JWT_EXPIRED',
  lock_error:
    'EBUSY ELOCKED EDEADLK ETXTBSY SQLITE_BUSY SQLITE_BUSY_RECOVERY SQLITE_BUSY_SNAPSHOT SQLITE_BUSY_TIMEOUT SQLITE_LOCKED SQLITE_LOCKED_SHAREDCACHE SQLITE_LOCKED_VTAB 55P03 40P01 40001 ER_LOCK_WAIT_TIMEOUT ER_LOCK_DEADLOCK',
});

/** By the name of the class: of the platforms (DOMException, Deno), of parsers and validators, and what names say by themselves. */
export const KIND_BY_NAME: ReadonlyMap<string, UserErrorKind> = tableOf({
  timeout: 'TimeoutError TimedOut ConnectTimeoutError HeadersTimeoutError BodyTimeoutError RequestTimeoutError',
  upstream_error:
    'NetworkError ConnectionRefused ConnectionReset ConnectionAborted NotConnected BrokenPipe NetworkUnreachable UpstreamError',
  parse_error:
    'SyntaxError URIError ParseError ZodError $ZodError ValiError TraversalError ValidationError YAMLParseError YAMLException InvalidData',
  config_error: 'ConfigError ConfigurationError',
  permission_error:
    'NotAllowedError SecurityError PermissionDenied NotCapable PermissionError ForbiddenError UnauthorizedError AuthenticationError AuthorizationError',
  session_error: 'TokenExpiredError JWTExpired',
  lock_error: 'LockError LockTimeoutError OptimisticLockError Busy',
});

/** Of a {@link KIND_BY_NAME} `parse_error`, those that say that input was refused, which is nothing to be alarmed at. */
export const VALIDATION_NAMES: ReadonlySet<string> = new Set(['ZodError', '$ZodError', 'ValiError', 'TraversalError', 'ValidationError']);

/** By HTTP status. Others, such as 404 or 409, mean something else in each application. */
export function kindByStatus(status: unknown): UserErrorKind | undefined {
  if (typeof status !== 'number') return undefined;
  if (status === 408 || status === 504) return 'timeout';
  if (status === 401 || status === 403) return 'permission_error';
  if (status === 423) return 'lock_error';
  return status === 429 || (status >= 500 && status <= 599) ? 'upstream_error' : undefined;
}

/** By the primary result code of SQLite, the low 8 bits of what `node:sqlite` puts into `errcode`. */
export const KIND_BY_SQLITE: ReadonlyMap<number, UserErrorKind> = new Map([
  [3, 'permission_error'],
  [5, 'lock_error'],
  [6, 'lock_error'],
  [8, 'permission_error'],
  [23, 'permission_error'],
]);
