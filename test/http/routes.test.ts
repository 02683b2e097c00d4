import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { routeTable } from '../../lib/http/routes';
import { tracked } from './tracked';

const match = (templates: readonly string[], path: string): string | undefined => routeTable('routes', templates).match(path);

test('parameters stand for one segment, a star for whatever follows', () => {
  const templates = ['/', '/users', '/users/:id', '/users/:id/posts/:post', '/files/*'];
  const cases: readonly [string, string | undefined][] = [
    ['/', '/'],
    ['/users', '/users'],
    ['/users/', '/users'],
    ['/users/7', '/users/:id'],
    ['/users/7/', '/users/:id'],
    ['/users//', undefined],
    ['/users/7/posts', undefined],
    ['/users/7/posts/9', '/users/:id/posts/:post'],
    ['/files', undefined],
    ['/files/', '/files/*'],
    ['/files/a/b', '/files/*'],
    ['/Users', undefined],
    ['/other', undefined],
    ['*', undefined],
    ['', undefined],
  ];
  for (const [path, expected] of cases) assert.is(match(templates, path), expected, path);
});

test('the first that matches counts', () => {
  assert.is(match(['/users/:id', '/users/me'], '/users/me'), '/users/:id');
  assert.is(match(['/users/me', '/users/:id'], '/users/me'), '/users/me');
  assert.is(match(['/a/:x/c', '/:y/b/:z', '/*'], '/a/b/c'), '/a/:x/c');
  assert.is(match(['/*', '/a'], '/a'), '/*');
  assert.is(match(['/a/:x/d', '/:y/b/c'], '/a/b/c'), '/:y/b/c', 'what began well and failed is no match');
});

test('the table finds what looking at each template in turn would', () => {
  const segment = fc.constantFrom('a', 'b', ':x', ':y');
  const template = fc
    .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
    .map(([segments, isOpen]) => `/${[...segments, ...(isOpen ? ['*'] : [])].join('/')}`);
  const path = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 6 }).map((segments) => `/${segments.join('/')}`);
  const expression = (text: string): RegExp =>
    new RegExp(`^${text.replace(/\/\*$/, '/.*').replace(/:[xy]/g, '[^/]+')}${text.endsWith('*') || text === '/' ? '' : '/?'}$`);
  fc.assert(
    fc.property(fc.array(template, { maxLength: 6 }), path, (templates, given) => {
      assert.is(
        match(templates, given),
        templates.find((each) => expression(each).test(given)),
      );
    }),
    { numRuns: 2000 },
  );
});

test('a long path and a thousand templates take no long time', () => {
  const templates = Array.from(
    { length: 999 },
    (_, index) => `/${Array.from({ length: 9 }, (__, at) => ((index >> at) & 1 ? ':p' : 'a')).join('/')}/x`,
  );
  const table = routeTable('routes', [...templates, '/*']);
  for (let count = 0; count < 20; count++) assert.is(table.match(`/${'a/'.repeat(500)}`), '/*');
  assert.throws(
    () =>
      routeTable(
        'routes',
        Array.from({ length: 1001 }, () => '/a'),
      ),
    /at most 1,?000/,
  );
});

test('what is no template is refused', () => {
  for (const wrong of ['a', '', '/a?b', '/a#b', '/*/a', '/a*', '/a:b', '/:', '/:1', '/a//b', '/:id(\\d+)', '/:id?', `/${'a'.repeat(300)}`])
    assert.throws(() => routeTable('routes', [wrong]), /OPTION_INVALID/, wrong);
});

test('what the handler says comes before the router, that before routeOf, that before routes', () => {
  const { request, heard } = tracked({ routes: ['/t/:id'], routeOf: ({ path }) => (path === '/t/2' ? undefined : '/by-option') });
  request({ target: '/t/1' }, { status: 200 }, (exchange) => {
    exchange.setRoute('/said');
    exchange.matched('/matched');
  });
  request({ target: '/t/1' }, { status: 200 }, (exchange) => exchange.matched('/matched'));
  request({ target: '/t/1' });
  request({ target: '/t/2' });
  request({ target: '/t/1' }, { status: 200 }, (exchange) => {
    exchange.matched(undefined);
    exchange.matched('');
    exchange.setRoute('');
    exchange.setRoute(7 as never);
  });
  const routes = heard.filter(({ event }) => event === 'stop').map(({ metadata }) => metadata.route);
  assert.equal(routes, ['/said', '/matched', '/by-option', '/t/:id', '/by-option']);
});

test('a routeOf that logs an error, and whose answer is wanted for that error, is asked once', () => {
  let asked = 0;
  const all = tracked({
    routeOf: () => {
      asked++;
      all.telemetry.logger('bot').error(new Error('no router'));
      return '/a/:id';
    },
  });
  all.request({ target: '/a/7' }, { status: 500 }, (exchange) => exchange.fail(new Error('x')));
  assert.is(asked, 1);
  assert.equal(all.tracking.stats().faults, {});
  assert.equal(
    all
      .records()
      .filter(({ error_id }) => error_id !== undefined)
      .map(({ message, endpoint }) => [message, endpoint]),
    [
      ['no router', '(unmatched)'],
      ['x', '/a/:id'],
    ],
  );
  assert.is(all.heard[1]!.metadata.route, '/a/:id');
});

test('a routeOf that knew nothing yet is asked again', () => {
  let found: string | undefined;
  const all = tracked({ routeOf: () => found });
  all.request({ target: '/a/7' }, { status: 500 }, (exchange) => {
    exchange.fail(new Error('x'));
    found = '/a/:id';
  });
  assert.is(all.heard[1]!.metadata.route, '/a/:id');
});

test.run();
