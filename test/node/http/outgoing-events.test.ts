import diagnostics from 'node:diagnostics_channel';
import { Agent, createServer, get, type RequestListener, request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextFields, runWithContext } from '../../../lib/core/context';
import { createTelemetry } from '../../../lib/index';
import { startPropagation } from '../../../lib/node/http/outgoing';
import { until } from '../../support/alerts/until';

interface Seen {
  readonly part: 'start' | 'stop' | 'exception';
  readonly measurements: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>> | undefined;
}

/** A bus that is told of requests while something runs; its events in order. */
async function watched(body: (seen: Seen[], bus: ReturnType<typeof createTelemetry>) => Promise<unknown>): Promise<void> {
  const telemetry = createTelemetry({ onWarning: () => {} });
  const seen: Seen[] = [];
  telemetry.attachPrefix('seen', ['http', 'client'], ([, , part], measurements, metadata) => {
    seen.push({ part, measurements, metadata, context: contextFields() } as Seen);
  });
  const stop = startPropagation({ telemetry, client: true });
  try {
    await body(seen, telemetry);
  } finally {
    stop();
  }
}

async function farServer(listener: RequestListener, body: (origin: string, host: string) => unknown): Promise<void> {
  const server = createServer(listener);
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await body(`http://127.0.0.1:${port}`, `127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** One that nobody listens at. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers: RequestListener = ({ url }, response) => {
  if (url === '/redirect') response.writeHead(302, { location: '/there' });
  else if (url === '/missing') response.writeHead(404);
  else if (url === '/broken') {
    response.writeHead(200, { 'content-length': '100' });
    response.write('a part');
    setImmediate(() => response.destroy());
    return;
  } else if (url === '/never') return;
  response.end('answer');
};

const ended = (asked: ReturnType<typeof get>): Promise<void> =>
  new Promise((resolve) => {
    asked.on('response', (response) => response.on('error', () => {}).resume());
    asked.on('upgrade', (_response, socket) => socket.destroy());
    asked.on('error', () => {});
    asked.on('close', resolve);
  });

/** Two of each request: a start and an end, which a context of its own pairs. */
function assertPaired(seen: readonly Seen[], ends: readonly ('stop' | 'exception')[]): void {
  assert.is(seen.filter(({ part }) => part === 'start').length, ends.length);
  assert.equal(
    seen.filter(({ part }) => part !== 'start').map(({ part }) => part),
    ends,
  );
  const contexts = seen.map(({ metadata }) => metadata.telemetrySpanContext);
  for (const context of contexts) assert.is(contexts.filter((other) => other === context).length, 2);
}

const FETCH = async (url: string, init?: RequestInit): Promise<void> => {
  try {
    await (await fetch(url, init)).text();
  } catch {
    // Told as an exception.
  }
};
const GET = (url: string): Promise<void> => ended(get(url));

for (const [name, ask] of [
  ['fetch', FETCH],
  ['http', GET],
] as const) {
  test(`${name}: an answered request has a start and a stop, without its query`, () =>
    watched((seen) =>
      farServer(answers, async (origin, host) => {
        await ask(`${origin}/a/b?token=secret#part`);
        await ask(`${origin}/missing`);
        await until('two ends', () => seen.length === 4);
        assertPaired(seen, ['stop', 'stop']);
        const [start, stop, , missing] = seen;
        const { telemetrySpanContext, ...metadata } = start!.metadata;
        assert.equal(metadata, { method: 'GET', host, path: '/a/b' });
        assert.ok(start!.measurements.systemTime! > 0);
        assert.equal(stop!.metadata, { method: 'GET', host, path: '/a/b', status: 200, telemetrySpanContext });
        assert.ok(stop!.measurements.duration! >= 0);
        assert.is(missing!.metadata.status, 404);
        assert.not.match(JSON.stringify(seen), 'secret');
      }),
    ));

  test(`${name}: a server that refuses the connection, and one that ends it within the answer, make an exception`, () =>
    watched(async (seen) => {
      await ask(`http://127.0.0.1:${await closedPort()}/closed`);
      await farServer(answers, async (origin) => {
        await ask(`${origin}/broken`);
        await until('two ends', () => seen.length === 4);
      });
      assertPaired(seen, ['exception', 'exception']);
      for (const { part, metadata } of seen) {
        if (part !== 'exception') continue;
        assert.is(metadata.kind, 'error');
        assert.ok(metadata.reason instanceof Error);
        assert.ok(String(metadata.stacktrace).length > 0);
        assert.is(metadata.status, undefined);
      }
    }));

  test(`${name}: the events are in the scope of who asked, and of the span that the request carries`, () =>
    watched((seen) =>
      farServer(
        (incoming, response) => void response.end(String(incoming.headers.traceparent)),
        async (origin) => {
          const trace = { request_id: 'r-1', trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) };
          await runWithContext(trace, () => ask(origin));
          await ask(origin);
          await until('two ends', () => seen.length === 4);
          const [start, stop, outside, outsideToo] = seen;
          assert.equal(start!.context, stop!.context);
          assert.is(start!.context!.request_id, 'r-1');
          assert.match(String(start!.context!.span_id), /^[0-9a-f]{16}$/);
          assert.is.not(start!.context!.span_id, trace.span_id);
          assert.is(outside!.context, undefined);
          assert.is(outsideToo!.context, undefined);
        },
      ),
    ));
}

test('the span of the events is the one that the header names', () =>
  watched((seen) =>
    farServer(
      (incoming, response) => void response.end(String(incoming.headers.traceparent)),
      async (origin) => {
        const told = await runWithContext({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }, async () => (await fetch(origin)).text());
        assert.is(told, `00-${'a'.repeat(32)}-${seen[0]!.context!.span_id}-01`);
      },
    ),
  ));

