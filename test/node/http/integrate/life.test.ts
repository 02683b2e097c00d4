import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { httpTrackingOf, trackHttp } from '../../../../lib/entries/http';
import { createTelemetry } from '../../../../lib/index';
import { integrate } from '../../../../lib/node/http/integrate';
import { until } from '../../../support/alerts/until';
import { errorOf } from '../../../support/started';
import { EXPRESS, HTTP, integrated, KOA, TOKEN } from './world';

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

test.run();
