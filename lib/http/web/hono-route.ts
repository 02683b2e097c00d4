import type { HonoContextLike } from './hono';

interface HonoRoute {
  readonly path: string;
  /** `ALL` of middleware, and of `app.all`. */
  readonly method: string;
  readonly handler: { readonly length: number };
}

interface RoutedContext {
  readonly finalized: boolean;
  readonly req: { readonly routeIndex: number; readonly matchedRoutes: readonly HonoRoute[] };
}

const NOT_FOUND = 404;

/**
 * The template of the route that answered, once the handlers are done.
 *
 * Hono tells all that matched, middleware included, and which of them ran last. That one is the route when it was registered for a
 * method. A middleware that answered by itself, a refusal for example, did so for the route behind it. `app.all` and `app.mount` are
 * routes unless nothing was found; what stands for every path is none.
 *
 * @returns `undefined` where no route matched.
 */
export function routeOfHono(context: HonoContextLike): string | undefined {
  const { req, finalized } = context as unknown as RoutedContext;
  const matched = req.matchedRoutes;
  const last = matched[req.routeIndex];
  if (last === undefined) return undefined;
  if (last.method !== 'ALL') return last.path;
  const behind = likelyRoute(matched);
  if (behind !== undefined) return behind;
  const isHandler = last.handler.length < 2;
  // Asked for an answer that is not there, Hono would make one.
  if (!isHandler && (EVERYTHING.has(last.path) || !finalized || context.res.status === NOT_FOUND)) return undefined;
  return last.path;
}

const EVERYTHING: ReadonlySet<string> = new Set(['*', '/*']);

/** The template of the route that will answer unless a middleware does; for what is told before the end. */
export function routeAhead(context: HonoContextLike): string | undefined {
  return likelyRoute((context as unknown as RoutedContext).req.matchedRoutes);
}

/** The first that takes no `next`, as it answers; else the last one. */
function likelyRoute(matched: readonly HonoRoute[]): string | undefined {
  const routes = matched.filter(({ method }) => method !== 'ALL');
  return (routes.find(({ handler }) => handler.length < 2) ?? routes.at(-1))?.path;
}
