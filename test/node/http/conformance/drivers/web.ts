import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trackHttp } from '../../../../../lib/entries/http';
import { trackFetch } from '../../../../../lib/http/web/track-fetch';
import { toNodeListener } from '../../../../../lib/node/http/node-listener';
import type { AppSpec, Driver, Served } from '../driver';

/** Serves a listener on a free port. */
export async function listen(listener: RequestListener, tracking: ReturnType<typeof trackHttp>): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tracking,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      tracking.close();
    },
  };
}

/** A body whose chunks come from a generator. */
export function streamOf(chunks: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}

const ROUTES = ['/users/:id', '/echo', '/stream', '/fail', '/fail-async', '/teapot', '/head', '/slow', '/log', '/files/*'];

async function answer(app: AppSpec, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, first, second = ''] = pathname.split('/');
  switch (first) {
    case 'users':
      return Response.json(await app.user(second));
    case 'echo': {
      const body = await request.arrayBuffer();
      return new Response(body, { headers: { 'content-type': 'application/octet-stream', 'content-length': String(body.byteLength) } });
    }
    case 'stream':
      return new Response(streamOf(app.chunks()), { headers: { 'content-type': 'text/plain' } });
    case 'fail':
      return app.fail();
    case 'fail-async':
      return app.failAsync();
    case 'teapot':
      return app.teapot();
    case 'slow':
      await app.slow();
      return new Response(app.text());
    case 'log':
      return new Response(await app.log(() => request.text()));
    case 'head':
    case 'files':
      return new Response(app.text());
    default:
      return new Response('nothing here', { status: 404 });
  }
}

export const web: Driver = {
  name: 'web (node listener)',
  serve(app) {
    const tracking = trackHttp(app.telemetry, { routes: ROUTES, ...app.options });
    const handler = trackFetch(tracking, (request: Request, _info: unknown) => answer(app, request));
    const listener = toNodeListener(async (request, info) => {
      try {
        return await handler(request, info);
      } catch (error) {
        return new Response('broken', { status: (error as { readonly status?: number }).status ?? 500 });
      }
    });
    return listen(listener, tracking);
  },
  ownAnswer: { status: 500, body: /^broken$/, isOutside: true },
  lacks: {
    'an upgrade is told as 101': 'A Response of the Web standard can not be an upgrade; runtimes that upgrade are tested without a server',
  },
};
