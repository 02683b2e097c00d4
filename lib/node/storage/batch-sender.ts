import type { Clock } from '../../core/clock';
import { BackOff } from './back-off';
import type { Batch } from './batch';
import type { DeliveryAccount } from './delivery-account';
import { nextBatch } from './next-batch';
import type { MemoryQueue } from './queue';
import { Spill } from './spill';
import type { Spool } from './spool';
import { failureOf, type StoreGate } from './store-gate';

/** A batch that takes longer is taken for a sign that the database is in trouble. */
const SLOW_MS = 1000;

export interface SenderParts {
  readonly gate: StoreGate;
  readonly queue: MemoryQueue;
  readonly spool: Spool | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Sends batch after batch to the database, one at a time, in order. What fails stays first; meanwhile the lines behind it go
 * to the spool.
 */
export class BatchSender {
  isSlow = false;
  isStopped = false;
  /** How long to wait after a failed attempt. */
  readonly backOff: BackOff;
  readonly spill: Spill;
  private batch: Batch | undefined;

  constructor(
    private readonly parts: SenderParts,
    private readonly account: DeliveryAccount,
  ) {
    this.backOff = new BackOff(parts.random);
    this.spill = new Spill(parts, { batch: () => this.batch, isNeeded: () => this.needsSpool });
  }

  get isIdle(): boolean {
    return this.batch === undefined && this.parts.queue.length === 0 && (this.parts.spool?.isEmpty ?? true);
  }

  get needsSpool(): boolean {
    const { queue, spool } = this.parts;
    if (spool === undefined || this.isStopped) return false;
    return this.account.failure !== undefined || this.isSlow || !spool.isEmpty || queue.bytes > queue.maxBytes / 4;
  }

  /** Sends until nothing waits, or an attempt fails. Never rejects. */
  async run(): Promise<void> {
    while (!this.isStopped) {
      try {
        await this.watched(() => this.parts.gate.open());
        this.batch ??= await this.next();
      } catch (error) {
        this.failed(error);
        return;
      }
      const { batch } = this;
      if (batch !== undefined && !(await this.attempt(batch))) return;
      this.succeeded();
      if (batch === undefined) return;
      if (batch.isDone) this.settle(batch);
    }
  }

  failed(error: unknown): void {
    if (this.isStopped) return;
    this.account.failed(error);
    void this.spill.start();
  }

  private async next(): Promise<Batch | undefined> {
    const batch = await nextBatch(this.parts, this.spill, () => this.isStopped);
    if (batch !== undefined) this.account.began(batch);
    return batch;
  }

  /** @returns `false`: the database did not take it now. */
  private async attempt(batch: Batch): Promise<boolean> {
    try {
      await this.watched(() => this.parts.gate.insert(batch.attempt));
      if (!this.isStopped) this.account.stored(batch, batch.stored());
    } catch (error) {
      const { kind, code } = failureOf(error);
      if (this.isStopped) return false;
      if (kind === 'refused') this.refused(batch, code);
      else this.failed(error);
      return kind === 'refused';
    }
    return !this.isStopped;
  }

  /** While the database takes its time, what waits goes to the spool. */
  private async watched(work: () => Promise<unknown>): Promise<void> {
    const cancel = this.parts.clock.setTimer(() => {
      this.isSlow = true;
      void this.spill.start();
    }, SLOW_MS);
    try {
      await work();
    } finally {
      cancel();
      this.isSlow = false;
    }
  }

  private refused(batch: Batch, code: string): void {
    const row = batch.refused();
    if (row !== undefined) this.account.refused(batch, row.errorId, code);
  }

  private settle(batch: Batch): void {
    this.parts.queue.release(batch.heldBytes);
    this.batch = undefined;
  }

  private succeeded(): void {
    this.account.succeeded();
    this.backOff.reset();
  }
}
