/**
 * `GET /admin/stream?watch=<path>&watch=<path>&every=1`: one connection for all that a page shows. Each `watch` is the path of a `GET` of
 * this API that answers JSON (`/admin/events?limit=100`, without the base path), asked anew every `every` seconds by the server, once for all
 * who watch it. What changed is sent:
 *
 * - `event: hello`, data {@link Hello}: first, and after a reconnect.
 * - `event: full`, data {@link Full}: the whole answer; first, and for who was too slow for changes.
 * - `event: delta`, data {@link Change}: what differs from the answer before; see `delta.ts`.
 * - `event: refused`, data {@link Refused}: this path can't be watched, or failed; it is tried again.
 * - `event: bye`, data `{}`: the stream is over, because it is old or the session ends; who may, connects again.
 *
 * A comment comes at least every 15 s.
 */

export interface Hello {
  /** Another one after the process was started again. */
  readonly instance: string;
  /** In s. */
  readonly every: number;
  readonly watches: readonly string[];
}

export interface Full {
  /** Index of the `watch` parameter. */
  readonly w: number;
  /** Counts the answers of this watch. */
  readonly v: number;
  readonly data: unknown;
}

export interface Change {
  readonly w: number;
  /** That of the answer before is one less. */
  readonly v: number;
  readonly delta: unknown;
}

export interface Refused {
  readonly w: number;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}
