import type { ServerResponse } from 'node:http';
import { type KoaContextLike, koaMiddleware } from '../koa';
import { exchangeOf } from '../node-exchange';
import { answerOwn } from './own-paths';
import type { Parts } from './parts';
import { replace } from './replace';

/** What is used of an application of Koa 2 or 3. */
export interface KoaApp {
  readonly middleware: unknown[];
  callback(): unknown;
  emit(name: string | symbol, ...args: unknown[]): boolean;
}

interface Context extends KoaContextLike {
  respond?: boolean;
}

type Composed = (context: Context) => Promise<unknown>;
type HandleRequest = (this: unknown, context: Context, composed: Composed) => unknown;

/**
 * An application of Koa: in front of all middleware, whenever that is added. `callback()` and `listen()` freeze the list of middleware, so
 * what runs it is replaced, which every request passes.
 */
export function integrateKoa(app: KoaApp, { tracking, find }: Parts): () => void {
  let isOn = true;
  const track = tracking && koaMiddleware(tracking);
  /** Whose `onerror` is running: it reported the error, and Koa tells of it, as another one when it was no Error. */
  const telling = new WeakSet<object>();
  const own = async (context: Context, next: () => Promise<unknown>): Promise<void> => {
    if (answerOwn(find, context.req, context.res)) context.respond = false;
    else await next();
  };
  const restoreHandling = replace(
    app as KoaApp & { handleRequest: HandleRequest },
    'handleRequest',
    (handleRequest) =>
      function handleTracked(this: unknown, context, composed) {
        if (!isOn) return handleRequest.call(this, context, composed);
        const inner: Composed = (given) => {
          if (track !== undefined) markTelling(given, telling);
          return own(given, () => composed(given));
        };
        return handleRequest.call(this, context, track === undefined ? inner : (given) => track(given, () => inner(given)));
      },
  );
  // A listener for errors would silence what Koa prints where there is none.
  const restoreEmit = replace(
    app,
    'emit',
    (emit) =>
      function emitTelling(this: KoaApp, name, ...args) {
        if (isOn && name === 'error') {
          const [error, context] = args as [unknown, { readonly res?: ServerResponse } | undefined];
          if (context?.res && !telling.has(context)) exchangeOf(context.res)?.fail(error);
        }
        return Reflect.apply(emit, this, [name, ...args]) as boolean;
      },
  );
  return () => {
    isOn = false;
    restoreEmit();
    restoreHandling();
  };
}

/** Behind the middleware of tracking, whose `onerror` it marks. */
function markTelling(context: Context, telling: WeakSet<object>): void {
  const { onerror } = context;
  context.onerror = function marked(this: KoaContextLike, error) {
    telling.add(context);
    try {
      onerror.call(this, error);
    } finally {
      telling.delete(context);
    }
  };
}
