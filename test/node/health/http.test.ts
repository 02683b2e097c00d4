import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { healthOf, httpCheck } from '../../../lib/entries/health';
import { createTelemetry } from '../../../lib/index';

/** A receiver on a port of its own, for the time of a test. */
async function serving(listener: RequestListener, body: (url: string, server: Server) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

async function checked(url: string, options: Parameters<typeof httpCheck>[1] = {}, timeout = 5000) {
  const health = healthOf(createTelemetry());
  health.addCheck('endpoint', httpCheck(url, options), { timeout });
  return (await health.check()).checks.endpoint!;
}

test('an endpoint that answers is healthy, with the headers given and by GET', async () => {
  let seen: IncomingMessage | undefined;
  await serving(
    (request, response) => {
      seen = request;
      response.end('ok');
    },
    async (url) => {
      assert.is((await checked(`${url}/health`, { headers: { 'x-token': 'abc' } })).status, 'healthy');
      assert.equal([seen?.method, seen?.url, seen?.headers['x-token']], ['GET', '/health', 'abc']);
    },
  );
});

test('a redirect is not followed', async () => {
  let requests = 0;
  await serving(
    (_request, response) => {
      requests++;
      response.writeHead(302, { location: '/elsewhere' }).end();
    },
    async (url) => {
      const { status, detail } = await checked(url);
      assert.equal([status, detail, requests], ['degraded', 'It answered 302', 1]);
    },
  );
});

test('an endpoint that takes the request and says nothing is given up at the time-out, and its connection closed', async () => {
  let closed = 0;
  await serving(
    (request) => void request.socket.on('close', () => closed++),
    async (url) => {
      const { status, detail } = await checked(url, {}, 100);
      assert.equal([status, detail], ['degraded', 'It took longer than 100 ms']);
      for (let turn = 0; turn < 400 && closed === 0; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.is(closed, 1);
    },
  );
});

test('a body that drips or has no end holds nothing: its connection is closed', async () => {
  for (const expect of [undefined, () => true] as const) {
    let [closed, written] = [0, 0];
    await serving(
      (request, response) => {
        request.socket.on('close', () => closed++);
        const write = (): void => {
          while (closed === 0 && response.write('x'.repeat(10_000))) written += 10_000;
        };
        response.on('drain', write);
        write();
      },
      async (url) => {
        assert.is((await checked(url, expect && { expect })).status, 'healthy');
        for (let turn = 0; turn < 400 && closed === 0; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
        assert.is(closed, 1);
        // What the system holds for a connection comes on top of what is read.
        assert.ok(written < 50_000_000, String(written));
      },
    );
  }
});

test('an endpoint that is not there says why, in one line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { status, detail } = await checked(`http://127.0.0.1:${port}/?key=hunter2`);
  assert.is(status, 'degraded');
  assert.match(detail ?? '', /^fetch failed \(ECONNREFUSED\)$/);
});

test.run();
