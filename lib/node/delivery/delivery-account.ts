import { SinkCounts } from '../../sinks/counts';
import type { Complaints } from '../complaints';
import type { Batch } from './batch';
import { type DeliveryFailure, failureOf } from './receiver';
import type { DeliveryRow } from './row';
import type { DeliveryWords } from './words';

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

  /** @param receiver - Its name. */
  constructor(
    private readonly receiver: string,
    private readonly words: DeliveryWords,
    private readonly complaints: Complaints,
  ) {}

  /** A batch was taken out of the spool or memory. */
  began(batch: Batch): void {
    if (batch.isRecovered) this.recovered.read += batch.rest.length;
  }

  /** @param rejected - So many of the rows were thrown away; whoever knows why tells it. */
  stored(batch: Batch, rows: number, rejected: number): void {
    if (batch.isRecovered) {
      this.recovered.stored += rows - rejected;
      this.recovered.refused += rejected;
    } else {
      this.counts.written += rows - rejected;
      if (rejected > 0) this.counts.drop('rejected', rejected);
    }
  }

  refused(batch: Batch, row: DeliveryRow, { code, advice }: DeliveryFailure): void {
    if (batch.isRecovered) this.recovered.refused++;
    else this.counts.drop('refused');
    const { words } = this;
    // It may refuse whatever comes.
    const hasTaken = this.counts.written + this.recovered.stored > 0;
    const why = hasTaken || advice === undefined ? code : `${code}: ${advice}`;
    this.complaints.say(words.lost, 'refused', `${this.receiver} refused ${words.line(row)} (${why}); it is left out`);
  }

  /** @param reason - `spool_full`: there is none in the spool either. */
  noRoom(reason: 'spool_full' | 'overflow'): void {
    this.counts.drop(reason);
    const { words } = this;
    const text = `There is no room for more ${words.lines} that wait for ${words.receiver}; new ones are lost (${reason})`;
    this.complaints.say(words.lost, 'room', text);
  }

  succeeded(): void {
    this.failure = undefined;
  }

  failed(error: unknown): void {
    const { code, advice } = failureOf(error);
    this.failure = code;
    this.failures++;
    const { words } = this;
    const why = advice === undefined ? code : `${code}: ${advice}`;
    const text = `${this.receiver} failed (${why}); ${words.lines} that wait: ${this.counts.queued.toLocaleString('en')}. It is tried again`;
    this.complaints.say(words.failed, 'receiver', text);
  }
}
