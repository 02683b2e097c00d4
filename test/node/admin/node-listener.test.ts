import { request as ask, createServer, type IncomingMessage, type RequestOptions, type Server } from 'node:http';
import { connect as connectTwo, createServer as createServerTwo } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toNodeListener, type WebHandler } from '../../../lib/node/http/node-listener';
import { raw, rawRequest, statusOf } from '../../support/admin/served';
import { until } from '../../support/faults/fact';

const LIMIT = 20_000;

async function listening(
  handler: WebHandler,
  body: (port: number) => unknown,
  prepare: (request: IncomingMessage) => void | Promise<void> = () => undefined,
): Promise<void> {
  const listener = toNodeListener(handler);
  const server: Server = createServer(async (request, response) => {
    await prepare(request);
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const asked = (
  port: number,
  options: RequestOptions = {},
  body?: string,
): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> =>
  new Promise((resolve, reject) => {
    const request = ask({ host: '127.0.0.1', port, agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text })).on('error', reject);
    });
    request.on('error', reject).end(body);
  });

test('a request and its answer pass with all their parts', async () => {
  const handler: WebHandler = async (request, { peer, encrypted }) => {
    const headers = new Headers({ 'x-a': '1', 'content-type': 'text/plain' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2, c');
    const told = [
      request.method,
      request.url,
      request.headers.get('x-twice'),
      request.headers.get('cookie'),
      await request.text(),
      peer,
      encrypted,
    ];
    return new Response(JSON.stringify(told), { status: 202, headers });
  };
  await listening(handler, async (port) => {
    const headers = { host: 'example.com:81', 'x-twice': ['1', '2'], cookie: ['a=1', 'b=2'] } as never;
    const { status, headers: got, text } = await asked(port, { method: 'POST', path: '/a%20b/c?x=1&x=2', headers }, 'body é');
    assert.equal(JSON.parse(text), ['POST', 'http://example.com:81/a%20b/c?x=1&x=2', '1, 2', 'a=1; b=2', 'body é', '127.0.0.1', false]);
    assert.equal([status, got['x-a'], got['set-cookie']], [202, '1', ['a=1', 'b=2, c']]);
  });
});

test('GET and HEAD have no body, 204 and 304 none in the answer, and HEAD keeps the headers', async () => {
  const handler: WebHandler = (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/body') return new Response('five5', { headers: { 'content-length': '5', 'x-had': String(request.body) } });
    return new Response(null, { status: Number(pathname.slice(1)) });
  };
  await listening(handler, async (port) => {
    assert.equal((await asked(port, { path: '/body' })).headers['x-had'], 'null');
    const head = await asked(port, { method: 'HEAD', path: '/body' });
    assert.equal([head.status, head.headers['content-length'], head.text], [200, '5', '']);
    for (const status of [204, 304]) {
      const answer = await asked(port, { path: `/${status}` });
      assert.equal([answer.status, answer.text, answer.headers['transfer-encoding']], [status, '', undefined]);
    }
    assert.is((await asked(port, { path: '/200' })).headers['content-length'], '0');
  });
});

test('what a body parser has read is the body, and what a framework has cut off is part of the path', async () => {
  const handler: WebHandler = async (request) => new Response(`${new URL(request.url).pathname} ${await request.text()}`);
  const parsed =
    (body: unknown) =>
    async (request: IncomingMessage): Promise<void> => {
      for await (const _ of request);
      Object.assign(request, { body, originalUrl: `/mount${request.url}` });
    };
  const post = { method: 'POST', path: '/x' };
  await listening(handler, async (port) => assert.is((await asked(port, post, 'sent')).text, '/mount/x {"a":1}'), parsed({ a: 1 }));
  await listening(handler, async (port) => assert.is((await asked(port, post, 'sent')).text, '/mount/x text'), parsed('text'));
  await listening(
    handler,
    async (port) => assert.is((await asked(port, post, 'sent')).text, '/mount/x bytes'),
    parsed(Buffer.from('bytes')),
  );
});

test('targets that are whole URLs are taken, others that are no path and bad Hosts are 400, TRACE is 405', async () => {
  const handler: WebHandler = (request) => new Response(request.url);
  await listening(handler, async (port) => {
    const status = async (line: string, host = 'Host: localhost'): Promise<number> => statusOf(await raw(port, rawRequest([line, host])));
    assert.match(await raw(port, rawRequest(['GET http://user:word@other/a HTTP/1.1', 'Host: localhost'])), 'http://other/a');
    assert.match(await raw(port, rawRequest(['GET //evil/a HTTP/1.1', 'Host: localhost'])), 'http://localhost//evil/a');
    for (const target of ['*', 'http://[', 'ftp://x/']) assert.is(await status(`OPTIONS ${target} HTTP/1.1`), 400, target);
    for (const host of ['Host:', 'Host: a b', 'Host: a/b', 'Host: u@a', 'Host: a:b', 'Host: a?b#c'])
      assert.is(await status('GET / HTTP/1.1', host), 400, host);
    assert.is(await status('TRACE / HTTP/1.1'), 405);
  });
});

test('what the handler throws is a 500 without words, also where it returns no answer', async () => {
  const results: readonly WebHandler[] = [
    () => {
      throw new Error('secret');
    },
    () => Promise.reject(new Error('secret')),
    () => undefined as never,
    () => 'secret' as never,
    () => Response.error(),
  ];
  for (const handler of results) {
    await listening(handler, async (port) => {
      const { status, text } = await asked(port);
      assert.equal([status, text], [500, '']);
    });
  }
});

test('a body that fails after the head cuts the connection, so that nobody takes it for whole', async () => {
  let turn = 0;
  const handler: WebHandler = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          if (turn++ === 0) controller.enqueue(new TextEncoder().encode('begin'));
          else controller.error(new Error('broken'));
        },
      }),
    );
  await listening(handler, async (port) => {
    const error = await asked(port).then(
      () => undefined,
      (caught: NodeJS.ErrnoException) => caught,
    );
    assert.is(error?.code, 'ECONNRESET');
  });
});

