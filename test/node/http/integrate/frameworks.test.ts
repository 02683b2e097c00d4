import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { httpTrackingOf } from '../../../../lib/entries/http';
import { createTelemetry, type LogRecord, memorySink } from '../../../../lib/index';
import { integrate } from '../../../../lib/node/http/integrate';
import { trackHttp as trackNode } from '../../../../lib/node/http/track-http';
import { until } from '../../../support/alerts/until';
import { type Bus, type Driver, EXPRESS, errorsOf, inOrder, integrated, served } from './world';

for (const order of ['before', 'after'] as const) {
  test(`express, integrated ${order} its routes: errors that a mounted application answers itself are reported once`, () => {
    const sub = express();
    sub.get('/', () => {
      throw new Error('sub');
    });
    sub.use(((_error, _request, response, _next) => void response.status(503).send('sub')) as express.ErrorRequestHandler);
    const mounting: Driver = {
      ...EXPRESS,
      async make(put, when) {
        const app = express();
        inOrder(
          when,
          () => put(app as never),
          () => void app.use('/sub', sub),
        );
        return { server: createServer(app), app };
      },
    };
    return integrated(mounting, order, {}, async ({ get, records }) => {
      assert.is((await get('/sub')).status, 503);
      await until('the record', () => records().some(({ message }) => message === 'request_complete'));
      assert.equal(errorsOf(records), ['/sub']);
    });
  });
}

test('express: error handlers that a router is given while it runs are seen as well, and those of other applications are not', () =>
  integrated(EXPRESS, 'before', {}, async ({ get, app, records }) => {
    const router = express.Router();
    router.get('/', () => {
      throw new Error('late');
    });
    (app as express.Express).use('/late', router);
    await get('/late');
    router.use(((_error, _request, response, _next) => void response.status(503).send('late')) as express.ErrorRequestHandler);
    assert.is((await get('/late?again')).status, 503);
    await until('the records', () => records().filter(({ message }) => message === 'request_complete').length === 2);
    assert.equal(errorsOf(records), ['/late', '/late']);

    const telemetry = createTelemetry();
    const sink = memorySink();
    telemetry.configureLog({ sinks: [sink], level: 'info', format: 'json' });
    using tracking = trackNode(telemetry);
    const other = express();
    other.use(tracking.express());
    other.get('/', () => {
      throw new Error('other');
    });
    other.use(((_error, _request, response, _next) => void response.status(418).end()) as express.ErrorRequestHandler);
    await served(other, async (url) => void (await (await fetch(url)).text()));
    await until('the record', () => tracking.stats().total === 1);
    assert.not.ok(sink.lines.some((line) => line.includes('other')));
  }));

test('express: layers are as they were when the last integration has ended, in any order', async () => {
  const layers = Object.getPrototypeOf(express().get('/', () => {}).router.stack[0]) as { handleError: unknown };
  const { handleError } = layers;
  const apps = [express(), express()];
  const integrations = apps.map((app) => integrate(app, createTelemetry()));
  for (const app of apps) await served(app, async (url) => void (await (await fetch(url)).text()));
  assert.is.not(layers.handleError, handleError);
  integrations[0]!.close();
  assert.is.not(layers.handleError, handleError);
  integrations[1]!.close();
  assert.is(layers.handleError, handleError);
});

test('a tracking that integrations of a bus share is closed with the last of them, in any order', () => {
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
  ]) {
    const telemetry = createTelemetry();
    const all = [createServer(), express(), new Koa()].map((app) => integrate(app as never, telemetry));
    assert.is(new Set(all.map(({ tracking }) => tracking)).size, 1);
    const begins = (): boolean => {
      const exchange = all[0]!.tracking!.tracker.begin({ method: 'GET', target: '/', headers: new Map(), peer: undefined });
      exchange?.end({ status: 200 });
      return exchange !== undefined;
    };
    for (const index of order) {
      assert.ok(begins());
      all[index]!.close();
      all[index]!.close();
    }
    assert.not.ok(begins());
    assert.is(httpTrackingOf(telemetry), undefined);
    // Closed by hand: a later one begins another.
    const first = integrate(createServer(), telemetry);
    first.tracking!.close();
    const second = integrate(createServer(), telemetry);
    first.close();
    assert.ok(httpTrackingOf(telemetry) !== undefined);
    second.close();
    assert.is(httpTrackingOf(telemetry), undefined);
  }
});

