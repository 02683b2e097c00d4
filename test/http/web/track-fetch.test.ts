import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bindContext, contextFields } from '../../../lib/core/context';
import { currentRequest } from '../../../lib/entries/http';
import { honoMiddleware } from '../../../lib/http/web/hono';
import { trackFetch } from '../../../lib/http/web/track-fetch';
import { pause, request, withTracking } from './tracked-fetch';

test('a request has one start and one stop, and one access record', () =>
  withTracking({}, async ({ tracking, ends, events, access }) => {
    const handler = trackFetch(tracking, () => new Response('hello'));
    const response = await handler(request('/a?token=x', { headers: { 'user-agent': 'probe' } }));
    assert.is(ends().length, 0, 'the body was not read yet');
    assert.is(await response.text(), 'hello');
    assert.equal(
      events().map(({ action }) => action),
      ['start', 'stop'],
    );
    const { metadata, measurements } = ends()[0]!;
    assert.is(metadata.path, '/a');
    assert.is(metadata.status, 200);
    assert.is(measurements.responseBytes, 5);
    assert.is(access().length, 1);
    assert.is(access()[0]!.content_length, 5);
    assert.is(access()[0]!.user_agent, 'probe');
    assert.is(tracking.stats().inFlight, 0);
  }));

test('the answer has the id and the duration', () =>
  withTracking({}, async ({ tracking }) => {
    const handler = trackFetch(tracking, () => new Response('hello'));
    const { headers } = await handler(request('/', { headers: { 'x-request-id': 'caller-7' } }));
    assert.is(headers.get('x-request-id'), 'caller-7');
    assert.match(headers.get('x-request-duration')!, /^\d+\.\d{3}s$/);
    const made = await handler(request('/', { headers: { 'x-request-id': 'not fine' } }));
    assert.match(made.headers.get('x-request-id')!, /^[0-9a-f]{32}$/);
  }));

test('with headers off, the answer has neither', () =>
  withTracking({ headers: false }, async ({ tracking }) => {
    const { headers } = await trackFetch(tracking, () => new Response('hello'))(request('/'));
    assert.is(headers.get('x-request-id'), null);
    assert.is(headers.get('x-request-duration'), null);
  }));

test('a handler that answers at once keeps doing so', () =>
  withTracking({}, ({ tracking }) => {
    const response: Response = trackFetch(tracking, () => new Response(null, { status: 204 }))(request('/'));
    assert.is(response.status, 204);
  }));

test('arguments and this pass through', () =>
  withTracking({}, async ({ tracking }) => {
    const worker = {
      name: 'shop',
      fetch: trackFetch(tracking, async function (this: { name: string }, _request: Request, env: { key: string }, context: { n: number }) {
        return new Response(`${this.name} ${env.key} ${context.n}`);
      }),
    };
    assert.is(await (await worker.fetch(request('/'), { key: 'k' }, { n: 2 })).text(), 'shop k 2');
  }));

test('the scope holds across awaits, and ends with the handler', () =>
  withTracking({}, async ({ tracking }) => {
    const seen: unknown[] = [];
    const note = (): void => void seen.push(contextFields()?.request_id, currentRequest()?.id);
    const handler = trackFetch(tracking, async (incoming: Request) => {
      note();
      await pause(1);
      note();
      await incoming.text();
      note();
      return new Response(null);
    });
    await handler(request('/', { method: 'POST', body: 'x', headers: { 'x-request-id': 'r-1' } }));
    assert.equal(seen, Array(6).fill('r-1'));
    assert.is(contextFields()?.request_id, undefined);
  }));

test('a body that is read later is made in the scope of its request', () =>
  withTracking({}, async ({ tracking }) => {
    const seen: unknown[] = [];
    const handler = trackFetch(tracking, () => {
      let left = 3;
      const source = {
        async pull(controller: ReadableStreamDefaultController): Promise<void> {
          seen.push(contextFields()?.request_id);
          await pause(1);
          seen.push(contextFields()?.request_id);
          if (left-- > 0) controller.enqueue(new Uint8Array([left]));
          else controller.close();
        },
      };
      // Without a queue, nothing is made before it is asked for.
      return new Response(new ReadableStream(source, { highWaterMark: 0 }));
    });
    const response = await handler(request('/', { headers: { 'x-request-id': 'r-2' } }));
    assert.equal(seen, []);
    assert.is((await response.arrayBuffer()).byteLength, 3);
    assert.equal(seen, Array(8).fill('r-2'));
  }));

test('traces are taken up', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const handler = trackFetch(tracking, () => new Response(null));
    await handler(request('/', { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: 'a=1' } }));
    assert.is(ends()[0]!.context.trace_id, traceId);
  }));

