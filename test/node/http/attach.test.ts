import { createServer, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { currentRequest } from '../../../lib/node/http/index';
import { until } from '../../support/http/recording';
import { serving } from './serving';

const here = (): string => currentRequest()?.id ?? 'nowhere';

test('all listeners of a server run in the scope, also those that are added later', async () => {
  const seen: string[] = [];
  const server = await serving((tracking) => {
    const http = createServer();
    tracking.attach(http);
    http.on('request', () => seen.push(`first ${here()}`));
    http.on('request', (_request, response) => {
      seen.push(`second ${here()}`);
      response.end();
    });
    return http;
  });
  const answer = await fetch(server.url, { headers: { 'x-request-id': 'r-1' } });
  assert.is(answer.headers.get('x-request-id'), 'r-1');
  assert.equal(seen, ['first r-1', 'second r-1']);
  await server.ended(1);
  assert.is(server.events().length, 2);
  await server.close();
});

test('what was taken out tracks nothing more, and leaves the server as it was', async () => {
  let detach = (): void => undefined;
  const http = createServer((_request, response) => response.end(here()));
  const server = await serving((tracking) => {
    detach = tracking.attach(http);
    return http;
  });
  await fetch(server.url);
  assert.ok(Object.hasOwn(http, 'emit'));
  detach();
  detach();
  assert.not.ok(Object.hasOwn(http, 'emit'));
  const answer = await fetch(server.url);
  assert.is(await answer.text(), 'nowhere');
  assert.is(answer.headers.get('x-request-id'), null);
  assert.is(server.ends().length, 1);
  await server.close();
});

test('taken out behind a patch of somebody else, it stays as a call that does nothing', async () => {
  let detach = (): void => undefined;
  const http = createServer((_request, response) => response.end(here()));
  const server = await serving((tracking) => {
    detach = tracking.attach(http);
    return http;
  });
  const { emit } = http;
  let count = 0;
  http.emit = function counted(this: typeof http, ...args: unknown[]) {
    count++;
    return Reflect.apply(emit, this, args) as boolean;
  } as typeof emit;
  detach();
  assert.is(await (await fetch(server.url)).text(), 'nowhere');
  assert.ok(count > 0);
  assert.is(server.events().length, 0);
  await server.close();
});

test('a request that is under way when tracking is taken out ends as it began', async () => {
  let detach = (): void => undefined;
  let finish = (): void => undefined;
  const server = await serving((tracking) => {
    const http = createServer((_request, response) => {
      finish = () => response.end('x');
    });
    detach = tracking.attach(http);
    return http;
  });
  let isHere = false;
  const answer = fetch(server.url);
  await until(() => server.events().length === 1, 'the request');
  detach();
  finish();
  isHere = (await answer).headers.has('x-request-id');
  assert.ok(isHere);
  await server.ended(1);
  await server.close();
});

test('attached twice, a request is tracked once', async () => {
  const server = await serving((tracking) => {
    const http = createServer((_request, response) => response.end(here()));
    tracking.attach(http);
    tracking.attach(http);
    return http;
  });
  await (await fetch(server.url)).text();
  await server.ended(1);
  assert.is(server.events().length, 2);
  assert.is(server.access().length, 1);
  await server.close();
});

test('a listener behind an attached server adds the route and errors, and no second request', async () => {
  const server = await serving(
    (tracking) => {
      const inner = tracking.listener(() => {
        throw new Error('broken');
      });
      const http = createServer(inner as () => void);
      tracking.attach(http);
      return http;
    },
    { answerErrors: true },
  );
  const answer = await fetch(server.url);
  assert.is(answer.status, 500);
  const [end] = await server.ended(1);
  assert.is(end!.action, 'exception');
  assert.is(server.errors().length, 1);
  assert.is(server.tracking.stats().total, 1);
  await server.close();
});

test('Expect is answered by the listeners for it, tracked once when they pass the request on', async () => {
  const seen: string[] = [];
  const server = await serving((tracking) => {
    const http = createServer((_request, response) => {
      seen.push(`request ${here()}`);
      response.end('x');
    });
    tracking.attach(http);
    http.on('checkContinue', (request: IncomingMessage, response) => {
      seen.push(`continue ${here()}`);
      response.writeContinue();
      http.emit('request', request, response);
    });
    http.on('checkExpectation', (_request, response) => {
      seen.push(`expectation ${here()}`);
      response.writeHead(417).end();
    });
    return http;
  });
  const connection = await server.open();
  connection.socket.write('POST / HTTP/1.1\r\nHost: x\r\nX-Request-Id: c\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n');
  await connection.has('100 Continue');
  connection.socket.write('y');
  await connection.has('200 OK');
  connection.socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: e\r\nExpect: miracles\r\n\r\n');
  await connection.has('417');
  await server.ended(2);
  assert.equal(seen, ['continue c', 'request c', 'expectation e']);
  assert.equal(
    server.ends().map(({ metadata }) => metadata.status),
    [200, 417],
  );
  await server.close();
});

const UPGRADE = 'GET /ws?token=t HTTP/1.1\r\nHost: x\r\nX-Request-Id: u-1\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n';
const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n';

test('an upgrade ends with the first bytes of its answer, whatever the connection does from there', async () => {
  let seen = '';
  const server = await serving(
    (tracking) => {
      const http = createServer();
      tracking.attach(http);
      http.on('upgrade', (_request, socket) => {
        seen = here();
        const { write } = socket;
        // In pieces, as buffers, with a callback.
        socket.write(Buffer.from(SWITCHING.slice(0, 5)), () => {
          socket.write(SWITCHING.slice(5));
          assert.is(socket.write === write, false, 'of the second patch');
          socket.on('data', (chunk: Buffer) => socket.write(`echo ${chunk}`));
        });
      });
      return http;
    },
    { routes: ['/ws'] },
  );
  const connection = await server.open();
  connection.socket.write(UPGRADE);
  await connection.has('Upgrade: test\r\n\r\n');
  const [end] = await server.ended(1);
  assert.is(seen, 'u-1');
  assert.equal([end!.metadata.status, end!.metadata.upgraded, end!.metadata.route, end!.metadata.path], [101, true, '/ws', '/ws']);
  connection.socket.write('hello');
  await connection.has('echo hello');
  assert.is(connection.received(), `${SWITCHING}echo hello`, 'the answer is that of the listener');
  assert.is(server.access()[0]!.upgraded, true);
  assert.equal(server.tracking.stats().upgraded, 1);
  await server.close();
});

test('an upgrade that is refused has the status of the refusal', async () => {
  const server = await serving((tracking) => {
    const http = createServer();
    tracking.attach(http);
    http.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n'));
    return http;
  });
  const connection = await server.open();
  connection.socket.write(UPGRADE);
  await connection.closed();
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.status, end!.metadata.upgraded], [401, undefined]);
  await server.close();
});

