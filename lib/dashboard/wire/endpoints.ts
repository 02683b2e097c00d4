/** Requests by method and route: `GET /admin/endpoints`, and the thresholds of `GET /v1/metrics`. */

export interface EndpointRow {
  /** Method and route, with a space between. */
  readonly endpoint: string;
  readonly method: string;
  readonly route: string;
  readonly count: number;
  readonly errors: number;
  /** 0 to 1. */
  readonly error_rate: number;
  readonly avg_ms: number;
  readonly min_ms: number;
  readonly max_ms: number;
  readonly slow_count: number;
  readonly very_slow_count: number;
}

export interface EndpointList {
  /** The most requested first. */
  readonly endpoints: readonly EndpointRow[];
  /** `null` where requests are not tracked. */
  readonly stats: {
    readonly in_flight: number;
    readonly total: number;
    readonly aborted: number;
    readonly upgraded: number;
    /** How many there are, those that are not listed included. */
    readonly endpoints: number;
  } | null;
}

/** What the page reads of `GET /v1/metrics`. */
export interface RequestThresholds {
  /** By class: texts such as `5.0s`. */
  readonly thresholds: Readonly<Record<string, { readonly slow_request?: string; readonly very_slow_request?: string }>>;
}
