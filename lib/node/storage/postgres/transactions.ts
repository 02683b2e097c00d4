import { type Access, begin } from '../sql/postgres';
import { StoreError } from '../store';
import type { Connections } from './connections';
import type { PostgresClient, PostgresResult } from './postgres-pool';
import { within } from './within';

/** How much longer than the server the store waits: an answer that says what took so long is better than none. */
const GRACE_MS = 500;

/** Sends a statement of the transaction. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<PostgresResult>;

/**
 * Runs `work` in a transaction: all it changes, or nothing.
 *
 * It is over within `limitMs` and half a second after it has its connection, whatever the server does. A connection on
 * which anything failed is closed, which ends its transaction too.
 *
 * @throws what `work` and the driver reject with.
 */
export async function transaction<T>(
  connections: Connections,
  access: Access,
  limitMs: number,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const client = await connections.borrow();
  let isOver = false;
  let isGood = false;
  const query: Query = (text, values) => {
    // Work that went on after its time must not get at a connection that is somebody else's by now.
    if (isOver) return Promise.reject(new StoreError('unavailable', 'TIMEOUT', 'PostgreSQL: the transaction is over'));
    return send(client, text, values);
  };
  const all = async (): Promise<T> => {
    await query(begin(access, limitMs));
    const result = await work(query);
    await query('COMMIT');
    return result;
  };
  try {
    const result = await within(all(), limitMs + GRACE_MS, 'the server');
    isGood = true;
    return result;
  } finally {
    isOver = true;
    connections.giveBack(client, isGood);
  }
}

/** Without an empty list of values: a statement without parameters may be several. */
const send = async (client: PostgresClient, text: string, values?: readonly unknown[]): Promise<PostgresResult> =>
  values === undefined ? client.query(text) : client.query(text, [...values]);
