import { quietly } from '../../core/quietly';
import { isObject, read } from '../../core/read';
import { trackOnce, trackServerOf } from './fastify-server';
import { exchangeOf, type NodeExchange, type NodeResponse } from './node-exchange';
import type { NodeRequest } from './request-head';
import { type NodeTracked, trackerOf } from './tracked';

/** What is used of an instance of Fastify: `addHook`. */
export interface FastifyLike {
  addHook(name: never, hook: never): unknown;
}

/** A plugin of Fastify 4 and 5, for `register`. It counts for the instance that it is registered in, and all within. */
export type FastifyPlugin = (instance: FastifyLike, options: unknown, done: () => void) => void;

interface FastifyRequest {
  readonly raw: NodeRequest;
  readonly routeOptions?: { readonly url?: string | undefined };
  readonly server: { readonly errorHandler?: { readonly name: string } };
}

interface FastifyReply {
  readonly raw: NodeResponse;
  code(status: number): unknown;
  header(name: string, value: string | number): unknown;
  removeHeader(name: string): unknown;
}

type ErrorHandler = (this: unknown, error: unknown, request: FastifyRequest, reply: FastifyReply) => unknown;

interface FastifyRoute {
  errorHandler?: ErrorHandler;
}

type Done = (error?: Error | null, payload?: unknown) => void;
type AddHook = (name: string, hook: (...args: never[]) => void) => unknown;

/** Errors that the application leaves to Fastify to answer. */
const left = new WeakMap<NodeExchange, { readonly error: unknown }>();

/**
 * Tracks the requests of a Fastify application, 4 or 5, in a scope for each. The route is the template of the route, with its prefixes. Each
 * error that reaches Fastify is reported. With `answerErrors` it is answered with the safe message, unless the application has an error
 * handler of its own for the route.
 *
 * @param tracking - Of `trackHttp`.
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function fastifyPlugin(tracking: NodeTracked): FastifyPlugin {
  const tracker = trackerOf('fastifyPlugin', tracking);
  function plugin(instance: FastifyLike, _options: unknown, done: () => void): void {
    const addHook = (instance.addHook as unknown as AddHook).bind(instance);
    addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next: Done) => {
      const known = exchangeOf(reply.raw);
      const pair = known ?? trackOnce(tracker, request.raw, reply.raw);
      if (pair === undefined) return next();
      // The router comes before all hooks.
      pair.exchange.matched(request.routeOptions?.url);
      if (known) next();
      else pair.exchange.run(next);
    });
    // Parsers of bodies may have left the scope.
    addHook('preValidation', (_request: FastifyRequest, reply: FastifyReply, next: Done) => {
      const pair = exchangeOf(reply.raw);
      if (pair === undefined) next();
      else pair.exchange.run(next);
    });
    addHook('onError', (request: FastifyRequest, reply: FastifyReply, error: unknown, next: Done) => {
      const pair = exchangeOf(reply.raw);
      pair?.fail(error);
      if (pair?.wantsSafeAnswers && isLeft(request) && !pair.isGone(error)) left.set(pair, { error });
      next();
    });
    if (tracker.answerErrors !== false) answerErrors(addHook);
    trackServerOf(instance, tracker);
    done();
  }
  // What fastify-plugin would do: without it, the hooks would hold within the plugin only.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'telemetry-bus' });
}

/** Replaces what Fastify's own error handler is about to send. An error handler instead would stand in the way of the application's. */
function answerErrors(addHook: AddHook): void {
  addHook('onSend', (_request: FastifyRequest, reply: FastifyReply, payload: unknown, next: Done) => {
    const pair = exchangeOf(reply.raw);
    const found = pair && left.get(pair);
    const answer = found && pair.answer(found.error);
    if (answer === undefined) return next(null, payload);
    left.delete(pair!);
    reply.code(answer.status);
    // Fastify has put all headers there that the error said.
    for (const name of namesOf(read(found!.error, 'headers'))) reply.removeHeader(name);
    for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
    reply.header('content-type', answer.contentType);
    reply.header('content-length', Buffer.byteLength(answer.body));
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
    next(null, answer.body);
  });
  addHook('onRoute', (route: FastifyRoute) => {
    const { errorHandler } = route;
    if (typeof errorHandler !== 'function') return;
    route.errorHandler = function own(error, request, reply) {
      const pair = exchangeOf(reply.raw);
      if (pair !== undefined) left.delete(pair);
      return errorHandler.call(this, error, request, reply);
    };
  });
}

/** Fastify binds the handlers that it is given, which their names tell; its own it does not. */
const isLeft = ({ server }: FastifyRequest): boolean => !(server.errorHandler?.name ?? 'bound').startsWith('bound');

const namesOf = (headers: unknown): readonly string[] => (isObject(headers) ? (quietly(() => Object.keys(headers)) ?? []) : []);
