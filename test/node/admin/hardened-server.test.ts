import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { serveAdminWithin } from '../../../lib/node/admin/serve';
import type { WebHandler } from '../../../lib/node/http/node-listener';
import { SERVER_LIMITS } from '../../../lib/node/server/limits';
import { certificate } from '../../support/admin/certificate';
import { hardened } from '../../support/admin/hardened';
import { quietTerminal, raw, rawRequest, setting, statusOf, withServer } from '../../support/admin/served';
import { WRITE_TOKEN } from '../../support/admin/tokens';
import { until } from '../../support/faults/fact';

const LIMIT = 30_000;

/** A connection that sends what it is given and is told when it ends. */
async function opened(port: number, bytes = '', host = '127.0.0.1'): Promise<{ readonly socket: Socket; readonly isOver: () => boolean }> {
  let isOver = false;
  const socket = connect(port, host);
  socket
    .on('error', () => undefined)
    .on('close', () => {
      isOver = true;
    });
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  if (bytes !== '') socket.write(bytes);
  return { socket, isOver: () => isOver };
}

const PROTECTION = [
  'cache-control: no-store',
  "content-security-policy: default-src 'none'",
  'x-content-type-options: nosniff',
  'x-frame-options: DENY',
];

function assertProblem(answer: string, status: number, code: string): void {
  assert.is(statusOf(answer), status, answer.slice(0, 300));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  for (const line of ['content-type: application/problem+json', 'connection: close', ...PROTECTION])
    assert.match(head.toLowerCase(), line.toLowerCase());
  const problem = JSON.parse(body);
  assert.equal([problem.status, problem.code], [status, code]);
  assert.match(head.toLowerCase(), `content-length: ${Buffer.byteLength(body)}`);
}

test('what Node refuses by itself is a problem with its protection as well', async () => {
  await withServer({}, async ({ server: { port } }) => {
    assertProblem(await raw(port, 'GARBAGE\r\n\r\n'), 400, 'REQUEST_MALFORMED');
    assertProblem(await raw(port, rawRequest(['GET / HTTP/1.1', 'Host: localhost', `X: ${'x'.repeat(17_000)}`])), 431, 'HEAD_TOO_LARGE');
  });
  await withServer(
    {},
    async ({ server: { port } }) => {
      assertProblem(await raw(port, 'GET / HTTP/1.1\r\nHost: local'), 408, 'REQUEST_TIMEOUT');
      const auth = `X-Admin-Token: ${WRITE_TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 100`;
      assertProblem(await raw(port, `PUT /admin/levels HTTP/1.1\r\nHost: localhost\r\n${auth}\r\n\r\n{`), 408, 'REQUEST_TIMEOUT');
    },
    { headersMs: 300, requestMs: 600, checkMs: 100 },
  );
});

