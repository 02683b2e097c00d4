import type { Actor } from './route';

/** Writes what was done through the API to the security stream, which nothing can switch off. Never throws. */
export interface Audit {
  /** A change: `authz_admin` with action, what it was and is, and who did it. */
  changed(
    actor: Actor,
    action: string,
    change: { readonly target: string; readonly before: unknown; readonly after: unknown; readonly [field: string]: unknown },
  ): void;
  /** Something sensitive was read: `sensitive_read`. Once a minute for the same actor and resource, with the count since. */
  read(actor: Actor, resource: string): void;
  /** Somebody was refused: `unauthorized_access`, or `rate_limit_exceeded`. */
  refused(
    event: 'unauthorized_access' | 'rate_limit_exceeded',
    actor: Actor,
    endpoint: string,
    fields?: Readonly<Record<string, unknown>>,
  ): void;
}
