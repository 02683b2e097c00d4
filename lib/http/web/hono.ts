import { checkOptions } from '../../core/options';
import { quietly } from '../../core/quietly';
import type { Exchange } from '../api';
import { currentRequest } from '../scope';
import { trackerOf } from '../tracker-of';
import { enclosing } from './enclosing';
import { isHonoDefault } from './hono-default';
import { routeAhead, routeOfHono } from './hono-route';
import { peerOf } from './peer';
import { begin, type WebTracking } from './web-exchange';

/** What is used of Hono's context; each of Hono 4 is one. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
  readonly env: unknown;
  /** What `onError` made an answer of. */
  readonly error?: unknown;
  readonly finalized: boolean;
  res: Response;
  set(...args: never[]): void;
}

/** Options of `honoMiddleware`. */
export interface HonoOptions {
  /** Says the template of the route. Default: what Hono tells of the handler that answered. What it throws counts as unknown. */
  readonly route?: (context: HonoContextLike) => string | undefined;
  /** As `peer` of `trackFetch`. */
  readonly peer?: (context: HonoContextLike) => string | undefined;
  /**
   * For adapters: called instead on `@hono/node-server`, with the request and the response of Node. It tracks the two, and calls `next`
   * in their scope, once; `next` tells the route and errors, and puts the safe answer where it is wanted.
   */
  readonly onNode?: (incoming: object, outgoing: object, context: HonoContextLike, next: () => Promise<void>) => Promise<void>;
}

/** A middleware of Hono. */
export type HonoMiddleware = (context: HonoContextLike, next: () => Promise<void>) => Promise<void>;

/**
 * Tracks the requests of a Hono application: `app.use(honoMiddleware(tracking))`, before other middleware and routes, as Hono runs them in
 * this order. `c.get('requestId')` is the id. Otherwise as `trackFetch`.
 *
 * The route is the template of the handler that answered; `(unmatched)` where none did. With `answerErrors`, the safe answer stands in
 * for what Hono answers by itself (`Internal Server Error`); the answers of an `onError` of the application, and of an `HTTPException`,
 * are left alone, as nothing but the answer tells whether there is an `onError`. An error without a status of its own that an `onError`
 * answers with 400 to 499 is a warning.
 *
 * @param tracking - Of `trackHttp`.
 * @param options - See {@link HonoOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function honoMiddleware(tracking: WebTracking, options: HonoOptions = {}): HonoMiddleware {
  checkOptions('honoMiddleware', options, { route: 'function', peer: 'function', onNode: 'function' });
  trackerOf('honoMiddleware', tracking);
  const { route = routeOfHono, peer, onNode } = options;

  /** Runs what comes after, and tells what became of it. */
  async function follow(exchange: Exchange | undefined, context: HonoContextLike, next: () => Promise<void>): Promise<void> {
    if (exchange === undefined) return next();
    (context.set as (key: string, value: unknown) => void)('requestId', exchange.id);
    // Errors, and clients that leave, come before the end.
    exchange.matched(quietly(() => routeAhead(context)));
    try {
      await next();
    } finally {
      exchange.matched(quietly(() => route(context)));
    }
    const { error } = context;
    if (error === undefined) return;
    // That of an `onError`, or of Hono itself.
    const safe = exchange.answer(error, context.finalized ? context.res.status : undefined);
    if (safe !== undefined && (await isHonoDefault(context.res))) {
      // Headers that other middleware has set stay.
      context.res = new Response(safe.body, { status: safe.status, headers: { ...safe.headers, 'content-type': safe.contentType } });
    }
  }

  return async (context, next) => {
    const request = context.req.raw;
    const outer = enclosing(request);
    if (outer !== undefined) return follow(outer, context, next);
    const { incoming, outgoing } = (context.env ?? {}) as { readonly incoming?: unknown; readonly outgoing?: unknown };
    if (onNode !== undefined && isObject(incoming) && isObject(outgoing)) {
      return onNode(incoming, outgoing, context, () => follow(currentRequest() as Exchange | undefined, context, next));
    }
    const web = begin(tracking, request, peer === undefined ? peerOf(request, context.env) : quietly(() => peer(context)));
    if (web === undefined) return next();
    try {
      await web.exchange.run(() => follow(web.exchange, context, next));
    } catch (error) {
      // Hono makes answers of errors only; anything else that is thrown comes here.
      const answer = web.failed(error);
      if (answer === undefined) throw error;
      replace(context, answer);
      return;
    }
    // Without an answer, Hono will throw.
    if (context.finalized) replace(context, web.answered(context.res) as Response);
    else web.answered(undefined);
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Sets the answer; Hono would copy it, and add the headers of the one before, unless that is taken away first. */
function replace(context: { res: Response | undefined }, response: Response): void {
  if (context.res === response) return;
  context.res = undefined;
  context.res = response;
}