test('an upgrade whose connection closes without an answer was aborted', async () => {
  const server = await serving((tracking) => {
    const http = createServer();
    tracking.attach(http);
    http.on('upgrade', (_request, socket) => socket.destroy());
    return http;
  });
  const connection = await server.open();
  connection.socket.write(UPGRADE);
  await connection.closed();
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.status, end!.metadata.aborted], [499, true]);
  assert.is(server.tracking.stats().inFlight, 0);
  await server.close();
});

test('without a listener for upgrades, the request is one like others', async () => {
  const server = await serving((tracking) => {
    const http = createServer((_request, response) => response.end('plain'));
    tracking.attach(http);
    return http;
  });
  const connection = await server.open();
  connection.socket.write(UPGRADE);
  await connection.has('plain');
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.status, end!.metadata.upgraded], [200, undefined]);
  await server.close();
});

test('an upgrade that nobody listens to begins nothing', async () => {
  const http = createServer();
  const server = await serving((tracking) => {
    tracking.attach(http);
    return http;
  });
  // Node's own parser does not emit it then; others may.
  assert.is(http.emit('upgrade', { method: 'GET', url: '/', headers: {}, httpVersion: '1.1' }, new PassThrough(), Buffer.alloc(0)), false);
  assert.equal([server.events().length, server.tracking.stats().inFlight], [0, 0]);
  await server.close();
});

test('CONNECT that is answered is a tunnel', async () => {
  const server = await serving((tracking) => {
    const http = createServer();
    tracking.attach(http);
    http.on('connect', (_request, socket) => socket.end('HTTP/1.1 200 Connection Established\r\n\r\n'));
    return http;
  });
  const connection = await server.open();
  connection.socket.write('CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n');
  await connection.closed();
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.method, end!.metadata.status, end!.metadata.upgraded], ['CONNECT', 200, true]);
  await server.close();
});

test('what a listener throws is reported and goes on', async () => {
  const broken = new Error('broken');
  const http = createServer(() => {
    throw broken;
  });
  const server = await serving((tracking) => {
    tracking.attach(http);
    return http;
  });
  // The emission fails as it would alone; from the parser it would end the process.
  const { emit } = http;
  let thrown: unknown;
  http.emit = function caught(this: typeof http, ...args: unknown[]) {
    try {
      return Reflect.apply(emit, this, args) as boolean;
    } catch (error) {
      thrown = error;
      (args[2] as { end?: (text: string) => void }).end?.('caught');
      return true;
    }
  } as typeof emit;
  assert.is(await (await fetch(server.url)).text(), 'caught');
  assert.is(thrown, broken);
  const [end] = await server.ended(1);
  assert.is(end!.action, 'exception');
  await server.close();
});

test.run();
