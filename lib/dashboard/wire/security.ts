export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** What was done through the admin API. */
export interface AdminDeed {
  /** Such as `log_level_changed`; `read` for what was read. */
  readonly action: string;
  readonly target: string;
  /** Name of the token. */
  readonly actor: string;
  readonly before?: string | number | boolean;
  readonly after?: string | number | boolean;
}

export interface SecurityEvent {
  readonly event: string;
  readonly severity: Severity;
  /** ISO. */
  readonly timestamp: string;
  readonly source: 'application' | 'library';
  readonly ip?: string;
  readonly endpoint?: string;
  readonly attempts?: number;
  readonly blocked?: boolean;
  /** What a detector found. */
  readonly found?: Readonly<Record<string, string | number | boolean | null>>;
  readonly admin?: AdminDeed;
}

/** `GET /admin/logs/security`. */
export interface SecurityLog {
  /** The newest first, at most 100. */
  readonly security_events: readonly SecurityEvent[];
  /** How many of each name since the process began. */
  readonly event_summary: Readonly<Record<string, number>>;
  readonly total_events: number;
}
