import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../lib/entries/http';
import { tracedFetch } from '../../../lib/http/web/traced-fetch';
import { trackFetch } from '../../../lib/http/web/track-fetch';
import { recording } from '../../support/http/recording';

type Headers = IncomingMessage['headers'];

interface Arrived {
  readonly line: string;
  readonly headers: Headers;
  readonly body: string;
}

interface Server {
  readonly url: string;
  readonly arrived: Arrived[];
}

/** A server that redirects `/<status>?to=<address>`, and else answers with what it was asked. */
async function withServer(body: (server: Server) => Promise<void>): Promise<void> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    arrived.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const { pathname, searchParams } = new URL(request.url!, 'http://any.test');
    const status = Number(pathname.slice(1));
    const to = searchParams.get('to');
    if (status >= 300) response.writeHead(status, to === null ? {} : { location: to });
    response.end(status >= 300 ? 'moved' : 'here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Calls back with a traced fetch, within a request that has a trace. */
async function within(propagateTo: ((url: URL) => boolean) | undefined, body: (traced: typeof fetch) => Promise<void>): Promise<void> {
  const recorded = recording();
  const tracking = trackHttp(recorded.telemetry);
  try {
    const traced = tracedFetch(fetch, propagateTo && { propagateTo });
    const handler = trackFetch(tracking, async () => {
      await body(traced);
      return new Response(null);
    });
    await handler(new Request('http://shop.test/'));
  } finally {
    tracking.close();
    recorded.stop();
  }
}

const toldIn = ({ arrived }: Server): boolean[] => arrived.map(({ headers }) => headers.traceparent !== undefined);
const to = (base: string, status: number, next: string): string => `${base}/${status}?to=${encodeURIComponent(next)}`;

test('a redirect to somebody who must not know of the trace carries none', () =>
  withServer((known) =>
    withServer(async (other) => {
      await within(
        ({ href }) => href.startsWith(`${known.url}/`),
        async (traced) => {
          const response = await traced(to(known.url, 302, to(other.url, 307, `${known.url}/end`)));
          assert.equal([response.status, response.redirected, response.url], [200, true, `${known.url}/end`]);
          assert.is(await response.text(), 'here');
        },
      );
      assert.equal([toldIn(known), toldIn(other)], [[true, true], [false]]);
      assert.is(known.arrived[0]!.headers.traceparent, known.arrived[1]!.headers.traceparent);
    }),
  ));

/** What comes of a request: of its answer, and all that arrived. */
async function trial(
  send: typeof fetch,
  servers: readonly Server[],
  make: () => readonly [string | Request, RequestInit?],
): Promise<unknown> {
  for (const { arrived } of servers) arrived.length = 0;
  const [input, init] = make();
  const answer = await send(input, init).then(
    async (response) => [response.status, response.redirected, response.url, await response.text()],
    (error: Error) => error.name,
  );
  const seen = servers.map(({ arrived }) =>
    arrived.map(({ line, body, headers: { traceparent: _trace, tracestate: _state, ...headers } }) => ({
      line,
      // What separates the parts of a form is made up each time.
      body: body.replaceAll(/formdata-\S+/g, 'boundary'),
      headers: { ...headers, 'content-type': headers['content-type']?.replace(/boundary=.*/, 'boundary') },
    })),
  );
  return { answer, seen };
}

const form = new FormData();
form.append('a', '1');
const headers = { authorization: 'Bearer t', cookie: 'a=1', 'x-own': '1', 'content-language': 'en' };
const kinds: readonly (readonly [string, (url: string) => readonly [string | Request, RequestInit?]])[] = [
  ['GET', (url) => [url, { headers }]],
  ['HEAD', (url) => [url, { method: 'HEAD', headers }]],
  ['POST of a text', (url) => [url, { method: 'POST', body: 'hello', headers }]],
  ['post of a form', (url) => [url, { method: 'post', body: form, headers }]],
  ['PUT of a blob', (url) => [url, { method: 'PUT', body: new Blob(['hi']), headers }]],
  ['DELETE', (url) => [url, { method: 'DELETE', headers }]],
  ['POST of a Request without a body', (url) => [new Request(url, { method: 'POST', headers })]],
  ['GET of a Request', (url) => [new Request(url, { headers })]],
  ['POST of a Request with a body', (url) => [new Request(url, { method: 'POST', body: 'hello', headers })]],
  ['GET with redirect manual', (url) => [url, { redirect: 'manual' }]],
  ['GET with redirect error', (url) => [new Request(url, { redirect: 'error' })]],
];

for (const [name, make] of kinds) {
  test(`redirects of ${name} are followed as fetch does`, () =>
    withServer((one) =>
      withServer(async (other) => {
        for (const status of [300, 301, 302, 303, 304, 307, 308]) {
          const addresses = [to(one.url, status, '/end?x#part'), to(one.url, status, `${other.url}/end`), `${one.url}/${status}`];
          for (const url of addresses) {
            const expected = await trial(fetch, [one, other], () => make(url));
            await within(
              () => true,
              async (traced) => {
                assert.equal(await trial(traced, [one, other], () => make(url)), expected, url);
              },
            );
          }
        }
      }),
    ));
}

test('bytes are sent again, as the standard says, also where Node gives up', () =>
  withServer(async (server) => {
    await within(
      () => true,
      async (traced) => {
        const response = await traced(to(server.url, 307, '/end'), { method: 'PUT', body: new Uint8Array([104, 105]) });
        assert.is(await response.text(), 'here');
      },
    );
    assert.equal(
      server.arrived.map(({ body }) => body),
      ['hi', 'hi'],
    );
  }));

test('redirects that lead nowhere fail as with fetch', () =>
  withServer(async (server) => {
    for (const url of [to(server.url, 302, 'ftp://a.test/'), to(server.url, 302, 'http://['), `${server.url}/302?to=%3Fto`, server.url]) {
      const loop = url === server.url ? `${server.url}/302?to=` : url;
      const expected = await trial(fetch, [server], () => [loop]);
      await within(
        () => true,
        async (traced) => assert.equal(await trial(traced, [server], () => [loop]), expected, loop),
      );
    }
  }));

test('what can not be followed by hand goes without a trace, where not everybody is told', () =>
  withServer(async (server) => {
    const stream = (): ReadableStream => new Response('hello').body!;
    const requests = (traced: typeof fetch): readonly (() => Promise<Response>)[] => [
      () => traced(server.url, { method: 'POST', body: stream(), duplex: 'half' } as RequestInit),
      () => traced(new Request(server.url, { method: 'POST', body: 'hello' })),
      () => traced(server.url, { integrity: 'sha256-4rIhZzkWbEJ/Ez7EGWtFwAXROFEXJTdx/w3qg3QZeQ0=' }).catch(() => new Response()),
    ];
    for (const [propagateTo, told] of [
      [() => true, false],
      [undefined, true],
    ] as const) {
      server.arrived.length = 0;
      await within(propagateTo, async (traced) => {
        for (const send of requests(traced)) await (await send()).text();
      });
      assert.equal(toldIn(server), [told, told, told]);
      assert.is(server.arrived[0]!.body, 'hello');
    }
  }));

test('where redirects are hidden, as in browsers, requests that would follow them go without a trace', () =>
  withServer(async (server) => {
    Object.defineProperty(globalThis, 'location', { value: { href: 'http://page.test/' }, configurable: true });
    try {
      await within(
        () => true,
        async (traced) => {
          await (await traced(to(server.url, 302, '/end'))).text();
          await (await traced(server.url, { redirect: 'error' })).text();
        },
      );
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
    assert.equal(toldIn(server), [false, false, true]);
  }));

test('a signal ends a request after a redirect, too', () =>
  withServer(async (server) => {
    const client = new AbortController();
    let caught: unknown;
    await within(
      ({ pathname }) => {
        if (pathname === '/end') client.abort();
        return true;
      },
      async (traced) => {
        await traced(to(server.url, 302, '/end'), { signal: client.signal }).catch((error: Error) => {
          caught = error.name;
        });
      },
    );
    assert.is(caught, 'AbortError');
  }));

test.run();
