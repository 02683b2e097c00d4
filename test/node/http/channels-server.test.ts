import diagnostics from 'node:diagnostics_channel';
import { createServer, type IncomingHttpHeaders, type RequestListener, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../lib/entries/http';
import { createTelemetry, memorySink } from '../../../lib/index';
import { attachServer } from '../../../lib/node/http/attach';
import { type InstrumentOptions, instrumentHttp } from '../../../lib/node/http/channels';
import { expressMiddleware } from '../../../lib/node/http/express';
import { type CapturedEvent, captureEvents } from '../../../lib/testing';
import { until } from '../../support/alerts/until';
import { errorOf } from '../../support/started';

interface World {
  readonly telemetry: ReturnType<typeof createTelemetry>;
  readonly server: Server;
  readonly port: number;
  readonly events: readonly CapturedEvent[];
  readonly access: Record<string, unknown>[];
  ask(
    path: string,
    options?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<{ headers: IncomingHttpHeaders; body: string }>;
}

async function instrumented(options: InstrumentOptions, listener: RequestListener, body: (world: World) => unknown): Promise<void> {
  const telemetry = createTelemetry();
  const sink = memorySink();
  telemetry.configureLog({ sinks: [sink], level: 'info', format: 'json' });
  using captured = captureEvents(telemetry, undefined, { scoped: false });
  using _instrumentation = instrumentHttp(telemetry, options);
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ask: World['ask'] = (path, { method = 'GET', headers = {}, body: sent } = {}) =>
    new Promise((resolve, reject) => {
      const asked = request({ port, path, method, headers, host: '127.0.0.1', agent: false }, (response) => {
        let text = '';
        response.on('data', (part) => (text += part));
        response.on('end', () => resolve({ headers: response.headers, body: text }));
        response.on('error', reject);
      });
      asked.on('error', reject).end(sent);
    });
  try {
    await body({
      telemetry,
      server,
      port,
      ask,
      get events() {
        return captured.events.filter(({ event: [app, component] }) => app === 'http' && component === 'request') as CapturedEvent[];
      },
      get access() {
        return sink.lines
          .map((line) => JSON.parse(line) as Record<string, unknown>)
          .filter(({ message }) => message === 'request_complete');
      },
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const answer: RequestListener = (incoming, response) => {
  incoming.resume();
  if (incoming.url === '/stream') {
    response.write('a');
    response.end('b');
  } else response.end('hello');
};

test('each request of any server has a start, a stop, an access record, counts and an id in its answer', () =>
  instrumented({ routes: ['/users/:id'] }, answer, async (world) => {
    const { headers } = await world.ask('/users/7?token=secret', { method: 'POST', body: 'four' });
    await until('the record', () => world.access.length === 1);
    const [start, stop] = world.events;
    assert.is(world.events.length, 2);
    assert.equal([start!.event[2], stop!.event[2]], ['start', 'stop']);
    const { route, method, path, status } = stop!.metadata as Record<string, unknown>;
    assert.equal({ route, method, path, status }, { route: '/users/:id', method: 'POST', path: '/users/7', status: 200 });
    const { requestBytes, responseBytes } = stop!.measurements as Record<string, unknown>;
    assert.equal({ requestBytes, responseBytes }, { requestBytes: 4, responseBytes: 5 });
    const [record] = world.access;
    assert.is(record!.request_id, headers['x-request-id']);
    assert.is(record!.content_length, 5);
    assert.not.match(JSON.stringify([world.access, world.events.map(({ metadata }) => metadata)]), 'secret');
  }));

test('bodies in chunks have no size, HEAD has none to send', () =>
  instrumented({}, answer, async (world) => {
    await world.ask('/stream');
    await world.ask('/', { method: 'HEAD' });
    await until('two records', () => world.access.length === 2);
    const sizes = world.events
      .filter(({ event }) => event[2] === 'stop')
      .map(({ measurements }) => (measurements as { responseBytes?: number }).responseBytes);
    assert.equal(sizes, [undefined, 0]);
  }));

test('a client that leaves is told as aborted, also one whose requests wait in a pipeline', () =>
  instrumented(
    {},
    () => {},
    async (world) => {
      const socket = connect(world.port, '127.0.0.1', () =>
        socket.write('GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /b HTTP/1.1\r\nhost: x\r\n\r\n'),
      );
      socket.on('error', () => {});
      await until('two starts', () => world.events.length === 2);
      socket.destroy();
      await until('two ends', () => world.events.length === 4);
      for (const { metadata } of world.events.slice(2)) {
        assert.is((metadata as { aborted?: boolean }).aborted, true);
        assert.is((metadata as { status?: number }).status, 499);
      }
    },
  ));

test('keep-alive and pipelined requests are requests of their own', () =>
  instrumented({}, answer, async (world) => {
    const socket = connect(world.port, '127.0.0.1', () => socket.write('GET /x HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(5)));
    await until('five records', () => world.access.length === 5);
    socket.destroy();
    assert.is(new Set(world.access.map(({ request_id }) => request_id)).size, 5);
    assert.is(world.events.length, 10);
  }));

test('a server that skip names is left alone, and one it fails for too', () => {
  let skip: () => boolean = () => true;
  return instrumented({ skip: () => skip() }, answer, async (world) => {
    assert.is((await world.ask('/')).headers['x-request-id'], undefined);
    skip = () => {
      throw new Error('broken');
    };
    assert.is((await world.ask('/')).body, 'hello');
    assert.equal(world.events, []);
  });
});

test('a request that an adapter tracks as well is tracked once', async () => {
  const telemetry = createTelemetry();
  using captured = captureEvents(telemetry, undefined, { scoped: false });
  using tracking = trackHttp(telemetry);
  using instrumentation = instrumentHttp(telemetry);
  assert.is(instrumentation.tracking, tracking);
  const middleware = expressMiddleware(tracking);
  const server = createServer((incoming, response) =>
    middleware(incoming, response, () => {
      Object.assign(incoming, { baseUrl: '/api', route: { path: '/:id' } });
      response.end();
    }),
  );
  const detach = attachServer(tracking, server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const answered = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/7`);
    await until('its end', () => tracking.stats().inFlight === 0 && tracking.stats().total === 1);
    const ends = captured.events.filter(({ event }) => event[0] === 'http' && event[2] === 'stop');
    assert.is(ends.length, 1);
    assert.is((ends[0]!.metadata as { route: string }).route, '/*/:id');
    assert.ok(answered.headers.get('x-request-id'));
  } finally {
    detach();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('stopping leaves the channels as they were, closes a tracking of its own, and leaves one that was open', async () => {
  const names = ['http.server.request.start', 'http.server.response.finish'];
  const before = names.map((name) => diagnostics.hasSubscribers(name));
  const telemetry = createTelemetry();
  const own = instrumentHttp(telemetry);
  assert.is((await errorOf(() => trackHttp(telemetry))).code, 'ALREADY_STARTED');
  own.stop();
  own.stop();
  using tracking = trackHttp(telemetry);
  assert.is((await errorOf(() => instrumentHttp(telemetry, { routes: ['/a'] }))).code, 'ALREADY_STARTED');
  instrumentHttp(telemetry).stop();
  assert.ok(tracking.tracker.begin({ method: 'GET', target: '/', headers: new Map(), peer: undefined }));
  assert.is((await errorOf(() => instrumentHttp(telemetry, { skip: true } as never))).code, 'OPTION_INVALID');
  assert.is((await errorOf(() => instrumentHttp({} as never))).code, 'OPTION_INVALID');
  assert.equal(
    names.map((name) => diagnostics.hasSubscribers(name)),
    before,
  );
});

const HEADS: Readonly<Record<string, RequestListener>> = {
  '/list': (_incoming, response) => void response.writeHead(200, ['Set-Cookie', 'sid=1', 'Set-Cookie', 'csrf=2']).end('a'),
  '/pairs': (_incoming, response) => void response.writeHead(200, [['content-type', 'text/plain']] as never).end('a'),
  '/object': (_incoming, response) => void response.writeHead(201, 'Made', { 'X-a': 'b', 'x-A': 'c', 'Content-Length': 1 }).end('a'),
  '/set': (_incoming, response) => void response.setHeader('X-a', 'b').writeHead(200, { 'x-A': 'c' }).end('a'),
  '/names': (_incoming, response) => void response.end(JSON.stringify([response.getHeaderNames(), response.hasHeader('x-request-id')])),
  '/implicit': (_incoming, response) => void response.end('a'),
  '/empty': (_incoming, response) => void response.writeHead(204).end(),
};
const bytesOf = (port: number, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`));
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', reject).on('close', () =>
      resolve(
        Buffer.concat(parts)
          .toString('latin1')
          .replace(/^Date: .*\r\n/m, ''),
      ),
    );
  });

test('answers are those of the server alone, byte by byte, but for our headers', async () => {
  const listener: RequestListener = (incoming, response) => HEADS[incoming.url!]!(incoming, response);
  const expected: Record<string, string> = {};
  const bare = createServer(listener);
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  for (const path of Object.keys(HEADS)) expected[path] = await bytesOf((bare.address() as AddressInfo).port, path);
  await new Promise((resolve) => bare.close(resolve));
  assert.match(expected['/list']!, 'sid=1');
  await instrumented({}, listener, async ({ port, access }) => {
    for (const [path, bytes] of Object.entries(expected)) {
      const got = await bytesOf(port, path);
      assert.match(got, /^X-Request-Id: \S+\r$/m);
      assert.match(got, /^X-Request-Duration: \d+\.\d{3}s\r$/m);
      assert.is(got.replace(/^X-Request-\w+: .*\r\n/gm, ''), bytes, path);
    }
    assert.ok(access);
  });
  await instrumented({ headers: false }, listener, async ({ port }) => {
    for (const [path, bytes] of Object.entries(expected)) assert.is(await bytesOf(port, path), bytes, path);
  });
});

test('a length that only the head told is counted', () =>
  instrumented({}, HEADS['/object']!, async (world) => {
    await world.ask('/');
    await until('the record', () => world.access.length === 1);
    assert.is(world.access[0]!.content_length, 1);
  }));

test.run();
