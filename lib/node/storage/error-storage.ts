import type { Reader } from './reading';
import type { StorageStats } from './stats';
import type { GroupQuery, StoredError, StoredGroup, StoredQuery } from './store';

/** A running storage of errors. */
export interface ErrorStorage extends AsyncDisposable {
  /**
   * Finds stored errors, the latest first. Before it asks the database it writes a security record `sensitive_read` that
   * tells what was asked for, and by whom.
   *
   * @param query - All that is given must hold; `by`: who asks, for that record.
   * @throws (rejects with) {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; {@link StoreError} when the database fails.
   */
  find(query?: StoredQuery & Reader): Promise<StoredError[]>;
  /** Counts stored errors by fingerprint, the same way. */
  groups(query?: GroupQuery & Reader): Promise<StoredGroup[]>;
  stats(): StorageStats;
  /**
   * Delivers now. Settles when nothing waits; or when the database has failed, and what waits is in the spool as far as there
   * is room. Never rejects.
   */
  flush(): Promise<void>;
  /**
   * Takes no more errors, delivers what waits, and closes the store. It gives up after `closeDeadlineMs`, or, with a spool,
   * as soon as the database fails: what is left goes to the spool, for the next start. Never rejects; a second call gives
   * the same promise.
   *
   * @returns The account: what is `queued` in it waits in the spool.
   */
  stop(): Promise<StorageStats>;
}
