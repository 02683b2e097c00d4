import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { show } from '../../core/show';
import type { Exchange } from '../../http/api';
import { answerFailure } from './answer';
import { textOf } from './express-layers';
import { exchangeOf, track } from './node-exchange';
import { type NodeTracked, trackerOf } from './tracked';

/** What is used of a context of Koa. */
export interface KoaContextLike {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly app: unknown;
  onerror(error: Error): void;
}

/** A middleware of Koa 2 and 3. */
export type KoaMiddleware = (context: KoaContextLike, next: () => Promise<unknown>) => Promise<void>;

/** What @koa/router leaves in the context: the template of the layer that answered. `routerPath` beside it may be a path. */
interface Routed {
  readonly _matchedRoute?: unknown;
}

/**
 * Tracks the requests of a Koa application, 2 or 3, in a scope for each. Comes first. The route is the template of @koa/router. Errors that
 * reach it are reported, also those of streams that are a body; then they go on to Koa, which answers and tells `app.on('error')` of them.
 * With `answerErrors` the answer is the safe message instead.
 *
 * @param tracking - Of `trackHttp`.
 * @throws {TelemetryError} `OPTION_INVALID`
 */
export function koaMiddleware(tracking: NodeTracked): KoaMiddleware {
  const tracker = trackerOf('koaMiddleware', tracking);
  return async (context, next) => {
    const { req, res } = context;
    const known = exchangeOf(res);
    const pair = known ?? track(tracker, req, res);
    if (pair === undefined) {
      await next();
      return;
    }
    pair.hasMeaning = false;
    pair.routeOf ??= () => routeOf(context as Routed);
    context.onerror = onError;
    try {
      if (known) await next();
      else {
        await pair.exchange.run(next);
        readInScope(context, pair.exchange);
      }
    } catch (error) {
      pair.fail(error);
      throw error;
    }
  };
}

/** Koa reads a stream that is the body once the middlewares are done, where no request is. */
function readInScope(context: object, exchange: Exchange): void {
  const { body } = context as { readonly body?: unknown };
  const stream = body as { _read?: (this: unknown, ...args: unknown[]) => unknown } | null | undefined;
  const native = stream?._read;
  if (!(stream instanceof Readable) || native === undefined) return;
  stream._read = function read(...args) {
    return exchange.runWith(native, this, args);
  };
}

function routeOf({ _matchedRoute: matched }: Routed): string | undefined {
  return matched === undefined || matched === null ? undefined : textOf(matched);
}

/** In front of Koa's own, which all errors end in: of middlewares, and of streams that are sent. */
function onError(this: KoaContextLike, error: Error): void {
  const pair = exchangeOf(this.res);
  // Koa calls it at the end of each answer, too.
  if (error !== null && error !== undefined && pair !== undefined && !pair.isGone(error)) {
    if (pair.wantsSafeAnswers) {
      tell(this, error);
      answerFailure(pair, this.res, error);
      return;
    }
    pair.fail(error);
  }
  (Object.getPrototypeOf(this) as KoaContextLike).onerror.call(this, error);
}

/** As Koa does before it answers. Its default listener wants nothing but errors. */
function tell(context: KoaContextLike, error: unknown): void {
  const app = context.app as Pick<EventEmitter, 'emit'>;
  app.emit('error', error instanceof Error ? error : new Error(`non-error thrown: ${show(error)}`), context);
}
