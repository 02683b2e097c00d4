import { createServer, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import KoaRouter from '@koa/router';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { healthOf } from '../../../lib/entries/health';
import { httpTrackingOf, trackHttp } from '../../../lib/entries/http';
import { createTelemetry, type LogRecord, memorySink } from '../../../lib/index';
import { type IntegrateOptions, type Integration, integrate } from '../../../lib/node/http/integrate';
import { trackHttp as trackNode } from '../../../lib/node/http/track-http';
import { captureEvents } from '../../../lib/testing';
import { until } from '../../support/alerts/until';
import { errorOf } from '../../support/started';

type Bus = ReturnType<typeof createTelemetry>;
type Put = (app: never) => void;

/** The same application in each framework: `/users/:id`, `/fail`, and `/own`, whose error the application answers itself with 418. */
interface Driver {
  readonly name: string;
  /** Whether routes may be there when it is integrated. */
  readonly orders: readonly ('before' | 'after')[];
  readonly route: string;
  readonly ownStatus: number;
  make(put: Put, order: 'before' | 'after'): Promise<{ server: Server; app: unknown; close?: () => unknown }>;
}

const own = (): Error => new Error('own');
const inOrder = (order: 'before' | 'after', put: () => void, routes: () => void): void => {
  if (order === 'before') put();
  routes();
  if (order === 'after') put();
};

const DRIVERS: readonly Driver[] = [
  {
    name: 'http',
    orders: ['before', 'after'],
    route: '(unmatched)',
    ownStatus: 418,
    async make(put, order) {
      const server = createServer();
      const routes = (): void => {
        server.on('request', ({ url }, response) => {
          response.statusCode = url === '/own' ? 418 : url === '/fail' ? 500 : 200;
          response.end('app');
        });
      };
      inOrder(order, () => put(server as never), routes);
      return { server, app: server };
    },
  },
  {
    name: 'express',
    orders: ['before', 'after'],
    route: '/users/:id',
    ownStatus: 418,
    async make(put, order) {
      const app = express();
      inOrder(
        order,
        () => put(app as never),
        () => {
          app.get('/users/:id', (_request, response) => void response.send('app'));
          const router = express.Router();
          router.get('/', () => {
            throw own();
          });
          app.use('/own', router);
          app.use('/own', ((_error, _request, response, _next) => void response.status(418).send('mine')) as express.ErrorRequestHandler);
          app.get('/fail', async () => {
            throw new Error('broken');
          });
        },
      );
      return { server: createServer(app), app };
    },
  },
  {
    name: 'fastify',
    orders: ['before', 'after'],
    route: '/users/:id',
    ownStatus: 418,
    async make(put, order) {
      const app = fastify();
      const routes = async (): Promise<void> => {
        app.get('/users/:id', async () => 'app');
        app.get('/fail', async () => {
          throw new Error('broken');
        });
        await app.register(async (scope) => {
          scope.setErrorHandler((_error, _request, reply) => void reply.code(418).send('mine'));
          scope.get('/own', async () => {
            throw own();
          });
        });
      };
      if (order === 'before') put(app as never);
      await routes();
      if (order === 'after') put(app as never);
      await app.ready();
      return { server: app.server, app, close: () => app.close() };
    },
  },
  {
    name: 'koa',
    orders: ['before', 'after'],
    route: '/users/:id',
    ownStatus: 418,
    async make(put, order) {
      const app = new Koa();
      app.silent = true;
      inOrder(
        order,
        () => put(app as never),
        () => {
          app.use(async (context, next) => {
            try {
              await next();
            } catch (error) {
              if ((error as Error).message !== 'own') throw error;
              context.status = 418;
              context.body = 'mine';
              context.app.emit('error', error, context);
            }
          });
          const router = new KoaRouter();
          router.get('/users/:id', (context) => {
            context.body = 'app';
          });
          router.get('/fail', async () => {
            throw new Error('broken');
          });
          router.get('/own', () => {
            throw own();
          });
          app.use(router.routes());
        },
      );
      return { server: createServer(app.callback()), app };
    },
  },
  {
    name: 'hono',
    orders: ['before'],
    route: '/users/:id',
    ownStatus: 418,
    async make(put) {
      const app = new Hono();
      put(app as never);
      app.get('/users/:id', (context) => context.text('app'));
      app.get('/fail', () => {
        throw new Error('broken');
      });
      app.get('/own', () => {
        throw own();
      });
      app.onError((error, context) => (error.message === 'own' ? context.text('mine', 418) : context.text('failed', 500)));
      return { server: createServer(getRequestListener(app.fetch)), app };
    },
  },
];

const TOKEN = 'k3Vb9xQ2mZ7pL1sT8wYc4NfR6hJ0gDuEaHiOoPqXrU5';

interface World {
  readonly telemetry: ReturnType<typeof createTelemetry>;
  readonly integration: Integration;
  readonly app: unknown;
  readonly url: string;
  records(): LogRecord[];
  get(path: string, headers?: Record<string, string>, method?: string): Promise<{ status: number; text: string; headers: Headers }>;
}

async function integrated(
  driver: Driver,
  order: 'before' | 'after',
  options: IntegrateOptions,
  body: (world: World) => unknown,
): Promise<void> {
  const telemetry = createTelemetry();
  const sink = memorySink();
  telemetry.configureLog({ sinks: [sink], level: 'info', format: 'json' });
  let integration: Integration | undefined;
  const put = (app: never): void => void (integration = integrate(app, telemetry, options));
  const { server, app, close } = await driver.make(put, order);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await body({
      telemetry,
      integration: integration!,
      app,
      url,
      records: () => sink.lines.map((line) => JSON.parse(line) as LogRecord),
      async get(path, headers = {}, method = 'GET') {
        const answer = await fetch(url + path, { headers, method });
        return { status: answer.status, text: await answer.text(), headers: answer.headers };
      },
    });
  } finally {
    integration?.close();
    server.closeAllConnections();
    await (close?.() ?? new Promise((resolve) => server.close(resolve)));
  }
}

