import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/index';
import {
  attachServer,
  expressErrors,
  expressMiddleware,
  fastifyPlugin,
  koaMiddleware,
  trackHttp,
  trackListener,
} from '../../../lib/node/http/index';
import { recording } from '../../support/http/recording';
import { serving } from './serving';

test('adapters of all frameworks have the types that these take', async () => {
  const server = await serving((tracking) => {
    express().use(tracking.express()).use('/x', tracking.express()).use(tracking.expressErrors());
    new Koa().use(tracking.koa());
    new Hono().use(tracking.hono()).use('/x/*', tracking.hono());
    void Fastify().register(tracking.fastify());
    const listener: RequestListener = tracking.listener((request, response) => void response.end(request.url));
    createServer(tracking.listener((_request, response) => response.end()));
    createHttp2(tracking.listener((request, response) => response.end(request.authority)));
    const alone = tracking.listener((request, response) => response.end(request.url));
    createServer(alone);
    return createServer(listener);
  });
  assert.is(await (await fetch(`${server.url}/typed`)).text(), '/typed');
  await server.close();
});

test('options are checked, and what was refused leaves nothing open', () => {
  const { telemetry, stop } = recording();
  const codeOf = (options: unknown): unknown => {
    try {
      trackHttp(telemetry, options as never).close();
      return 'none';
    } catch (error) {
      return isTelemetryError(error) && error.code;
    }
  };
  assert.equal([null, 'x', []].map(codeOf), ['OPTION_INVALID', 'OPTION_INVALID', 'OPTION_INVALID']);
  assert.is(codeOf({ propagateTo: 'everybody' }), 'OPTION_INVALID');
  assert.is(codeOf({ propagate: 1 }), 'OPTION_INVALID');
  assert.is(codeOf({ route: '/x' }), 'OPTION_UNKNOWN');
  assert.is(codeOf({ client: true, propagate: false }), 'none');
  assert.is(codeOf({}), 'none');
  const open = trackHttp(telemetry);
  assert.is(codeOf({}), 'ALREADY_STARTED');
  open[Symbol.dispose]();
  assert.is(codeOf({}), 'none');
  stop();
});

const refusalOf = (make: () => unknown): unknown => {
  try {
    make();
    return 'none';
  } catch (error) {
    return isTelemetryError(error) && error.code;
  }
};

test('what can track nothing is refused when an application is put together', () => {
  const { telemetry, stop } = recording();
  const tracking = trackHttp(telemetry);
  const bus = telemetry as never;
  const servers = [{}, undefined, null, 5, express(), new Koa(), Fastify(), new Hono()] as never[];
  assert.equal(
    servers.map((server) => refusalOf(() => tracking.attach(server))),
    servers.map(() => 'OPTION_INVALID'),
  );
  assert.is(
    refusalOf(() => tracking.attach(createServer())),
    'none',
  );
  assert.is(
    refusalOf(() => tracking.attach(createHttp2())),
    'none',
  );
  assert.is(
    refusalOf(() => tracking.listener(undefined as never)),
    'HANDLER_INVALID',
  );
  const alone = [expressMiddleware, expressErrors, fastifyPlugin, koaMiddleware];
  for (const given of [bus, undefined as never, 5 as never]) {
    for (const make of alone)
      assert.is(
        refusalOf(() => make(given)),
        'OPTION_INVALID',
        make.name,
      );
    assert.is(
      refusalOf(() => trackListener(given, () => undefined)),
      'OPTION_INVALID',
    );
    assert.is(
      refusalOf(() => attachServer(given, createServer())),
      'OPTION_INVALID',
    );
  }
  for (const name of ['express', 'expressErrors', 'fastify', 'koa'] as const) {
    assert.is(
      refusalOf(() => (tracking[name] as (given?: unknown) => unknown)(5)),
      'OPTION_INVALID',
      name,
    );
    assert.is(
      refusalOf(() => (tracking[name] as (given?: unknown) => unknown)()),
      'none',
      name,
    );
  }
  tracking.close();
  stop();
});

test('an unknown option is answered with all that there are', () => {
  const { telemetry, stop } = recording();
  try {
    trackHttp(telemetry, { propagat: true } as never);
    assert.unreachable();
  } catch (error) {
    const { message } = error as Error;
    assert.match(message, 'Did you mean "propagate"?');
  }
  try {
    trackHttp(telemetry, { zzzzzzzzzzz: true } as never);
    assert.unreachable();
  } catch (error) {
    for (const name of ['propagate,', 'propagateTo', 'client', 'routes', 'maxEndpoints']) assert.match((error as Error).message, name);
  }
  stop();
});

test.run();
