import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry } from '../../lib/index';
import { trackHttp } from '../../lib/node/http/index';
import { toNodeListener } from '../../lib/node/http/node-listener';
import { raw, rawRequest, statusOf, withServer } from '../support/admin/served';
import { WRITE_TOKEN } from '../support/admin/tokens';
import { type Bench, fact, until } from '../support/faults/fact';

fact(
  '252 · N26',
  'no wrong token is accepted over HTTP, and after ten of them the address waits',
  (bench) =>
    withServer({}, async ({ server, clock }) => {
      const count = bench.size(500, 10_000);
      const tally: Record<number, number> = {};
      let sinceOpen = 0;
      for (let at = 0; at < count; at++) {
        const wrong = at % 2 === 0 ? randomBytes(32).toString('base64url') : `${WRITE_TOKEN.slice(0, -1)}${at % 10}`;
        const { status } = await fetch(`${server.url}/admin/openapi.json`, { headers: { authorization: `Bearer ${wrong}` } });
        tally[status] = (tally[status] ?? 0) + 1;
        assert.is(status, sinceOpen < 10 ? 401 : 429);
        sinceOpen++;
        // A minute goes by now and then, or only ten would be looked at.
        if (at % 25 === 24) {
          clock.advance('1m');
          sinceOpen = 0;
        }
      }
      clock.advance('1m');
      const { status } = await fetch(`${server.url}/admin/openapi.json`, { headers: { authorization: `Bearer ${WRITE_TOKEN}` } });
      assert.is(status, 200);
      bench.note(`${count} tries: ${JSON.stringify(tally)}`);
    }),
  { limit: [120_000, 300_000] },
);

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PATCH', 'PROPFIND', 'get', 'G\0T', ''];
const TARGETS = [
  '/',
  '/health',
  '/admin/levels',
  '/admin/openapi.json',
  '//',
  '/../../etc',
  '/%00',
  '*',
  'http://x/',
  'http://[',
  '/a?b=c&b=d',
  '/admin/errors/%ff',
  '\u00ff',
  'x'.repeat(9000),
];
const HEADERS = [
  'Host: localhost',
  'Host: evil',
  'Host:',
  'Host: a\tb',
  `X-Admin-Token: ${WRITE_TOKEN}`,
  'Authorization: Bearer x',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: xchunked',
  'Content-Type: application/json',
  'Expect: 100-continue',
  'Expect: nonsense',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Connection: close',
  'Connection: keep-alive',
  'Accept-Encoding: gzip',
  'Range: bytes=0-',
  'Cookie: a=b',
  ' folded',
  'NoColon',
  ': empty',
  'X: \x00',
  'X-Long: '.padEnd(17_000, 'y'),
];
const BODIES = [
  '',
  '{}',
  '{"level":"info"}',
  '5\r\nhello\r\n0\r\n\r\n',
  'ffffffffff\r\n',
  '[[[[[[[[[[[[[[[[[[[[',
  '{"__proto__":{}}',
  '\0\0\0',
  'x'.repeat(70_000),
];

/** Bytes that are a request, almost one, or none at all. */
function fuzzed(random: () => number): Buffer {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  if (random() < 0.05) return Buffer.from(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256)));
  const lines = [`${pick(METHODS)} ${pick(TARGETS)} ${random() < 0.9 ? 'HTTP/1.1' : pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''])}`];
  if (random() < 0.7) lines.push('Host: localhost');
  for (let count = Math.floor(random() * 5); count > 0; count--) lines.push(pick(HEADERS));
  const end = random() < 0.95 ? '\r\n' : '\n';
  const bytes = Buffer.from(`${lines.join(end)}${end}${end}${pick(BODIES)}`, 'latin1');
  // Cut off or changed at some place, now and then.
  if (random() < 0.15) return bytes.subarray(0, Math.floor(random() * bytes.length));
  if (random() < 0.15 && bytes.length > 0) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

