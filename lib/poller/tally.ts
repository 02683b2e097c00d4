import type { PollerFailureMetadata } from '../core/own-events';

/** Ticks that passed without a run because the process was suspended or its event loop blocked. */
export interface PollerGap {
  /** When the run was due, ms since the epoch. */
  readonly since: number;
  /** How late it came. */
  readonly ms: number;
}

/** What a poller knows of one measurement. */
export interface MeasurementStats {
  /** Runs that began. */
  readonly runs: number;
  /** Runs that failed, by kind. */
  readonly failed: Readonly<Record<PollerFailureMetadata['kind'], number>>;
  /** How many of the latest runs failed in a row. */
  readonly failures: number;
  /** Ticks at which an earlier run was still under way, or too many that were given up had not ended. */
  readonly skipped: number;
  /** Ticks that passed while the process was suspended or its event loop blocked; they are not caught up. */
  readonly missed: number;
  /** The latest time when ticks were missed. */
  readonly gap: PollerGap | undefined;
  /** Runs that were given up at the time-out and have not ended since. */
  readonly abandoned: number;
  /** How long the latest run took, and the longest one, in ms; a run that was given up counts with its time-out. */
  readonly lastMs: number | undefined;
  readonly longestMs: number | undefined;
  /** When the latest run began that succeeded, ms since the epoch. */
  readonly lastSuccess: number | undefined;
}

/** Counts what becomes of the runs of one measurement. */
export class Tally {
  runs = 0;
  failures = 0;
  skipped = 0;
  missed = 0;
  abandoned = 0;
  private gap: PollerGap | undefined = undefined;
  private readonly failed: Record<PollerFailureMetadata['kind'], number> = { error: 0, timeout: 0, value: 0 };
  private lastMs: number | undefined = undefined;
  private longestMs: number | undefined = undefined;
  private lastSuccess: number | undefined = undefined;

  missedTicks(count: number, gap: PollerGap): void {
    this.missed += count;
    this.gap = gap;
  }

  took(ms: number): void {
    this.lastMs = ms;
    this.longestMs = Math.max(ms, this.longestMs ?? 0);
  }

  /** @param begin - When the run began, ms since the epoch. */
  succeeded(begin: number): void {
    this.failures = 0;
    this.lastSuccess = begin;
  }

  failedBy(kind: PollerFailureMetadata['kind']): void {
    this.failures++;
    this.failed[kind]++;
  }

  stats(): MeasurementStats {
    const { runs, failures, skipped, missed, gap, abandoned, lastMs, longestMs, lastSuccess } = this;
    return { runs, failed: { ...this.failed }, failures, skipped, missed, gap, abandoned, lastMs, longestMs, lastSuccess };
  }
}
