import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackFetch } from '../../../lib/http/web/track-fetch';
import { request, withTracking } from './tracked-fetch';

test('an answer of 101 passes as the same object, as upgraded', () =>
  withTracking({}, async ({ tracking, ends }) => {
    // The class refuses the status; runtimes make such answers themselves.
    const answer = Object.create(Response.prototype, {
      status: { value: 101 },
      headers: { value: new Headers() },
      body: { value: null },
    }) as Response;
    assert.is(trackFetch(tracking, () => answer)(request('/')), answer);
    assert.equal([ends()[0]!.metadata.upgraded, ends()[0]!.metadata.status], [true, 101]);
  }));

test('a handler that upgraded and returns nothing is told as upgraded', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const handler = trackFetch(tracking, (): Response | undefined => undefined);
    assert.is(handler(request('/', { headers: { upgrade: 'websocket' } })), undefined);
    assert.equal([ends()[0]!.metadata.upgraded, ends()[0]!.metadata.status], [true, 101]);
  }));

const nonsense: readonly (readonly [string, () => unknown])[] = [
  ['nothing', () => undefined],
  ['null', () => null],
  ['a text', () => 'hello'],
  ['an object', () => ({ status: 200 })],
  ['Response.error()', () => Response.error()],
  [
    'an object that refuses to be read',
    () =>
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
          has() {
            throw new Error('no');
          },
        },
      ),
  ],
];
for (const [name, make] of nonsense) {
  test(`${name} for an answer passes unchanged, and ends the request`, () =>
    withTracking({}, async ({ tracking, ends }) => {
      const value = make();
      assert.ok(Object.is(trackFetch(tracking, () => value)(request('/')), value));
      assert.is(ends().length, 1);
      assert.is(tracking.stats().inFlight, 0);
    }));
}

test('an answer whose body was read already passes unchanged, and ends the request', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const answer = new Response('x');
    answer.body!.getReader();
    assert.is(trackFetch(tracking, () => answer)(request('/')), answer);
    assert.is(ends().length, 1);
  }));

test('what is no request reaches the handler, untracked', () =>
  withTracking({}, async ({ tracking, events }) => {
    const handler = trackFetch(tracking, () => new Response('x'));
    for (const value of [undefined, null, 'x', {}]) assert.is(await handler(value as never).text(), 'x');
    assert.is(events().length, 0);
  }));

test.run();
