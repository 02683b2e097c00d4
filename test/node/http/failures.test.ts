/** What is told and answered of handlers that fail. */
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../../support/http/recording';
import { serving, servingListener } from './serving';

const broken = (): Error => new Error('broken');
const challenge = (): Error =>
  Object.assign(new Error('who are you'), {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer', 'Retry-After': 5, 'Set-Cookie': 'a=b', 'Content-Length': '1' },
  });

/** `/set`: the status is on the response, the error has none; `/own`: both; `/headers`: the error has headers. */
const APPS: Readonly<Record<string, Parameters<typeof serving>[0]>> = {
  node: (tracking) =>
    createServer(
      tracking.listener((request, response) => {
        response.statusCode = 409;
        throw request.url === '/set' ? broken() : request.url === '/own' ? Object.assign(broken(), { statusCode: 503 }) : challenge();
      }) as RequestListener,
    ),
  express: (tracking) => {
    const app = express().set('env', 'test').use(tracking.express());
    app.use((request, response, next) => {
      response.status(409);
      next(request.url === '/set' ? broken() : request.url === '/own' ? Object.assign(broken(), { statusCode: 503 }) : challenge());
    });
    return createServer(app.use(tracking.expressErrors()));
  },
  fastify: async (tracking) => {
    const app = Fastify({ forceCloseConnections: true });
    await app.register(tracking.fastify());
    app.get('/*', async (request, reply) => {
      reply.code(409);
      throw request.url === '/set' ? broken() : request.url === '/own' ? Object.assign(broken(), { statusCode: 503 }) : challenge();
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },
};

for (const [name, make] of Object.entries(APPS)) {
  test(`the status of an error counts, else that of its answer (${name})`, async () => {
    const server = await serving(make, { answerErrors: true });
    const answers = [];
    for (const [index, path] of ['/set', '/own', '/headers'].entries()) {
      const answer = await fetch(`${server.url}${path}`);
      answers.push([answer.status, answer.headers.get('content-type'), ((await answer.json()) as { status: number }).status]);
      await server.ended(index + 1);
      if (path !== '/headers') continue;
      const [authenticate, retry, cookie] = ['www-authenticate', 'retry-after', 'set-cookie'].map((header) => answer.headers.get(header));
      assert.equal([authenticate, retry, cookie], ['Bearer', '5', null]);
    }
    assert.equal(
      answers,
      [409, 503, 401].map((status) => [status, 'application/problem+json', status]),
    );
    assert.equal(
      server.ends().map(({ action, metadata }) => [action, metadata.status]),
      [
        ['stop', 409],
        ['exception', 503],
        ['stop', 401],
      ],
    );
    assert.equal(
      server.errors().map(({ level }) => String(level).toLowerCase()),
      ['warning', 'error', 'warning'],
    );
    await server.close();
  });
}

test('the 404 that Koa begins with is no status of an error', async () => {
  for (const answerErrors of [false, true]) {
    const server = await serving(
      (tracking) => {
        const app = new Koa().use(tracking.koa());
        app.silent = true;
        app.use((context) => {
          if (context.path === '/headers') throw challenge();
          throw broken();
        });
        return createServer(app.callback());
      },
      { answerErrors },
    );
    assert.is((await fetch(server.url)).status, 500);
    const answer = await fetch(`${server.url}/headers`);
    assert.equal([answer.status, answer.headers.get('www-authenticate')], [401, 'Bearer']);
    const ends = await server.ended(2);
    assert.equal(
      ends.map(({ action, metadata }) => [action, metadata.status]),
      [
        ['exception', 500],
        ['stop', 401],
      ],
    );
    await server.close();
  }
});

test('Hono: a value that is thrown and no error is reported, and answered when that is wanted', async () => {
  for (const answerErrors of [false, true]) {
    const server = await serving(
      (tracking) => {
        const app = new Hono().use(tracking.hono());
        app.get('/users/:id', () => {
          throw 'a text';
        });
        return createAdaptorServer({ fetch: app.fetch }) as NetServer;
      },
      { answerErrors },
    );
    const answer = await fetch(`${server.url}/users/1`);
    assert.is(answer.status, 500);
    if (answerErrors) assert.is(((await answer.json()) as { error_id: string }).error_id, server.errors()[0]!.error_id);
    const [end] = await server.ended(1);
    assert.equal([end!.action, end!.metadata.route, server.errors().length], ['exception', '/users/:id', 1]);
    await server.close();
  }
});

test('a handler that cuts the connection and fails has sent nothing', async () => {
  const server = await servingListener(
    () => (_request, response) => {
      response.destroy();
      throw broken();
    },
    { answerErrors: true },
  );
  const connection = await server.open();
  connection.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await connection.closed();
  const [end] = await server.ended(1);
  assert.equal([end!.action, end!.metadata.status, end!.metadata.aborted, end!.measurements.responseBytes], ['exception', 499, true, 0]);
  assert.equal([server.errors().length, connection.received()], [1, '']);
  await server.close();
});

test('work that begins with `then` is not begun by tracking', async () => {
  let begun = 0;
  class Lazy extends Promise<unknown> {
    override then(...args: never[]): never {
      begun++;
      return super.then(...args) as never;
    }
  }
  const results = [
    {
      then: () => {
        begun++;
      },
    },
    Lazy.resolve(1),
  ];
  const returned: unknown[] = [];
  const server = await serving((tracking) => {
    const listener = tracking.listener((request, response: ServerResponse) => {
      response.end('x');
      return results[Number(request.url?.slice(1))];
    });
    return createServer((request, response) => void returned.push(listener(request, response)));
  });
  for (const index of results.keys()) await fetch(`${server.url}/${index}`);
  await until(() => returned.length === results.length, 'both answers');
  await server.ended(2);
  assert.is(begun, 0);
  for (const [index, result] of results.entries()) assert.ok(returned[index] === result);
  await server.close();
});

test.run();
