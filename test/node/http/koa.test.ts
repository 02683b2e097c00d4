import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import Koa from 'koa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { NodeHttpOptions } from '../../../lib/node/http/index';
import { type Serving, serving } from './serving';

const servingKoa = (build: (app: Koa, router: Router) => void, options?: NodeHttpOptions): Promise<Serving> =>
  serving((tracking) => {
    const app = new Koa();
    app.use(tracking.koa());
    const router = new Router({ prefix: '/v1' });
    build(app, router);
    app.use(router.routes());
    return createServer(app.callback());
  }, options);

test('Koa: the application hears of errors, and of streams that break', async () => {
  for (const answerErrors of [true, false]) {
    const heard: string[] = [];
    const server = await servingKoa(
      (app, router) => {
        app.on('error', (error: Error) => heard.push(error.message));
        router.get('/fail', () => {
          throw new Error('thrown');
        });
        router.get('/text', () => {
          throw 'a text';
        });
        router.get('/stream', (context) => {
          context.body = new Readable({
            read() {
              this.destroy(new Error('stream'));
            },
          });
        });
      },
      { answerErrors },
    );
    for (const [index, path] of ['/v1/fail', '/v1/text', '/v1/stream'].entries()) {
      // Koa answers, and cuts the connection of a stream that broke: the answer may or may not arrive.
      const answer = await fetch(`${server.url}${path}`).catch(() => undefined);
      await answer?.text().catch(() => undefined);
      if (path !== '/v1/stream') {
        assert.is(answer?.status, 500);
        assert.is(answer?.headers.get('content-type'), answerErrors ? 'application/problem+json' : 'text/plain; charset=utf-8');
      }
      const ends = await server.ended(index + 1);
      assert.equal([ends[index]!.action, ends[index]!.metadata.route], ['exception', path]);
    }
    assert.match(heard.join(', '), /^thrown, non-error thrown: .?a text.?, stream(, stream)?$/);
    assert.is(server.errors().length, 3);
    await server.close();
  }
});

test('Koa: headers of tracking are there although Koa removes all before it answers an error', async () => {
  const server = await servingKoa((app, router) => {
    app.silent = true;
    router.get('/fail', (context) => {
      context.set('X-Mine', '1');
      throw new Error('broken');
    });
  });
  const answer = await fetch(`${server.url}/v1/fail`, { headers: { 'x-request-id': 'k-1' } });
  assert.equal([answer.headers.get('x-mine'), answer.headers.get('x-request-id')], [null, 'k-1']);
  assert.match(answer.headers.get('x-request-duration') ?? '', /^\d+\.\d{3}s$/);
  await server.close();
});

test('Koa: an error that a middleware within deals with is none', async () => {
  const server = await servingKoa((app, router) => {
    app.use(async (context, next) => {
      try {
        await next();
      } catch {
        context.status = 409;
      }
    });
    router.get('/fail', () => {
      throw new Error('broken');
    });
  });
  assert.is((await fetch(`${server.url}/v1/fail`)).status, 409);
  const [end] = await server.ended(1);
  assert.is(end!.action, 'stop');
  assert.is(server.errors().length, 0);
  await server.close();
});

test.run();
