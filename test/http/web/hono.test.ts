import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextFields } from '../../../lib/core/context';
import { trackHttp } from '../../../lib/entries/http';
import type { Exchange } from '../../../lib/http/api';
import type { HttpOptions } from '../../../lib/http/options';
import { type HonoOptions, honoMiddleware } from '../../../lib/http/web/hono';
import { trackFetch } from '../../../lib/http/web/track-fetch';
import { type Recording, recording } from '../../support/http/recording';

interface Tracked extends Recording {
  readonly app: Hono<{ Variables: { requestId: string } }>;
  readonly tracking: ReturnType<typeof trackHttp>;
}

/** Calls back with an application whose first middleware tracks requests. What Hono prints of errors is kept off the screen. */
async function withHono(options: HttpOptions & HonoOptions, body: (tracked: Tracked) => unknown): Promise<void> {
  const { route, peer, onNode, ...rest } = options;
  const recorded = recording();
  const tracking = trackHttp(recorded.telemetry, rest);
  const { error } = console;
  console.error = () => undefined;
  try {
    const app = new Hono<{ Variables: { requestId: string } }>();
    app.use(honoMiddleware(tracking, { ...(route && { route }), ...(peer && { peer }), ...(onNode && { onNode }) }));
    await body({ ...recorded, app, tracking });
  } finally {
    console.error = error;
    tracking.close();
    recorded.stop();
  }
}

test('the route is the template, whatever middleware runs around', () =>
  withHono({}, async ({ app, ends }) => {
    app.use('/users/*', async (_c, next) => next());
    app.get('/users/:id', (c) => c.json({ id: c.req.param('id') }));
    app.route(
      '/api',
      new Hono().get('/things/:thing', (c) => c.text('thing')),
    );
    app.all('/any', (c) => c.text('any'));
    app.mount('/mounted', () => new Response('mounted'));
    for (const path of ['/users/7', '/api/things/1', '/any', '/mounted/deep']) await (await app.request(path)).text();
    assert.equal(
      ends().map(({ metadata }) => metadata.route),
      ['/users/:id', '/api/things/:thing', '/any', '/mounted/*'],
    );
  }));

test('what no route matches is (unmatched), with and without middleware of its own', () =>
  withHono({}, async ({ app, ends }) => {
    app.use('/api/*', async (_c, next) => next());
    for (const path of ['/nowhere', '/api/nowhere']) assert.is((await app.request(path)).status, 404);
    await (await app.request('/else')).text();
    await Promise.all(['/nowhere', '/api/nowhere'].map(async (path) => (await app.request(path)).text()));
    assert.ok(ends().every(({ metadata }) => metadata.route === '(unmatched)' && metadata.status === 404));
    assert.is(ends().length, 3);
  }));

test('a middleware that refuses does so for the route behind it', () =>
  withHono({}, async ({ app, ends }) => {
    app.use('/admin/*', async (c) => c.text('no', 401));
    app.get('/admin/:page', (c) => c.text('page'));
    for (const path of ['/admin/7']) await (await app.request(path)).text();
    assert.equal([ends()[0]!.metadata.route, ends()[0]!.metadata.status], ['/admin/:page', 401]);
  }));

test('a route that answers 404 itself is still the route', () =>
  withHono({}, async ({ app, ends }) => {
    app.get('/users/:id', (c) => c.text('gone', 404));
    await (await app.request('/users/7')).text();
    assert.is(ends()[0]!.metadata.route, '/users/:id');
  }));

test('of several routes that match, the one that answers is the route', () =>
  withHono({}, async ({ app, ends, errors, telemetry }) => {
    app.get('/users/*', async (_c, next) => next());
    app.get('/users/me', (c) => {
      telemetry.logger('shop').error(new Error('logged on the way'));
      return c.text('me');
    });
    app.get('/users/:id', (c, next) => (c.req.param('id') === '8' ? next() : c.text('user')));
    app.get('/users/:number', (c) => c.text('number'));
    for (const path of ['/users/me', '/users/7', '/users/8']) await (await app.request(path)).text();
    assert.equal(
      ends().map(({ metadata }) => metadata.route),
      ['/users/me', '/users/:id', '/users/:number'],
    );
    assert.is(errors().length, 1);
  }));

