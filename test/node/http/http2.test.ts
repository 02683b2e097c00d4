import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createSecureServer, request as requestSecurely } from 'node:https';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { currentRequest, type NodeHttpOptions, type NodeHttpTracking } from '../../../lib/node/http/index';
import { makeCertificate } from '../../support/alerts/certificates';
import { until } from '../../support/http/recording';
import { testUnless } from '../../support/test-with';
import { type Serving, serving } from './serving';

const here = (): string => currentRequest()?.id ?? 'nowhere';

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(session: ClientHttp2Session, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    let found: Readonly<Record<string, unknown>> = {};
    const chunks: Buffer[] = [];
    stream.on('response', (response) => {
      found = response as typeof found;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve({ headers: found, body: Buffer.concat(chunks).toString() }));
    stream.on('error', reject);
    if (body !== undefined) stream.end(body);
  });
}

interface Http2Serving extends Serving {
  readonly session: ClientHttp2Session;
}

async function servingHttp2(make: (tracking: NodeHttpTracking) => Http2Server, options?: NodeHttpOptions): Promise<Http2Serving> {
  const server = await serving(make, options);
  const session = connect(server.url);
  session.on('error', () => undefined);
  const { close } = server;
  return {
    ...server,
    session,
    async close() {
      session.destroy();
      await close();
    },
  };
}

const WAYS: Readonly<Record<string, (tracking: NodeHttpTracking, listener: Parameters<typeof createServer>[1] & object) => Http2Server>> = {
  listener: (tracking, listener) => createServer(tracking.listener(listener as never) as never),
  attach: (tracking, listener) => {
    const server = createServer(listener as never);
    tracking.attach(server);
    return server;
  },
};

for (const [way, make] of Object.entries(WAYS)) {
  test(`HTTP/2 (${way}): scope, headers, sizes`, async () => {
    const server = await servingHttp2(
      (tracking) =>
        make(tracking, ((
          request: AsyncIterable<Buffer> & { method: string; url: string },
          response: { end(text?: string): void; writeHead(...args: unknown[]): unknown; write(text: string): void },
        ) => {
          void (async () => {
            let size = 0;
            for await (const chunk of request) size += chunk.length;
            if (request.url === '/head') {
              response.writeHead(201, { 'x-a': '1' });
              return response.end('hello');
            }
            response.write(here());
            response.end(` ${size}`);
          })();
        }) as never),
      { routes: ['/users/:id'] },
    );
    const posted = await ask(server.session, { ':method': 'POST', ':path': '/users/1?a=b', 'x-request-id': 'h2-1' }, 'abc');
    assert.equal([posted.body, posted.headers[':status'], posted.headers['x-request-id']], ['h2-1 3', 200, 'h2-1']);
    assert.match(String(posted.headers['x-request-duration']), /^\d+\.\d{3}s$/);
    const headed = await ask(server.session, { ':path': '/head' });
    assert.equal(
      [headed.headers[':status'], headed.headers['x-a'], typeof headed.headers['x-request-id'], headed.body],
      [201, '1', 'string', 'hello'],
    );
    const [first, second] = await server.ended(2);
    assert.equal(
      [first!.metadata.route, first!.metadata.aborted, first!.measurements.requestBytes, first!.measurements.responseBytes],
      ['/users/:id', undefined, 3, 6],
    );
    assert.equal([second!.measurements.requestBytes, second!.measurements.responseBytes], [0, 5]);
    assert.is(server.access()[0]!.http_version, '2.0');
    await server.close();
  });
}

