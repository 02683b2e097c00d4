import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerFailure } from './answer';
import { routeOfExpress } from './express-route';
import { exchangeOf, track } from './node-exchange';
import { type NodeTracked, trackerOf } from './tracked';

/** What Express calls to go on. */
export type ExpressNext = (error?: unknown) => void;
/** A middleware of Express 4 and 5, and of Connect. */
export type ExpressMiddleware = (request: IncomingMessage, response: ServerResponse, next: ExpressNext) => void;
/** An error-handling middleware of Express 4 and 5: Express tells it by its four parameters. */
export type ExpressErrorMiddleware = (error: unknown, request: IncomingMessage, response: ServerResponse, next: ExpressNext) => void;

/**
 * Tracks the requests of an Express application, 4 or 5, in a scope for each. Comes first: what is in front of it is not seen, and what
 * others compress behind it is counted as it is sent. The route is the template that the router matched, with that of the routers it is
 * mounted in: `/users/:id/posts`.
 *
 * @param tracking - Of `trackHttp`.
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function expressMiddleware(tracking: NodeTracked): ExpressMiddleware {
  const tracker = trackerOf('expressMiddleware', tracking);
  return (request, response, next) => {
    const known = exchangeOf(response);
    const pair = known ?? track(tracker, request, response);
    if (pair === undefined) return next();
    pair.routeOf ??= routeOfExpress as NonNullable<typeof pair.routeOf>;
    if (known) next();
    else pair.exchange.run(next);
  };
}

/**
 * Reports what handlers throw, reject with or pass to `next`, once each. With `answerErrors` it answers with the safe message; else the
 * error goes on to the handlers behind it. Comes last, before error handlers of the application.
 *
 * @param tracking - Of `trackHttp`.
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function expressErrors(tracking: NodeTracked): ExpressErrorMiddleware {
  trackerOf('expressErrors', tracking);
  return (error, _request, response, next) => {
    const pair = exchangeOf(response);
    if (pair === undefined || !answerFailure(pair, response, error)) next(error);
  };
}
