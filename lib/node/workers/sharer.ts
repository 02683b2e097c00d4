import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { threadId } from 'node:worker_threads';
import { reasonOf } from '../../exporters/complaints';
import type { Metered, MetricSource } from '../../metrics/seam';
import { encodeSnapshot } from '../../metrics/transfer/codec';
import { takeSnapshot } from '../../metrics/transfer/take';
import { Complaints } from '../complaints';
import { logAtExit } from '../exit-hook';
import type { Line, LineOwner } from './links/line';
import { type Answer, MAX_ANSWERS, type Question, type Report, report } from './message';
import type { WorkerKind } from './worker-info';

/** What a report is: nothing but that we are there, a snapshot, or the last one. */
type Due = 'greeting' | 'snapshot' | 'last';
const DUES: readonly Due[] = ['greeting', 'snapshot', 'last'];

/** One `shareMetrics` of a worker: answers questions, sends at intervals, and at the end. */
export class Sharer implements LineOwner {
  readonly id: string = randomBytes(8).toString('hex');
  private readonly line: Line;
  private readonly complaints: Complaints;
  private readonly leave: () => void;
  private number = 0;
  /** What is sent next. */
  private due: Due = 'greeting';
  /** Which questions that answers. */
  private owed: Answer[] = [];
  private hasIdled = false;
  /** What was sent unasked, and nobody has said that it was taken. */
  private isUntaken = false;
  private cancel: (() => void) | undefined = undefined;
  private stopped: Promise<void> | undefined = undefined;

  constructor(
    private readonly telemetry: Metered,
    private readonly source: MetricSource,
    private readonly intervalMs: number,
    open: (owner: LineOwner) => Line,
  ) {
    this.complaints = new Complaints('shareMetrics', source.clock, (warning) => source.warn(warning));
    this.line = open(this);
    this.leave = logAtExit(() => this.endNow());
    void this.sendOut('greeting');
  }

  get kind(): WorkerKind {
    return this.line.kind;
  }

  /** Never rejects. @param answer - What it answers, if it was asked for. */
  async send(answer?: Answer): Promise<void> {
    if (this.stopped !== undefined) return;
    // Of a worker that collects from workers itself. It ends in time.
    await this.source.prepare?.();
    if (this.stopped !== undefined) return;
    if (answer !== undefined && this.owed.length < MAX_ANSWERS) this.owed.push(answer);
    await this.sendOut('snapshot');
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.end());
  }

  onQuestion({ by, ask, taken }: Question): void {
    this.isUntaken = false;
    if (this.stopped !== undefined || taken) return;
    if (ask === undefined) {
      void this.sendOut('greeting');
      return;
    }
    // From now on: before, the parent may have been another program, which knows nothing of reports.
    this.cancel ??= this.plan();
    void this.send({ by, ask });
  }

  /** Once only: what is sent makes the process turn again, and it would be idle for ever. */
  onIdle(): void {
    if (this.hasIdled) return;
    this.hasIdled = true;
    void this.send();
  }

  makeReport(isText: boolean): Report {
    const { id, due, owed } = this;
    this.due = 'greeting';
    this.owed = [];
    const snapshot = due === 'greeting' ? undefined : this.encoded(isText);
    return report({
      id,
      number: this.number++,
      ...(isText ? {} : { threadId }),
      ...(owed.length > 0 && { answers: owed }),
      ...(snapshot !== undefined && { snapshot }),
      ...(due === 'last' && { last: true }),
    });
  }

  private async sendOut(what: Due): Promise<void> {
    // What waits for its turn must not become less.
    if (DUES.indexOf(what) > DUES.indexOf(this.due)) this.due = what;
    try {
      await this.line.send();
    } catch (error) {
      this.unsent(error);
    }
  }

  private async end(): Promise<void> {
    this.leave();
    this.cancel?.();
    await this.sendOut('last');
    this.line.close();
  }

  /** The thread or process ends now. */
  private endNow(): void {
    if (this.stopped !== undefined) return;
    this.due = 'last';
    try {
      this.line.sendNow();
    } catch (error) {
      this.unsent(error);
    }
  }

  /** Sends after every interval. @returns What ends that. */
  private plan(): () => void {
    return this.source.clock.setTimer(() => {
      this.cancel = this.plan();
      // In front of a parent that hangs nothing must pile up.
      if (this.isUntaken) return;
      this.isUntaken = this.line.isTold;
      void this.send();
    }, this.intervalMs);
  }

  private encoded(isText: boolean): Uint8Array | string | undefined {
    try {
      const bytes = encodeSnapshot(takeSnapshot(this.telemetry));
      return isText ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') : bytes;
    } catch (error) {
      this.unsent(error);
      return undefined;
    }
  }

  private unsent(error: unknown): void {
    this.complaints.say('EXPORT_FAILED', 'unsent', `A snapshot could not be sent: ${reasonOf(error)}`);
  }
}
