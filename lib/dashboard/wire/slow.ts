/** In ms. */
export interface Limits {
  readonly warn?: number;
  readonly error?: number;
}

/** How many durations were judged, and what came of it; very slow ones are not counted as slow once more. */
export interface Tally {
  readonly count: number;
  readonly slow: number;
  readonly verySlow: number;
}

type Plain = string | number | boolean | null;

export interface SlowOperation {
  readonly event: string;
  readonly class?: string;
  readonly duration_ms: number;
  readonly threshold_ms: number;
  readonly severity: 'slow' | 'very_slow';
  /** ms since the epoch. */
  readonly time: number;
  readonly description: string;
  readonly context: Readonly<Record<string, Plain>>;
  readonly metadata: Readonly<Record<string, Plain>>;
}

/** Of a class or of an event. All times in ms. */
export interface ThresholdProposal {
  readonly class?: string;
  readonly event?: string;
  readonly count: number;
  readonly max: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly current?: Limits;
  readonly proposed?: { readonly warn: number; readonly error: number };
  /** How it was reached, or why there is none. */
  readonly reason: string;
  /** At most so many of the durations would be. */
  readonly wouldBeSlow?: number;
  readonly wouldBeVerySlow?: number;
}

export interface SlowWatch {
  readonly counts: {
    readonly total: Tally;
    readonly classes: Readonly<Record<string, Tally>>;
    readonly events: Readonly<Record<string, Tally>>;
    readonly overflow: Tally;
  };
  readonly thresholds: { readonly classes: Readonly<Record<string, Limits>>; readonly events: Readonly<Record<string, Limits>> };
  readonly proposals: readonly ThresholdProposal[];
  readonly left_out: { readonly events: number; readonly proposals: number };
}

/** `GET /admin/slow`; `null`: nobody watches. */
export interface Slow {
  readonly slowest: readonly SlowOperation[];
  readonly operations: SlowWatch | null;
  readonly requests: SlowWatch | null;
}
