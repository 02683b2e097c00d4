import type { Incoming } from './api';
import { Endpoints } from './endpoints';
import { httpEvents } from './events';
import { TrackedExchange } from './exchange';
import { Faults } from './faults';
import { forwardedFor, headerOf, methodOf, pathOf } from './head';
import type { HttpHost, SlowSeam } from './host';
import type { RequestInfo } from './options';
import { RequestIds } from './request-ids';
import { currentRequest } from './scope';
import type { HttpSettings } from './settings';
import type { TrackerParts } from './tracker-parts';
import type { Tracking } from './tracking';

/** What tracking is made of. */
export interface TrackingParts<Slow> {
  readonly host: HttpHost;
  readonly settings: HttpSettings;
  readonly slow: SlowSeam<Slow>;
  /** Called once, when it is closed. */
  readonly closed: () => void;
}

/** Begins to track the requests of a bus. @throws {TelemetryError} `EVENT_DUPLICATE` when the bus has other events of these names. */
export function createTracking<Slow>({ host, settings, slow, closed }: TrackingParts<Slow>): Tracking<Slow> {
  host.declareEvents(httpEvents);
  const { start, stop, exception } = httpEvents.request;
  const faults = new Faults((warning) => host.warn(warning));
  const counts = { inFlight: 0, total: 0, aborted: 0, upgraded: 0 };
  const parts: TrackerParts = {
    host,
    settings,
    faults,
    ids: new RequestIds(settings, faults),
    endpoints: new Endpoints(settings.maxEndpoints),
    events: { start, stop, exception },
    emit: { start: host.emitter(start), stop: host.emitter(stop), exception: host.emitter(exception) },
    counts,
    limitsOf: (className) => slow.limitsOf(className),
  };
  const takeOut = settings.metrics ? host.registerMetrics() : undefined;
  let isClosed = false;

  const tracking: Tracking<Slow> = {
    current: currentRequest,
    endpoints: () => parts.endpoints.list(),
    report: () => ({ metrics: parts.endpoints.metrics(), thresholds: slow.thresholdTexts() }),
    slow: slow.watch,
    stats: () => ({ ...counts, endpoints: parts.endpoints.size, faults: faults.report() }),
    close() {
      if (isClosed) return;
      isClosed = true;
      takeOut?.();
      slow.detach();
      closed();
    },
    [Symbol.dispose]: () => tracking.close(),
    tracker: Object.freeze({
      answerErrors: settings.answerErrors,
      begin: (incoming: Incoming) => (isClosed || isIgnored(incoming, parts) ? undefined : new TrackedExchange(parts, incoming)),
    }),
  };
  return Object.freeze(tracking);
}

function isIgnored({ method, target, headers, peer }: Incoming, { settings, faults }: TrackerParts): boolean {
  const { ignore, clientAddress } = settings;
  if (ignore === undefined) return false;
  const path = pathOf(target);
  if (typeof ignore !== 'function') return ignore.some((prefix) => isUnder(path, prefix));
  const header = (name: string): string | undefined => headerOf(headers, name.toLowerCase(), faults);
  const ip = clientAddress(peer, { forwardedFor: () => forwardedFor(headers, faults) });
  const info: RequestInfo = { method: methodOf(method), path, header, ip };
  const verdict: unknown = faults.call('ignore', () => ignore(info));
  // A promise is not true.
  if (typeof verdict === 'object' && verdict !== null) faults.add('ignore', verdict);
  return verdict === true;
}

/** `/health` is the prefix of `/health` and `/health/live`, and not of `/healthy`. */
const isUnder = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || prefix.endsWith('/') || path[prefix.length] === '/');
