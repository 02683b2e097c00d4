import type { DurationSummary, Durations } from './host';
import type { SlowSeverity } from './thresholds';

/** How many durations were judged, and what came of it. */
export interface SlowTally {
  readonly count: number;
  /** Over the first threshold, and not over the second. */
  readonly slow: number;
  readonly verySlow: number;
}

/** Counts durations that were judged by one set of thresholds, and remembers how they are distributed. */
export class Tally implements SlowTally {
  count = 0;
  slow = 0;
  verySlow = 0;
  private durations: Durations | undefined = undefined;

  /** @param createDurations - Called for the first duration; without it, durations are only counted. */
  constructor(private readonly createDurations: (() => Durations) | undefined) {}

  /** @param ms - Finite, not negative. */
  add(ms: number): void {
    this.count++;
    if (this.createDurations === undefined) return;
    this.durations ??= this.createDurations();
    this.durations.record(ms);
  }

  mark(severity: SlowSeverity): void {
    if (severity === 'slow') this.slow++;
    else this.verySlow++;
  }

  summary(): DurationSummary | undefined {
    return this.durations?.summary();
  }

  clear(): void {
    this.count = 0;
    this.slow = 0;
    this.verySlow = 0;
    this.durations?.reset();
  }
}

/** The sum of several; plain data. */
export function sumOf(tallies: readonly SlowTally[]): SlowTally {
  const total = (name: keyof SlowTally) => tallies.reduce((sum, tally) => sum + tally[name], 0);
  return { count: total('count'), slow: total('slow'), verySlow: total('verySlow') };
}