test('HTTP/2: HEAD, an error, and a client that gives up', async () => {
  let isSlow = false;
  const server = await servingHttp2(
    (tracking) =>
      createServer(
        tracking.listener(((request: { url: string }, response: { end(text: string): void; write(text: string): void }) => {
          if (request.url === '/fail') throw new Error('broken');
          if (request.url !== '/slow') return response.end('hello');
          isSlow = true;
          response.write('part');
        }) as never) as never,
      ),
    { answerErrors: true },
  );
  const head = await ask(server.session, { ':method': 'HEAD', ':path': '/' });
  assert.is(head.body, '');
  const failed = await ask(server.session, { ':path': '/fail' });
  assert.equal([failed.headers[':status'], failed.headers['content-type']], [500, 'application/problem+json']);
  await server.ended(2);
  const stream = server.session.request({ ':path': '/slow' });
  stream.on('error', () => undefined);
  await until(() => isSlow, 'the request');
  stream.close(constants.NGHTTP2_CANCEL);
  const ends = await server.ended(3);
  assert.equal(
    ends.map(({ action, metadata: { status, aborted }, measurements: { responseBytes } }) => [
      action,
      status,
      aborted ?? false,
      responseBytes,
    ]),
    [
      ['stop', 200, false, 0],
      ['exception', 500, false, Number(failed.headers['content-length'])],
      ['stop', 200, true, 4],
    ],
  );
  await server.close();
});

test('HTTP/2: a client that gives up within an answer that was written whole is told as aborted', async () => {
  const server = await servingHttp2((tracking) =>
    createServer(tracking.listener((_request, response) => response.end(Buffer.alloc(8 * 1024 * 1024)))),
  );
  const stream = server.session.request({ ':path': '/' });
  stream.on('error', () => undefined);
  await new Promise((resolve) => stream.once('data', resolve));
  stream.close(constants.NGHTTP2_CANCEL);
  const [end] = await server.ended(1);
  assert.equal([end!.metadata.status, end!.metadata.aborted], [200, true]);
  await server.close();
});

test('HTTP/2: an answer on the stream has its status, and is no abort', async () => {
  const ways: Readonly<Record<string, (stream: ServerHttp2Stream) => void>> = {
    '/direct': (stream) => {
      stream.respond({ ':status': 404 });
      stream.end('direct');
    },
    '/bare': (stream) => stream.respond({ ':status': 204 }, { endStream: true }),
    '/file': (stream) => stream.respondWithFile(fileURLToPath(import.meta.url), { ':status': 203 }),
    '/cut': (stream) => {
      stream.respond({ ':status': 201 });
      stream.write('part', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    },
  };
  const server = await servingHttp2((tracking) =>
    createServer(
      tracking.listener<Http2ServerRequest, Http2ServerResponse>((request, response) => ways[request.url]!(response.stream)) as never,
    ),
  );
  for (const [index, path] of Object.keys(ways).entries()) {
    await ask(server.session, { ':path': path }).catch(() => undefined);
    await server.ended(index + 1);
  }
  assert.equal(
    server.ends().map(({ metadata: { status, aborted }, measurements: { responseBytes } }) => [status, aborted ?? false, responseBytes]),
    [
      [404, false, undefined],
      [204, false, 0],
      [203, false, undefined],
      [201, true, undefined],
    ],
  );
  await server.close();
});

const certificate = makeCertificate('DNS:localhost,IP:127.0.0.1');

testUnless(certificate === undefined && 'there is no openssl', 'https: as http', async () => {
  const server = await serving((tracking) => {
    const secure = createSecureServer({ ...certificate! }, (_request, response) => response.end(here()));
    tracking.attach(secure);
    return secure;
  });
  const answer = await new Promise<string>((resolve, reject) => {
    const options = {
      port: server.port,
      host: '127.0.0.1',
      ca: certificate!.cert,
      servername: 'localhost',
      headers: { 'x-request-id': 's-1' },
      agent: false,
    } as const;
    requestSecurely(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(`${response.headers['x-request-id']} ${text}`));
    })
      .on('error', reject)
      .end();
  });
  assert.is(answer, 's-1 s-1');
  const [end] = await server.ended(1);
  assert.is(end!.metadata.ip, '127.0.0.1');
  await server.close();
});

test.run();
