/**
 * `telemetry-bus/http`: request tracking for what speaks Request and Response, and for adapters. Runs anywhere.
 *
 * @module
 */
import { isTelemetryError, TelemetryError } from '../core/errors';
import { type Engines, enginesOf, type Hosted } from '../engines';
import { createErrorFunctions } from '../errors/errors';
import { germanMessages } from '../errors/messages/german';
import type { TrackedRequest } from '../http/api';
import { createTracking } from '../http/create-tracking';
import { httpEvents } from '../http/events';
import type { HttpHost, SlowSeam } from '../http/host';
import type { HttpOptions } from '../http/options';
import { currentRequest as requestHere } from '../http/scope';
import { type HttpSettings, readHttpOptions } from '../http/settings';
import type { Tracking } from '../http/tracking';
import { distribution } from '../metrics/define';
import type { MetricDefinition } from '../metrics/metric';
import type { SlowWatch } from '../performance/slow-watch';
import { thresholdsInSeconds } from '../performance/text';
import { createWatch } from '../performance/watch';

/** Request tracking of a bus, with the watch over its slow requests. */
export type HttpTracking = Tracking<SlowWatch>;

/** What there is one of for each bus. */
interface Slot {
  open: HttpTracking | undefined;
}

const slotOf = (engines: Engines): Slot => engines.single<Slot>('http', () => ({ open: undefined }));

/**
 * Begins to track the requests of a bus. Of which, adapters tell: `trackFetch` of this entry for what speaks Request and Response,
 * `telemetry-bus/node/http` for Node's servers and frameworks.
 *
 * Each request emits `[http, request, start]` and, when its answer is over, one `stop`, or one `exception` when its handler failed; runs in
 * a scope with `request_id`, `trace_id` and `span_id`; and writes one access record, `request_complete`. Errors of handlers are reported
 * once, with endpoint, method, path and ip, and these stand on every error that is logged in the request. Nothing that a request brings,
 * and nothing that options throw, gets out of it: it is counted in `stats().faults` and said once.
 *
 * Cost per request: some microseconds, most of them the line of the access record and what the handlers of the events do; see
 * `npm run bench`. At most `maxEndpoints` endpoints are counted by themselves.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @param options - See {@link HttpOptions}; none is needed.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `ALREADY_STARTED` while the bus has a tracking that is not closed;
 * `EVENT_DUPLICATE` when the bus has events of these names of its own; `HANDLER_EXISTS` when the id `telemetry-slow-http` is taken.
 * @example
 * telemetry.configureLog({ sinks: [memorySink()] });
 * using http = trackHttp(telemetry, { routes: ['/users/:id'] });
 * const request = http.tracker.begin({ method: 'GET', target: '/users/7?token=x', headers: new Map(), peer: '192.0.2.1' });
 * request?.run(() => currentRequest()?.path); // => '/users/7'
 * request?.end({ status: 200 });
 * http.endpoints().map(({ endpoint, count }) => [endpoint, count]); // => [['GET /users/:id', 1]]
 */
export function trackHttp(telemetry: Hosted, options: HttpOptions = {}): HttpTracking {
  const engines = enginesOf('trackHttp', telemetry);
  const settings = readHttpOptions(options);
  const slot = slotOf(engines);
  if (slot.open !== undefined) {
    throw new TelemetryError(
      'ALREADY_STARTED',
      'trackHttp was called for this bus before',
      'What it returned was not closed since',
      'Use httpTrackingOf(bus), or close() that one before',
    );
  }
  const slow = slowSeam(engines, settings);
  try {
    const closed = (): void => {
      slot.open = undefined;
    };
    slot.open = createTracking({ host: hostOf(engines), settings, slow, closed });
  } catch (error) {
    slow.detach();
    throw error;
  }
  return slot.open;
}

/**
 * The request tracking of a bus; `undefined` when there is none, or it was closed.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @throws {TelemetryError} `OPTION_INVALID` for what is no such bus.
 * @example
 * httpTrackingOf(telemetry); // => undefined
 */
