/** What strangers do to a connection is no failure of the application: no report, no exception. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { integrate } from '../../../lib/node/http/index';
import { until } from '../../support/http/recording';
import { serving } from './serving';

type Make = Parameters<typeof serving>[0];

const bodyOf = async (request: AsyncIterable<Buffer>): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk.toString();
  return text;
};

const koa = (app: Koa): NetServer => {
  app.silent = true;
  app.use(async (context) => {
    await bodyOf(context.req);
    await wait(20);
    context.body = 'x';
  });
  return createServer(app.callback());
};

/** Each reads the body, waits, and answers. */
const APPS: Readonly<Record<string, Make>> = {
  node: (tracking) =>
    createServer(
      tracking.listener(async (request: IncomingMessage, response: ServerResponse) => {
        try {
          await bodyOf(request);
        } catch (error) {
          // As an application that tells of all that fails.
          if (tracking.tracker.answerErrors === false) response.destroy();
          throw error;
        }
        await wait(20);
        response.end('x');
      }) as RequestListener,
    ),
  pipeline: (tracking) =>
    createServer(
      tracking.listener((request: IncomingMessage, response: ServerResponse) => pipeline(request, response)) as unknown as RequestListener,
    ),
  koa: (tracking) => {
    const app = new Koa();
    app.use(tracking.koa());
    return koa(app);
  },
  'koa (integrate)': (_tracking, telemetry) => {
    const app = new Koa();
    integrate(app, telemetry);
    return koa(app);
  },
  express: (tracking) => {
    const app = express().set('env', 'test').use(tracking.express());
    app.post('/text', express.text({ type: '*/*' }), (_request, response) => void response.send('x'));
    app.use(async (request, response) => {
      await bodyOf(request);
      await wait(20);
      response.send('x');
    });
    return createServer(app.use(tracking.expressErrors()));
  },
  fastify: async (tracking) => {
    const app = Fastify({ forceCloseConnections: true });
    await app.register(tracking.fastify());
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    app.all('/*', async (request) => {
      await bodyOf(request.raw);
      await wait(20);
      return 'x';
    });
    await app.ready();
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },
  hono: (tracking) => {
    const app = new Hono().use(tracking.hono());
    app.all('/*', async (context) => {
      await context.req.text();
      await wait(20);
      return context.text('x');
    });
    return createAdaptorServer({ fetch: app.fetch }) as NetServer;
  },
};

const REQUESTS: Readonly<Record<string, { readonly sent: string; readonly leaves: boolean }>> = {
  'bytes behind the request that are no HTTP': { sent: 'GET /a HTTP/1.1\r\nHost: x\r\n\r\nfoo', leaves: false },
  'a body in chunks that are none': { sent: 'POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', leaves: false },
  'leaves within the upload': { sent: 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc', leaves: true },
  'leaves within an upload that a parser reads': { sent: 'POST /text HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc', leaves: true },
};

for (const [name, make] of Object.entries(APPS)) {
  for (const answerErrors of [false, true]) {
    for (const [what, { sent, leaves }] of Object.entries(REQUESTS)) {
      test(`a stranger makes no errors (${name}${answerErrors ? ', answerErrors' : ''}): ${what}`, async () => {
        const rejected: unknown[] = [];
        const onRejection = (reason: unknown): void => void rejected.push(reason);
        // A listener that rejects does so with us or without.
        process.on('unhandledRejection', onRejection);
        const server = await serving(make, { answerErrors });
        const connection = await server.open();
        connection.socket.write(sent);
        await until(() => server.events().length > 0, 'the request');
        if (leaves) connection.socket.destroy();
        else await connection.closed();
        const [end] = await server.ended(1);
        // What a handler says late comes late.
        await wait(60);
        assert.equal(
          server.records().filter(({ level }) => String(level).toLowerCase() === 'error'),
          [],
        );
        assert.is(end!.action, 'stop');
        assert.is(server.ends().length, 1);
        process.off('unhandledRejection', onRejection);
        await server.close();
      });
    }
  }
}

test('an upstream that breaks is a failure, although it takes the answer with it', async () => {
  const server = await serving(
    (tracking) =>
      createServer(
        tracking.listener((_request: IncomingMessage, response: ServerResponse) =>
          pipeline(async function* () {
            yield 'part';
            await wait(20);
            throw Object.assign(new Error('upstream'), { code: 'ECONNRESET' });
          }, response),
        ) as unknown as RequestListener,
      ),
    { answerErrors: true },
  );
  await fetch(server.url)
    .then((answer) => answer.text())
    .catch(() => undefined);
  await server.ended(1);
  await until(() => server.errors().length === 1, 'a report');
  await server.close();
});

test.run();
