import { setImmediate as turn } from 'node:timers/promises';
import type { Line } from './line';
import { codeOf, type Link } from './link';
import { type Datagram, Packer, type SizeLimit, textOf } from './packer';
import type { Tally } from './series-state';
import { Slices } from './slices';

/** Datagrams on their way at once. */
const MAX_IN_FLIGHT = 64;
/** Datagrams in one turn: Linux gives a receiver room for some 90 unless it asks for more, and drops the rest in silence. */
const MAX_BURST = 32;
/** After so many errors there is no sense in going on with a flush. */
const MAX_FAILURES = 16;
const COMMITTED_AT_ONCE = 256;
/** How systems say that nobody listens on a port. */
const REFUSALS: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET']);

/** Who is told what becomes of the datagrams. */
export interface DeliveryReport {
  /** The system took it. */
  onSent(datagram: Datagram): void;
  onError(code: string): void;
  /** These fit into no datagram. */
  onTooLong(lines: number): void;
}

/**
 * Sends the lines of one flush, and at its end notes what the receiver knows.
 *
 * A datagram that the system did not take keeps its numbers for the next flush. So does everything when the receiver's
 * host says that nobody listens: that comes after the datagram which it is about, so none of them can be trusted.
 */
export class Delivery {
  private readonly packer: Packer;
  /** What the datagrams that the system took make known. */
  private readonly sent: Tally[] = [];
  private committed = 0;
  private waiting: Datagram[] = [];
  private inFlight = 0;
  private burst = 0;
  private failures = 0;
  private isRefused = false;
  private isDone = false;
  private waiters: (() => void)[] = [];

  constructor(
    private readonly link: Link,
    private readonly limit: SizeLimit,
    private readonly report: DeliveryReport,
  ) {
    this.packer = new Packer(limit, (lines) => report.onTooLong(lines));
  }

  /** Whether nothing more is sent. */
  get isOver(): boolean {
    return this.isDone || this.isRefused || this.failures >= MAX_FAILURES;
  }

  get queued(): number {
    return this.inFlight + this.waiting.length;
  }

  /** @returns What to wait for when too much is on its way. */
  add(line: Line): Promise<void> | undefined {
    const full = this.packer.add(line);
    if (full !== undefined) this.enqueue(full);
    return this.queued >= MAX_IN_FLIGHT || this.burst >= MAX_BURST ? this.room() : undefined;
  }

  /** Sends the rest, waits for all answers, and notes what arrived. */
  async finish(): Promise<void> {
    const rest = this.packer.take();
    if (rest !== undefined) this.enqueue(rest);
    await this.until(() => this.queued === 0);
    // A refusal of the last datagram comes with the system's next report, which lies between two turns.
    await turn();
    await turn();
    const slices = new Slices();
    while (!this.commit()) if (slices.isOver) await slices.next();
  }

  /** The host of the receiver says that nobody listens. */
  noteError(code: string): void {
    this.failures++;
    if (REFUSALS.has(code)) this.isRefused = true;
    this.report.onError(code);
    this.proceed();
  }

  /** Waits for nothing any more. What the system took so far counts as sent. */
  abandon(): void {
    while (!this.commit());
    this.proceed();
  }

  /** Notes some of what the receiver knows. @returns Whether that is all. */
  private commit(): boolean {
    this.isDone = true;
    const end = this.isRefused ? this.committed : Math.min(this.sent.length, this.committed + COMMITTED_AT_ONCE);
    for (; this.committed < end; this.committed++) {
      const tally = this.sent[this.committed]!;
      tally.sent = tally.read;
    }
    return this.isRefused || end === this.sent.length;
  }

  private enqueue(datagram: Datagram): void {
    if (this.isOver) return;
    this.waiting.push(datagram);
    this.proceed();
  }

  /** Sends what may be sent, and wakes up those whose condition has come true. */
  private proceed(): void {
    if (this.isOver) this.waiting = [];
    while (this.inFlight < MAX_IN_FLIGHT) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      this.dispatch(next);
    }
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }

  private dispatch(datagram: Datagram): void {
    this.inFlight++;
    this.burst++;
    let isAnswered = false;
    const done = (code: string | undefined): void => {
      if (isAnswered) return;
      isAnswered = true;
      this.inFlight--;
      if (!this.isDone) this.settle(datagram, code);
      this.proceed();
    };
    try {
      this.link.send(textOf(datagram), done);
    } catch (error) {
      done(codeOf(error));
    }
  }

  private settle(datagram: Datagram, code: string | undefined): void {
    if (code === undefined) {
      for (const { tallies } of datagram.lines) this.sent.push(...tallies);
      this.report.onSent(datagram);
    } else if (code === 'EMSGSIZE' && this.limit.lower(datagram.bytes)) {
      this.report.onError(code);
      this.repack(datagram);
    } else {
      this.noteError(code);
    }
  }

  /** Puts the lines of a datagram that was too large into smaller ones. */
  private repack({ lines }: Datagram): void {
    const packer = new Packer(this.limit, (count) => this.report.onTooLong(count));
    for (const line of lines) {
      const full = packer.add(line);
      if (full !== undefined) this.waiting.push(full);
    }
    const rest = packer.take();
    if (rest !== undefined) this.waiting.push(rest);
  }

  private async room(): Promise<void> {
    await this.until(() => this.queued < MAX_IN_FLIGHT);
    if (this.burst < MAX_BURST) return;
    await turn();
    this.burst = 0;
  }

  private async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue() && !this.isDone) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }
}
