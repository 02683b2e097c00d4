import { createServer, type ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../../support/http/recording';
import { serving, servingListener } from './serving';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

test('a client that leaves while its request waits behind another is told as aborted', async () => {
  let began = 0;
  // The second is answered and the third is not; neither gets its turn, as the first does not end.
  const server = await servingListener(() => async (request, response) => {
    began++;
    for await (const _ of request);
    if (request.url === '/2') response.end('two');
  });
  const connection = await server.open();
  connection.socket.write(['/1', '/2', '/3'].map((path) => GET.replace('/ ', `${path} `)).join(''));
  await until(() => began === 3, 'three requests');
  assert.is(server.tracking.stats().inFlight, 3);
  connection.socket.destroy();
  const ends = await server.ended(3);
  assert.equal(
    new Set(ends.map(({ metadata: { status, aborted, path } }) => `${path} ${status} ${aborted}`)),
    new Set(['/1 499 true', '/2 499 true', '/3 499 true']),
  );
  assert.is(server.tracking.stats().inFlight, 0);
  await server.close();
});

test('one listener of a connection is enough for all that wait', async () => {
  const open: ServerResponse[] = [];
  const warnings: Error[] = [];
  const listener = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listener);
  const server = await servingListener(() => (_request, response) => void open.push(response));
  const connection = await server.open();
  connection.socket.write(GET.repeat(50));
  await until(() => open.length === 50, '50 requests');
  for (const response of open) response.end('x');
  await server.ended(50);
  assert.is(server.ends().filter(({ metadata }) => metadata.aborted === true).length, 0);
  process.off('warning', listener);
  assert.equal(warnings, []);
  await server.close();
});

test('a client that leaves within an upload tells no size', async () => {
  const server = await servingListener(() => (request) => void request.resume());
  const connection = await server.open();
  connection.socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc');
  await until(() => server.events().length === 1, 'the request');
  connection.socket.destroy();
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.aborted, end!.measurements.requestBytes], [true, undefined]);
  await server.close();
});

test('an answer that is cut off by the server has its status and what was sent', async () => {
  const server = await servingListener(() => (_request, response) => response.write('part', () => response.destroy()) as never);
  const connection = await server.open();
  connection.socket.write(GET);
  await connection.closed();
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.status, end!.metadata.aborted, end!.measurements.responseBytes], [200, true, 4]);
  await server.close();
});

test('chunked bodies are counted, and not made to flow', async () => {
  let flowing: unknown = 'unknown';
  const server = await servingListener(() => (request, response) => {
    flowing = request.readableFlowing;
    setImmediate(() => {
      assert.is(request.readableFlowing, null);
      request.on('data', () => undefined).on('end', () => response.end());
    });
  });
  const connection = await server.open();
  connection.socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\n');
  const [end] = await server.ended(1);
  assert.is(flowing, null);
  assert.is(end!.measurements.requestBytes, 8);
  await server.close();
});

test('bytes are those of the encoding that was sent', async () => {
  const sent: Record<string, (response: ServerResponse) => void> = {
    '12': (response) => response.end('grüße, 世'),
    '5': (response) => response.end('48656c6c6f', 'hex'),
    '2': (response) => response.end('éé', 'latin1'),
    '6': (response) => {
      response.write('abc', () => undefined);
      response.end(new Uint8Array(3));
    },
    '0': (response) => response.writeHead(204).end(),
    '4': (response) => {
      response.write('ab');
      response.end('cd', () => undefined);
      response.on('error', () => undefined);
      response.write('after the end');
    },
  };
  for (const [bytes, answer] of Object.entries(sent)) {
    const server = await servingListener(() => (_request, response) => answer(response));
    await (await fetch(server.url)).arrayBuffer();
    const [end] = await server.ended(1);
    assert.is(end!.measurements.responseBytes, Number(bytes));
    assert.is(server.access()[0]!.content_length, Number(bytes));
    await server.close();
  }
});

test('a body that is compressed behind tracking is counted as it is sent', async () => {
  const page = 'all work and no play '.repeat(1000);
  const server = await serving((tracking) =>
    createServer(
      tracking.listener((_request, response: ServerResponse) => {
        // As compressing middleware does: patches of write and end, which call those of before.
        const { write, end } = response;
        response.setHeader('content-encoding', 'gzip');
        response.write = ((chunk: string) => write.call(response, gzipSync(chunk), 'utf8')) as typeof write;
        response.end = ((chunk: string) => {
          response.write(chunk);
          return end.call(response, undefined, 'utf8');
        }) as typeof end;
        response.end(page);
      }) as () => void,
    ),
  );
  assert.is(await (await fetch(server.url)).text(), page);
  const [end] = await server.ended(1);
  assert.is(end!.measurements.responseBytes, gzipSync(page).length);
  assert.ok(gzipSync(page).length < page.length / 2);
  await server.close();
});

test('errors that come of a client that left are no failures', async () => {
  const server = await servingListener(
    () => async (_request, response) => {
      response.write('part');
      await new Promise((resolve) => response.once('close', resolve));
      throw Object.assign(new Error('the client left'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
    },
    { answerErrors: true },
  );
  const connection = await server.open();
  connection.socket.write(GET);
  await connection.has('part');
  connection.socket.destroy();
  const [end] = await server.ended(1);
  assert.equal([end!.action, end!.metadata.aborted], ['stop', true]);
  assert.is(server.errors().length, 0);
  await server.close();
});

test('10,000 requests leave nothing', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const responses: WeakRef<ServerResponse>[] = [];
  const server = await servingListener(() => (_request, response) => {
    responses.push(new WeakRef(response));
    response.end('hello');
  });
  const connection = await server.open();
  for (let asked = 100; asked <= 10_000; asked += 100) {
    connection.socket.write(GET.repeat(100));
    await until(() => server.tracking.stats().total >= asked, `${asked} requests`);
  }
  assert.equal([server.tracking.stats().inFlight, server.tracking.stats().total], [0, 10_000]);
  const held = (): number => responses.filter((response) => response.deref() !== undefined).length;
  await until(
    () => {
      gc();
      return held() < 200;
    },
    'responses that nobody holds',
    () => `${held()} that somebody holds`,
  );
  await server.close();
});

test.run();
