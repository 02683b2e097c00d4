/** Health checks. All times are ms since the epoch. */

export type CheckStatus = 'healthy' | 'degraded' | 'unhealthy' | 'unknown';
export type ProbeName = 'live' | 'ready' | 'startup';

export interface HealthCheck {
  readonly status: CheckStatus;
  readonly critical: boolean;
  readonly probes: readonly ProbeName[];
  /** What the last run said. */
  readonly detail?: string;
  readonly data?: Readonly<Record<string, string | number | boolean | null>>;
  readonly lastRun?: number;
  readonly lastChange?: number;
  /** Of the last run, in ms. */
  readonly duration?: number;
  /** In a row. */
  readonly failures: number;
  readonly runs: number;
  readonly isRunning: boolean;
  /** Runs that took too long and go on all the same. */
  readonly hanging: number;
  /** Of all its runs, in ms. */
  readonly latency?: {
    readonly count: number;
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
  };
}

export interface Probe {
  readonly status: 'pass' | 'warn' | 'fail';
  /** What is wrong: the name of a check and its state each. */
  readonly reasons: readonly string[];
}

/** `GET /admin/health`. */
export interface HealthState {
  readonly status: CheckStatus;
  readonly time: number;
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly probes: Readonly<Record<ProbeName, Probe>>;
  /** `false`: no check is run by itself. */
  readonly is_started: boolean;
  readonly is_shutting_down: boolean;
}

/** What `POST /admin/health/check` answers. */
export interface HealthRun {
  /** `false`: a check takes longer than the answer waits. */
  readonly is_complete: boolean;
  readonly status: CheckStatus;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}
