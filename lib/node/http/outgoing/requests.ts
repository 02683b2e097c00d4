import type { ClientSpan, ClientTarget } from './client-span';
import { outgoing } from './state';

/** A request that buses were told of. */
export interface OpenRequest {
  readonly spans: readonly ClientSpan[];
  status: number | undefined;
  error: unknown;
}

/** By request, so that nothing is kept of one that is gone. */
const open = new WeakMap<object, OpenRequest>();

/** Tells the start of a request to all who want to know. */
export function openRequest(request: object, target: () => ClientTarget, spanId: string | undefined): OpenRequest | undefined {
  if (outgoing.clients.size === 0 || open.has(request)) return undefined;
  const where = target();
  const spans: ClientSpan[] = [];
  for (const { events } of outgoing.clients.values()) {
    const span = events.open(where, spanId);
    if (span !== undefined) spans.push(span);
  }
  const entry: OpenRequest = { spans, status: undefined, error: undefined };
  open.set(request, entry);
  return entry;
}

export const openRequestOf = (request: object): OpenRequest | undefined => open.get(request);

/** Tells its end: with a status when the answer arrived whole, else with what went wrong. */
export function closeRequest(request: object, end: { readonly status: number } | { readonly error: unknown }): void {
  const entry = open.get(request);
  // Kept, so that a request that is told of again begins nothing new.
  for (const span of entry?.spans ?? []) {
    if ('status' in end) span.end(end.status);
    else span.fail(end.error);
  }
}