test('the template can be said by an option; what it throws is unknown', () =>
  withHono({ route: (c) => routePath(c as never, -1).toUpperCase() }, async ({ app, ends }) => {
    app.get('/users/:id', (c) => c.text('user'));
    await (await app.request('/users/7')).text();
    assert.is(ends()[0]!.metadata.route, '/USERS/:ID');
  }));

test('handlers find the id in their context and their scope', () =>
  withHono({}, async ({ app }) => {
    app.get('/', async (c) => {
      await Promise.resolve();
      return c.text(`${c.get('requestId')} ${contextFields()?.request_id}`);
    });
    const response = await app.request('/', { headers: { 'x-request-id': 'r-1' } });
    assert.is(await response.text(), 'r-1 r-1');
    assert.is(response.headers.get('x-request-id'), 'r-1');
    assert.match(response.headers.get('x-request-duration')!, /^\d+\.\d{3}s$/);
  }));

test('an error that became an answer is reported once, and is an exception', () =>
  withHono({}, async ({ app, ends, errors }) => {
    app.get('/fail/:why', () => {
      throw new Error('no stock');
    });
    const response = await app.request('/fail/x');
    assert.equal([response.status, await response.text()], [500, 'Internal Server Error']);
    assert.equal([ends().length, ends()[0]!.action, ends()[0]!.metadata.status], [1, 'exception', 500]);
    assert.equal([errors().length, errors()[0]!.endpoint], [1, '/fail/:why']);
  }));

test('what is thrown and is no error goes on, reported once', () =>
  withHono({}, async ({ app, ends, errors }) => {
    app.get('/fail', () => {
      throw 'just words';
    });
    const reason = await Promise.resolve(app.request('/fail')).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.is(reason, 'just words');
    assert.equal([ends().length, ends()[0]!.metadata.route, errors().length], [1, '/fail', 1]);
  }));

test('with safe answers, the answer of Hono itself is replaced; headers of other middleware stay', () =>
  withHono({ answerErrors: true }, async ({ app, errors }) => {
    app.use(async (c, next) => {
      await next();
      c.header('x-frame-options', 'DENY');
    });
    app.get('/fail', () => {
      throw new Error('secret');
    });
    const response = await app.request('/fail');
    assert.equal([response.status, response.headers.get('content-type')], [500, 'application/problem+json']);
    assert.is(response.headers.get('x-frame-options'), 'DENY');
    const { error_id } = (await response.json()) as { error_id: string };
    assert.is(error_id, errors()[0]!.error_id);
  }));

test('with safe answers, what is no error is answered, too', () =>
  withHono({ answerErrors: true }, async ({ app }) => {
    app.get('/fail', () => {
      throw 'just words';
    });
    const response = await app.request('/fail');
    assert.equal([response.status, response.headers.get('content-type')], [500, 'application/problem+json']);
  }));

test('an onError that answers that the request was at fault makes a warning of the error', () =>
  withHono({}, async ({ app, ends, errors }) => {
    app.get('/taken', () => {
      throw new Error('taken');
    });
    app.onError((_error, c) => c.text('Taken', 409));
    assert.is(await (await app.request('/taken')).text(), 'Taken');
    assert.equal([errors()[0]!.level, ends()[0]!.action, ends()[0]!.metadata.status], ['WARNING', 'stop', 409]);
  }));

test('a safe answer has the headers that the error says', () =>
  withHono({ answerErrors: true }, async ({ app }) => {
    app.get('/later', () => {
      throw Object.assign(new Error('busy'), { status: 503, headers: { 'Retry-After': 30, 'set-cookie': 'a=1' } });
    });
    const { status, headers } = await app.request('/later');
    assert.equal([status, headers.get('retry-after'), headers.get('set-cookie')], [503, '30', null]);
  }));