export const httpTrackingOf = (telemetry: Hosted): HttpTracking | undefined => slotOf(enginesOf('httpTrackingOf', telemetry)).open;

/**
 * The request that is being answered here: across awaits, timers and streams, and in scopes of `runWithContext` within its own.
 * `undefined` outside of any. Costs some nanoseconds.
 *
 * @example
 * currentRequest()?.setRoute('/users/:id');
 * currentRequest(); // => undefined
 */
export const currentRequest = (): TrackedRequest | undefined => requestHere();
const SLOW_HTTP = { id: 'telemetry-slow-http', prefix: ['http', 'request'] } as const;

function slowSeam({ performance }: Engines, { classes, classNames }: HttpSettings): SlowSeam<SlowWatch> {
  const classOf = (_event: unknown, _measurements: unknown, metadata: Readonly<Record<string, unknown>>): string | undefined =>
    metadata.class as string | undefined;
  const { watch, limitsOf } = createWatch(performance, classNames.size === 0 ? {} : { classes, classOf }, SLOW_HTTP);
  return {
    watch,
    limitsOf,
    thresholdTexts: () =>
      Object.fromEntries(Object.entries(watch.thresholds().classes).map(([name, limits]) => [pageName(name), thresholdsInSeconds(limits)])),
    detach: () => void watch.detach(),
  };
}

/** What the page of requirements D6 calls the classes of the library. */
const PAGE_NAMES: ReadonlyMap<string, string> = new Map([
  ['non-tools', 'non_tool'],
  ['tools', 'tool_enabled'],
]);
const pageName = (name: string): string => PAGE_NAMES.get(name) ?? name.replaceAll('-', '_');

const DURATION = 'http.server.request.duration';
/** In s: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const requestDuration = (): MetricDefinition =>
  distribution(DURATION, [httpEvents.request.stop, httpEvents.request.exception], {
    unit: ['ms', 's'],
    bounds: BOUNDS,
    description: 'Duration of HTTP requests that were answered',
    tags: { http_request_method: 'method', http_route: 'route', http_response_status_code: 'status' },
  });

function hostOf({ http, errors }: Engines): HttpHost {
  const functions = createErrorFunctions(errors, { logger: 'http', messages: { de: germanMessages } });
  return {
    ...http,
    registerMetrics() {
      try {
        // The same definition twice would be no conflict, and then not ours to take out.
        if (!http.hasMetric(DURATION)) {
          http.registerMetrics([requestDuration()]);
          return () => http.unregisterMetrics(DURATION);
        }
      } catch (error) {
        if (!isTelemetryError(error) || error.code !== 'METRIC_CONFLICT') throw error;
      }
      http.warn({
        code: 'METRIC_CONFLICT',
        message: `trackHttp: the bus has a metric ${DURATION} already, which stays; metrics: false says so`,
      });
      return () => undefined;
    },
    reportError: (error, { level, fields }) => functions.report(error, { component: 'http', fields, ...(level && { level }) }),
    messageFor: (error, locale) => functions.userMessage(error, { format: 'json', ...(locale && { locale }) }),
  };
}

export type {
  EndpointStats,
  Exchange,
  HeaderReader,
  HttpStats,
  Incoming,
  Outcome,
  RequestReport,
  SafeAnswer,
  TrackedRequest,
  Tracker,
} from '../http/api';
export {
  type AnswerMeasurements,
  type AnswerMetadata,
  type ClientMetadata,
  httpEvents,
  type RequestMetadata,
} from '../http/events';
export type { AnswerOptions, HttpOptions, RequestInfo, TrustProxy } from '../http/options';
export { formatTraceparent, type TraceContext } from '../http/trace-context';
export type { Tracking } from '../http/tracking';
export { type HonoContextLike, type HonoMiddleware, type HonoOptions, honoMiddleware } from '../http/web/hono';
export { type TracedFetchOptions, tracedFetch } from '../http/web/traced-fetch';
export { type TrackFetchOptions, trackFetch } from '../http/web/track-fetch';
export type { WebTracking } from '../http/web/web-exchange';