/** Asks by another name than the one in the address. */
const asHost = (url: string, path: string, host: string): Promise<[status: number, text: string]> =>
  new Promise((resolve, reject) => {
    const asked = request(url + path, { headers: { host }, agent: false }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve([response.statusCode!, text]));
    });
    asked.on('error', reject).end();
  });

for (const driver of DRIVERS) {
  for (const order of driver.orders) {
    test(`${driver.name}, integrated ${order} its routes: requests are tracked`, () =>
      integrated(driver, order, {}, async ({ get, records, telemetry }) => {
        using captured = captureEvents(telemetry, undefined, { scoped: false });
        const answer = await get('/users/7?secret=1');
        assert.is(answer.text, 'app');
        const access = (): LogRecord[] => records().filter(({ message }) => message === 'request_complete');
        await until('the record', () => access().length === 1);
        const [record] = access();
        assert.is(record!.request_id, answer.headers.get('x-request-id'));
        assert.equal([record!.path, record!.route, record!.status], ['/users/7', driver.route, 200]);
        assert.is(captured.events.filter(({ key }) => key === 'http.request.stop').length, 1);
      }));

    test(`${driver.name}, integrated ${order} its routes: health answers anybody with one word`, () =>
      integrated(driver, order, {}, async ({ get, telemetry, records }) => {
        healthOf(telemetry).addCheck('database', () => Promise.reject(new Error('connection refused')), { unhealthyAfter: 1 });
        for (const path of ['/health', '/health/live', '/health/startup', '/health/ready?x=1']) {
          const { status, text, headers } = await get(path);
          assert.match(text, /^\{"status":"(pass|warn|fail)"\}$/);
          assert.is(status, text.includes('fail') ? 503 : 200);
          assert.is(headers.get('cache-control'), 'no-store');
        }
        healthOf(telemetry).shutDown();
        assert.equal(await get('/health/ready').then(({ status, text }) => [status, text]), [503, '{"status":"fail"}']);
        assert.equal(await get('/health/live', {}, 'HEAD').then(({ status, text }) => [status, text]), [200, '']);
        assert.is((await get('/health', {}, 'POST')).status, 405);
        await until('the records', () => records().filter(({ route }) => route === '/health/live').length === 2);
      }));

    test(`${driver.name}, integrated ${order} its routes: without options nothing of the admin API can be reached, even with a token`, () =>
      integrated(driver, order, {}, async ({ get, integration }) => {
        assert.is(integration.admin, undefined);
        for (const path of ['/admin/openapi.json', '/admin/config', '/admin/levels', '/metrics', '/v1/metrics']) {
          const { status, text } = await get(path, { 'x-admin-token': TOKEN });
          if (driver.name === 'http') assert.is(text, 'app');
          else assert.is(status, 404);
        }
      }));

    test(`${driver.name}, integrated ${order} its routes: the admin API answers who has its token, and the application all else`, () =>
      integrated(driver, order, { admin: { token: TOKEN } }, async ({ get, records, url }) => {
        const described = await get('/admin/openapi.json', { 'x-admin-token': TOKEN });
        assert.is(described.status, 200);
        assert.is(JSON.parse(described.text).openapi.slice(0, 3), '3.1');
        assert.is((await get('/admin/openapi.json')).status, 401);
        assert.is((await get('/admin/openapi.json', { authorization: `Bearer ${TOKEN}x` })).status, 401);
        assert.is((await get('/users/1', { 'x-admin-token': TOKEN })).text, 'app');
        const known = JSON.parse((await get('/health', { 'x-admin-token': TOKEN })).text);
        assert.ok('checks' in known);
        assert.match((await get('/health')).text, /^\{"status":"\w+"\}$/);
        // Probes call by the address of the machine, which the admin API answers to nobody.
        const probe = await asHost(url, '/health/live', 'pod-7.example');
        assert.equal(probe, [200, '{"status":"pass"}']);
        assert.is((await asHost(url, '/admin/openapi.json', 'pod-7.example'))[0], 403);
        await until('the records', () => records().filter(({ route }) => route === '/admin/*').length === 4);
        assert.not.match(JSON.stringify(records()), TOKEN);
      }));

    if (driver.name !== 'http') {
      test(`${driver.name}, integrated ${order} its routes: errors are reported once, and the application's own handlers answer`, () =>
        integrated(driver, order, {}, async ({ get, records }) => {
          assert.is((await get('/fail')).status, 500);
          const mine = await get('/own');
          assert.equal([mine.status, mine.text], [driver.ownStatus, 'mine']);
          const access = (): LogRecord[] => records().filter(({ message }) => message === 'request_complete');
          await until('the records', () => access().length === 2);
          const errors = records().filter(({ exception }) => exception !== undefined);
          assert.equal(errors.map(({ path }) => path).sort(), ['/fail', '/own']);
          for (const { method, endpoint, ip, request_id, error_id } of errors) {
            assert.is(method, 'GET');
            assert.ok(endpoint !== undefined && ip !== undefined && error_id !== undefined);
            assert.ok(access().some((record) => record.request_id === request_id));
          }
        }));

      // That of Hono has an onError for all errors.
      if (driver.name === 'hono') continue;
      test(`${driver.name}, integrated ${order} its routes: with answerErrors, errors that nobody else answers have the safe message`, () =>
        integrated(driver, order, { tracking: { answerErrors: true } }, async ({ get, records }) => {
          const failed = await get('/fail');
          assert.is(failed.status, 500);
          assert.not.match(failed.text, 'broken');
          const { error_id } = JSON.parse(failed.text) as { error_id: string };
          await until('the error', () => records().some((record) => record.error_id === error_id));
          assert.is((await get('/own')).text, 'mine');
        }));
    }
  }

  test(`${driver.name}: after the end, nothing of it is left in the way`, () =>
    integrated(driver, 'before', { admin: { token: TOKEN } }, async ({ get, integration, telemetry, records }) => {
      await get('/users/1');
      await until('the record', () => records().some(({ message }) => message === 'request_complete'));
      integration.close();
      integration.close();
      assert.is(httpTrackingOf(telemetry), undefined);
      const answer = await get('/users/1');
      assert.equal([answer.text, answer.headers.get('x-request-id')], ['app', null]);
      assert.is((await get('/health')).status, driver.name === 'http' ? 200 : 404);
      assert.is.not((await get('/admin/openapi.json', { 'x-admin-token': TOKEN })).text.slice(0, 10), '{"openapi"');
      assert.equal([(await get('/own')).status, (await get('/fail')).status], [driver.ownStatus, 500]);
      assert.is(records().filter(({ message }) => message === 'request_complete').length, 1);
    }));
}