test('the route is what the handler or the options say', () =>
  withTracking({ routes: ['/files/*'] }, async ({ tracking, ends }) => {
    const handler = trackFetch(tracking, () => {
      if (currentRequest()!.path.startsWith('/users/')) currentRequest()!.setRoute('/users/:id');
      return new Response(null);
    });
    for (const path of ['/users/7', '/files/a/b', '/else']) await handler(request(path));
    assert.equal(
      ends().map(({ metadata }) => metadata.route),
      ['/users/:id', '/files/*', '(unmatched)'],
    );
  }));

test('requests that are ignored are handed on as they are', () =>
  withTracking({ ignore: ['/health'] }, async ({ tracking, events }) => {
    const answer = new Response('x');
    assert.is(trackFetch(tracking, () => answer)(request('/health')), answer);
    assert.is(events().length, 0);
  }));

const surroundings: readonly (readonly [string, unknown, string | undefined])[] = [
  ['Bun', { requestIP: () => ({ address: '203.0.113.1' }) }, '203.0.113.1'],
  ['Deno', { remoteAddr: { hostname: '203.0.113.2' } }, '203.0.113.2'],
  ['@hono/node-server', { incoming: { socket: { remoteAddress: '203.0.113.3' } } }, '203.0.113.3'],
  ['a worker', { KEY: 'value' }, undefined],
  ['nothing', undefined, undefined],
  [
    'an object that throws',
    {
      requestIP() {
        throw new Error('closed');
      },
    },
    undefined,
  ],
];
for (const [name, beside, address] of surroundings) {
  test(`the address of the client, as ${name} tells it: ${address}`, () =>
    withTracking({}, async ({ tracking, ends }) => {
      trackFetch(tracking, (_request: Request, _beside: unknown) => new Response(null))(request('/'), beside);
      assert.is(ends()[0]!.metadata.ip, address);
    }));
}

test('the address of the client, as an option says it; what it throws is not known', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const handle = (_request: Request, _env: { readonly from?: string }): Response => new Response(null);
    const handler = trackFetch(tracking, handle, {
      peer: (_request, { from }) => {
        if (from === undefined) throw new Error('unknown');
        return from;
      },
    });
    handler(request('/'), { from: '203.0.113.9' });
    handler(request('/'), {});
    assert.equal(
      ends().map(({ metadata }) => metadata.ip),
      ['203.0.113.9', undefined],
    );
  }));

test('the bytes of a request are those it declares', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const handler = trackFetch(tracking, () => new Response(null));
    handler(request('/', { method: 'POST', body: 'four', headers: { 'content-length': '4' } }));
    handler(request('/', { method: 'POST', body: 'four', headers: { 'content-length': '4e9' } }));
    assert.equal(
      ends().map(({ measurements }) => measurements.requestBytes),
      [4, undefined],
    );
  }));

test('a handler wrapped twice is tracked once', () =>
  withTracking({}, async ({ tracking, ends, errors }) => {
    const once = trackFetch(tracking, (): Response => {
      throw new Error('once');
    });
    const twice = trackFetch(tracking, once);
    assert.throws(() => twice(request('/')), 'once');
    assert.equal([ends().length, errors().length], [1, 1]);
  }));

test('a request that a handler makes of another path of the application is tracked by itself', () =>
  withTracking({}, async ({ tracking, ends }) => {
    const handler: (request: Request) => Promise<Response> = trackFetch(tracking, async (incoming: Request): Promise<Response> => {
      if (new URL(incoming.url).pathname === '/inner') return new Response('inner');
      return new Response(await (await handler(request('/inner'))).text());
    });
    assert.is(await (await handler(request('/outer'))).text(), 'inner');
    assert.equal(
      ends().map(({ metadata }) => metadata.path),
      ['/inner', '/outer'],
    );
  }));

test('a request that begins in the scope of an equal one that is over is tracked', () =>
  withTracking({}, ({ tracking, ends }) => {
    let later: (() => void) | undefined;
    const handler: (incoming: Request) => Response = trackFetch(tracking, (_request: Request) => {
      later = bindContext(() => void handler(request('/again')));
      return new Response(null);
    });
    handler(request('/again'));
    later!();
    assert.is(ends().length, 2);
  }));

test('options are checked', () =>
  withTracking({}, ({ tracking }) => {
    assert.throws(() => trackFetch(tracking, () => new Response(), { pear: 1 } as never), /OPTION_UNKNOWN/);
    assert.throws(() => trackFetch(tracking, 'handler' as never), /OPTION_INVALID/);
    for (const none of [undefined, null, {}, () => 1])
      assert.throws(() => trackFetch(none as never, () => new Response()), /trackFetch: tracking.*OPTION_INVALID/s);
    assert.throws(() => honoMiddleware({} as never), /honoMiddleware: tracking.*OPTION_INVALID/s);
  }));

test.run();