test('with safe answers, an onError of the application answers, and an HTTPException', () =>
  withHono({ answerErrors: true }, async ({ app, ends, errors }) => {
    app.get('/fail', () => {
      throw new Error('secret');
    });
    app.get('/refused', () => {
      throw new HTTPException(403, { message: 'Members only' });
    });
    const refused = await app.request('/refused');
    assert.equal([refused.status, await refused.text()], [403, 'Members only']);
    app.onError((_error, c) => c.text('Our own words', 500));
    const failed = await app.request('/fail');
    assert.is(await failed.text(), 'Our own words');
    assert.is(errors().length, 2);
    assert.equal(
      ends().map(({ action }) => action),
      ['stop', 'exception'],
    );
  }));

test('a body is counted, and HEAD has none', () =>
  withHono({}, async ({ app, ends }) => {
    app.get('/text', (c) => c.text('hello'));
    await (await app.request('/text')).text();
    assert.is(await (await app.request('/text', { method: 'HEAD' })).text(), '');
    assert.equal(
      ends().map(({ metadata, measurements }) => [metadata.method, measurements.responseBytes]),
      [
        ['GET', 5],
        ['HEAD', 0],
      ],
    );
  }));

test('redirects keep their place', () =>
  withHono({}, async ({ app }) => {
    app.get('/old', (c) => c.redirect('/new'));
    app.get('/older', () => Response.redirect('http://shop.test/new', 302));
    for (const path of ['/old', '/older']) {
      const { status, headers } = await app.request(path);
      assert.is(status, 302);
      assert.match(headers.get('location')!, /\/new$/);
      assert.ok(headers.get('x-request-id'));
    }
  }));

test('within trackFetch, the request is tracked once, with its route', () =>
  withHono({}, async ({ app, tracking, ends, errors }) => {
    app.get('/users/:id', (c) => c.text('user'));
    app.get('/fail', () => {
      throw new Error('no stock');
    });
    const handler = trackFetch(tracking, (request: Request) => app.fetch(request));
    await (await handler(new Request('http://shop.test/users/7'))).text();
    await (await handler(new Request('http://shop.test/fail'))).text();
    assert.equal(
      ends().map(({ action, metadata }) => [action, metadata.route, metadata.status]),
      [
        ['stop', '/users/:id', 200],
        ['exception', '/fail', 500],
      ],
    );
    assert.is(errors().length, 1);
  }));

test('registered twice, it tracks once', () =>
  withHono({}, async ({ app, tracking, ends }) => {
    app.use(honoMiddleware(tracking));
    app.get('/', (c) => c.text('x'));
    await (await app.request('/')).text();
    assert.is(ends().length, 1);
  }));

test('on Node, the hook gets the objects of Node, and next tells the route and errors', async () => {
  const told: unknown[] = [];
  const incoming = { kind: 'incoming' };
  const outgoing = { kind: 'outgoing' };
  let exchange: Exchange | undefined;
  await withHono(
    {
      onNode: async (given, alsoGiven, _c, next) => {
        told.push(given, alsoGiven);
        await exchange!.run(next);
        exchange!.end({ status: 200 });
      },
    },
    async ({ app, tracking, ends, errors }) => {
      exchange = tracking.tracker.begin({ method: 'GET', target: '/fail/7', headers: new Headers(), peer: undefined });
      app.get('/fail/:why', () => {
        throw new Error('no stock');
      });
      await app.request('/fail/7', {}, { incoming, outgoing });
      assert.equal(told, [incoming, outgoing]);
      assert.equal([ends().length, ends()[0]!.action, ends()[0]!.metadata.route], [1, 'exception', '/fail/:why']);
      assert.is(errors().length, 1);
    },
  );
});

test('a request that is ignored passes', () =>
  withHono({ ignore: ['/health'] }, async ({ app, events }) => {
    app.get('/health', (c) => c.text(String(c.get('requestId'))));
    assert.is(await (await app.request('/health')).text(), 'undefined');
    assert.is(events().length, 0);
  }));

test('a middleware that answers nothing ends its request', () =>
  withHono({}, async ({ app, ends }) => {
    app.get('/', (async () => undefined) as never);
    assert.is((await app.request('/')).status, 500);
    assert.equal([ends().length, ends()[0]!.metadata.status], [1, 500]);
  }));

test('options are checked', () =>
  withHono({}, ({ tracking }) => assert.throws(() => honoMiddleware(tracking, { path: '*' } as never), /OPTION_UNKNOWN/)));

test.run();
