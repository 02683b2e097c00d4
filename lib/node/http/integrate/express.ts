import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExpressNext, expressErrors, expressMiddleware } from '../express';
import { ExpressErrors, type Router } from './express-errors';
import { answerOwn } from './own-paths';
import type { Parts } from './parts';

type Handle = (this: unknown, request: IncomingMessage, response: ServerResponse, done?: ExpressNext) => unknown;

/** What is used of an application of Express 4 or 5. */
export interface ExpressApp {
  handle: unknown;
  set(name: string, value: unknown): unknown;
}

interface App {
  handle: Handle;
  /** Made when somebody asks; in Express 4, asking is an error. */
  readonly router?: Router;
  readonly _router?: Router;
  readonly lazyrouter?: unknown;
}

/** An application of Express: tracked before its first middleware; errors are told of before its own error handlers see them. */
export function integrateExpress(given: ExpressApp, { tracking, find }: Parts): () => void {
  const app = given as unknown as App;
  const { handle } = app;
  const track = tracking && expressMiddleware(tracking);
  const errors = tracking && new ExpressErrors(expressErrors(tracking));
  let isOn = true;

  function handleTracked(this: unknown, request: IncomingMessage, response: ServerResponse, done?: ExpressNext): unknown {
    if (!isOn) return handle.call(this, request, response, done);
    errors?.begin(app.lazyrouter === undefined ? app.router : app._router, response);
    const go = (): unknown => (answerOwn(find, request, response) ? undefined : handle.call(this, request, response, done));
    return track === undefined ? go() : track(request, response, go);
  }

  app.handle = handleTracked;
  return () => {
    isOn = false;
    errors?.remove();
    if (app.handle === handleTracked) app.handle = handle;
  };
}
