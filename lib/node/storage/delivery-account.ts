import { SinkCounts } from '../../sinks/counts';
import type { Batch } from './batch';
import type { Complaints } from './complaints';
import { failureOf } from './store-gate';

/** Lines of earlier runs, which the account of this one leaves out. */
export interface RecoveredCounts {
  read: number;
  stored: number;
  refused: number;
}

/** What became of every line, and how the last attempt went; what went wrong is told, too. */
export class DeliveryAccount {
  readonly counts: SinkCounts = new SinkCounts();
  readonly recovered: RecoveredCounts = { read: 0, stored: 0, refused: 0 };
  /** Why the last attempt failed; `undefined`: it did not. */
  failure: string | undefined;
  failures = 0;

  /** @param store - Its name. */
  constructor(
    private readonly store: string,
    private readonly complaints: Complaints,
  ) {}

  /** A batch was taken out of the spool or memory. */
  began(batch: Batch): void {
    if (batch.isRecovered) this.recovered.read += batch.rest.length;
  }

  stored(batch: Batch, rows: number): void {
    if (batch.isRecovered) this.recovered.stored += rows;
    else this.counts.written += rows;
  }

  refused(batch: Batch, errorId: string, code: string): void {
    if (batch.isRecovered) this.recovered.refused++;
    else this.counts.drop('refused');
    this.complaints.say('STORE_LOST', 'refused', `${this.store} refused the error ${errorId} (${code}); it is left out`);
  }

  /** @param reason - `spool_full`: there is none in the spool either. */
  noRoom(reason: 'spool_full' | 'overflow'): void {
    this.counts.drop(reason);
    const text = `There is no room for more errors that wait for the database; new ones are lost (${reason})`;
    this.complaints.say('STORE_LOST', 'room', text);
  }

  succeeded(): void {
    this.failure = undefined;
  }

  failed(error: unknown): void {
    const { code } = failureOf(error);
    this.failure = code;
    this.failures++;
    const waiting = this.counts.queued.toLocaleString('en');
    const text = `${this.store} failed (${code}); errors that wait: ${waiting}. It is tried again`;
    this.complaints.say('STORE_FAILED', 'database', text);
  }
}
