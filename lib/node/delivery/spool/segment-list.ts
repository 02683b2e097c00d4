import type { Segment } from './segment';

/** The segments of a spool in the order they are delivered: those of earlier runs, then those of this one; within a limit. */
export class SegmentList {
  bytes = 0;
  /** The last write found no room within the limit, and nothing has left since. */
  isFull = false;
  private recovered: Segment[] = [];
  private own: Segment[] = [];
  private corruptBefore = 0;

  constructor(private readonly maxBytes: number) {}

  get length(): number {
    return this.recovered.length + this.own.length;
  }

  get first(): Segment | undefined {
    return this.recovered[0] ?? this.own[0];
  }

  get hasRecovered(): boolean {
    return this.recovered.length > 0;
  }

  get roomBytes(): number {
    return this.maxBytes - this.bytes;
  }

  /** Damaged pieces that were met, also in segments that have left. */
  get corrupt(): number {
    return this.all.reduce((sum, { corrupt }) => sum + corrupt, this.corruptBefore);
  }

  hasRun(run: string): boolean {
    return this.all.some((segment) => segment.run === run);
  }

  add(segment: Segment): void {
    (segment.isOwn ? this.own : this.recovered).push(segment);
    this.bytes += segment.bytes;
  }

  grow(segment: Segment, bytes: number): void {
    segment.bytes += bytes;
    this.bytes += bytes;
  }

  leaveOut(segment: Segment): void {
    this.recovered = this.recovered.filter((other) => other !== segment);
    this.own = this.own.filter((other) => other !== segment);
    this.bytes -= segment.bytes;
    this.corruptBefore += segment.corrupt;
    this.isFull = false;
  }

  leaveOutRun(run: string): void {
    for (const segment of this.all) if (segment.run === run) this.leaveOut(segment);
  }

  private get all(): readonly Segment[] {
    return [...this.recovered, ...this.own];
  }
}
