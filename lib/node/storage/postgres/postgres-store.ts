import { checkOptions, isRecord, type OptionRule } from '../../../core/options';
import { type Duration, parseDuration } from '../../../core/unit';
import { errorRowOf } from '../sql/error-row';
import * as sql from '../sql/postgres';
import { findStatement, groupsStatement, type Statement, storedErrorOf, storedGroupOf } from '../sql/questions';
import { isIdentifier, type Tables, tablesOf } from '../sql/tables';
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
import { Connections } from './connections';
import { postgresErrorOf } from './postgres-error';
import { migratePostgres } from './postgres-migrate';
import { checkPool, type PostgresPool, type PostgresResult } from './postgres-pool';
import { type Query, transaction } from './transactions';

/** Options of {@link createPostgresStore}. All but `pool` are optional. */
export interface PostgresStoreOptions {
  /** A `Pool` of `pg`. It stays open when the store is closed. */
  readonly pool: PostgresPool;
  /** Must exist. Lower-case letters, digits and `_`. Default `public`. */
  readonly schema?: string;
  /** Of at most 40 characters; the other tables are named after it. Default `error_logs`. */
  readonly table?: string;
  /** For a connection to be had, in ms or such as `'5s'`; at most an hour. Default 5000. */
  readonly connectTimeoutMs?: Duration;
  /** For a transaction of the store. Default 5000. */
  readonly statementTimeoutMs?: Duration;
}

const MAX_LIMIT_MS = 3_600_000;
/** So that the names of indexes fit into 63. */
const MAX_TABLE = 40;
const EXPECTED = 'lower-case letters, digits and _, not beginning with a digit';
const RULES: Readonly<Record<keyof PostgresStoreOptions, OptionRule>> = {
  pool: 'any',
  schema: [(value) => isIdentifier(value, 63), `a name of at most 63 ${EXPECTED}`],
  table: [(value) => isIdentifier(value, MAX_TABLE), `a name of at most ${MAX_TABLE} ${EXPECTED}`],
  connectTimeoutMs: 'any',
  statementTimeoutMs: 'any',
};

/**
 * Creates a store of errors in PostgreSQL (11 or later), in the tables `error_logs`, `error_fingerprints` and
 * `telemetry_migrations`.
 *
 * Connects to nothing yet: `open` does, and so does the first call of any other method. Every call is over within
 * `connectTimeoutMs + statementTimeoutMs` and half a second more, also when the server hangs; the first one after `open`
 * failed may open on the way, and making or changing tables has a minute. The server gets the same limits, so that nothing
 * goes on there that nobody waits for. A connection that failed is closed; the pool makes another.
 *
 * While the store is in use it listens for the pool's `error` events, without which the death of an idle connection would
 * end the process.
 *
 * NUL and lone surrogates, which PostgreSQL can't hold, are stored as U+FFFD, in the record too.
 *
 * @param options - See {@link PostgresStoreOptions}.
 * @returns The store; see {@link ErrorStore} for what it promises.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 * @example
 * const { Pool } = await import('pg');
 * const pool = new Pool({ connectionString: 'postgres://app@localhost/app', connectionTimeoutMillis: 5000, allowExitOnIdle: true });
 * const store = createPostgresStore({ pool, schema: 'logs' });
 * store.name; // => 'postgres'
 */
export function createPostgresStore(options: PostgresStoreOptions): ErrorStore {
  checkOptions('createPostgresStore', options, RULES);
  const given: Partial<PostgresStoreOptions> = isRecord(options) ? options : {};
  const { schema = 'public', table, connectTimeoutMs = 5000, statementTimeoutMs = 5000 } = given;
  const limit = (name: string, value: Duration): number => Math.ceil(parseDuration(`createPostgresStore: ${name}`, value, MAX_LIMIT_MS));
  return new PostgresStore(
    new Connections(checkPool(given.pool), limit('connectTimeoutMs', connectTimeoutMs)),
    tablesOf(table, schema),
    limit('statementTimeoutMs', statementTimeoutMs),
  );
}

class PostgresStore implements ErrorStore {
  readonly name = 'postgres';
  private readonly connections: Connections;
  private readonly tables: Tables;
  private readonly limitMs: number;
  private readonly running = new Set<Promise<unknown>>();
  private opening: Promise<void> | undefined;
  private isClosed = false;

  constructor(connections: Connections, tables: Tables, limitMs: number) {
    this.connections = connections;
    this.tables = tables;
    this.limitMs = limitMs;
  }

  open(): Promise<void> {
    return this.do(async () => undefined);
  }

  insert(lines: readonly StorableLine[]): Promise<number> {
    return this.do(async () => {
      const lists = sql.rowLists(lines.map(errorRowOf));
      return this.transaction('write', async (query) => countOf(await query(sql.insertRows(this.tables), lists)));
    });
  }

  find(query: StoredQuery): Promise<StoredError[]> {
    return this.do(async () => (await this.ask(findStatement(this.tables, sql.POSTGRES_SPELLING, query))).map(storedErrorOf));
  }

  groups(query: GroupQuery): Promise<StoredGroup[]> {
    return this.do(async () => (await this.ask(groupsStatement(this.tables, sql.POSTGRES_SPELLING, query))).map(storedGroupOf));
  }

  prune({ before, maxRows, chunkRows }: PruneOptions): Promise<number> {
    const { tables } = this;
    const prune = async (query: Query): Promise<number> => {
      // Two processes that count the same excess would remove it twice.
      const { rows } = await query(sql.tryLock(), [`telemetry-bus prune ${tables.errors}`]);
      if (rows[0]?.held !== 'true') return 0;
      let gone = 0;
      if (before !== undefined) gone += changed(await query(sql.pruneBefore(tables), [before, chunkRows]));
      for (const [table, remove] of [
        [tables.errors, sql.pruneOldest],
        [tables.groups, sql.pruneGroups],
      ] as const) {
        if (maxRows === undefined || gone >= chunkRows) break;
        const excess = countOf(await query(sql.countAll(table))) - maxRows;
        if (excess > 0) gone += changed(await query(remove(tables), [Math.min(excess, chunkRows - gone)]));
      }
      return gone;
    };
    return this.do(() => this.transaction('write', prune));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    // Each is over within its limits; until then its connection needs somebody who listens.
    await Promise.allSettled(this.running);
    this.connections.close();
  }

  private async ask({ text, values }: Statement): Promise<PostgresResult['rows']> {
    return this.transaction('read', async (query) => (await query(text, values)).rows);
  }

  private transaction<T>(access: sql.Access, work: (query: Query) => Promise<T>): Promise<T> {
    return transaction(this.connections, access, this.limitMs, work);
  }

  /** Rejects with nothing but a StoreError. */
  private async do<T>(work: () => Promise<T>): Promise<T> {
    if (this.isClosed) throw new StoreError('unavailable', 'CLOSED', 'The store was closed');
    const running = this.ready().then(work);
    this.running.add(running);
    try {
      return await running;
    } catch (error) {
      const told = postgresErrorOf(error);
      // The tables are looked at again before the next call: somebody dropped one.
      if (told.code === '42P01') this.opening = undefined;
      throw told;
    } finally {
      this.running.delete(running);
    }
  }

  /** Calls that come while it opens wait for the same opening. */
  private ready(): Promise<void> {
    return (this.opening ??= migratePostgres(this.connections, this.tables, this.limitMs).catch((error) => {
      this.opening = undefined;
      throw error;
    }));
  }
}

const countOf = ({ rows }: PostgresResult): number => Number(rows[0]?.count);
const changed = ({ rowCount }: PostgresResult): number => rowCount ?? 0;