for (const answerErrors of [false, true]) {
  test(`koa: what is thrown and is no Error is reported once, as are errors beside it, answerErrors ${answerErrors}`, async () => {
    const telemetry = createTelemetry();
    const sink = memorySink();
    telemetry.configureLog({ sinks: [sink], level: 'info', format: 'json' });
    const app = new Koa();
    app.silent = true;
    using integration = integrate(app, telemetry, { tracking: { answerErrors } });
    app.use(async (context) => {
      if (context.path === '/stream') {
        context.body = new Readable({ read() {} });
        setImmediate(() => context.body.emit('error', 'broken stream'));
        return;
      }
      if (context.path === '/two') context.app.emit('error', new Error('first'), context);
      throw context.path === '/two' ? new Error('second') : 'plain';
    });
    await served(app.callback(), async (url) => {
      for (const path of ['/plain', '/two', '/stream']) await fetch(url + path).then((answer) => answer.text(), String);
      await until('the ends', () => integration.tracking!.stats().total === 3);
    });
    assert.equal(
      errorsOf(() => sink.lines.map((line) => JSON.parse(line) as LogRecord)),
      ['/plain', '/two', '/two', '/stream'],
    );
  });
}

for (const [name, put] of [
  ['integrate', (app: ReturnType<typeof fastify>, telemetry: Bus) => integrate(app, telemetry).tracking!],
  [
    'the plugin',
    (app: ReturnType<typeof fastify>, telemetry: Bus) => {
      const tracking = trackNode(telemetry);
      app.register(tracking.fastify());
      return tracking;
    },
  ],
] as const) {
  test(`fastify: requests that it answers before any hook are tracked, by ${name}`, async () => {
    const telemetry = createTelemetry();
    const sink = memorySink();
    telemetry.configureLog({ sinks: [sink], level: 'info', format: 'json' });
    const app = fastify();
    const tracking = put(app, telemetry);
    const scopes: unknown[] = [];
    app.addHook('onRequest', (_request, _reply, next) => {
      scopes.push(tracking.current()?.path);
      next();
    });
    app.get('/users/:id', async () => 'app');
    try {
      const url = await app.listen({ port: 0, host: '127.0.0.1' });
      const answer = await fetch(`${url}/%zz`);
      assert.is(answer.status, 400);
      assert.match(await answer.text(), 'FST_ERR_BAD_URL');
      assert.ok(answer.headers.get('x-request-id'));
      assert.is(await (await fetch(`${url}/users/1`)).text(), 'app');
      await until('the ends', () => tracking.stats().total === 2);
      const access = sink.lines.map((line) => JSON.parse(line) as LogRecord).filter(({ message }) => message === 'request_complete');
      assert.equal(
        access.map(({ path, route, status }) => [path, route, status]),
        [
          ['/%zz', '(unmatched)', 400],
          ['/users/1', '/users/:id', 200],
        ],
      );
      assert.equal(scopes, ['/users/1']);
    } finally {
      await app.close();
      tracking.close();
    }
  });
}

test('fastify: a plugin within an application tracks nothing but its own, and ignore is asked once per request', async () => {
  let asked = 0;
  using tracking = trackNode(createTelemetry(), { ignore: ({ path }) => ++asked > 0 && path === '/in/b' });
  const app = fastify();
  app.get('/out', async () => 'out');
  await app.register(
    async (inner) => {
      await inner.register(tracking.fastify());
      inner.get('/a', async () => 'a');
      inner.get('/b', async () => 'b');
    },
    { prefix: '/in' },
  );
  using outer = trackNode(createTelemetry(), { ignore: () => ++asked > 0 });
  const root = fastify();
  await root.register(outer.fastify());
  root.get('/', async () => 'root');
  try {
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    for (const path of ['/out', '/in/a', '/in/b', '/%zz']) await (await fetch(url + path)).text();
    await until('the end', () => tracking.stats().total === 1 && tracking.stats().inFlight === 0);
    assert.is(asked, 2);
    await (await fetch(await root.listen({ port: 0, host: '127.0.0.1' }))).text();
    assert.is(asked, 3);
  } finally {
    await app.close();
    await root.close();
  }
});

test.run();
