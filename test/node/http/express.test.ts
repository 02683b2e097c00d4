/** What the conformance suite does not ask: mounted routers, error handlers of the application, several trackers of one request. */
import { createServer } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextFields, runWithContext } from '../../../lib/index';
import { currentRequest, type NodeHttpOptions, type NodeHttpTracking } from '../../../lib/node/http/index';
import { type Serving, serving } from './serving';

const here = (): string => currentRequest()?.id ?? 'nowhere';

/** An Express application that answers nothing of itself but what it is given. */
const servingExpress = (build: (app: express.Express, tracking: NodeHttpTracking) => void, options?: NodeHttpOptions): Promise<Serving> =>
  serving((tracking) => {
    const app = express();
    app.set('env', 'test');
    app.use(tracking.express());
    build(app, tracking);
    return createServer(app);
  }, options);

/** Routes of the requests so far, in order. */
async function routesOf(server: Serving, paths: readonly string[]): Promise<unknown[]> {
  for (const [index, path] of paths.entries()) {
    await (await fetch(`${server.url}${path}`)).arrayBuffer();
    await server.ended(index + 1);
  }
  return server.ends().map(({ metadata }) => metadata.route);
}

test('Express: routes have the templates of the routers around them', async () => {
  const server = await servingExpress((app, tracking) => {
    const posts = express.Router();
    posts.get('/', (_request, response) => void response.send('all'));
    posts.get('/:post', (_request, response) => void response.send('one'));
    posts.get('/:post/fail', () => {
      throw new Error('broken');
    });
    const users = express.Router();
    users.use('/:user/posts', posts);
    app.use('/users', users);
    app.use('/v1/', users);
    const admin = express();
    admin.get('/jobs/:job', (_request, response) => void response.send('job'));
    app.use('/admin/:tenant', admin);
    app.get(/^\/x\d+$/, (_request, response) => void response.send('x'));
    app.get(['/a', '/b/:c'], (_request, response) => void response.send('list'));
    app.use(tracking.expressErrors());
  });
  assert.equal(
    await routesOf(server, [
      '/users/7/posts/9?a=b',
      '/users/7/posts',
      '/v1/users/posts/posts',
      '/users/a%20b/posts/9/fail',
      '/admin/acme/jobs/5',
      '/x12',
      '/b/5',
      '/users/7',
      '/nothing/here',
    ]),
    [
      '/users/:user/posts/:post',
      '/users/:user/posts',
      '/v1/:user/posts/:post',
      '/users/:user/posts/:post/fail',
      '/admin/:tenant/jobs/:job',
      '/^\\/x\\d+$/',
      '/a|/b/:c',
      '(unmatched)',
      '(unmatched)',
    ],
  );
  assert.is(server.errors()[0]!.endpoint, '/users/:user/posts/:post/fail');
  await server.close();
});

test('Express: a router that nothing tells the template of makes no route per path', async () => {
  const server = await servingExpress((app) => {
    const inner = express.Router();
    inner.get('/end', (_request, response) => void response.send('x'));
    app.use('/t/:tenant', (request, response, next) => inner(request, response, next));
  });
  const routes = new Set(
    await routesOf(
      server,
      Array.from({ length: 30 }, (_, index) => `/t/${index}/end`),
    ),
  );
  assert.equal([...routes], ['/*/end']);
  await server.close();
});

test('Express: an error handler of the application answers, and the error is reported once', async () => {
  const own: ErrorRequestHandler = (error, _request, response, _next) => void response.status(503).send(`own: ${(error as Error).message}`);
  const server = await servingExpress((app, tracking) => {
    app.get('/', () => Promise.reject(new Error('broken')));
    app.use(tracking.expressErrors());
    app.use(tracking.expressErrors());
    app.use(own);
  });
  assert.is(await (await fetch(server.url)).text(), 'own: broken');
  const [end] = await server.ended(1);
  assert.equal([end!.action, end!.metadata.status], ['exception', 503]);
  assert.is(server.errors().length, 1);
  await server.close();
});