const [HTTP, EXPRESS, , KOA] = DRIVERS as readonly [Driver, Driver, Driver, Driver];

test('express: an application is left as it was', async () => {
  const app = express();
  app.get('/a', (_request, response) => void response.end());
  app.use(((_error, _request, _response, next) => next()) as express.ErrorRequestHandler);
  const { handle } = app as unknown as { handle: unknown };
  const before = app.router.stack.map(({ handle }) => handle);
  const integration = integrate(app, createTelemetry());
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`)).text();
  assert.is(app.router.stack.length, before.length + 1);
  integration.close();
  assert.equal(
    app.router.stack.map(({ handle }) => handle),
    before,
  );
  assert.is((app as unknown as { handle: unknown }).handle, handle);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('express: errors of routes that are added while it runs are reported as well', () =>
  integrated(EXPRESS, 'before', {}, async ({ get, app, records }) => {
    await get('/users/1');
    (app as express.Express).get('/late', () => {
      throw new Error('late');
    });
    assert.is((await get('/late')).status, 500);
    await until('the error', () => records().filter(({ exception }) => exception !== undefined).length === 1);
  }));

test('servers and koa are left as they were', () => {
  const server = createServer();
  const app = new Koa();
  for (const target of [server, app]) {
    const integration = integrate(target as never, createTelemetry());
    assert.ok(Object.hasOwn(target, 'emit'));
    integration.close();
    assert.not.ok(Object.hasOwn(target, 'emit'));
  }
  assert.equal(app.middleware, []);
});

test('koa still prints errors itself where nobody listens', () => {
  const app = new Koa();
  using _integration = integrate(app, createTelemetry());
  assert.is(app.listenerCount('error'), 0);
});

test('koa: an application whose callback was made before is tracked as well', async () => {
  const app = new Koa();
  app.use((context) => {
    context.body = 'app';
  });
  const server = createServer(app.callback());
  using integration = integrate(app, createTelemetry());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  assert.is(await answer.text(), 'app');
  assert.ok(answer.headers.get('x-request-id'));
  await until('the end', () => integration.tracking?.stats().total === 1);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a tracking that is open is used, and stays open', async () => {
  const telemetry = createTelemetry();
  using tracking = trackHttp(telemetry);
  const integration = integrate(createServer(), telemetry);
  assert.is(integration.tracking, tracking);
  integration.close();
  assert.is(httpTrackingOf(telemetry), tracking);
  assert.is((await errorOf(() => integrate(createServer(), telemetry, { tracking: { routes: ['/a'] } }))).code, 'ALREADY_STARTED');
});

test('tracking and health can be left out, and health can have another path', async () => {
  await integrated(HTTP, 'before', { tracking: false, health: false }, async ({ get, integration }) => {
    assert.is(integration.tracking, undefined);
    const answer = await get('/health');
    assert.equal([answer.text, answer.headers.get('x-request-id')], ['app', null]);
  });
  await integrated(KOA, 'after', { tracking: false, health: { path: '/internal/health' } }, async ({ get }) => {
    assert.match((await get('/internal/health/live')).text, 'pass');
    assert.is((await get('/health')).status, 404);
  });
});

test('what can not be integrated is refused in words, and leaves nothing behind', async () => {
  const telemetry = createTelemetry();
  const started = fastify();
  await started.ready();
  const routed = new Hono().get('/a', (context) => context.text('a'));
  for (const [app, words] of [
    [started, /before listen\(\)/],
    [routed, /right after new Hono/],
    [{}, /Express, Fastify, Koa or Hono/],
    [null, /Express, Fastify, Koa or Hono/],
    ['app', /Express, Fastify, Koa or Hono/],
    [express.Router(), /Express, Fastify, Koa or Hono/],
    [() => {}, /Express, Fastify, Koa or Hono/],
  ] as const) {
    const error = await errorOf(() => integrate(app as never, telemetry));
    assert.is(error.code, 'OPTION_INVALID');
    assert.match(error.message, words);
    assert.is(httpTrackingOf(telemetry), undefined);
  }
  for (const [options, code] of [
    [{ helth: false }, 'OPTION_UNKNOWN'],
    [{ health: { path: 'health/' } }, 'OPTION_INVALID'],
    [{ tracking: true }, 'OPTION_INVALID'],
    [{ admin: {} }, 'OPTION_INVALID'],
    [{ admin: { token: 'short' } }, 'OPTION_INVALID'],
  ] as const) {
    assert.is((await errorOf(() => integrate(createServer(), telemetry, options as never))).code, code);
    assert.is(httpTrackingOf(telemetry), undefined);
  }
  for (const target of [{}, undefined, null, 7]) {
    assert.is((await errorOf(() => integrate(createServer(), target as never))).code, 'OPTION_INVALID');
  }
  await started.close();
});

test('a session of the application at its health routes is no guess at a token of the admin API', async () => {
  await integrated(HTTP, 'before', { admin: { token: TOKEN } }, async ({ get }) => {
    for (let turn = 0; turn < 12; turn++) {
      const { status, text } = await get('/health', { authorization: 'Bearer session-of-the-application' });
      assert.equal([status, text], [200, '{"status":"pass"}']);
    }
    assert.is((await get('/admin/levels', { 'x-admin-token': TOKEN })).status, 200);
  });
});

test('the admin API trusts the proxies that tracking trusts: one client locks out none but itself', async () => {
  const options = { tracking: { trustProxy: ['loopback'] }, admin: { token: TOKEN } };
  await integrated(HTTP, 'before', options, async ({ get }) => {
    const ask = async (token: string, ip: string) => (await get('/admin/levels', { 'x-admin-token': token, 'x-forwarded-for': ip })).status;
    for (let turn = 0; turn < 10; turn++) assert.is(await ask(`${TOKEN}x`, '192.0.2.9'), 401);
    assert.is(await ask(TOKEN, '192.0.2.9'), 429);
    assert.is(await ask(TOKEN, '192.0.2.1'), 200);
  });
});

test('an application is integrated once, and again after the end', async () => {
  const telemetry = createTelemetry();
  const server = createServer();
  const first = integrate(server, telemetry);
  assert.is((await errorOf(() => integrate(server, telemetry))).code, 'ALREADY_STARTED');
  first.close();
  integrate(server, telemetry).close();
});

const errorsOf = (records: () => LogRecord[]): string[] =>
  records()
    .filter(({ exception }) => exception !== undefined)
    .map(({ path }) => String(path));

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

async function served(listener: RequestListener, body: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test.run();
