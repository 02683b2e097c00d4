import type { ErrorMark } from '../../core/error-mark';
import type { Level } from '../../core/level';
import type { SinkCounts } from '../../sinks/counts';
import type { Complaints } from '../complaints';
import type { Leaving } from '../exit-hook';
import { Waiters } from '../file/waiters';
import { BatchSender, type SenderParts } from './batch-sender';
import { DeliveryAccount, type RecoveredCounts } from './delivery-account';
import type { Spill } from './spill';
import type { DeliveryWords } from './words';

export interface DeliveryParts extends SenderParts {
  readonly words: DeliveryWords;
  readonly complaints: Complaints;
}

/**
 * The way of lines to their receiver: batch after batch, one at a time, in order. What fails stays first and is tried again;
 * meanwhile the lines behind it go to the spool. Lines leave the spool before those that came later leave memory.
 *
 * Here it is decided when; `BatchSender` does it.
 */
export class Delivery implements Leaving {
  readonly name: string;
  private readonly account: DeliveryAccount;
  private readonly sender: BatchSender;
  private readonly spill: Spill;
  private isClosing = false;
  private pass: Promise<void> | undefined;
  /** Of those who wait for the end of the next pass. */
  private readonly passes = new Waiters();
  private cancelTimer: (() => void) | undefined;
  /** The timer is for a batch that is whole. */
  private isDue = false;

  constructor(private readonly parts: DeliveryParts) {
    this.name = parts.words.name;
    this.account = new DeliveryAccount(parts.receiver.name, parts.words, parts.complaints);
    this.sender = new BatchSender(parts, this.account);
    this.spill = this.sender.spill;
  }

  get counts(): SinkCounts {
    return this.account.counts;
  }

  get recovered(): Readonly<RecoveredCounts> {
    return this.account.recovered;
  }

  /** Why the last attempt failed; `undefined`: it did not. */
  get failure(): string | undefined {
    return this.account.failure;
  }

  get failures(): number {
    return this.account.failures;
  }

  get state(): 'open' | 'failing' | 'slow' | 'closed' {
    if (this.isClosing) return 'closed';
    return this.failure !== undefined ? 'failing' : this.sender.isSlow ? 'slow' : 'open';
  }

  /** Takes a line; see `Sink.write`. */
  push(line: string, level: Level, mark: ErrorMark | undefined): void {
    this.counts.accepted++;
    if (this.isClosing) this.counts.drop('closed');
    else this.take(line, level, mark);
  }

  private take(line: string, level: Level, mark: ErrorMark | undefined): void {
    try {
      if (!this.parts.queue.push(line, level === 'critical', mark))
        this.account.noRoom(this.parts.spool?.isFull ? 'spool_full' : 'overflow');
      // Also without room: the disk may have some again.
      this.expect();
    } catch {
      this.counts.drop('unreadable');
    }
  }

  /** Starts. @param failure - Why the receiver could not be opened. */
  begin(failure: unknown): void {
    if (failure === undefined) {
      // What was written meanwhile gathers as anything else does.
      if (!this.parts.rules.isEager) void this.deliver();
      else if (!this.sender.isIdle) this.expect();
    } else {
      this.sender.failed(failure);
      this.startTimer(this.sender.nextDelay());
    }
  }

  /** There may be something to deliver that nobody pushed. */
  wake(): void {
    if (this.failure === undefined) this.expect();
  }

  /**
   * Delivers now what waits, unless the receiver asked for time. Settles when nothing waits, or when an attempt has failed and
   * what waits is in the spool, as far as there is room.
   */
  async flush(): Promise<void> {
    // A pass under way may be past the point where it would find the last lines.
    await this.pass;
    if (this.sender.isStopped || this.sender.isIdle) return;
    if (!this.sender.isHeldOff) await this.deliver();
    await this.spill.start();
  }

  /** Takes nothing more, and delivers for some time; without a spool, again and again. */
  async finish(deadline: Promise<void>): Promise<void> {
    this.isClosing = true;
    let isOver = false;
    void deadline.then(() => {
      isOver = true;
    });
    const isSafe = this.sender.isHeldOff && this.parts.spool !== undefined;
    if (!isSafe) await Promise.race([this.deliver(), deadline]);
    while (!isOver && !this.sender.isIdle) {
      // What is left is safe in the spool, and nobody knows how long the receiver will take.
      if (this.failure !== undefined && this.parts.spool !== undefined) return;
      await Promise.race([this.failure === undefined ? this.deliver() : this.passes.wait(), deadline]);
    }
  }

  /** Nothing is delivered any more, and nothing that is under way counts. */
  halt(): void {
    this.sender.isStopped = true;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.spill.stop();
  }

  /** After `finish`: settles when what was being spooled is. */
  async spooled(): Promise<void> {
    await this.spill.underWay;
    await this.parts.spool?.quiet();
  }

  flushSync(deadlineMs: number): void {
    this.spill.spillSync(performance.now() + deadlineMs);
  }

  abandon(): { readonly lines: number; readonly reason: string } {
    this.sender.isStopped = true;
    this.isClosing = true;
    const lines = this.spill.unspooled;
    const { spool } = this.parts;
    spool?.close();
    if (spool === undefined) return { lines, reason: `there is no spool, and ${this.parts.words.receiver} had not taken them` };
    return { lines, reason: spool.isFull ? 'the spool is full' : 'the spool could not be written in time' };
  }

  /** After `finish`: what neither receiver nor spool took is given up. */
  giveUp(): void {
    const { unspooled } = this.spill;
    if (unspooled > 0) this.counts.drop('unsent', unspooled);
    this.parts.spool?.close();
  }

  /** Something waits: it is looked after within the time that a batch gathers. */
  private expect(): void {
    if (this.sender.needsSpool) this.spill.soon();
    if (this.pass !== undefined || this.sender.isStopped) return;
    const isDue = this.failure === undefined && this.sender.hasWhole;
    if (this.cancelTimer !== undefined && (!isDue || this.isDue)) return;
    this.cancelTimer?.();
    this.startTimer(isDue ? 0 : this.parts.rules.gatherMs);
    this.isDue = isDue;
  }

  private startTimer(ms: number): void {
    if (this.sender.isStopped) return;
    this.isDue = false;
    this.cancelTimer = this.parts.clock.setTimer(() => {
      this.cancelTimer = undefined;
      void this.deliver();
    }, ms);
  }

  /** Delivers until nothing waits or an attempt fails. Never rejects. */
  private deliver(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.pass ??= this.sender.run().finally(() => {
      this.pass = undefined;
      this.passes.settle();
      // What came while it ended.
      if (this.failure !== undefined) this.startTimer(this.sender.nextDelay());
      else if (!this.sender.isIdle) this.expect();
    });
    return this.pass;
  }
}
