import type { Level } from '../../core/level';
import { SinkCounts } from '../../sinks/counts';
import type { Chunk } from './chunk';
import { LineQueue } from './line-queue';
import { Losses } from './losses';
import type { LossSummary } from './options';

export interface BacklogOptions {
  readonly maxQueuedBytes: number;
  /** Makes the line that says how many were lost. */
  readonly onLoss: ((summary: LossSummary) => string | undefined) | undefined;
}

/** The lines of a sink that wait, the chunk that is being written, and the account of all lines there ever were. */
export class Backlog {
  readonly counts: SinkCounts = new SinkCounts();
  private readonly queue: LineQueue;
  private readonly losses = new Losses();
  private readonly onLoss: BacklogOptions['onLoss'];
  private taken: Chunk | undefined;
  private reason = 'overflow';

  constructor({ maxQueuedBytes, onLoss }: BacklogOptions) {
    this.onLoss = onLoss;
    this.queue = new LineQueue(maxQueuedBytes, (level) => {
      this.counts.drop(this.reason);
      this.losses.add(this.reason, level);
    });
  }

  /** Lines that wait, those being written included. */
  get lines(): number {
    return this.queue.lines;
  }

  get bytes(): number {
    return this.queue.bytes;
  }

  /** Lines that nobody will find unless they are told of: those that wait, and those lost since the last summary. */
  get missing(): number {
    return this.queue.lines + this.losses.lines;
  }

  get hasLosses(): boolean {
    return !this.losses.isEmpty;
  }

  /** Half of a chunk is written. */
  get isBegun(): boolean {
    return this.taken !== undefined;
  }

  /** Takes a line that was accepted; see `LineQueue.push`. */
  push(line: string, level: Level, period: number): void {
    // There is nothing of it to be written, and a write of nothing completes no line.
    if (line === '') this.counts.written++;
    else this.queue.push(line, level, period);
  }

  /** The chunk to be written: the same until all of it was. */
  next(): Chunk | undefined {
    this.taken ??= this.queue.take();
    return this.taken;
  }

  /** Bytes of the chunk were written. Returns how many lines that completes. */
  wrote(chunk: Chunk, bytes: number): number {
    const lines = this.queue.advance(chunk, bytes);
    this.counts.written += lines;
    if (chunk.lines === 0) {
      this.taken = undefined;
      this.queue.recycle(chunk);
    }
    return lines;
  }

  /** Lines that had been written are gone after all. */
  lostWritten(reason: string, lines: number): void {
    this.counts.written -= lines;
    this.counts.drop(reason, lines);
    this.losses.add(reason, 'unknown', lines);
  }

  /** Appends a line about what was lost. `false`: nothing was, or nobody makes such a line. */
  tellLosses(period: number): boolean {
    if (this.losses.isEmpty) return false;
    const summary = this.losses.take();
    let line: string | undefined;
    try {
      line = this.onLoss?.(summary);
    } catch {
      // The counts tell it.
    }
    if (typeof line !== 'string') return false;
    this.counts.accepted++;
    this.queue.push(line, 'warn', period);
    return true;
  }

  /** Drops all that waits. */
  giveUp(reason: string): void {
    this.reason = reason;
    if (this.taken !== undefined) this.queue.giveUp(this.taken);
    this.taken = undefined;
    this.queue.clear();
  }

  /** Half a line is worth nothing to anybody. Returns how many bytes of the chunk's first line were written; it begins anew. */
  rewind(): number {
    const chunk = this.taken;
    if (chunk === undefined) return 0;
    const bytes = chunk.start - chunk.lineStart;
    chunk.rewind();
    return bytes;
  }
}
