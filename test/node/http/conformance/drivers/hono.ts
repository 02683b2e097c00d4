import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { trackHttp } from '../../../../../lib/entries/http';
import type { HonoMiddleware } from '../../../../../lib/http/web/hono';
import { honoMiddleware } from '../../../../../lib/http/web/hono';
import { toNodeListener, trackHttp as trackNodeHttp } from '../../../../../lib/node/http';
import type { AppSpec, Driver } from '../driver';
import { listen, streamOf } from './web';

function application(app: AppSpec, middleware: HonoMiddleware): Hono {
  const hono = new Hono();
  hono.use(middleware);
  hono.get('/users/:id', async (c) => c.json(await app.user(c.req.param('id'))));
  hono.post('/echo', async (c) => {
    const body = await c.req.arrayBuffer();
    return c.body(body, 200, { 'content-type': 'application/octet-stream', 'content-length': String(body.byteLength) });
  });
  hono.get('/stream', (c) => c.body(streamOf(app.chunks()), 200, { 'content-type': 'text/plain' }));
  hono.get('/fail', () => app.fail());
  hono.get('/fail-async', () => app.failAsync());
  hono.get('/teapot', () => app.teapot());
  hono.get('/head', (c) => c.text(app.text()));
  hono.get('/slow', async (c) => {
    await app.slow();
    return c.text(app.text());
  });
  hono.post('/log', async (c) => c.text(await app.log(() => c.req.text())));
  hono.get('/files/*', (c: Context) => c.text(app.text()));
  return hono;
}

const ownAnswer = { status: 500, body: /^Internal Server Error$/ };

export const honoFetch: Driver = {
  name: 'hono (fetch)',
  serve(app) {
    const tracking = trackHttp(app.telemetry, app.options);
    const hono = application(app, honoMiddleware(tracking));
    const listener = toNodeListener((request, info) => hono.fetch(request, info));
    return listen(listener, tracking);
  },
  ownAnswer,
  lacks: { 'an upgrade is told as 101': 'Upgrades of Hono are those of its runtime; a Response can not be one' },
};

export const honoNodeServer: Driver = {
  name: 'hono (node-server)',
  serve(app) {
    const tracking = trackNodeHttp(app.telemetry, app.options);
    const hono = application(app, tracking.hono());
    return listen(getRequestListener(hono.fetch), tracking);
  },
  ownAnswer,
  lacks: {
    'an upgrade is told as 101': 'Node answers upgrades beside Hono; `attach` of the server tracks them',
    'the scope holds in a body that is read later':
      'The server reads the body after its middleware has returned; with `attach` the scope holds',
  },
};