test('each hop of a redirect is a request of its own', () =>
  watched((seen) =>
    farServer(answers, async (origin) => {
      await FETCH(`${origin}/redirect`);
      await until('two ends', () => seen.length === 4);
      assertPaired(seen, ['stop', 'stop']);
      assert.equal(
        seen.filter(({ part }) => part === 'stop').map(({ metadata }) => [metadata.path, metadata.status]),
        [
          ['/redirect', 302],
          ['/there', 200],
        ],
      );
    }),
  ));

test('requests that the program gives up end once, with an exception', () =>
  watched((seen) =>
    farServer(answers, async (origin) => {
      const leave = new AbortController();
      const left = FETCH(`${origin}/never`, { signal: leave.signal });
      await until('the first start', () => seen.length === 1);
      leave.abort();
      await left;
      const asked = get(`${origin}/never`);
      const gone = ended(asked);
      await until('the second start', () => seen.length === 3);
      asked.destroy(new Error('enough'));
      await gone;
      await ended(get(`${origin}/never`).destroy());
      await until('three ends', () => seen.length === 6);
      assertPaired(seen, ['exception', 'exception', 'exception']);
      assert.is((seen[3]!.metadata.reason as Error).message, 'enough');
    }),
  ));

test('one connection carries many requests, each with its own start and end', () =>
  watched(async (seen) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await farServer(answers, async (origin) => {
      await Promise.all(Array.from({ length: 5 }, (_, index) => ended(get(`${origin}/${index}`, { agent }))));
      await until('five ends', () => seen.length === 10);
      assertPaired(seen, Array(5).fill('stop'));
    });
    agent.destroy();
  }));

test('HEAD, a request with a body, headers given as a list, and an upgrade end with their status', () =>
  watched((seen) =>
    farServer(answers, async (origin) => {
      await ended(request(`${origin}/head`, { method: 'HEAD' }).end());
      await ended(request(`${origin}/post`, { method: 'POST' }).end('body'));
      await ended(get(`${origin}/list`, { headers: ['Host', 'elsewhere'] as never }));
      await ended(request(`${origin}/up`, { headers: { connection: 'upgrade', upgrade: 'x' } }).end());
      await ended(request(`${origin}/odd`, { method: 'PROPFIND' }).end());
      await until('five ends', () => seen.length === 10);
      const stops = seen.filter(({ part }) => part === 'stop');
      assert.equal(
        stops.map(({ metadata }) => [metadata.method, metadata.path, metadata.status]),
        [
          ['HEAD', '/head', 200],
          ['POST', '/post', 200],
          ['GET', '/list', 200],
          ['GET', '/up', 101],
          ['_OTHER', '/odd', 200],
        ],
      );
      assert.is(stops[2]!.metadata.host, 'elsewhere');
    }),
  ));

test('a request that goes through no agent of Node is told of as well', () =>
  watched((seen) =>
    farServer(answers, async (origin) => {
      const { port } = new URL(origin);
      const { connect } = await import('node:net');
      await ended(request({ path: '/bare', createConnection: () => connect(Number(port), '127.0.0.1') }).end());
      await until('its end', () => seen.length === 2);
      assertPaired(seen, ['stop']);
    }),
  ));

test('a connection that is to speak another protocol is no request of fetch', () =>
  watched(async (seen) => {
    if (typeof globalThis.WebSocket !== 'function') return;
    const server = createTcpServer((socket) => socket.on('data', () => socket.end()).on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await new Promise((resolve) => (socket.onerror = resolve));
    server.close();
    assert.equal(seen, []);
  }));

test('a bus is told once however many uses want it, another one for itself, and neither after its last stop', () =>
  watched(async (seen, telemetry) => {
    const other = createTelemetry();
    let others = 0;
    other.attachPrefix('count', ['http', 'client'], () => void others++);
    const stopAgain = startPropagation({ telemetry, client: true });
    const stopOther = startPropagation({ telemetry: other, client: true });
    await farServer(answers, async (origin) => {
      await FETCH(origin);
      await until('the ends', () => seen.length === 2 && others === 2);
      stopAgain();
      stopOther();
      await GET(origin);
      await until('the second end', () => seen.length === 4);
      assert.is(others, 2);
    });
  }));

test('an end that is told again, as undici does of requests that are given up, counts once', () =>
  watched(async (seen) => {
    const asked = { origin: 'http://far.example', path: '/a?b', method: 'GET', headers: [], addHeader: () => {} };
    const tell = (part: string, more: object = {}): void =>
      diagnostics.channel(`undici:request:${part}`).publish({ request: asked, ...more });
    tell('create');
    tell('create');
    tell('headers', { response: { statusCode: 204 } });
    for (let times = 0; times < 2; times++) {
      tell('trailers');
      tell('error', { error: new Error('late') });
    }
    assertPaired(seen, ['stop']);
    assert.is(seen[1]!.metadata.status, 204);
  }));

test('what nobody hears is not built', async () => {
  const telemetry = createTelemetry();
  const stop = startPropagation({ telemetry, client: true });
  try {
    await farServer(answers, async (origin) => {
      const asked = get(origin);
      assert.is(asked.listenerCount('close'), 0);
      await ended(asked);
    });
  } finally {
    stop();
  }
});

test('a handler that throws reaches neither the request nor the process', () =>
  watched(async (_seen, telemetry) => {
    telemetry.attachPrefix(
      'throws',
      ['http', 'client'],
      () => {
        throw new Error('broken handler');
      },
      undefined,
      { onError: 'keep' },
    );
    await farServer(answers, async (origin) => {
      assert.is(await (await fetch(origin)).text(), 'answer');
      await GET(origin);
    });
  }));

test.run();
