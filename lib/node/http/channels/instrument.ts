import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { checkOptions, isFunction, optionInvalid } from '../../../core/options';
import type { Hosted } from '../../../engines';
import { type HttpTracking, httpTrackingOf, trackHttp } from '../../../entries/http';
import type { HttpOptions } from '../../../http/options';
import { exchangeOf } from '../node-exchange';
import { BareExchange, trackBare } from './bare-exchange';
import { subscribeTo } from './subscribe-to';

/** Options of `instrumentHttp`: those of `trackHttp`, and which servers to leave out. */
export interface InstrumentOptions extends HttpOptions {
  /** `true` for a server that is not to be tracked; one that throws says so, too. */
  readonly skip?: (server: Server) => boolean;
}

/** Tracks the servers of a process until it is stopped. */
export interface HttpInstrumentation extends Disposable {
  readonly tracking: HttpTracking;
  /** Requests under way end as they began. Closes the tracking, unless it was open before. */
  stop(): void;
}

interface Message {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
}

/**
 * Tracks the requests of every `node:http` and `node:https` server of the process, those of other libraries included, by what Node tells on
 * its channels. No server and no handler is touched, and of each response one method: `writeHead`.
 *
 * Each request has its events, its access record and its counts, and the answer `X-Request-Id` and `X-Request-Duration`. What needs a
 * wrapped handler is missing: there is no scope, so log lines within a request don't carry its id and outgoing requests no trace; errors of handlers are not
 * reported; the route is `routes` or `routeOf`, else `(unmatched)`; answers in chunks have no size.
 * Upgrades and HTTP/2 are not told of.
 *
 * A request that is tracked already is left alone. Node tells of requests before any listener, so a server that an adapter tracks as well
 * is tracked once, by this: the adapter adds the route and errors, but opens no scope. Leave such servers out with `skip`.
 *
 * @param telemetry - A bus of `createTelemetry`. Its open tracking is used, when there is one and no options of it are given.
 * @param options - See {@link InstrumentOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `ALREADY_STARTED` for options while a tracking of the bus is open.
 * @example
 * using instrumentation = instrumentHttp(telemetry, { routes: ['/users/:id'] });
 * instrumentation.tracking.stats().inFlight; // => 0
 */
export function instrumentHttp(telemetry: Hosted, options: InstrumentOptions = {}): HttpInstrumentation {
  checkOptions('instrumentHttp', options, Object.fromEntries(Object.keys(options ?? {}).map((name) => [name, 'any'])));
  const { skip, ...trackingOptions } = options;
  if (skip !== undefined && !isFunction(skip)) throw optionInvalid('instrumentHttp: skip', skip, 'a function of a server');
  const open = Object.keys(trackingOptions).length === 0 ? httpTrackingOf(telemetry) : undefined;
  const tracking = open ?? trackHttp(telemetry, trackingOptions);
  const end = subscribeTo('http.server.request.start', (message) => {
    try {
      const { request, response, server } = message as Message;
      if (exchangeOf(response) !== undefined || skip?.(server) === true) return;
      trackBare(tracking.tracker, request, response);
    } catch {
      // A server of a shape nobody knows, or one that `skip` could not judge, is not tracked.
    }
  });
  // As early as it is known: `close` comes when the connection has been looked after.
  const endFinished = subscribeTo('http.server.response.finish', (message) => {
    const { response } = message as Message;
    const bare = exchangeOf(response);
    if (bare instanceof BareExchange) bare.over();
  });
  let isOn = true;
  const stop = (): void => {
    if (!isOn) return;
    isOn = false;
    end();
    endFinished();
    if (open === undefined) tracking.close();
  };
  return { tracking, stop, [Symbol.dispose]: stop };
}
