import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { currentRequest, type NodeHttpOptions } from '../../../lib/node/http/index';
import { type Serving, serving } from './serving';

const here = (): string => currentRequest()?.id ?? 'nowhere';

async function servingFastify(
  build: (app: FastifyInstance) => void,
  options: NodeHttpOptions,
): Promise<Serving & { readonly app: FastifyInstance }> {
  const app = Fastify({ forceCloseConnections: true });
  const server = await serving(async (tracking) => {
    await app.register(tracking.fastify());
    build(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  }, options);
  return { ...server, app };
}

test('Fastify: routes have the prefixes of their plugins, and hooks run in the scope', async () => {
  const seen: string[] = [];
  const server = await servingFastify((app) => {
    app.addHook('preHandler', async () => void seen.push(here()));
    app.register(
      async (inner: FastifyInstance) => {
        inner.post('/:id', async () => here());
      },
      { prefix: '/v1/users' },
    );
  }, {});
  const answer = await fetch(`${server.url}/v1/users/7`, {
    method: 'POST',
    headers: { 'x-request-id': 'f-1', 'content-type': 'application/json' },
    body: '{}',
  });
  assert.is(await answer.text(), 'f-1');
  await fetch(`${server.url}/nothing`);
  await server.ended(2);
  assert.is(seen[0], 'f-1');
  assert.equal(
    server.ends().map(({ metadata }) => metadata.route),
    ['/v1/users/:id', '(unmatched)'],
  );
  await server.app.close();
  await server.close();
});

test('Fastify: error handlers of the application answer, everywhere and for a route; else the safe answer', async () => {
  const fail = (): never => {
    throw new Error('broken');
  };
  const server = await servingFastify(
    (app) => {
      app.get('/safe', fail);
      app.get(
        '/route',
        { errorHandler: (error: Error, _request: unknown, reply: FastifyReply) => void reply.code(502).send(`route: ${error.message}`) },
        fail,
      );
      app.register(async (inner: FastifyInstance) => {
        inner.setErrorHandler(
          (error: Error, _request: unknown, reply: FastifyReply) => void reply.code(503).send(`plugin: ${error.message}`),
        );
        inner.get('/plugin', fail);
      });
      app.post('/valid', { schema: { body: { type: 'object', required: ['a'] } } }, async () => 'x');
    },
    { answerErrors: true },
  );
  const answerOf = async (path: string, init?: RequestInit): Promise<unknown[]> => {
    const answer = await fetch(`${server.url}${path}`, init);
    return [answer.status, answer.headers.get('content-type'), await answer.text()];
  };
  const [status, type, body] = await answerOf('/safe');
  assert.equal([status, type], [500, 'application/problem+json']);
  assert.equal((await answerOf('/route')).slice(0, 1), [502]);
  assert.equal((await answerOf('/plugin')).slice(0, 1), [503]);
  const refused = await answerOf('/valid', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  assert.equal(refused.slice(0, 2), [400, 'application/problem+json']);
  await server.ended(4);
  assert.is(JSON.parse(String(body)).error_id, server.errors()[0]!.error_id);
  assert.equal(
    server.ends().map(({ action }) => action),
    ['exception', 'exception', 'exception', 'stop'],
  );
  assert.is(server.errors().length, 4);
  await server.app.close();
  await server.close();
});

test('Fastify: a request that is injected ends as others do', async () => {
  const server = await servingFastify((app) => void app.get('/users/:id', async () => here()), {});
  const answer = await server.app.inject({ url: '/users/1', headers: { 'x-request-id': 'i-1' } });
  assert.is(answer.body, 'i-1');
  assert.is(answer.headers['x-request-id'], 'i-1');
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.route, end!.metadata.aborted, end!.measurements.responseBytes], ['/users/:id', undefined, 3]);
  await server.app.close();
  await server.close();
});

test.run();
