import { optionInvalid } from '../../core/options';
import { quietly } from '../../core/quietly';
import { isObject } from '../../core/read';
import type { CheckContext, CheckFunction } from '../result';
import { driverCheck, hasMethods } from './driver';
import { OneAtATime, orAborted } from './one-at-a-time';

/** A connection that a pool lends out. */
export interface PostgresHealthClient {
  query(text: string): PromiseLike<unknown>;
  /** @param destroy - It is closed, not lent out again. */
  release(destroy?: boolean): void;
}

/** A `Pool` of `pg`, or what asks PostgreSQL with `query` alone: a `Client` of `pg`, a driver for HTTP. */
export type PostgresHealthPool =
  | { readonly query: (text: string) => PromiseLike<unknown> }
  | { connect(): PromiseLike<PostgresHealthClient> };

const PING = 'SELECT 1';
const ignore = (): void => undefined;

/**
 * Asks PostgreSQL `SELECT 1`.
 *
 * With a pool it borrows a connection, and closes it when the server doesn't answer in time: a frozen server costs the pool no
 * connection for longer than the time-out. A pool that gives no connection is asked once, not again each time. With `query` alone a
 * question that is not answered is waited for, not repeated. While the check is there, a connection that breaks ends the process on
 * no account: the check listens to the pool's `error`.
 *
 * @param pool - Yours: the check doesn't close it.
 * @throws {TelemetryError} `OPTION_INVALID` for what can't be asked.
 * @example
 * const pool = { query: async () => ({ rows: [{ one: 1 }] }) };
 * const health = healthOf(telemetry);
 * health.addCheck('database', postgresCheck(pool), { timeout: '2s' });
 * (await health.check()).checks.database?.status; // => 'healthy'
 */
export function postgresCheck(pool: PostgresHealthPool): CheckFunction {
  // A single connection has a `connect`, too, which lends nothing.
  const isPool = hasMethods(pool, 'connect') && !(isObject(pool) && 'processID' in pool);
  if (!isPool && !hasMethods(pool, 'query')) throw optionInvalid('postgresCheck: pool', pool, 'a pool of pg, or an object with query()');
  return driverCheck(pool, isPool ? borrowing(pool as BorrowedFrom) : asking(pool as Asked));
}

type Asked = { readonly query: (text: string) => PromiseLike<unknown> };
type BorrowedFrom = { connect(): PromiseLike<PostgresHealthClient> };

function asking(client: Asked): (context: CheckContext) => Promise<undefined> {
  const question = new OneAtATime(() => client.query(PING));
  return async ({ signal }) => void (await question.answer(signal));
}

function borrowing(pool: BorrowedFrom): (context: CheckContext) => Promise<undefined> {
  // One that comes too late goes back as it is.
  const connection = new OneAtATime(
    () => pool.connect(),
    (client) => giveBack(client, true),
  );
  return async ({ signal }) => {
    const client = await connection.answer(signal);
    // A pool does not listen to what it has lent.
    const listens = hasMethods(client, 'on', 'off') ? (client as unknown as Record<'on' | 'off', (...args: unknown[]) => void>) : undefined;
    let isGood = false;
    try {
      listens?.on('error', ignore);
      await orAborted(client.query(PING), signal);
      isGood = true;
    } finally {
      giveBack(client, isGood);
      listens?.off('error', ignore);
    }
    return undefined;
  };
}

/** @param isGood - It may be lent out again. Otherwise it is closed, and what it was asked is over. */
const giveBack = (client: PostgresHealthClient, isGood: boolean): void => void quietly(() => client.release(!isGood));
