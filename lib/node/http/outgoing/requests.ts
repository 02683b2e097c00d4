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

/** Runs something within the span of a request: with several buses, in that of the first. */
export function withinRequest<Result>(request: object, work: () => Result): Result {
  const span = open.get(request)?.spans[0];
  return span === undefined ? work() : span.within(work);
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
