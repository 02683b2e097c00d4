import { unlink } from 'node:fs/promises';
import { codeOf } from '../../file/open-file';
import type { DeliveryRow, RowKind } from '../row';
import { OwnedRuns } from './owned-runs';
import { RunProgress, type SpoolLoss } from './run-progress';
import type { Segment } from './segment';
import { SegmentList } from './segment-list';
import { SpoolTrouble } from './spool-trouble';
import { SpoolWriter } from './spool-writer';

/** These pass; any other error of reading stays. */
const PASSING: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY', 'EINTR']);

export interface SpoolSettings {
  readonly folder: string;
  readonly maxBytes: number;
}

/** Who is told what becomes of spooled lines without being delivered. */
export interface SpoolReport {
  /** Lines of this run can't be read back (`spool_corrupt`), or their folder or segments are somebody else's now (`spool_lost`). */
  onLost(reason: SpoolLoss, lines: number): void;
  onTrouble(code: string, message: string): void;
}

/** What was read from a spool to be delivered together. */
export interface SpooledRows {
  readonly rows: readonly DeliveryRow[];
  readonly isRecovered: boolean;
}

/**
 * Lines that wait on disk: segments of this run, which come in and go out in order, and segments of runs that ended before
 * they were delivered. A segment is deleted when all of it was delivered, never before: after a crash in between lines come
 * twice, with the same keys.
 *
 * One operation runs at a time; the others wait for it.
 */
export class Spool {
  private readonly segments: SegmentList;
  private readonly progress: RunProgress;
  private readonly trouble: SpoolTrouble;
  private readonly runs: OwnedRuns;
  private readonly writer: SpoolWriter;
  private tail: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(
    { folder, maxBytes }: SpoolSettings,
    private readonly kind: RowKind,
    report: SpoolReport,
  ) {
    const segments = new SegmentList(maxBytes);
    const progress = new RunProgress((reason, lines) => report.onLost(reason, lines));
    const trouble = new SpoolTrouble(folder, (code, message) => report.onTrouble(code, message));
    const runs = new OwnedRuns(folder, kind.mark, segments, () => {
      writer.seal();
      progress.loseRest('spool_lost');
    });
    const writer = new SpoolWriter(folder, maxBytes, { segments, progress, trouble, runs });
    this.segments = segments;
    this.progress = progress;
    this.trouble = trouble;
    this.runs = runs;
    this.writer = writer;
  }

  get isEmpty(): boolean {
    return this.segments.length === 0;
  }

  /** The last write found no room within the limit. */
  get isFull(): boolean {
    return this.segments.isFull;
  }

  get bytes(): number {
    return this.segments.bytes;
  }

  /** Lines of this run that wait here and nowhere else. */
  get lines(): number {
    return this.progress.lines;
  }

  get files(): number {
    return this.segments.length;
  }

  /** Damaged pieces that were met. */
  get corrupt(): number {
    return this.segments.corrupt;
  }

  /** Failures by code. */
  get errors(): Readonly<Record<string, number>> {
    return this.trouble.counts;
  }

  /** Whether there is any sense in writing now. */
  get mayWrite(): boolean {
    // A line may be longer than the limit itself: then there is nothing here whose leaving would tell of room.
    return (!this.isFull || this.isEmpty) && this.trouble.isOver;
  }

  /** Lines up to here were taken from memory to be delivered: copies of them need not be. */
  passOver(row: DeliveryRow): void {
    this.progress.passOver(row);
  }

  /** Appends the first of some rows. @returns How many are on disk now: not all when the limit is reached, none when writing fails. */
  append(rows: readonly DeliveryRow[]): Promise<number> {
    return this.alone(() => this.writer.append(rows));
  }

  /** The same before it returns, for the end of a process; into a segment of its own, because a write may be in flight. */
  appendSync(rows: readonly DeliveryRow[], untilMs: number): number {
    return this.writer.appendSync(rows, untilMs);
  }

  /**
   * Takes the next rows to be delivered; what was taken before is done with.
   *
   * @returns `undefined`: nothing waits here.
   * @throws the system's errors that pass.
   */
  next(maxLines: number, maxBytes: number): Promise<SpooledRows | undefined> {
    return this.alone(async () => {
      for (let segment = this.segments.first; segment !== undefined && !this.isClosed; segment = this.segments.first) {
        this.writer.sealIfActive(segment);
        if (!(await this.load(segment)) || this.isClosed) continue;
        const { isOwn } = segment;
        const rows = isOwn ? this.progress.take(segment, maxLines, maxBytes) : segment.take(maxLines, maxBytes, () => true);
        if (rows.length > 0) return { rows, isRecovered: !isOwn };
        await this.remove(segment);
      }
      // What was spooled and is in no segment.
      if (!this.isClosed) this.progress.loseRest('spool_corrupt');
      return undefined;
    });
  }

  /** Shows that we live, and takes over what others left. @returns Whether something was found. */
  tend(): Promise<boolean> {
    return this.alone(async () => {
      try {
        await this.runs.tend();
      } catch (error) {
        this.trouble.met('tending', error);
      }
      return this.segments.hasRecovered;
    });
  }

  /** Settles when nothing is going on. */
  quiet(): Promise<unknown> {
    return this.tail;
  }

  /** Lets go of everything; what is there is for whoever comes next. */
  close(): void {
    this.isClosed = true;
    this.writer.seal();
    this.runs.close();
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }

  /** Has a segment read. `false`: it can't be, and is left out. */
  private async load(segment: Segment): Promise<boolean> {
    try {
      await segment.load(this.kind);
      return true;
    } catch (error) {
      if (PASSING.has(codeOf(error))) throw error;
      this.trouble.met('reading', error);
      this.segments.leaveOut(segment);
      // Its lines are told of with the next line that can be read, or at the end.
      return false;
    }
  }

  private async remove(segment: Segment): Promise<void> {
    if (!this.runs.check(segment.run)) return;
    this.segments.leaveOut(segment);
    try {
      await unlink(segment.path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.trouble.met('cleaning', error);
    }
    if (!segment.isOwn && !this.segments.hasRun(segment.run)) this.runs.giveBack(segment.run);
  }
}
