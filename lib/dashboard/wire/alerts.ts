/** Rules, alerts, silences, targets. All times are ms since the epoch. */

export type Severity = 'warning' | 'critical';

export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly group?: string;
  /** What the group is a value of. */
  readonly by?: string;
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly severity: Severity;
  readonly value?: number | null;
  readonly threshold: number | null;
  readonly summary: string;
  /** The rule as a text. */
  readonly condition: string;
  readonly runbook?: string;
  readonly since: number;
  readonly firedAt?: number;
  readonly resolvedAt?: number;
  readonly isSilenced: boolean;
  readonly details: Readonly<Record<string, string>>;
}

export interface AlertRule {
  readonly name: string;
  readonly condition: string;
  readonly state: 'inactive' | 'pending' | 'firing';
  readonly severity?: Severity;
  readonly value?: number | null;
  readonly evaluatedAt?: number;
  readonly pending: number;
  readonly firing: number;
  /** Groups there was no room for. */
  readonly overflow: number;
}

export interface AlertChange {
  readonly time: number;
  readonly change: 'pending' | 'ended' | 'firing' | 'raised' | 'lowered' | 'resolved' | 'removed';
  readonly alert: Alert;
}

/** accepted = delivered + all of dead + queued + limited. */
export interface AlertTarget {
  readonly place: string;
  readonly accepted: number;
  readonly delivered: number;
  readonly dead: Readonly<Record<string, number>>;
  readonly queued: number;
  readonly limited: number;
  readonly summaries: number;
  readonly attempts: number;
  readonly isResting: boolean;
}

/** `GET /admin/alerts`. */
export interface AlertsState {
  readonly rules: readonly AlertRule[];
  readonly firing: readonly Alert[];
  readonly pending: readonly Alert[];
  /** The newest first. */
  readonly history: readonly AlertChange[];
  readonly stats: {
    /** `false`: nobody looks at the rules. */
    readonly isRunning: boolean;
    readonly rules: number;
    readonly ticks: number;
    /** The last look at the rules took so long. */
    readonly tickMs: number;
    readonly failures: number;
    readonly targets: Readonly<Record<string, AlertTarget>>;
  };
  /** How many did not fit. */
  readonly left_out: { readonly rules: number; readonly firing: number; readonly pending: number };
}

export interface Silence {
  readonly id: string;
  readonly rule?: string;
  readonly group?: string;
  readonly severity?: Severity;
  readonly reason?: string;
  readonly by?: string;
  readonly startedAt: number;
  readonly endsAt: number;
}

/** `GET /admin/silences`. */
export interface Silences {
  readonly silences: readonly Silence[];
}

/** What `POST /admin/alerts/test` answers. */
export interface AlertTest {
  readonly target: string;
  readonly isDelivered: boolean;
  /** Why not. */
  readonly code?: string;
  readonly attempts: number;
  /** In ms. */
  readonly duration: number;
}
