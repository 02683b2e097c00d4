import { checkOptions, type OptionRule, optionInvalid } from '../../../core/options';
import { show } from '../../../core/show';
import { enginesOf, type Hosted } from '../../../engines';
import { httpTrackingOf } from '../../../entries/http';
import { ClientEvents, type ClientHost } from './client-span';
import { settle } from './install';
import { type OutgoingStats, outgoing, type Use } from './state';

/**
 * Options of `startPropagation`. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `propagate` | requests carry `traceparent` and `tracestate`; `false`: events only, and nothing for those of `telemetry` | `true` |
 * | `propagateTo` | says which servers may be told; one that throws says no, and is counted | all |
 * | `client` | emits `http.client.start`, `stop` and `exception`; needs `telemetry` | `false` |
 * | `telemetry` | the bus whose requests this is for, of those events and of warnings | none: the whole process |
 */
export interface PropagationOptions {
  readonly propagate?: boolean;
  readonly propagateTo?: (url: URL) => boolean;
  readonly client?: boolean;
  readonly telemetry?: Hosted;
}

const RULES: Readonly<Record<keyof PropagationOptions, OptionRule>> = {
  propagate: 'boolean',
  propagateTo: 'function',
  client: 'boolean',
  telemetry: 'object',
};

/**
 * Lets the requests that this process makes with `fetch`, undici, `node:http` and `node:https` take part in the trace they are made in:
 * each is a span of its own, whose parent is the request that is being answered, and carries `traceparent` and `tracestate`. Those that
 * the program set itself stay. Outside of any trace nothing is added.
 *
 * Nothing is wrapped: Node's channels tell of requests, and where Node has none for those of `node:http` (before 22.12) one method of
 * `http.Agent` is patched. There is one installation for a process, however often this is called and from whichever build of the
 * library; the last stop takes it out. None of it throws into the application.
 *
 * Within a request, the calls that were made for its bus (`telemetry`; `trackHttp` makes one) decide: with `propagate: false` it carries
 * nothing, whatever other buses want. Calls without a bus count for the whole process, and their `propagateTo` must agree as well. Outside of
 * any request, and for a bus that has no call of its own, `propagateTo` of all calls must agree.
 *
 * Not reached: HTTP/2 clients; before Node 22.12 requests without an agent (`createConnection` of their own) or with one that is no
 * `http.Agent`; everywhere requests whose headers are given as a list or whose head is written at once (`Expect`).
 *
 * Cost per request outside of any trace: reading the scope. Within one: ids and two headers, some microseconds.
 *
 * @param options - See {@link PropagationOptions}.
 * @returns What stops it; harmless when called again.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const stop = startPropagation({ propagateTo: (url) => url.hostname.endsWith('.internal') });
 * outgoingStats().faults; // => 0
 * stop();
 */
export function startPropagation(options: PropagationOptions = {}): () => void {
  checkOptions('startPropagation', options, RULES);
  const { propagate = true, propagateTo, client = false, telemetry } = options;
  if (client && telemetry === undefined) throw optionInvalid('startPropagation: telemetry', telemetry, 'a bus, which client events need');
  const host = telemetry && enginesOf('startPropagation', telemetry).http;
  const stopEvents = client ? tellEvents(host!) : undefined;
  const use: Use = {
    sends: propagate,
    bus: host?.emitter,
    isTracked: () => telemetry !== undefined && httpTrackingOf(telemetry) !== undefined,
    propagateTo,
    failed: warnOnce(host),
  };
  outgoing.uses.add(use);
  settle();
  return () => {
    if (!outgoing.uses.delete(use)) return;
    if (use.bus !== undefined) outgoing.left.set(use.bus, use);
    stopEvents?.();
    settle();
  };
}

/** What became of trace headers in this process, since it began. */
export const outgoingStats = (): OutgoingStats => ({ ...outgoing.counts });

/** A bus is told of each request once, however many uses want it. */
function tellEvents(host: ClientHost): () => void {
  const entry = outgoing.clients.get(host) ?? { events: new ClientEvents(host), uses: 0 };
  entry.uses++;
  outgoing.clients.set(host, entry);
  return () => {
    if (--entry.uses === 0) outgoing.clients.delete(host);
  };
}

function warnOnce(host: ClientHost | undefined): (reason: unknown) => void {
  let isSaid = false;
  return (reason) => {
    if (isSaid || host === undefined) return;
    isSaid = true;
    const text = show(reason instanceof Error ? reason.message : reason);
    const message = `startPropagation: propagateTo failed, so the request carries no trace headers, got ${text}. This is said once; outgoingStats() counts`;
    try {
      host.warn({ code: 'HANDLER_FAILED', message });
    } catch {
      // It has nowhere else to go.
    }
  };
}
