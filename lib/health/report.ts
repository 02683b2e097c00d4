import type { LatencySummary } from './host';
import type { ProbeName } from './options';
import type { CheckValue } from './result';
import type { CheckStatus } from './standing';

/** What is known of one check. Times are ms since the epoch. */
export interface CheckReport {
  readonly status: CheckStatus;
  readonly critical: boolean;
  readonly probes: readonly ProbeName[];
  /** What the last run said; redacted, at most 500 characters. */
  readonly detail?: string;
  readonly data?: Readonly<Record<string, CheckValue>>;
  /** When the last run was over. */
  readonly lastRun?: number;
  /** When it changed to this status. */
  readonly lastChange?: number;
  /** Duration of the last run, in ms. */
  readonly duration?: number;
  /** Failures in a row, up to the last run. */
  readonly failures: number;
  /** Runs so far. */
  readonly runs: number;
  readonly isRunning: boolean;
  /** Runs that took too long and go on all the same; at 3 the check waits for one of them. */
  readonly hanging: number;
  /** Durations of all its runs, in ms. */
  readonly latency?: LatencySummary;
}

/** What is known of all checks. */
export interface HealthReport {
  /**
   * `unhealthy` if a critical check is; else `degraded` if a check is degraded or unhealthy; else `unknown` if one has not run
   * yet; else `healthy`.
   */
  readonly status: CheckStatus;
  /** When the report was made, in ms since the epoch. */
  readonly time: number;
  readonly checks: Readonly<Record<string, CheckReport>>;
}

/** A check changed. */
export interface HealthChange {
  readonly check: string;
  readonly from: CheckStatus;
  readonly to: CheckStatus;
  /** Why, redacted. */
  readonly detail?: string;
  readonly critical: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** ms since the epoch. */
  readonly time: number;
  /** State of all checks together, after the change. */
  readonly overall: CheckStatus;
}
