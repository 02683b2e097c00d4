import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextFields, runWithContext } from '../../../lib/index';
import { currentRequest } from '../../../lib/node/http/index';
import { until } from '../../support/http/recording';
import { servingListener } from './serving';

const here = (): string => currentRequest()?.id ?? 'nowhere';

/** Sends a body in two parts, so that the second comes when the handler is long gone. */
async function postInTwoParts(server: Awaited<ReturnType<typeof servingListener>>, isReady: () => boolean, id: string): Promise<string> {
  const connection = await server.open();
  connection.socket.write(`POST / HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`);
  await until(isReady, 'the handler');
  connection.socket.write('3\r\ndef\r\n0\r\n\r\n');
  await connection.has('\r\n\r\n');
  await server.ended(1);
  const text = connection.received();
  connection.socket.destroy();
  return text;
}

test('listeners of the request run in its scope', async () => {
  const seen: string[] = [];
  const server = await servingListener(() => (request, response) => {
    request.on('data', (chunk: Buffer) => seen.push(`data ${chunk.length} ${here()}`));
    request.once('end', () => {
      seen.push(`end ${here()}`);
      response.end('x');
    });
    request.once('close', () => seen.push(`close ${here()}`));
  });
  await postInTwoParts(server, () => seen.length > 0, 'r-1');
  assert.equal(seen, ['data 3 r-1', 'data 3 r-1', 'end r-1', 'close r-1']);
  await server.close();
});

test('listeners of the response run in its scope, also those of its end', async () => {
  const seen: string[] = [];
  const server = await servingListener(() => (_request, response) => {
    for (const name of ['prefinish', 'finish', 'close']) response.on(name, () => seen.push(`${name} ${here()}`));
    response.end('x');
  });
  await (await fetch(server.url, { headers: { 'x-request-id': 'r-2' } })).text();
  await server.ended(1);
  assert.equal(seen, ['prefinish r-2', 'finish r-2', 'close r-2']);
  await server.close();
});

test('for await, pipeline and a parser of bodies keep the scope', async () => {
  const readers: Record<string, (request: IncomingMessage) => Promise<unknown>> = {
    'for await': async (request) => {
      for await (const chunk of request) assert.is(here(), 'r-3', String(chunk));
    },
    pipeline: (request) => pipeline(request, new PassThrough().resume()),
    // As body parsers do: listeners, and a callback.
    parser: (request) =>
      new Promise((resolve) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(`${here()} ${Buffer.concat(chunks)}`));
      }),
    readable: (request) =>
      new Promise<void>((resolve) => {
        request.on('readable', () => {
          assert.is(here(), 'r-3');
          while (request.read() !== null);
        });
        request.on('end', resolve);
      }),
  };
  for (const [name, read] of Object.entries(readers)) {
    let isReading = false;
    const server = await servingListener(() => async (request, response) => {
      isReading = true;
      await read(request);
      response.end(here());
    });
    assert.match(await postInTwoParts(server, () => isReading, 'r-3'), /\r\nr-3\r\n|\r\n\r\nr-3$/, name);
    await server.close();
  }
});

test('a listener of drain runs in the scope', async () => {
  let drained = '';
  const server = await servingListener(() => (_request, response) => {
    // More than any buffer of a connection takes.
    const isFull = !response.write(Buffer.alloc(8 * 1024 * 1024));
    assert.ok(isFull);
    response.once('drain', () => {
      drained = here();
      response.end();
    });
  });
  const answer = await fetch(server.url, { headers: { 'x-request-id': 'r-4' } });
  assert.is((await answer.arrayBuffer()).byteLength, 8 * 1024 * 1024);
  assert.is(drained, 'r-4');
  await server.close();
});

test('a scope that the handler opens within is kept for what is emitted in it', async () => {
  let seen: unknown;
  const server = await servingListener(() => (_request, response) => {
    response.on('own', () => {
      seen = contextFields()?.user;
    });
    runWithContext({ user: 'u1' }, () => response.emit('own'));
    response.end();
  });
  await fetch(server.url);
  assert.is(seen, 'u1');
  await server.close();
});

test('an emitter of the application is left alone', async () => {
  const shared = new EventEmitter();
  const server = await servingListener(() => (_request, response) => {
    shared.once('tick', () => response.end(here()));
  });
  const answers = [fetch(server.url, { headers: { 'x-request-id': 'r-5' } })];
  await until(() => shared.listenerCount('tick') > 0, 'the handler');
  shared.emit('tick');
  assert.is(await (await answers[0]!).text(), 'nowhere');
  await server.close();
});

test('outside of requests there is none, and requests on one connection follow each other', async () => {
  const server = await servingListener(() => (_request, response) => response.end(here()));
  const connection = await server.open();
  for (const id of ['one', 'two', 'three']) {
    connection.socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\n\r\n`);
    await connection.has(`\r\n\r\n${id}`);
  }
  assert.is(here(), 'nowhere');
  await server.ended(3);
  assert.equal(
    server.access().map(({ request_id }) => request_id),
    ['one', 'two', 'three'],
  );
  await server.close();
});

test('a handler keeps its this, its arguments and what it returns', async () => {
  const server = await servingListener(() => (_request, response) => response.end());
  const calls: unknown[] = [];
  const listener = server.tracking.listener(function handler(this: unknown, request: IncomingMessage, response) {
    calls.push(this, request.url);
    response.end();
    return 'returned';
  });
  const self = createServer((request, response) =>
    calls.push((listener as (this: unknown, ...args: unknown[]) => unknown).call(self, request, response)),
  );
  await new Promise<void>((resolve) => self.listen(0, '127.0.0.1', resolve));
  await fetch(`http://127.0.0.1:${(self.address() as { port: number }).port}/x`);
  assert.is(calls[0], self);
  assert.equal(calls.slice(1), ['/x', 'returned']);
  self.closeAllConnections();
  await new Promise((resolve) => self.close(resolve));
  await server.close();
});

test.run();
