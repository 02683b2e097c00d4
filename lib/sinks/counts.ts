import type { SinkStats } from './sink';

/** Keeps the account of a sink: what it took is written, dropped for a reason, or still queued. */
export class SinkCounts {
  accepted = 0;
  written = 0;
  readonly dropped: Record<string, number> = {};

  drop(reason: string, lines = 1): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + lines;
  }

  /** What has met neither fate yet. */
  get queued(): number {
    return this.accepted - this.written - Object.values(this.dropped).reduce((sum, lines) => sum + lines, 0);
  }

  stats(): SinkStats {
    return { accepted: this.accepted, written: this.written, queued: this.queued, dropped: { ...this.dropped } };
  }
}
