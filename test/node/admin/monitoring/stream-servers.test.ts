import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebHandler } from '../../../../lib/node/http/node-listener';
import { type Followed, follow } from '../../../support/admin/event-stream';
import { hardened } from '../../../support/admin/hardened';
import { raw, rawRequest, statusOf, withAdmin, withServer } from '../../../support/admin/served';
import { pathOf, setLevel, settle } from '../../../support/admin/streams';
import { READ_TOKEN } from '../../../support/admin/tokens';
import { until } from '../../../support/faults/fact';

const LIMIT = 20_000;
const HEALTH = rawRequest(['GET /health HTTP/1.1', 'Host: localhost']);

async function open(url: string): Promise<Followed> {
  const response = await fetch(`${url}${pathOf(['/admin/levels'])}`, { headers: { authorization: `Bearer ${READ_TOKEN}` } });
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  return follow(response.body!);
}

async function listening(listener: RequestListener, body: (url: string) => unknown): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

for (const [name, listenerOf] of [
  ['a server of Node', (listener: RequestListener) => listener],
  ['Express', (listener: RequestListener) => express().use('/internal', listener) as unknown as RequestListener],
] as const) {
  test(`the stream goes through ${name}, and ends when the reader leaves`, async () => {
    const basePath = name === 'Express' ? '/internal' : '';
    await withAdmin({ basePath }, async ({ admin, clock }) => {
      const before = clock.pendingTimers();
      await listening(listenerOf(admin.listener), async (url) => {
        const stream = await open(`${url}${basePath}`);
        await stream.next('full');
        if (basePath === '') await setLevel(admin, 'debug');
        else await admin.fetch(new Request(`http://localhost${basePath}/admin/levels`, { method: 'PUT', headers: { 'content-type': 'application/json', authorization: 'Bearer q3Zt8vLw0XyN5rKpB1mGd7HsJ2cFuA9eTiOoRbQnPkU' }, body: JSON.stringify({ logger: 'shop', level: 'debug', for: '1h' }) })); // biome-ignore format: short
        clock.advance(1000);
        await stream.next('delta');
        assert.match(JSON.stringify(stream.answers[0]), '"shop":"debug"');
        stream.leave();
        // One is for the level, which goes back.
        await until('it is over', () => clock.pendingTimers() <= before + 1, LIMIT);
      });
    });
  });
}

test('streams take no place of answers, and give their connections back', async () => {
  await withServer(
    {},
    async ({ server }) => {
      const streams: Followed[] = [];
      for (let at = 0; at < 10; at++) streams.push(await open(server.url));
      for (const stream of streams) await stream.next('full');
      for (let turn = 0; turn < 5; turn++) assert.is(statusOf(await raw(server.port, HEALTH)), 200);
      for (const stream of streams) stream.leave();
      await settle();
      assert.is(statusOf(await raw(server.port, HEALTH)), 200);
    },
    { answers: 2 },
  );
});

test('an answer that is quiet for long is not cut as long as nothing waits to be taken', async () => {
  const encoder = new TextEncoder();
  let enqueue: (text: string) => void = () => undefined;
  let isCancelled = false;
  for (const type of ['text/event-stream', 'text/plain']) {
    const handler: WebHandler = () =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            enqueue = (text) => controller.enqueue(encoder.encode(text));
          },
          cancel: () => {
            isCancelled = true;
          },
        }),
        { headers: { 'content-type': type } },
      );
    await hardened(handler, { requestMs: 200, headersMs: 200, answerMs: 200 }, async ({ port }) => {
      let [got, isOver] = ['', false];
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
      socket
        .on('data', (part) => (got += part.toString('latin1')))
        .on('error', () => undefined)
        .on('close', () => {
          isOver = true;
        });
      const begin = performance.now();
      // Five times what one that takes nothing would have.
      await until('it was quiet for long', () => isOver || performance.now() - begin > 2000, LIMIT);
      assert.not.ok(isOver || isCancelled, type);
      enqueue('hello');
      await until('it still arrives', () => got.includes('hello'), LIMIT);
      socket.destroy();
      await until('it is cancelled', () => isCancelled, LIMIT);
      isCancelled = false;
    });
  }
});

test('an answer that never begins is cut', async () => {
  await hardened(
    () => new Promise(() => undefined),
    { requestMs: 200, headersMs: 200, answerMs: 200 },
    async ({ port }) => {
      assert.is(await raw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), '');
    },
  );
});

test('a body that fails while its client takes nothing ends the connection at once', async () => {
  let fail: () => void = () => undefined;
  const handler: WebHandler = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          fail = () => controller.error(new Error('it failed'));
          controller.enqueue(new Uint8Array(1024 * 1024));
        },
      }),
    );
  await hardened(handler, {}, async ({ port }) => {
    let isOver = false;
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    socket.on('error', () => undefined).on('close', () => (isOver = true));
    await new Promise((resolve) => socket.once('readable', resolve));
    for (let turn = 0; turn < 50; turn++) await settle();
    fail();
    socket.resume();
    await until('it is over', () => isOver, LIMIT);
  });
});

test('who is not heard for want of room is told so', async () => {
  await withServer(
    {},
    async ({ server: { port } }) => {
      const got: string[] = [];
      const sockets = Array.from({ length: 12 }, () => connect(port, '127.0.0.1'));
      for (const socket of sockets) {
        let text = '';
        socket.on('data', (part) => (text += part.toString('latin1')));
        socket.on('error', () => undefined).on('close', () => got.push(text));
      }
      await until('eight have given way', () => got.length === 8, LIMIT);
      for (const text of got) {
        assert.is(statusOf(text), 503);
        assert.match(text.toLowerCase(), 'retry-after: 1');
        assert.match(text, '"code":"BUSY"');
      }
      for (const socket of sockets) socket.destroy();
    },
    { connections: 4 },
  );
});

test.run();
