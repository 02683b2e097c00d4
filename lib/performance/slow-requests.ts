import type { SlowOperation } from './slowest';

/** A row of a page of slow operations. */
export interface SlowRequest {
  /** Dotted key of the event. */
  readonly metric: string;
  readonly duration_ms: number;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

/**
 * Tells slow operations as admin pages list them (`slow_requests`).
 *
 * @param operations - What `SlowWatch.slowest` returned.
 * @example
 * slowRequests([]); // => []
 */
export const slowRequests = (operations: readonly SlowOperation[]): SlowRequest[] =>
  operations.map(({ event, duration_ms, time }) => ({ metric: event, duration_ms, timestamp: new Date(time).toISOString() }));