/** Sends bytes and says what came of it. A client that has said all ends its side, so whatever does not end then hangs. */
function send(port: number, bytes: Buffer): Promise<'answered' | 'closed' | 'hangs'> {
  return new Promise((resolve) => {
    let answered = false;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.end(bytes));
    const timer = setTimeout(() => {
      resolve('hangs');
      socket.destroy();
    }, 30_000);
    socket.on('data', () => {
      answered = true;
    });
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answered ? 'answered' : 'closed');
    });
  });
}

async function fuzz(port: number, count: number, random: () => number): Promise<Record<string, number>> {
  const results: Record<string, number> = {};
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const bytes = fuzzed(random);
      const result = await send(port, bytes);
      results[result] = (results[result] ?? 0) + 1;
      assert.not.equal(result, 'hangs', JSON.stringify(bytes.toString('latin1').slice(0, 500)));
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  return results;
}

fact(
  '259 · N33',
  'raw requests of all kinds neither end nor hang the admin server',
  (bench) =>
    withServer({}, async ({ server: { port }, bus, logged, clock }) => {
      const count = bench.size(2000, 60_000);
      const results = await fuzz(port, count, bench.random);
      clock.advance('2m');
      const answer = await raw(port, rawRequest(['GET /admin/openapi.json HTTP/1.1', 'Host: localhost', `X-Admin-Token: ${WRITE_TOKEN}`]));
      assert.is(statusOf(answer), 200);
      // Each answer of 500 is an error that was reported.
      assert.is(bus.errorStats().occurrences, 0, JSON.stringify(bus.getErrors()));
      assert.not.match(logged(), WRITE_TOKEN);
      bench.note(`${count}: ${JSON.stringify(results)}`);
    }),
  { limit: [180_000, 900_000] },
);

/** A server of Node's own that is impatient. @returns Its port. */
async function listening(bench: Bench, listener: RequestListener): Promise<number> {
  const limits = { connectionsCheckingInterval: 500, headersTimeout: 2000, requestTimeout: 4000 };
  const server = createServer(limits, listener).listen(0, '127.0.0.1');
  bench.undo(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

fact(
  '259 · N33',
  'raw requests of all kinds neither end nor hang a server with a Web-standard handler',
  async (bench) => {
    const listener = toNodeListener(
      async (request) => new Response(request.method === 'POST' ? await request.text().catch(() => 'left') : request.url),
    );
    const port = await listening(bench, listener);
    const count = bench.size(1000, 40_000);
    const results = await fuzz(port, count, bench.random);
    assert.is(statusOf(await raw(port, rawRequest(['GET / HTTP/1.1', 'Host: localhost']))), 200);
    bench.note(`${count}: ${JSON.stringify(results)}`);
  },
  { limit: [180_000, 900_000] },
);

fact(
  '259 · N33',
  'raw requests of all kinds neither end nor hang a server whose requests are tracked',
  async (bench) => {
    const telemetry = createTelemetry({ environment: 'test', onWarning: () => undefined, log: { sinks: [], level: 'warn' } });
    const tracking = trackHttp(telemetry);
    let active = 0;
    for (const [action, step] of Object.entries({ start: 1, stop: -1, exception: -1 })) {
      telemetry.attach(`count ${action}`, ['http', 'request', action], () => {
        active += step;
      });
    }
    const listener = tracking.listener((request, response) => {
      if (request.method !== 'POST') return response.end(request.url);
      return request.on('error', () => undefined).pipe(response);
    });
    bench.undo(() => tracking.close());
    const port = await listening(bench, listener);
    const count = bench.size(1000, 40_000);
    const results = await fuzz(port, count, bench.random);
    assert.is(statusOf(await raw(port, rawRequest(['GET / HTTP/1.1', 'Host: localhost']))), 200);
    await until('no request is left', () => active === 0, 30_000);
    assert.is(telemetry.errorStats().occurrences, 0, JSON.stringify(telemetry.getErrors()));
    bench.note(`${count}: ${JSON.stringify(results)}`);
  },
  { limit: [180_000, 900_000] },
);

test.run();
