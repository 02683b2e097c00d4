/** Time series and heatmaps. All times are ms since the epoch. */

/** A series that has a history, without its values: `GET /admin/history` without `metric`. */
interface SeriesName {
  readonly metric: string;
  readonly type: 'counter' | 'sum' | 'lastValue' | 'summary' | 'distribution';
  readonly unit: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SeriesList {
  readonly metrics: readonly SeriesName[];
  /** Series there was no room for. */
  readonly untracked: number;
  /** Whether the bus has a history at all. */
  readonly has_history: boolean;
}

/** `GET /admin/history?metric=…`: columns as `getHistory` names them, all as long as `times`. */
export interface History {
  readonly metric: string;
  readonly step_ms: number;
  readonly times: readonly number[];
  readonly series: readonly {
    readonly type: SeriesName['type'];
    readonly unit: string | null;
    readonly tags: Readonly<Record<string, string>>;
    readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  }[];
  /** Series of this metric that did not fit. */
  readonly left_out: number;
}

/** What tells where a slow one belongs. */
export interface Ids {
  readonly request_id?: string;
  readonly trace_id?: string;
  readonly session_id?: string;
  readonly error_id?: string;
}

/** A slow one that can be followed. */
export interface Outlier {
  readonly time: number;
  /** Dotted name of the event. */
  readonly event: string;
  readonly duration_ms: number;
  readonly ids: Ids;
  /** Tags of the event, for people. */
  readonly tags: Readonly<Record<string, string>>;
}

/** `GET /admin/outliers`: of each event the slowest one of each ten seconds of the last ten minutes. */
export interface Outliers {
  readonly outliers: readonly Outlier[];
}

/** `GET /admin/heatmap?metric=…`: how many durations fell into which range at which time. */
export interface Heatmap {
  readonly metric: string;
  /** Unit of `bounds` and of the percentiles; `ms` for durations. */
  readonly unit: string;
  readonly step_ms: number;
  readonly times: readonly number[];
  /** Edges of the ranges, ascending, one more than ranges; the first and the last range take what is beyond them as well. */
  readonly bounds: readonly number[];
  /** By time, then by range: counts. Ranges that no time has anything in are cut off at both ends. */
  readonly counts: readonly (readonly number[])[];
  readonly percentiles: {
    readonly p50: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
    readonly p99: readonly (number | null)[];
  };
}
