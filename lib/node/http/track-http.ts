import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkOptions, isRecord, type OptionRule, optionInvalid } from '../../core/options';
import type { Hosted } from '../../engines';
import { type HttpTracking, trackHttp as trackRequests } from '../../entries/http';
import type { HttpOptions } from '../../http/options';
import { type HonoMiddleware, type HonoOptions, honoMiddleware } from '../../http/web/hono';
import { type TrackFetchOptions, trackFetch } from '../../http/web/track-fetch';
import { attachServer, type NodeServer } from './attach';
import { type ExpressErrorMiddleware, type ExpressMiddleware, expressErrors, expressMiddleware } from './express';
import { type FastifyPlugin, fastifyPlugin } from './fastify';
import { onNode } from './hono';
import { type KoaMiddleware, koaMiddleware } from './koa';
import { type NodeHandler, trackListener } from './listener';
import type { NodeResponse } from './node-exchange';
import { startPropagation } from './outgoing';
import type { NodeRequest } from './request-head';
import { expectNothing } from './tracked';

/**
 * Options of `trackHttp` of `telemetry-bus/node/http`: those of `telemetry-bus/http`, and these.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `propagate` | requests that are made while one is answered carry its trace, see `startPropagation` | `true` |
 * | `propagateTo` | says which servers may be told | all |
 * | `client` | emits `http.client.start`, `stop` and `exception` for requests that this process makes | `false` |
 */
export interface NodeHttpOptions extends HttpOptions {
  readonly propagate?: boolean;
  readonly propagateTo?: (url: URL) => boolean;
  readonly client?: boolean;
}

/** All names, so that a typo is told of all of them. The tracking itself looks at the values of its own. */
const RULES: Readonly<Record<keyof NodeHttpOptions, OptionRule>> = {
  requestId: 'any',
  trustProxy: 'any',
  acceptTrace: 'any',
  propagate: 'boolean',
  propagateTo: 'function',
  client: 'boolean',
  routes: 'any',
  routeOf: 'any',
  ignore: 'any',
  classes: 'any',
  classOf: 'any',
  fields: 'any',
  context: 'any',
  accessLog: 'any',
  answerErrors: 'any',
  headers: 'any',
  metrics: 'any',
  maxEndpoints: 'any',
};

/** Request tracking of a bus, with what each framework takes of it. */
export interface NodeHttpTracking extends HttpTracking {
  /** Tracks a listener for `http.createServer`, `https` or `http2`. */
  listener<Request extends NodeRequest = IncomingMessage, Response extends NodeResponse = ServerResponse>(
    handler: NodeHandler<Request, Response>,
  ): NodeHandler<Request, Response>;
  /** Tracks all requests of a server, upgrades included. @returns What ends it. */
  attach(server: NodeServer): () => void;
  /** `app.use(tracking.express())`, first. */
  express(): ExpressMiddleware;
  /** `app.use(tracking.expressErrors())`, behind the routes. */
  expressErrors(): ExpressErrorMiddleware;
  /** `await app.register(tracking.fastify())`, first. */
  fastify(): FastifyPlugin;
  /** `app.use(tracking.koa())`, first. */
  koa(): KoaMiddleware;
  /** `app.use(tracking.hono())`, first; on `@hono/node-server` and elsewhere. */
  hono(options?: HonoOptions): HonoMiddleware;
  /** Tracks a handler of the Web standard. */
  fetch<This, Args extends readonly [Request, ...unknown[]], Result>(
    handler: (this: This, ...args: Args) => Result,
    options?: TrackFetchOptions<Args>,
  ): (this: This, ...args: Args) => Result;
}

/**
 * Tracks the requests that a program answers: events, scope, access records, counts, slow ones, errors. What it returns has an adapter for
 * each framework; a request that several of them see is tracked once, by the outermost.
 *
 * Answers carry `X-Request-Id` and `X-Request-Duration`, which are set when the head is written. Bodies are counted as they are handed to
 * the connection, without framing and, behind a compressing middleware, as compressed. Nothing is buffered, and no stream is made to flow.
 *
 * Cost per request: the exchange, its scope and its record, some 20 µs in all; six methods of the request and its response are replaced by
 * shared functions.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @param options - See {@link NodeHttpOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `ALREADY_STARTED` when the bus has a tracking that is open.
 * @example
 * const { trackHttp: track } = await import('telemetry-bus/node/http');
 * const tracking = track(telemetry, { routes: ['/users/:id'] });
 * const listener = tracking.listener((_request, response) => response.end('hello'));
 * typeof listener; // => 'function'
 * tracking.close();
 */
export function trackHttp(telemetry: Hosted, options: NodeHttpOptions = {}): NodeHttpTracking {
  if (!isRecord(options as unknown)) throw optionInvalid('trackHttp', options, 'an object of options');
  checkOptions('trackHttp', options, RULES);
  const { propagate = true, propagateTo, client = false, ...others } = options;
  const tracking = trackRequests(telemetry, others);
  let stopPropagation: () => void;
  try {
    stopPropagation = startPropagation({ propagate, client, telemetry, ...(propagateTo && { propagateTo }) });
  } catch (error) {
    tracking.close();
    throw error;
  }
  const close = (): void => {
    stopPropagation();
    tracking.close();
  };
  return Object.freeze({
    ...tracking,
    close,
    [Symbol.dispose]: close,
    listener: (handler) => trackListener(tracking, handler),
    attach: (server) => attachServer(tracking, server),
    express: (...given: unknown[]) => {
      expectNothing('express()', given);
      return expressMiddleware(tracking);
    },
    expressErrors: (...given: unknown[]) => {
      expectNothing('expressErrors()', given);
      return expressErrors(tracking);
    },
    fastify: (...given: unknown[]) => {
      expectNothing('fastify()', given);
      return fastifyPlugin(tracking);
    },
    koa: (...given: unknown[]) => {
      expectNothing('koa()', given);
      return koaMiddleware(tracking);
    },
    hono: (more = {}) => honoMiddleware(tracking, { onNode: onNode(tracking), ...more }),
    fetch: (handler, more = {}) => trackFetch(tracking, handler, more),
  } satisfies NodeHttpTracking);
}