test('CONNECT is answered, and what a request expects does not go before its Host', async () => {
  await withServer({}, async ({ server: { port } }) => {
    const told = await raw(port, 'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    assert.is(statusOf(told), 405);
    for (const line of ['allow: GET, HEAD, PUT, POST, DELETE', 'application/problem+json', ...PROTECTION])
      assert.match(told.toLowerCase(), line.toLowerCase());
    assert.is(statusOf(await raw(port, 'CONNECT evil:80 HTTP/1.1\r\nHost: evil\r\n\r\n')), 403);
    const expecting = (host: string): Promise<string> =>
      raw(port, rawRequest(['GET /health HTTP/1.1', `Host: ${host}`, 'Expect: nonsense']));
    assert.equal([statusOf(await expecting('evil.example')), statusOf(await expecting('localhost'))], [403, 200]);
    // A second one behind an answer can't be told apart from its body.
    const two = await raw(port, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGARBAGE\r\n\r\n');
    assert.not.match(two.slice(12), 'HTTP/1.1 200');
  });
});

test('beyond the answers that may be under way it is 503, until one of them is written', async () => {
  const waiting: ((response: Response) => void)[] = [];
  const handler: WebHandler = () => new Promise((resolve) => waiting.push(resolve));
  await hardened(handler, { answers: 2 }, async ({ port }) => {
    const ask = (): Promise<string> => raw(port, rawRequest(['GET / HTTP/1.1', 'Host: localhost']));
    const first = [ask(), ask()];
    await until('both are under way', () => waiting.length === 2, LIMIT);
    for (let turn = 0; turn < 5; turn++) {
      const refused = await ask();
      assertProblem(refused, 503, 'BUSY');
      assert.match(refused.toLowerCase(), 'retry-after: 1');
    }
    for (const end of waiting.splice(0)) end(new Response('done'));
    for (const answer of await Promise.all(first)) assert.is(statusOf(answer), 200);
    const next = ask();
    await until('one more is under way', () => waiting.length === 1, LIMIT);
    waiting[0]!(new Response('done'));
    assert.is(statusOf(await next), 200);
  });
});

test('an answer counts until it is written, not until the rest of its request has come', async () => {
  await hardened(
    () => new Response('no'),
    { answers: 1 },
    async ({ port }) => {
      for (let turn = 0; turn < 5; turn++) {
        const silent = await opened(port, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n');
        await new Promise((resolve) => silent.socket.once('data', resolve));
        assert.is(statusOf(await raw(port, rawRequest(['GET / HTTP/1.1', 'Host: localhost']))), 200);
        silent.socket.destroy();
      }
    },
  );
});

test('a slow reader of an answer is served as long as it reads, and cut when it stops', async () => {
  let isCancelled = false;
  const handler: WebHandler = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024)),
        cancel: () => {
          isCancelled = true;
        },
      }),
    );
  await hardened(handler, { headersMs: 1000, requestMs: 1000, answerMs: 2000 }, async ({ port }) => {
    const { socket, isOver } = await opened(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const begin = performance.now();
    let isReading = true;
    socket.on('data', () => {
      socket.pause();
      if (isReading) setTimeout(() => socket.resume(), 10);
    });
    // More than twice what one that takes nothing would have.
    await until('it has read for long enough', () => isOver() || performance.now() - begin > 7000, LIMIT);
    assert.not.ok(isOver() || isCancelled);
    isReading = false;
    await until('it is cut', () => isCancelled, LIMIT);
    socket.destroy();
  });
});

test('closing ends a connection to a TLS server that never shakes hands, and the token file goes before that', async () => {
  const limits = { ...SERVER_LIMITS, headersMs: 120_000, requestMs: 120_000, closeMs: 200 };
  const server = await serveAdminWithin(limits, setting().bus as never, { port: 0, tls: certificate() }, quietTerminal());
  const silent = await opened(server.port);
  const half = await opened(server.port, '\x16\x03\x01\x02\x00\x01');
  let isClosed = false;
  const closing = server.close().then(() => {
    isClosed = true;
  });
  assert.not.ok(existsSync(server.tokenFile!));
  assert.is((await server.admin.fetch(new Request('http://localhost/health'))).status, 503);
  await until('it is closed', () => isClosed && silent.isOver() && half.isOver(), LIMIT);
  await closing;
});

test('addresses that this machine does not have are left out, but not the first', async () => {
  // For documentation only: no machine has them.
  const [four, six] = ['203.0.113.77', '2001:db8::77'];
  await hardened(
    () => new Response('here'),
    {},
    async ({ addresses, port }) => {
      assert.equal(addresses, ['127.0.0.1']);
      assert.is(statusOf(await raw(port, rawRequest(['GET / HTTP/1.1', 'Host: localhost']))), 200);
    },
    ['127.0.0.1', six, four],
  );
  const refused = await hardened(
    () => new Response(),
    {},
    () => undefined,
    [four, '127.0.0.1'],
  ).catch((error: Error) => error.message);
  assert.match(String(refused), 'OPTION_INVALID');
});

const own = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
const alone = 'of an address that is not loopback the connection that waited longest gives way to its seventeenth';

if (own === undefined && process.env.CI !== 'true') {
  console.log(`SKIPPED ${alone}: this machine has no other address`);
} else {
  test(alone, async () => {
    assert.ok(own, 'This test must run in CI: it needs an address that is not loopback');
    await withServer({ host: own, tlsTerminated: true }, async ({ server: { port } }) => {
      const all: Awaited<ReturnType<typeof opened>>[] = [];
      for (let at = 0; at < 16; at++) all.push(await opened(port, 'GET /health HTTP/1.1\r\n', own));
      // It is told why.
      for (const { socket } of all) socket.resume();
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.is(all.filter(({ isOver }) => isOver()).length, 0);
      const status = await fetch(`http://${own}:${port}/health`, { headers: { connection: 'close' } }).then((answer) => answer.status);
      assert.is(status, 200);
      await until('the first gives way', () => all[0]!.isOver(), LIMIT);
      assert.is(all.filter(({ isOver }) => isOver()).length, 1);
      for (const { socket } of all) socket.destroy();
    });
  });
}

test.run();
