import { AbandonedRuns, type FoundRun, newRun, segmentPath } from './abandoned-runs';
import { Segment } from './segment';
import type { SegmentList } from './segment-list';
import { segmentBytes } from './spool-file';
import { SpoolLock } from './spool-lock';

/** The runs whose segments are this process's to deliver and delete: its own, and those it took over. */
export class OwnedRuns {
  /** The name of this run; another one after somebody took it over. */
  own: string;
  private readonly abandoned: AbandonedRuns;
  private readonly locks = new Map<string, SpoolLock>();
  private isClosed = false;

  /**
   * @param mark - Begins the names of runs.
   * @param onOwnForsaken - Its segments are somebody else's.
   */
  constructor(
    private readonly folder: string,
    private readonly mark: string,
    private readonly segments: SegmentList,
    private readonly onOwnForsaken: () => void,
  ) {
    this.own = mark + newRun();
    this.abandoned = new AbandonedRuns(folder, mark);
  }

  /** Has a lock for this run before a segment is written. @throws the system's errors. */
  claimOwn(): void {
    if (!this.locks.has(this.own)) this.locks.set(this.own, SpoolLock.create(this.folder, this.own));
  }

  /** Before something is appended: a run that somebody took over is his. */
  checkOwn(): void {
    if (this.locks.get(this.own)?.isCertain() === false) this.forsake(this.own);
  }

  /** Whether a segment of a run may be deleted. What can't be, is left to whoever has it. */
  check(run: string): boolean {
    if (this.locks.get(run)?.isCertain() === true) return true;
    this.forsake(run);
    return false;
  }

  /** Shows that we live, and takes over what others left. @throws the system's errors. */
  async tend(): Promise<void> {
    for (const lock of this.locks.values()) if (!lock.touch()) this.forsake(lock.run);
    for (const found of await this.abandoned.take((run) => this.locks.has(run))) {
      if (this.isClosed) found.lock.release();
      else this.recover(found);
    }
  }

  /** Nothing of a run is left. */
  giveBack(run: string): void {
    this.locks.get(run)?.release();
    this.locks.delete(run);
  }

  close(): void {
    this.isClosed = true;
    for (const lock of this.locks.values()) lock.release();
    this.locks.clear();
  }

  private recover({ lock, segments: numbers }: FoundRun): void {
    const segments: Segment[] = [];
    for (const number of numbers) {
      const path = segmentPath(this.folder, lock.run, number);
      const bytes = segmentBytes(path);
      if (bytes !== undefined) segments.push(new Segment(path, lock.run, false, bytes));
    }
    for (const segment of segments) this.segments.add(segment);
    if (segments.length === 0) lock.release();
    else this.locks.set(lock.run, lock);
  }

  /** Another process took a run over, because this one was silent for long. */
  private forsake(run: string): void {
    this.locks.delete(run);
    this.segments.leaveOutRun(run);
    if (run !== this.own) return;
    this.own = this.mark + newRun();
    this.onOwnForsaken();
  }
}
