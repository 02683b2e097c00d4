import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { trackHttp } from '../../../../../lib/node/http/index';
import { type AppSpec, type Driver, SWITCHING } from '../driver';
import { served } from './node-serve';

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function text(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'text/plain');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

/** As people write servers without a framework. Fails before its first await where the spec does. */
const handlerOf =
  (app: AppSpec) =>
  (request: IncomingMessage, response: ServerResponse): unknown => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/fail') return app.fail();
    if (pathname === '/teapot') return app.teapot();
    return answer(app, pathname, request, response);
  };

async function answer(app: AppSpec, pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method } = request;
  if (method === 'GET' && pathname.startsWith('/users/')) {
    const body = JSON.stringify(await app.user(pathname.slice('/users/'.length)));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  } else if (method === 'POST' && pathname === '/echo') {
    const body = await bodyOf(request);
    response.writeHead(200, ['content-type', 'application/octet-stream', 'content-length', String(body.length)]);
    response.end(body);
  } else if (pathname === '/stream') {
    response.setHeader('content-type', 'text/plain');
    for await (const chunk of app.chunks()) response.write(chunk);
    response.end();
  } else if (pathname === '/fail-async') {
    await app.failAsync();
  } else if (pathname === '/slow') {
    await app.slow();
    text(response, app.text());
  } else if (method === 'POST' && pathname === '/log') {
    text(response, await app.log(() => bodyOf(request)));
  } else if (pathname === '/head' || pathname.startsWith('/files/')) {
    text(response, app.text());
  } else {
    response.statusCode = 404;
    text(response, 'not found');
  }
}

const ROUTES = ['/users/:id', '/echo', '/stream', '/fail', '/fail-async', '/teapot', '/head', '/slow', '/log', '/files/*', '/ws'];

/** Where there is no framework, the application answers what is thrown. */
const caught =
  (listener: (request: IncomingMessage, response: ServerResponse) => unknown): RequestListener =>
  (request, response) => {
    const refuse = (error: unknown): void => {
      if (response.destroyed) return;
      response.statusCode = (error as { readonly status?: number }).status ?? 500;
      response.end('broken');
    };
    try {
      Promise.resolve(listener(request, response)).catch(refuse);
    } catch (error) {
      refuse(error);
    }
  };

const OWN = { status: 500, body: /^broken$/ };

export const nodeListener: Driver = {
  name: 'node:http (listener)',
  ownAnswer: OWN,
  lacks: { 'an upgrade is told as 101': 'A listener for requests is not told of upgrades; attach is' },
  serve(app) {
    const tracking = trackHttp(app.telemetry, { routes: ROUTES, ...app.options });
    return served(createServer(caught(tracking.listener(handlerOf(app)))), tracking);
  },
};

/** Listeners of `request` can't say that they failed, so what the application catches it reports. */
export const nodeAttach: Driver = {
  name: 'node:http (attach)',
  ownAnswer: OWN,
  serve(app) {
    const tracking = trackHttp(app.telemetry, { routes: ROUTES, ...app.options });
    const server = createServer(caught(tracking.listener(handlerOf(app))));
    tracking.attach(server);
    server.on('upgrade', (_request, socket) => {
      app.upgraded();
      socket.end(SWITCHING);
    });
    return served(server, tracking);
  },
};
