import type { SinkStats } from './sink';

/** Keeps the account of a sink: what it took is written, dropped for a reason, or still queued. */
export class SinkCounts {
  accepted = 0;
  written = 0;
  readonly dropped: Record<string, number> = {};

  drop(reason: string, lines = 1): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + lines;
  }

  stats(): SinkStats {
    const dropped = Object.values(this.dropped).reduce((sum, lines) => sum + lines, 0);
    return { accepted: this.accepted, written: this.written, queued: this.accepted - this.written - dropped, dropped: { ...this.dropped } };
  }
}
