import { StoreError } from '../store';
import type { PostgresClient, PostgresPool } from './postgres-pool';
import { within } from './within';

/** Errors come with the call that they concern; a connection that breaks while nobody uses it is replaced by the pool. */
const ignore = (): void => undefined;

/** Borrows connections from a pool. An 'error' of one that nobody listens to would end the process. */
export class Connections {
  private readonly pool: PostgresPool;
  private readonly limitMs: number;
  /**
   * Asked for, and not there in time. The next one who needs a connection takes over the wait: a pool of a server that does
   * not answer would keep a place in its queue for every call.
   */
  private readonly late: Promise<PostgresClient>[] = [];
  private isListening = false;

  constructor(pool: PostgresPool, limitMs: number) {
    this.pool = pool;
    this.limitMs = limitMs;
  }

  /** @throws {StoreError} `unavailable` after the limit; whatever the pool rejects with. */
  async borrow(): Promise<PostgresClient> {
    if (!this.isListening) this.pool.on('error', ignore);
    this.isListening = true;
    const coming = this.late.shift() ?? this.ask();
    try {
      const client = await within(coming, this.limitMs, 'connecting');
      client.on('error', ignore);
      return client;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'TIMEOUT') this.leave(coming);
      throw error;
    }
  }

  /** @param isGood - It may be lent out again; otherwise it is closed, and with it what the server still does for it. */
  giveBack(client: PostgresClient, isGood: boolean): void {
    try {
      client.release(!isGood);
    } catch {
      // The pool took it back by itself.
    }
    // The pool listens again by now.
    client.off('error', ignore);
  }

  close(): void {
    if (this.isListening) this.pool.off('error', ignore);
    this.isListening = false;
  }

  private async ask(): Promise<PostgresClient> {
    const client: unknown = await this.pool.connect();
    if (typeof client === 'object' && client !== null && 'release' in client) return client as PostgresClient;
    throw new StoreError('unavailable', 'CONNECTION_FAILED', 'PostgreSQL: connect() of the pool gave no client');
  }

  private leave(coming: Promise<PostgresClient>): void {
    this.late.push(coming);
    const isStillLeft = (): boolean => {
      const at = this.late.indexOf(coming);
      if (at !== -1) this.late.splice(at, 1);
      return at !== -1;
    };
    coming.then((client) => {
      if (isStillLeft()) this.giveBack(client, true);
    }, isStillLeft);
  }
}