test('a client that does not read holds the body back', async () => {
  let produced = 0;
  let cancelled = false;
  const handler: WebHandler = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          produced += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
        cancel() {
          cancelled = true;
        },
      }),
    );
  await listening(handler, async (port) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    socket.on('error', () => undefined).pause();
    let before = -1;
    // It stands still once all buffers are full.
    await until('some is produced', () => produced > 0, LIMIT);
    while (produced !== before) {
      before = produced;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(produced < 64 * 1024 * 1024, `${produced} bytes`);
    socket.destroy();
    await until('the body is cancelled', () => cancelled, LIMIT);
  });
});

test('a handler that does not read holds the client back', async () => {
  let received = (): number => 0;
  const handler: WebHandler = async (request, { incoming }) => {
    received = () => incoming.socket.bytesRead;
    await request.body?.getReader().read();
    return new Promise<Response>(() => undefined);
  };
  await listening(handler, async (port) => {
    const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`;
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(head);
      socket.write(Buffer.alloc(64 * 1024 * 1024));
    });
    socket.on('error', () => undefined);
    await until('some of it has arrived', () => received() > 0, LIMIT);
    let before = -1;
    // It stands still once all buffers are full.
    while (received() !== before) {
      before = received();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    assert.ok(before < 16 * 1024 * 1024, `${before} bytes`);
    socket.destroy();
  });
});

test('a client that leaves aborts the signal, before the head and within the body of its request', async () => {
  const aborted: string[] = [];
  const handler: WebHandler = async (request) => {
    request.signal.addEventListener('abort', () => aborted.push(new URL(request.url).pathname));
    if (request.method === 'POST') await request.text().catch(() => aborted.push('body'));
    return new Promise<Response>(() => undefined);
  };
  await listening(handler, async (port) => {
    for (const head of [
      'GET /before HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'POST /within HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf',
    ]) {
      const socket = connect(port, '127.0.0.1', () => socket.write(head));
      socket.on('error', () => undefined);
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.destroy();
    }
    await until('both are aborted', () => aborted.includes('/before') && aborted.includes('/within') && aborted.includes('body'), LIMIT);
  });
});

test('an answer that is complete does not abort the signal', async () => {
  let isAborted = false;
  const handler: WebHandler = (request) => {
    request.signal.addEventListener('abort', () => {
      isAborted = true;
    });
    return new Response('done');
  };
  await listening(handler, async (port) => {
    assert.is((await asked(port)).text, 'done');
    await asked(port);
    assert.not.ok(isAborted);
  });
});

test('bodies stream in both directions, and the connection stays', async () => {
  await listening(
    (request) => new Response(request.body),
    async (port) => {
      const text = 'x'.repeat(1024 * 1024);
      assert.is((await asked(port, { method: 'POST', path: '/' }, text)).text.length, text.length);
      const one = (body: string): string => `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      const answers = await raw(port, `${one('first')}${one('second')}GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      assert.ok(answers.indexOf('first') < answers.indexOf('second') && answers.includes('first'));
      assert.is([...answers.matchAll(/HTTP\/1\.1 200/g)].length, 3);
    },
  );
});

test('a body that nobody reads ends the connection after its answer', async () => {
  await listening(
    () => new Response('no'),
    async (port) => {
      const answer = await raw(port, `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n${'x'.repeat(2_000_000)}`);
      assert.is(statusOf(answer), 200);
      assert.match(answer, /connection: close/i);
    },
  );
});

test('HTTP/2 is answered, without its pseudo headers', async () => {
  const listener = toNodeListener((request) =>
    Response.json([request.method, new URL(request.url).pathname, [...request.headers.keys()].filter((name) => name.startsWith(':'))]),
  );
  const server = createServerTwo((request, response) => listener(request as never, response as never)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const client = connectTwo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const stream = client.request({ ':path': '/two?x=1' });
    let text = '';
    stream.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
    assert.equal(JSON.parse(text), ['GET', '/two', []]);
  } finally {
    client.close();
    server.close();
  }
});

test.run();
