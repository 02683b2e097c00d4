/** The catalogue of events, as `GET /admin/events` and `GET /admin/events/{name}` tell it; the parts that the page reads. */

interface EventDurations {
  readonly count: number;
  readonly min_ms: number;
  readonly max_ms: number;
  readonly mean_ms: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
}

interface EventSchema {
  readonly vendor?: string;
  readonly json_schema?: object;
}

export interface EventRow {
  readonly name: string;
  /** `false`: it was emitted or attached to, and no catalogue declares it. */
  readonly is_declared: boolean;
  readonly level: string;
  readonly duration_unit: string;
  readonly doc?: string;
  readonly measurements?: Readonly<Record<string, { readonly unit?: string; readonly doc?: string }>>;
  readonly tags?: readonly string[];
  readonly private?: readonly string[];
  readonly slow?: { readonly warn_ms?: number; readonly error_ms?: number };
  readonly stream?: string;
  readonly event_type?: string;
  readonly schema?: { readonly measurements?: EventSchema; readonly metadata?: EventSchema };
  readonly handlers: readonly string[];
  /** As the metrics have counted; `null`: they have not. */
  readonly count: number | null;
  readonly durations: EventDurations | null;
  /** Since the API was first asked. */
  readonly watched_count: number;
  readonly per_second: { readonly last_10s: number | null; readonly last_60s: number | null };
  /** ISO time. */
  readonly last_seen: string | null;
  /** Redacted. */
  readonly sample: { readonly time: string; readonly fields: Readonly<Record<string, unknown>> } | null;
}

export interface EventList {
  readonly events: readonly EventRow[];
  readonly total: number;
  /** ISO time that rates, samples and last times are since. */
  readonly watched: { readonly since: string };
}

export interface EventAnswer {
  readonly event: EventRow;
  readonly watched: { readonly since: string };
}
