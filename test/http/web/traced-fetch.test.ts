import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../lib/entries/http';
import { httpEvents } from '../../../lib/http/events';
import { type TracedFetchOptions, tracedFetch } from '../../../lib/http/web/traced-fetch';
import { trackFetch } from '../../../lib/http/web/track-fetch';
import { captureEvents } from '../../../lib/testing/index';
import { recording } from '../../support/http/recording';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

interface Sent {
  readonly input: unknown;
  readonly init: RequestInit | undefined;
  readonly request: Request;
}

/** Makes requests with a traced fetch from within a request that has a trace; returns what its fetch was given. */
async function sendWithin(
  send: (fetch: typeof globalThis.fetch) => unknown,
  { state, ...options }: TracedFetchOptions & { readonly state?: string } = {},
): Promise<Sent[]> {
  const recorded = recording();
  const tracking = trackHttp(recorded.telemetry);
  const sent: Sent[] = [];
  const fetch = tracedFetch(async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    sent.push({ input, init, request: new Request(input, init) });
    return new Response('ok', { status: 201 });
  }, options) as typeof globalThis.fetch;
  try {
    const handler = trackFetch(tracking, async () => {
      await send(fetch);
      return new Response(null);
    });
    await handler(new Request('http://shop.test/', { headers: { traceparent: PARENT, ...(state && { tracestate: state }) } }));
  } finally {
    tracking.close();
    recorded.stop();
  }
  return sent;
}

test('requests belong to the trace of the request that makes them', async () => {
  const [sent] = await sendWithin((fetch) => fetch('http://stock.test/a'), { state: 'vendor=1' });
  const [version, trace, span, flags] = sent!.request.headers.get('traceparent')!.split('-');
  assert.equal([version, trace, flags], ['00', TRACE, '01']);
  assert.match(span!, /^[0-9a-f]{16}$/);
  assert.is.not(span, '00f067aa0ba902b7', 'that is the span of the caller');
  assert.is(sent!.request.headers.get('tracestate'), 'vendor=1');
});

test('a trace that the caller set stays, in a request and in options', async () => {
  const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;
  const sent = await sendWithin(
    async (fetch) => {
      await fetch('http://stock.test/', { headers: { traceparent: own } });
      await fetch(new Request('http://stock.test/', { headers: { Traceparent: own } }));
      await fetch('http://stock.test/', { headers: [['tracestate', 'mine=1']] });
    },
    { state: 'theirs=1' },
  );
  assert.equal(
    sent.slice(0, 2).map(({ request }) => [request.headers.get('traceparent'), request.headers.get('tracestate')]),
    [
      [own, null],
      [own, null],
    ],
  );
  assert.is(sent[2]!.request.headers.get('tracestate'), 'mine=1');
});

test('what is passed in is not changed', async () => {
  const request = new Request('http://stock.test/', { method: 'POST', body: 'hello', headers: { 'x-a': '1' } });
  const headers = { 'x-b': '2' };
  const init = Object.freeze({ method: 'PUT', body: 'there', headers });
  const sent = await sendWithin(async (fetch) => {
    await fetch(request);
    await fetch('http://stock.test/', init);
  });
  assert.is(request.headers.get('traceparent'), null);
  assert.equal(headers, { 'x-b': '2' });
  assert.equal([sent[0]!.request.method, sent[0]!.request.headers.get('x-a')], ['POST', '1']);
  assert.is(await sent[0]!.request.text(), 'hello');
  assert.equal([sent[1]!.request.method, sent[1]!.request.headers.get('x-b')], ['PUT', '2']);
  assert.is(await sent[1]!.request.text(), 'there');
  for (const { request: made } of sent) assert.ok(made.headers.get('traceparent'));
});

test('a request that stands for options is kept whole', async () => {
  const [sent] = await sendWithin((fetch) =>
    fetch('http://other.test/b', new Request('http://stock.test/', { method: 'POST', body: 'hello', headers: { 'x-a': '1' } })),
  );
  const { request } = sent!;
  assert.equal([request.url, request.method, request.headers.get('x-a')], ['http://other.test/b', 'POST', '1']);
  assert.is(await request.text(), 'hello');
  assert.ok(request.headers.get('traceparent'));
});

test('outside of any request, its arguments pass as they are', async () => {
  const seen: unknown[] = [];
  const fetch = tracedFetch(async (...args: unknown[]) => void seen.push(...args));
  const init = {};
  await fetch('http://stock.test/', init);
  assert.is(seen[0], 'http://stock.test/');
  assert.is(seen[1], init);
});

test('who is told of the trace is chosen by the address; a choice that throws is no', async () => {
  const propagateTo = (url: URL): boolean => {
    if (url.hostname === 'odd.test') throw new Error('odd');
    return url.hostname.endsWith('.internal');
  };
  const sent = await sendWithin(
    async (fetch) => {
      for (const host of ['a.internal', 'b.test', 'odd.test']) await fetch(new URL(`http://${host}/`));
    },
    { propagateTo },
  );
  assert.equal(
    sent.map(({ request }) => request.headers.has('traceparent')),
    [true, false, false],
  );
});

test('requests are told on a bus, without queries and credentials', async () => {
  const { telemetry, stop } = recording();
  const { start, stop: ended } = httpEvents.client;
  using captured = captureEvents(telemetry, [start, ended], { scoped: false });
  const fetch = tracedFetch(async (..._given: unknown[]) => new Response('ok', { status: 202 }), { telemetry });
  const response = await fetch('http://user:pass@stock.test:8080/items/7?key=secret', { method: 'post' });
  stop();
  assert.is(response.status, 202);
  assert.equal(
    captured.events.map(({ event }) => event[2]),
    ['start', 'stop'],
  );
  const { metadata, measurements } = captured.events[1]!;
  const { method, host, path, status } = metadata as unknown as Record<string, unknown>;
  assert.equal([method, host, path, status], ['POST', 'stock.test:8080', '/items/7', 202]);
  assert.type((measurements as { duration: unknown }).duration, 'number');
});

test('a request that fails is told as an exception, and fails as it did', async () => {
  const { telemetry, stop } = recording();
  using captured = captureEvents(telemetry, [httpEvents.client.exception], { scoped: false });
  const refused = new TypeError('fetch failed');
  const fetch = tracedFetch((_input: string): Promise<Response> => Promise.reject(refused), { telemetry });
  let caught: unknown;
  try {
    await fetch('http://stock.test/');
  } catch (error) {
    caught = error;
  }
  stop();
  assert.is(caught, refused);
  assert.is((captured.events[0]!.metadata as { reason: unknown }).reason, refused);
});

test('what is no address reaches the fetch as it is', async () => {
  const sent: unknown[] = [];
  const fetch = tracedFetch(async (input: unknown) => void sent.push(input));
  await fetch('not an address');
  assert.equal(sent, ['not an address']);
});

test('options are checked', () => {
  assert.throws(() => tracedFetch(fetch, { filter: () => true } as never), /OPTION_UNKNOWN/);
});

test.run();
