import type { IncomingMessage, ServerResponse } from 'node:http';
import { types } from 'node:util';
import { refusal } from '../../core/errors';
import { isFunction } from '../../core/options';
import { answerFailure } from './answer';
import { exchangeOf, type NodeExchange, type NodeResponse, track } from './node-exchange';
import type { NodeRequest } from './request-head';
import { type NodeTracked, trackerOf } from './tracked';

/** A handler of Node's servers; a promise of it is awaited by nobody but tracking. */
export type NodeHandler<Request extends NodeRequest, Response extends NodeResponse> = (request: Request, response: Response) => unknown;

/**
 * Tracks the requests that a listener of `http.createServer`, `https` or `http2` answers, in a scope for each.
 *
 * What the handler throws or rejects with is reported, once. With `answerErrors` it is answered with the safe message, or cuts the
 * connection when the head is sent already; else it goes on as if nothing were in between.
 *
 * @param tracking - Of `trackHttp`.
 * @param handler - Keeps its `this`.
 * @throws {TelemetryError} `OPTION_INVALID`; `HANDLER_INVALID` for what is no function.
 */
export function trackListener<Request extends NodeRequest = IncomingMessage, Response extends NodeResponse = ServerResponse>(
  tracking: NodeTracked,
  handler: NodeHandler<Request, Response>,
): NodeHandler<Request, Response> {
  const tracker = trackerOf('trackListener', tracking);
  if (!isFunction(handler)) throw refusal('HANDLER_INVALID', 'trackListener: handler', handler, 'a function (request, response) => …');
  return function tracked(this: unknown, request, response) {
    const known = exchangeOf(response);
    const pair = known ?? track(tracker, request, response);
    if (pair === undefined) return handler.call(this, request, response);
    let result: unknown;
    try {
      // Whoever tracks it already opened its scope.
      result = known ? handler.call(this, request, response) : pair.exchange.runWith(handler, this, [request, response]);
    } catch (error) {
      if (answerFailure(pair, response, error)) return undefined;
      throw error;
    }
    return isSettling(result) ? settled(result, pair, response) : result;
  };
}

/** Other thenables may begin their work with `then`, as query builders do; it is not for tracking to run them. */
const isSettling = (result: unknown): result is Promise<unknown> => types.isPromise(result) && result.then === Promise.prototype.then;

function settled(result: Promise<unknown>, pair: NodeExchange, response: NodeResponse): Promise<unknown> {
  return result.then(undefined, (error: unknown) => {
    if (!answerFailure(pair, response, error)) throw error;
  });
}
