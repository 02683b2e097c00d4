import { TelemetryError } from '../../../core/errors';
import { isFunction, isRecord, optionInvalid } from '../../../core/options';

/** What a query gives. */
export interface PostgresResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount: number | null;
}

/** A connection that a pool lends out, of `pg` or what has its shape. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  /** @param destroy - It is closed, not lent out again. */
  release(destroy?: boolean): void;
}

/** A `Pool` of `pg`, or what has its shape. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Refuses what is no pool.
 *
 * @throws {TelemetryError} `OPTION_INVALID`; says so when it is a single connection, or a database of SQLite.
 */
export function checkPool(value: unknown): PostgresPool {
  const methods = (...names: string[]): boolean => names.every((name) => has(value, name, isFunction));
  // A connection has the methods of a pool; its `connect` gives no client.
  const isClient = methods('connect', 'query') && has(value, 'processID', () => true);
  if (methods('connect', 'on', 'off') && !isClient) return value as PostgresPool;
  if (isClient) throw invalid('Got a single connection (Client), which can be neither replaced nor shared');
  if (methods('prepare', 'exec')) throw invalid('Got a database of SQLite, which is for createSqliteStore({ database })');
  throw optionInvalid('createPostgresStore: pool', value, EXPECTED);
}

const EXPECTED = 'a pool of connections with connect(), on() and off(): new Pool(…) of pg';

const invalid = (why: string): TelemetryError =>
  new TelemetryError('OPTION_INVALID', 'createPostgresStore: pool is not valid', why, `Expected ${EXPECTED}`);

function has(value: unknown, name: string, isSo: (member: unknown) => boolean): boolean {
  try {
    return isRecord(value) && name in value && isSo(value[name]);
  } catch {
    return false;
  }
}
