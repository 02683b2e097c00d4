import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import Koa from 'koa';
import { trackHttp } from '../../../../../lib/node/http/index';
import type { Driver } from '../driver';
import { served } from './node-serve';

async function bodyOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export const koa3: Driver = {
  name: 'koa 3',
  filesRoute: '/files/*path',
  ownAnswer: { status: 500, body: /^Internal Server Error$/ },
  lacks: { 'an upgrade is told as 101': 'Koa has no upgrades; attach its server for them' },
  serve(app) {
    const tracking = trackHttp(app.telemetry, app.options);
    const server = new Koa();
    const router = new Router();
    // Koa would print each error.
    server.silent = true;
    server.use(tracking.koa());
    router.get('/users/:id', async (context) => {
      context.body = await app.user(context.params.id ?? '');
    });
    router.post('/echo', async (context) => {
      context.body = await bodyOf(context.req);
    });
    router.get('/stream', (context) => {
      context.type = 'text/plain';
      context.body = Readable.from(app.chunks());
    });
    router.get('/fail', () => app.fail());
    router.get('/fail-async', async () => {
      await app.failAsync();
    });
    router.get('/teapot', () => app.teapot());
    router.get('/head', (context) => {
      context.type = 'text/plain';
      context.body = app.text();
    });
    router.get('/slow', async (context) => {
      await app.slow();
      context.body = app.text();
    });
    router.post('/log', async (context) => {
      context.type = 'text/plain';
      context.body = await app.log(() => bodyOf(context.req));
    });
    router.get('/files/*path', (context) => {
      context.body = app.text();
    });
    server.use(router.routes());
    return served(createServer(server.callback()), tracking);
  },
};
