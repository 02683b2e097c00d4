import type { EndpointStats, HttpStats, RequestReport, TrackedRequest, Tracker } from './api';

/** Request tracking of a bus: counts, thresholds, and what adapters use. `Slow` is the watch over slow requests. */
export interface Tracking<Slow = unknown> extends Disposable {
  /** The request that is being answered here; `undefined` outside of any. */
  current(): TrackedRequest | undefined;
  /** Since tracking began, the most requested first. */
  endpoints(): readonly EndpointStats[];
  /** As `GET /v1/metrics` answers. */
  report(): RequestReport;
  /** Looks for slow requests, by class; see `watchSlow`. Its handler has the id `telemetry-slow-http`. */
  readonly slow: Slow;
  stats(): HttpStats;
  /** Requests that are under way end as they began; later ones are not tracked. */
  close(): void;
  readonly tracker: Tracker;
}
