/** Routes of Express 4, which is not installed here: routers with layers as it has them. */

import { createServer } from 'node:http';
import express from 'express';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { routeOfExpress } from '../../../lib/node/http/express-route';
import { serving } from './serving';

/** A layer as Express 4 makes it: its template is in no field. */
class Layer {
  path: string | undefined;
  params: Record<string, string> = {};

  constructor(
    readonly regexp: RegExp,
    readonly keys: readonly { readonly name: string | number }[],
    readonly handle: unknown,
    readonly route?: unknown,
  ) {}

  match(path: string): boolean {
    const found = this.regexp.exec(path);
    this.path = found?.[0];
    this.params = Object.fromEntries(this.keys.map(({ name }, index) => [name, decodeURIComponent(found?.[index + 1] ?? '')]));
    return found !== null;
  }
}

/** What Express 4.22 makes of paths of `app.use`. */
const MOUNTS: readonly (readonly [source: RegExp, names: readonly (string | number)[], paths: readonly string[], route: string])[] = [
  [/^\/API\/?(?=\/|$)/i, [], ['/API/x', '/api/x', '/aPi/x'], '/API/x'],
  [/^\/users(?:\/([^/]+?))\/?(?=\/|$)/i, ['id'], ['/users/7/x', '/USERS/s/x', '/users/users/x'], '/users/:id/x'],
  [/^(?:\/([^/]+?))\/b-c(?:\/([^/]+?))\/?(?=\/|$)/i, ['a', 'c'], ['/secret/b-c/1/x', '/B/b-c/b/x'], '/:a/b-c/:c/x'],
  [/^\/a\.b\/?(?=\/|$)/i, [], ['/a.b/x', '/A.b/x'], '/a.b/x'],
  // Those of 4.0 to 4.16.
  [/^\/users\/(?:([^/]+?))\/?(?=\/|$)/i, ['id'], ['/users/7/x'], '/users/:id/x'],
  [/^\/v\d+/, [], ['/v777/x', '/v1/x'], '/*/x'],
  [/^\/t(\d+)\/?(?=\/|$)/, [0], ['/t777/x'], '/*/x'],
  [/^\/a\/?(?=\/|$)|^\/b\/?(?=\/|$)/i, [], ['/a/x', '/B/x'], '/*/x'],
  [/^(.*)\/?(?=\/|$)/i, [0], ['/q1/x', '/q2/x'], '/*/x'],
  [/^\/o(?:\/([^/]+?))?\/?(?=\/|$)/i, ['p'], ['/o/secret/x'], '/*/x'],
  [/^\/f-(?:((?:(?!\/|\/f-).)+?))\/?(?=\/|$)/i, ['n'], ['/f-secret/x'], '/*/x'],
];

test('Express 4: routes have no text that came with the request', () => {
  for (const [source, names, paths, expected] of MOUNTS) {
    const route = { path: '/x' };
    const handle = Object.assign(() => undefined, { stack: [new Layer(/^\/x\/?$/i, [], undefined, route)] });
    const mount = new Layer(
      source,
      names.map((name) => ({ name })),
      handle,
    );
    const app = { _router: { stack: [mount] } };
    for (const path of paths) {
      const told = routeOfExpress({ route, app: app as never, originalUrl: path });
      assert.is(told, expected, `${source} ${path}`);
    }
  }
});

/** A layer as Express 5 had it before its router told templates. */
const bare = (layer: { match(path: string): unknown; matchers: readonly ((path: string) => object | false)[] }): void => {
  layer.match = function match(this: { path?: string; params?: object }, path: string) {
    const found = layer.matchers.map((matcher) => matcher(path)).find((each) => each !== false) as
      | { path: string; params: object }
      | undefined;
    Object.assign(this, { path: found?.path, params: found?.params });
    return found !== undefined;
  };
};

test('Express 5.0: neither', () => {
  const cases: readonly (readonly [string | RegExp, readonly string[], readonly string[]])[] = [
    ['/API', ['/api/x', '/API/x'], ['/api/x']],
    ['/users/:id', ['/users/7/x', '/USERS/9/x'], ['/users/:id/x']],
    // Of several places that fit, none is taken.
    ['/:tenant/reports', ['/acme/reports/x', '/e/reports/x'], ['/:tenant/reports/x', '/*/x']],
    [/^\/v\d+/, ['/v777/x', '/v1/x'], ['/*/x']],
  ];
  for (const [mount, paths, expected] of cases) {
    const app = express();
    const router = express.Router();
    router.get('/x', (_request, response) => void response.send('x'));
    app.use(mount, router);
    const { stack } = app.router as unknown as { stack: Parameters<typeof bare>[0][] };
    for (const layer of stack) bare(layer);
    const { route } = router.stack[0] as unknown as { route: { path: string } };
    const told = paths.map((path) => routeOfExpress({ route, app: app as never, originalUrl: path }));
    assert.equal([...new Set(told)], expected, String(mount));
  }
});

test('Express: what nothing tells the template of is left out, secrets included', async () => {
  const server = await serving((tracking) => {
    const app = express().set('env', 'test').use(tracking.express());
    const router = express.Router();
    router.get('/confirm', (_request, response) => void response.send('x'));
    router.get('/fail', () => {
      throw new Error('broken');
    });
    app.use('/reset/:token', (request, response, next) => router(request, response, next));
    app.use((request, response, next) => router(request, response, next));
    return createServer(app.use(tracking.expressErrors()));
  });
  const paths = ['/reset/SECRETtok1/confirm', '/reset/SECRETtok2/fail', '/confirm'];
  for (const [index, path] of paths.entries()) {
    await (await fetch(`${server.url}${path}`)).arrayBuffer();
    await server.ended(index + 1);
  }
  assert.equal(
    server.ends().map(({ metadata }) => metadata.route),
    ['/*/confirm', '/*/fail', '/confirm'],
  );
  await server.close();
});

test.run();
