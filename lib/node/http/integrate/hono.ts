import type { IncomingMessage } from 'node:http';
import { TelemetryError } from '../../../core/errors';
import { currentRequest } from '../../../entries/http';
import type { Exchange } from '../../../http/api';
import { type HonoContextLike, honoMiddleware } from '../../../http/web/hono';
import { onNode } from '../hono';
import type { Parts } from './parts';

/** What is used of an application of Hono 4. */
export interface HonoApp {
  readonly routes: readonly unknown[];
  use(...handlers: never[]): unknown;
  fetch(...args: never[]): unknown;
}

type Middleware = (context: HonoContextLike, next: () => Promise<void>) => Promise<unknown>;

/**
 * An application of Hono: middleware, which Hono runs in the order of its registration, so there must be no routes yet. It can't be taken
 * out; after the end it does nothing.
 */
export function integrateHono(app: HonoApp, { tracking, find }: Parts): () => void {
  if (app.routes.length > 0) {
    throw new TelemetryError(
      'OPTION_INVALID',
      'integrate: app has routes already',
      `Hono runs handlers in the order of their registration, and ${app.routes.length} would come first`,
      'Call integrate right after new Hono(), before routes and middleware',
    );
  }
  let isOn = true;
  const use = app.use.bind(app) as (middleware: Middleware) => unknown;
  if (tracking !== undefined) use(honoMiddleware(tracking, { onNode: onNode(tracking) }));
  use(async (context, next) => {
    const { raw } = context.req;
    const own = isOn ? find(raw.url, (name) => raw.headers.get(name)) : undefined;
    if (own === undefined) return next();
    (currentRequest() as Exchange | undefined)?.setRoute(own.route);
    return own.web(raw, connectionOf(context.env));
  });
  return () => {
    isOn = false;
  };
}

/** On `@hono/node-server`. */
function connectionOf(env: unknown): { readonly peer: string | undefined; readonly encrypted: boolean } {
  const socket = (env as { readonly incoming?: IncomingMessage } | undefined)?.incoming?.socket as
    | (IncomingMessage['socket'] & { readonly encrypted?: boolean })
    | undefined;
  return { peer: socket?.remoteAddress, encrypted: socket?.encrypted === true };
}
