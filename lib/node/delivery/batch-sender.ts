import type { Clock } from '../../core/clock';
import { BackOff } from './back-off';
import type { Batch } from './batch';
import type { BatchRules } from './batch-rules';
import type { DeliveryAccount } from './delivery-account';
import { nextBatch } from './next-batch';
import type { MemoryQueue } from './queue';
import { type DeliveryFailure, failureOf, type LineReceiver } from './receiver';
import { Spill } from './spill';
import type { Spool } from './spool/spool';

/** A batch that takes longer is taken for a sign that the receiver is in trouble. */
const SLOW_MS = 1000;

export interface SenderParts {
  readonly receiver: LineReceiver;
  readonly queue: MemoryQueue;
  readonly spool: Spool | undefined;
  readonly rules: BatchRules;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Sends batch after batch to the receiver, one at a time, in order. What fails stays first; meanwhile the lines behind it go
 * to the spool.
 */
export class BatchSender {
  isSlow = false;
  isStopped = false;
  readonly spill: Spill;
  private readonly backOff: BackOff;
  /** By the monotonic clock: the receiver asked not to be tried before. */
  private notBefore = Number.NEGATIVE_INFINITY;
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

  /** Whether there is no sense in waiting for more lines. */
  get hasWhole(): boolean {
    const { queue, rules } = this.parts;
    return rules.isEager && (queue.length >= rules.maxLines || queue.bytes >= rules.maxBytes);
  }

  /** Sends until nothing waits, as far as that gathered, or an attempt fails. Never rejects. */
  async run(): Promise<void> {
    while (!this.isStopped) {
      try {
        await this.watched(() => this.parts.receiver.open());
        this.batch ??= await this.next();
      } catch (error) {
        this.failed(error);
        return;
      }
      const { batch } = this;
      if (batch !== undefined && !(await this.attempt(batch))) return;
      this.succeeded();
      if (batch === undefined) return;
      if (batch.isDone && this.settle(batch)) return;
    }
  }

  /** Whether the receiver asked for more time than has passed. */
  get isHeldOff(): boolean {
    return this.parts.clock.monotonicTime() < this.notBefore;
  }

  /** How long to wait after a failed attempt, in ms. */
  nextDelay(): number {
    return this.backOff.next(Math.max(0, this.notBefore - this.parts.clock.monotonicTime()));
  }

  failed(error: unknown): void {
    if (this.isStopped) return;
    this.notBefore = this.parts.clock.monotonicTime() + failureOf(error).notBeforeMs;
    this.account.failed(error);
    void this.spill.start();
  }

  private async next(): Promise<Batch | undefined> {
    const batch = await nextBatch(this.parts, this.spill, () => this.isStopped);
    if (batch !== undefined) this.account.began(batch);
    return batch;
  }

  /** @returns `false`: the receiver did not take it now. */
  private async attempt(batch: Batch): Promise<boolean> {
    try {
      let rejected = 0;
      await this.watched(async () => {
        rejected = await this.parts.receiver.insert(batch.attempt);
      });
      if (!this.isStopped) this.account.stored(batch, batch.stored(), rejected);
    } catch (error) {
      const failure = failureOf(error);
      if (this.isStopped) return false;
      const isRefused = failure.kind === 'refused';
      if (failure.isUnanswered) batch.unanswered();
      if (isRefused) this.refused(batch, failure);
      else this.failed(error);
      return isRefused;
    }
    return !this.isStopped;
  }

  /** While the receiver takes its time, what waits goes to the spool. */
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

  private refused(batch: Batch, failure: DeliveryFailure): void {
    const row = batch.refused();
    if (row !== undefined) this.account.refused(batch, row, failure);
  }

  /** @returns Whether the batch was all that waited: what came meanwhile had no time to gather. */
  private settle(batch: Batch): boolean {
    this.parts.queue.release(batch.heldBytes);
    this.batch = undefined;
    return batch.isLast && this.parts.rules.isEager && !this.hasWhole;
  }

  private succeeded(): void {
    this.account.succeeded();
    this.backOff.reset();
  }
}
