/** What the overview of the dashboard is told: `GET /admin/overview`. Numbers that nothing can be said of are `null`. */

/** A health check that does not pass. */
interface FailingCheck {
  readonly name: string;
  readonly status: 'warn' | 'fail';
  readonly output: string | null;
}

export interface HealthSummary {
  readonly status: 'pass' | 'warn' | 'fail';
  readonly checks: number;
  readonly failing: readonly FailingCheck[];
}

/** An alert that fires. */
export interface FiringAlert {
  readonly id: string;
  readonly rule: string;
  readonly severity: 'warning' | 'critical';
  readonly summary: string;
  /** ms since the epoch. */
  readonly since: number;
  readonly is_silenced: boolean;
}

/** https://en.wikipedia.org/wiki/Apdex: (satisfied + tolerating / 2) / all; satisfied up to T, tolerating up to 4 T. */
export interface Apdex {
  /** 0 to 1; `null` when nothing happened in the window. */
  readonly score: number | null;
  readonly threshold_ms: number;
  /** The metric it is of. */
  readonly metric: string;
  /** How many durations of the last minute it judges. */
  readonly count: number;
}

export interface TopEvent {
  readonly name: string;
  readonly per_second: number | null;
  readonly count: number;
  readonly p95_ms: number | null;
}

export interface RecentError {
  readonly fingerprint: string;
  readonly type: string;
  readonly message: string;
  readonly count: number;
  /** ms since the epoch. */
  readonly last_seen: number;
  readonly error_id: string | null;
}

/** The last five minutes by the second, the oldest first; all arrays have the length of `times` (ms since the epoch). */
export interface PulseSeries {
  readonly times: readonly number[];
  readonly events: readonly (number | null)[];
  readonly requests: readonly (number | null)[];
  readonly errors: readonly (number | null)[];
  readonly lines: readonly (number | null)[];
}

/** How much happens now: means of the last ten seconds, per second. */
export interface Rates {
  readonly events: number | null;
  readonly requests: number | null;
  readonly errors: number | null;
  readonly lines: number | null;
  /** Errors for each request, or where requests are not tracked, for each event; 0 to 1; of the last minute. */
  readonly error_ratio: number | null;
}

export interface Overview {
  /** ms since the epoch. */
  readonly now: number;
  readonly process: {
    readonly app: string | null;
    readonly environment: string | null;
    readonly instance: string | null;
    readonly hostname: string | null;
    readonly node: string;
    /** Of this library. */
    readonly version: string;
    readonly pid: number;
    /** In s. */
    readonly uptime: number;
    /** ms since the epoch. */
    readonly started_at: number;
  };
  readonly health: HealthSummary;
  readonly rates: Rates;
  /** `null` where there is no duration to judge by. */
  readonly apdex: Apdex | null;
  readonly top_events: readonly TopEvent[];
  readonly firing: readonly FiringAlert[];
  readonly firing_total: number;
  readonly errors: readonly RecentError[];
  readonly requests: { readonly in_flight: number; readonly total: number } | null;
  readonly series: PulseSeries;
  /** The metric whose heatmap stands in the overview; `null`: no distribution has a history. */
  readonly heat: string | null;
}

/** What the head of every view shows: `GET /admin/pulse`. */
export interface Pulse {
  readonly now: number;
  readonly started_at: number;
  readonly app: string | null;
  readonly environment: string | null;
  readonly instance: string | null;
  readonly health: 'pass' | 'warn' | 'fail';
  readonly firing: number;
  readonly events_per_second: number | null;
  /** Errors of the last minute. */
  readonly errors_last_minute: number;
  readonly monitor: boolean;
}