test('Express: what fails after the head was sent cuts the connection', async () => {
  for (const answerErrors of [true, false]) {
    const server = await servingExpress(
      (app, tracking) => {
        app.get('/', (_request, response, next) => {
          response.write('part', () => next(new Error('broken')));
        });
        app.use(tracking.expressErrors());
      },
      { answerErrors },
    );
    const answer = await fetch(server.url);
    await answer.text().then(
      () => assert.unreachable('the body is not whole'),
      () => undefined,
    );
    const [end] = await server.ended(1);
    assert.equal([end!.action, end!.metadata.status, end!.metadata.aborted], ['exception', 200, true]);
    await server.close();
  }
});

test('Express: a safe answer replaces what the handler said of the content, and no more', async () => {
  const server = await servingExpress(
    (app, tracking) => {
      app.get('/', (_request, response) => {
        response.set({
          'Content-Encoding': 'gzip',
          ETag: '"a"',
          'Cache-Control': 'max-age=60',
          'X-Mine': '1',
          'Access-Control-Allow-Origin': '*',
        });
        response.status(201);
        response.statusMessage = 'Made';
        throw Object.assign(new Error('the key is sk-123'), { code: 'E' });
      });
      app.use(tracking.expressErrors());
    },
    { answerErrors: true },
  );
  const answer = await fetch(server.url);
  const { headers } = answer;
  assert.equal([answer.status, answer.statusText, headers.get('content-type')], [500, 'Internal Server Error', 'application/problem+json']);
  assert.equal([headers.get('etag'), headers.get('content-encoding'), headers.get('cache-control')], [null, null, 'no-store']);
  assert.equal([headers.get('x-mine'), headers.get('access-control-allow-origin')], ['1', '*']);
  const body = await answer.text();
  assert.not.match(body, /sk-123/);
  await server.ended(1);
  assert.is(JSON.parse(body).error_id, server.errors()[0]!.error_id);
  const head = await fetch(server.url, { method: 'HEAD' });
  assert.is(head.status, 500);
  assert.is(head.headers.get('x-request-id') === null, false);
  await server.close();
});

test('Express: two middlewares, in an attached server, track a request once, and the route is told', async () => {
  const server = await serving((tracking) => {
    const app = express();
    app.use(tracking.express());
    app.use(tracking.express());
    app.get('/users/:id', (_request, response) => void response.send(here()));
    const http = createServer(app);
    tracking.attach(http);
    return http;
  });
  const answer = await fetch(`${server.url}/users/1`);
  assert.is(await answer.text(), answer.headers.get('x-request-id'));
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.route, server.events().length, server.access().length], ['/users/:id', 2, 1]);
  await server.close();
});

test('a scope that was opened between a server and its middleware stays', async () => {
  const server = await serving((tracking) => {
    const app = express();
    app.use((_request, _response, next) => runWithContext({ user: 'u1' }, next));
    app.use(tracking.express());
    app.get('/', (_request, response) => void response.json(contextFields()));
    const http = createServer(app);
    tracking.attach(http);
    return http;
  });
  const fields = (await (await fetch(server.url)).json()) as Readonly<Record<string, unknown>>;
  assert.is(fields.user, 'u1');
  assert.type(fields.request_id, 'string');
  await server.close();
});

test('Express: requests that are ignored pass through', async () => {
  const server = await servingExpress(
    (app, tracking) => {
      app.get('/health', (_request, response) => void response.send(here()));
      app.get('/health/fail', () => {
        throw new Error('broken');
      });
      app.use(tracking.expressErrors());
    },
    { ignore: ['/health'] },
  );
  const answer = await fetch(`${server.url}/health`);
  assert.equal([await answer.text(), answer.headers.get('x-request-id')], ['nowhere', null]);
  assert.is((await fetch(`${server.url}/health/fail`)).status, 500);
  assert.is(server.events().length, 0);
  await server.close();
});

test('a tracking that is closed lets frameworks go on without it', async () => {
  const server = await servingExpress((app) => app.get('/', (_request, response) => void response.send(here())));
  server.tracking.close();
  const answer = await fetch(server.url);
  assert.equal([await answer.text(), answer.headers.get('x-request-id')], ['nowhere', null]);
  await server.close();
});

test.run();
