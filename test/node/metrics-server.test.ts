import { spawnSync } from 'node:child_process';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../lib/index';
import {
  type MetricsPages,
  type MetricsServer,
  type MetricsServerOptions,
  type ServerLimits,
  serveMetrics,
  serveWithin,
} from '../../lib/node/metrics-server';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const PAGE = ['# TYPE a counter\n', 'a{b="é"} 1\n'];
const pages = (chunks: readonly string[] = PAGE): MetricsPages => ({ chunks: async () => ({ contentType: TEXT, chunks }) });
const LIMITS: ServerLimits = { headersMs: 300, requestMs: 600, answerMs: 400, closeMs: 200, connections: 8, answers: 64 };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function ask(url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const asked = request(url, { method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Serves on a free port, calls back, and closes. */
async function served(exporter: MetricsPages, body: (server: MetricsServer) => Promise<unknown>, limits = LIMITS): Promise<void> {
  const server = await serveWithin(limits, exporter, { port: 0 });
  try {
    await body(server);
  } finally {
    await server.close();
  }
}

/** Sends bytes as they are; gives what comes back until the other side ends. */
function raw(port: number, bytes: string, prepare: (socket: Socket) => void = () => {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let got = '';
    socket.on('data', (part) => (got += part.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(got));
    prepare(socket);
  });
}

const refusal = async (options: unknown, exporter: unknown = pages()): Promise<string> => {
  try {
    await (await serveMetrics(exporter as never, options as MetricsServerOptions)).close();
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    return `${error.code} ${error.message}`;
  }
  return 'none';
};

test('it serves the page, with its type and as data only', () =>
  served(pages(), async ({ url, port }) => {
    assert.is(url, `http://127.0.0.1:${port}/metrics`);
    const { status, headers, body } = await ask(url);
    assert.is(status, 200);
    assert.is(body.toString(), PAGE.join(''));
    assert.is(headers['content-type'], TEXT);
    assert.is(headers['cache-control'], 'no-store');
    assert.is(headers['x-content-type-options'], 'nosniff');
    assert.is(headers['content-encoding'], undefined);
  }));

test('what the scraper accepts is passed on', async () => {
  const accepted: unknown[] = [];
  const exporter: MetricsPages = {
    chunks: async (accept) => {
      accepted.push(accept);
      return { contentType: TEXT, chunks: PAGE };
    },
  };
  await served(exporter, async ({ url }) => {
    await ask(url, { headers: { accept: 'application/openmetrics-text' } });
    await ask(url);
    assert.equal(accepted, ['application/openmetrics-text', null]);
  });
});

test('HEAD has the headers and no page; a query changes nothing', () =>
  served(pages(), async ({ url }) => {
    const { status, headers, body } = await ask(`${url}?name=a`, { method: 'HEAD' });
    assert.is(status, 200);
    assert.is(headers['content-type'], TEXT);
    assert.is(body.length, 0);
    assert.is((await ask(`${url}?name=a`)).body.toString(), PAGE.join(''));
  }));

test('the page is compressed for those who accept it, and for nobody else', () =>
  served(pages(), async ({ url }) => {
    for (const accepted of ['gzip', 'deflate, GZIP;q=0.5', '*', 'br, *;q=0.1']) {
      const { headers, body } = await ask(url, { headers: { 'accept-encoding': accepted } });
      assert.is(headers['content-encoding'], 'gzip', accepted);
      assert.match(headers.vary!, /accept-encoding/i);
      assert.is(gunzipSync(body).toString(), PAGE.join(''));
    }
    for (const accepted of ['', 'identity', 'gzip;q=0', '*, gzip;q=0', 'gzip;q=x', 'br']) {
      const { headers, body } = await ask(url, { headers: { 'accept-encoding': accepted } });
      assert.is(headers['content-encoding'], undefined, accepted);
      assert.is(body.toString(), PAGE.join(''));
    }
  }));

test('other paths are not found and other methods not allowed', () =>
  served(pages(), async ({ url, port }) => {
    for (const path of ['/', '/metrics/', '/metrics/x', '//metrics', '/Metrics']) {
      assert.is((await ask(`http://127.0.0.1:${port}${path}`)).status, 404, path);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      const { status, headers } = await ask(url, { method });
      assert.is(status, 405, method);
      assert.is(headers.allow, 'GET, HEAD');
      assert.is(headers['x-content-type-options'], 'nosniff');
    }
  }));

test('requests for another host are refused, whatever the port', () =>
  served(pages(), async ({ url }) => {
    for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1:9464', '[::1]:80', '[::1]']) {
      assert.is((await ask(url, { headers: { host } })).status, 200, host);
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example:80',
      'evil@localhost',
      'localhost:80:80',
      '10.0.0.1',
    ]) {
      const { status, body } = await ask(url, { headers: { host } });
      assert.is(status, 421, host);
      assert.not.match(body.toString(), 'TYPE');
    }
  }));

test('a request without a host, or for a whole address, gets no page', () =>
  served(pages(), async ({ port }) => {
    assert.match(await raw(port, 'GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await raw(port, 'GET /metrics HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 421 /);
    assert.match(await raw(port, 'GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^HTTP\/1\.1 404 /);
  }));

test('what is no request, or has headers beyond 16 KiB, is refused', () =>
  served(pages(), async ({ port, url }) => {
    assert.match(await raw(port, '\u0016\u0003\u0001 no http\r\n\r\n'), /^HTTP\/1\.1 400 /);
    const header = `X: ${'a'.repeat(17 * 1024)}`;
    assert.match(await raw(port, `GET /metrics HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`), /^HTTP\/1\.1 431 /);
    assert.is((await ask(url)).status, 200);
  }));

test('headers that never end are cut off', () =>
  served(pages(), async ({ port }) => {
    assert.match(await raw(port, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nX'), /^HTTP\/1\.1 408 /);
  }));

test('a body is not waited for, and ends its connection', () =>
  served(pages(), async ({ port }) => {
    const answer = await raw(port, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc');
    const [head] = answer.split('\r\n\r\n');
    assert.match(head!, /^HTTP\/1\.1 200 /);
    assert.match(head!, /\nConnection: close(\r\n|$)/i);
  }));

test('who does not read is cut off, and until then the page waits instead of piling up', async () => {
  let taken = 0;
  const chunk = 'a'.repeat(1024 * 1024);
  const endless = {
    *[Symbol.iterator]() {
      for (; taken < 1000; taken++) yield chunk;
    },
  };
  const exporter: MetricsPages = {
    chunks: async (accept) => ({ contentType: TEXT, chunks: accept === 'small' ? PAGE : (endless as never) }),
  };
  // With room for one connection the next is only served when the first is gone.
  await served(
    exporter,
    async ({ port, url }) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'));
      socket.pause();
      socket.on('error', () => {});
      await until(() => taken > 0);
      await untilServed(url);
      assert.ok(taken < 100, `${taken}`);
      socket.destroy();
    },
    { ...LIMITS, connections: 1 },
  );
});

test('an answer that takes too long is cut off', () =>
  served({ chunks: () => new Promise(() => {}) }, async ({ port }) => {
    assert.is(await raw(port, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'), '');
  }));

test('a page that can not be rendered is an error without details', async () => {
  for (const chunks of [
    () => Promise.reject(new Error('secret')),
    () => {
      throw new Error('secret');
    },
  ]) {
    await served({ chunks }, async ({ url }) => {
      const { status, body } = await ask(url);
      assert.is(status, 500);
      assert.not.match(body.toString(), 'secret');
    });
  }
});

test('there are only so many connections, and place again when some have ended', () =>
  served(
    pages(),
    async ({ port, url }) => {
      const idle: Socket[] = [];
      for (let index = 0; index < LIMITS.connections; index++) {
        idle.push(
          await new Promise<Socket>((resolve) => {
            const socket = connect(port, '127.0.0.1', () => resolve(socket));
            socket.on('error', () => {});
          }),
        );
      }
      await assertRejects(ask(url));
      for (const socket of idle) socket.destroy();
      await untilServed(url);
    },
    { ...LIMITS, headersMs: 20_000, requestMs: 20_000 },
  ));

test('requests in a heap on one connection are not all rendered at once', async () => {
  let [rendering, most] = [0, 0];
  const exporter: MetricsPages = {
    async chunks() {
      most = Math.max(most, ++rendering);
      await new Promise((resolve) => setTimeout(resolve, 20));
      rendering--;
      return { contentType: TEXT, chunks: PAGE };
    },
  };
  await served(
    exporter,
    async ({ port }) => {
      const got = await raw(port, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(300));
      assert.match(got, /HTTP\/1\.1 503 /);
      assert.is(most, 5);
    },
    { ...LIMITS, answers: 5 },
  );
});

test('close ends idle connections at once, is the same when called again, and frees the port', async () => {
  const server = await serveMetrics(pages(), { port: 0, path: '/m' });
  const idle = raw(server.port, 'GET /m HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.is((await ask(server.url)).status, 200);
  assert.is(server.close(), server.close());
  await server.close();
  await idle;
  const next = await serveMetrics(pages(), { port: server.port });
  await next[Symbol.asyncDispose]();
});

test('close does not wait for an answer without end', async () => {
  const server = await serveWithin({ ...LIMITS, answerMs: 600_000 }, { chunks: () => new Promise(() => {}) }, { port: 0 });
  const stuck = raw(server.port, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await ask(`${server.url}x`);
  let isClosed = false;
  void server.close().then(() => (isClosed = true));
  await until(() => isClosed);
  assert.is(await stuck, '');
});

test('a port that is taken is refused with its number and the error of the system', () =>
  served(pages(), async ({ port }) => {
    try {
      await serveMetrics(pages(), { port });
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error));
      assert.is(error.code, 'OPTION_INVALID');
      assert.match(error.message, `Port ${port} is taken`);
      assert.is((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE');
    }
  }));

test('it serves on loopback only, and says where else to go', async () => {
  for (const host of ['0.0.0.0', '::', '', '10.0.0.1', 'example.org', '127.0.0.1 ']) {
    assert.match(await refusal({ host, port: 0 }), /^OPTION_INVALID .*exporter\.fetch/, host);
  }
  const server = await serveMetrics(pages(), { host: 'localhost', port: 0 });
  assert.is((await ask(server.url)).status, 200);
  await server.close();
});

test('it serves on ::1 where there is one', async () => {
  const answer = await refusal({ host: '::1', port: 0 });
  if (answer !== 'none') {
    assert.match(answer, /EADDRNOTAVAIL|EAFNOSUPPORT/);
    return;
  }
  const server = await serveMetrics(pages(), { host: '::1', port: 0 });
  assert.match(server.url, /^http:\/\/\[::1\]:\d+\/metrics$/);
  assert.is((await ask(server.url)).status, 200);
  await server.close();
});

test('options that make no sense are refused', async () => {
  for (const options of [{ port: -1 }, { port: 65_536 }, { port: '80' }, { path: 'metrics' }, { path: '/a b' }, { path: '/a?b' }]) {
    assert.match(await refusal(options), /^OPTION_INVALID serveMetrics: /, JSON.stringify(options));
  }
  assert.match(await refusal({ hots: '::1' }), /^OPTION_UNKNOWN /);
  for (const exporter of [null, {}, { chunks: 1 }])
    assert.match(await refusal({ port: 0 }, exporter), /^OPTION_INVALID .*telemetry-bus\/prometheus/);
});

test('it does not keep a process alive, not even with an answer under way', () => {
  const program = `
    import { connect } from 'node:net';
    import { serveWithin } from './lib/node/metrics-server';
    const limits = { headersMs: 60_000, requestMs: 60_000, answerMs: 60_000, closeMs: 60_000, connections: 8, answers: 8 };
    const exporter = {
      chunks() {
        console.log('asked');
        socket.unref();
        return new Promise(() => {});
      },
    };
    const { port } = await serveWithin(limits, exporter, { port: 0 });
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /metrics HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n'));
  `;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
  assert.is(status, 0, stderr);
  assert.is(stdout, 'asked\n');
});

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await isTrue())) {
    assert.ok(Date.now() < end, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const untilServed = (url: string): Promise<void> =>
  until(() =>
    ask(url, { headers: { accept: 'small' } }).then(
      ({ status }) => status === 200,
      () => false,
    ),
  );

async function assertRejects(promise: Promise<unknown>): Promise<void> {
  const outcome = await promise.then(
    () => 'fulfilled',
    () => 'rejected',
  );
  assert.is(outcome, 'rejected');
}

test.run();
