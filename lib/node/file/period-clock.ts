import type { Clock } from '../../core/clock';
import { nextBoundary } from './rotation-clock';

export interface PeriodClockOptions {
  readonly every: 'hour' | 'day' | undefined;
  readonly timeZone: string;
  readonly clock: Clock;
}

/** No hour and no day is longer, whatever a zone does to its clocks. */
const LONGEST_MS = { hour: 2 * 3_600_000, day: 27 * 3_600_000 } as const;

/** Counts the hours or days by which a file is rotated. */
export class PeriodClock {
  private readonly options: PeriodClockOptions;
  private count = 0;
  private boundary = Number.POSITIVE_INFINITY;

  constructor(options: PeriodClockOptions) {
    this.options = options;
    if (options.every !== undefined) this.setBoundary(options.clock.systemTime());
  }

  /** Which hour or day it is, counted from the start; 0 for ever where the clock has no say. */
  get period(): number {
    const { every, clock } = this.options;
    if (every === undefined) return 0;
    const now = clock.systemTime();
    if (now >= this.boundary) {
      this.count++;
      this.setBoundary(now);
    } else if (this.boundary - now > LONGEST_MS[every]) this.setBoundary(now); // The clock was put back.
    return this.count;
  }

  /** The last answer of `period`. */
  get lastPeriod(): number {
    return this.count;
  }

  /** Milliseconds until the next hour or day. */
  get untilBoundary(): number {
    return this.boundary - this.options.clock.systemTime();
  }

  /** Whether a moment is in an earlier hour or day. @param ms - Since the epoch. */
  isOver(ms: number): boolean {
    const { every, timeZone, clock } = this.options;
    if (every === undefined) return false;
    const now = clock.systemTime();
    return now >= nextBoundary(every, timeZone, Math.min(ms, now));
  }

  private setBoundary(now: number): void {
    this.boundary = nextBoundary(this.options.every!, this.options.timeZone, now);
  }
}
