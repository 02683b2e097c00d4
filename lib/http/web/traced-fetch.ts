import type { Bus } from '../../core/bus';
import type { EventName } from '../../core/event';
import { checkOptions } from '../../core/options';
import { httpEvents } from '../events';
import { methodOf, pathOf } from '../head';
import { currentTrace } from '../scope';
import { formatTraceparent, type TraceContext } from '../trace-context';
import { canFollow, type Fetched, followed, type Init, isRequest } from './followed';

/** Options of `tracedFetch`. Both are optional. */
export interface TracedFetchOptions {
  /** Who is told of the trace; asked for each address that redirects lead to. Default: everybody. What it throws counts as no. */
  readonly propagateTo?: (url: URL) => boolean;
  /** Emits `http.client.start`, and `stop` or `exception`, on this bus. Default: none. */
  readonly telemetry?: Pick<Bus<never>, 'measure'>;
}

type AnyFetch = (input: never, init?: never) => Promise<unknown>;

/**
 * A `fetch` whose requests belong to the trace of the request that is being answered: they carry `traceparent`, and `tracestate` where
 * the caller sent one. For runtimes without diagnostics channels; on Node, `trackHttp` of `telemetry-bus/node/http` does it for all.
 *
 * A request that has a `traceparent` keeps it, as do those made outside of any tracked request. Nothing that is passed in is changed.
 *
 * With `propagateTo`, redirects are followed here, as `fetch` would, so that each address is asked for. Where that can't be, the request
 * goes without a trace: in browsers, which hide redirects; with `integrity`; and with a body that can't be sent twice (a stream, or that
 * of a Request).
 *
 * @param fetch - The `fetch` of the runtime, or one like it. Its type is kept.
 * @param options - See {@link TracedFetchOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function tracedFetch<Fetch extends AnyFetch>(fetch: Fetch, options: TracedFetchOptions = {}): Fetch {
  checkOptions('tracedFetch', options, { propagateTo: 'function', telemetry: 'object' });
  const { propagateTo, telemetry } = options;
  const send = fetch as unknown as (input: unknown, init?: Init) => Promise<Fetched>;

  function traced(input: unknown, init?: Init): Promise<unknown> {
    const trace = currentTrace();
    if (trace === undefined && telemetry === undefined) return send(input, init);
    const url = urlOf(input);
    const isTold = trace !== undefined && url !== undefined && mayKnow(url);
    const work = isTold ? () => sendTraced(input, init, trace) : () => send(input, init);
    if (telemetry === undefined || url === undefined) return work();
    const method = methodOf(init?.method?.toUpperCase() ?? (isRequest(input) ? input.method : 'GET'));
    const metadata = { method, host: url.host, path: pathOf(url.pathname) };
    return (telemetry as unknown as Bus).measure(EVENTS, metadata, async (span) => {
      const response = await work();
      span.set({ status: response.status });
      return response;
    });
  }

  function mayKnow(url: URL): boolean {
    try {
      return propagateTo === undefined || propagateTo(url) === true;
    } catch {
      return false;
    }
  }

  function sendTraced(input: unknown, init: Init | undefined, trace: TraceContext): Promise<Fetched> {
    // Those of the second argument stand in for those of a request.
    const headers = new Headers(init?.headers ?? (isRequest(input) ? input.headers : undefined));
    if (headers.has('traceparent')) return send(input, init);
    // The fields of a request that stands for options can't be spread.
    if (isRequest(init)) return sendWith(new Request(input as string, init), {}, headers, trace);
    return sendWith(input, init ?? {}, headers, trace);
  }

  function sendWith(input: unknown, init: Init, headers: Headers, trace: TraceContext): Promise<Fetched> {
    const told = (known: Headers): Headers => {
      const all = new Headers(known);
      all.set('traceparent', formatTraceparent(trace));
      if (trace.state !== undefined && !all.has('tracestate')) all.set('tracestate', trace.state);
      return all;
    };
    const isFollowing = (init.redirect ?? (isRequest(input) ? input.redirect : undefined) ?? 'follow') === 'follow';
    if (propagateTo === undefined || !isFollowing) return send(input, { ...init, headers: told(headers) });
    if (!canFollow(input, init)) return send(input, init);
    return followed(send, { input, init, headers }, (url, known) => (mayKnow(url) ? told(known) : known));
  }

  return Object.assign(traced, fetch) as unknown as Fetch;
}

const { start, stop, exception } = httpEvents.client;
const EVENTS: { readonly start: EventName; readonly stop: EventName; readonly exception: EventName } = { start, stop, exception };

function urlOf(input: unknown): URL | undefined {
  try {
    return new URL(isRequest(input) ? input.url : String(input), (globalThis as { location?: { href?: string } }).location?.href);
  } catch {
    return undefined;
  }
}
