import type { Clock } from '../../core/clock';
import type { Batch } from './batch';
import type { MemoryQueue } from './queue';
import type { DeliveryRow } from './row';
import type { Spool } from './spool/spool';

/** Lines that are looked at for one write. */
const MANY = 1000;
const WRITE_BYTES = 256 * 1024;
/** How long a line may be in memory only while the receiver is in trouble. */
const SOON_MS = 50;
/** When a write failed, or there was no room. */
const AGAIN_MS = 1000;

export interface SpillView {
  /** What is being delivered. It was before all that waits, so it is spooled before it. */
  readonly batch: () => Batch | undefined;
  /** Never again after `stop`. */
  readonly isNeeded: () => boolean;
}

/** Brings lines from memory to the spool, in the background, as long as that is needed. */
export class Spill {
  /** Settles when no more is brought now; `undefined`: nothing is. */
  underWay: Promise<void> | undefined;
  private cancelTimer: (() => void) | undefined;
  /** Everything was brought at once: what a write under way was to take from the queue is not there any more. */
  private isSpilled = false;

  constructor(
    private readonly parts: { readonly queue: MemoryQueue; readonly spool: Spool | undefined; readonly clock: Clock },
    private readonly view: SpillView,
  ) {}

  /** Lines that are in memory only. */
  get unspooled(): number {
    return this.unspooledRows.length + this.parts.queue.length;
  }

  /** Starts when some more lines may have come. */
  soon(): void {
    if (this.underWay === undefined) this.startIn(SOON_MS);
  }

  /** Settles when what can be spooled is. Never rejects. */
  start(): Promise<void> {
    const { spool } = this.parts;
    if (spool === undefined) return Promise.resolve();
    this.underWay ??= this.run(spool).finally(() => {
      this.underWay = undefined;
      if (this.view.isNeeded() && this.unspooled > 0) this.startIn(AGAIN_MS);
    });
    return this.underWay;
  }

  /** When it is not needed any more. */
  stop(): void {
    this.cancelTimer?.();
  }

  /** Brings everything, before it returns. */
  spillSync(untilMs: number): void {
    const { queue, spool } = this.parts;
    if (spool === undefined) return;
    this.isSpilled = true;
    const batch = this.unspooledRows;
    const first = spool.appendSync(batch, untilMs);
    if (first < batch.length) return;
    const current = this.view.batch();
    if (current !== undefined) current.isSpooled = true;
    for (let rows = queue.peek(MANY, WRITE_BYTES); rows.length > 0; rows = queue.peek(MANY, WRITE_BYTES)) {
      const written = spool.appendSync(rows, untilMs);
      queue.release(queue.drop(written));
      if (written < rows.length) return;
    }
  }

  private get unspooledRows(): readonly DeliveryRow[] {
    const batch = this.view.batch();
    return batch === undefined || batch.isSpooled ? [] : batch.rest;
  }

  private startIn(ms: number): void {
    this.cancelTimer ??= this.parts.clock.setTimer(() => {
      this.cancelTimer = undefined;
      void this.start();
    }, ms);
  }

  private async run(spool: Spool): Promise<void> {
    const { queue } = this.parts;
    while (this.view.isNeeded() && spool.mayWrite) {
      const batch = this.view.batch();
      const first = this.unspooledRows;
      if (batch !== undefined && first.length > 0) {
        if (!(await appendAll(spool, first))) return;
        batch.isSpooled = true;
        continue;
      }
      const rows = queue.peek(MANY, WRITE_BYTES);
      if (rows.length === 0) return;
      const written = await spool.append(rows);
      if (written === 0 || this.isSpilled) return;
      queue.release(queue.drop(written));
    }
  }
}

async function appendAll(spool: Spool, rows: readonly DeliveryRow[]): Promise<boolean> {
  for (let at = 0; at < rows.length; ) {
    const written = await spool.append(rows.slice(at));
    if (written === 0) return false;
    at += written;
  }
  return true;
}
