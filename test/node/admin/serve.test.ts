import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { createServer as createPlainServer, get } from 'node:http';
import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/index';
import { type AdminServer, serveAdminWithin, type Terminal } from '../../../lib/node/admin/serve';
import type { ServeAdminOptions } from '../../../lib/node/admin/serve-options';
import { SERVER_LIMITS } from '../../../lib/node/server/limits';
import { certificate } from '../../support/admin/certificate';
import { quietTerminal, raw, rawRequest, setting, statusOf, withServer } from '../../support/admin/served';
import { TOKENS, WRITE_TOKEN } from '../../support/admin/tokens';

const SHORT_TOKEN = 'sixteen-chars-ok';
const start = (options: ServeAdminOptions, terminal: Terminal = quietTerminal()): Promise<AdminServer> =>
  serveAdminWithin(SERVER_LIMITS, setting().bus as never, { port: 0, ...options }, terminal);

async function outcome(options: ServeAdminOptions): Promise<string> {
  try {
    const server = await start(options);
    await server.close();
    return 'starts';
  } catch (error) {
    assert.ok(isTelemetryError(error) && error.code === 'OPTION_INVALID', String(error));
    assert.not.match(inspect(error), WRITE_TOKEN);
    return 'refused';
  }
}

test('it starts only where nobody else can try its token, or the token is strong and encrypted on its way', async () => {
  const tls = certificate();
  const rows: string[] = [];
  for (const host of [undefined, '127.0.0.1', 'localhost', 'LOCALHOST', '::1', '0.0.0.0', '::', '0', '127.1']) {
    for (const token of [undefined, 'short', SHORT_TOKEN, WRITE_TOKEN]) {
      for (const shield of [{}, { tls }, { tlsTerminated: true }]) {
        const isLocal = host === undefined || ['127.0.0.1', 'localhost', 'LOCALHOST', '::1'].includes(host);
        const isAllowed = isLocal ? token !== 'short' : token === WRITE_TOKEN && Object.keys(shield).length > 0;
        // What this machine has no address for can't start either; only that it is refused for the right reason is of interest.
        if (isAllowed && !isLocal && !['0.0.0.0'].includes(host!)) continue;
        if (isAllowed && host === '::1' && !hasV6()) continue;
        const got = await outcome({ ...(host !== undefined && { host }), ...(token !== undefined && { token }), ...shield });
        if (got !== (isAllowed ? 'starts' : 'refused')) rows.push(`${host} ${token?.length} ${Object.keys(shield)}: ${got}`);
      }
    }
  }
  assert.equal(rows, []);
});

const hasV6 = (): boolean => readFileSync('/proc/net/if_inet6', 'utf8').includes('00000000000000000000000000000001');

test('refusals say what to do', async () => {
  const message = async (options: ServeAdminOptions): Promise<string> =>
    start(options).then(
      () => '',
      (error: Error) => error.message,
    );
  assert.match(await message({ host: '0.0.0.0' }), 'openssl rand -base64 32');
  assert.match(await message({ host: '0.0.0.0', token: SHORT_TOKEN, tlsTerminated: true }), '32 random bytes');
  assert.match(await message({ host: '0.0.0.0', token: WRITE_TOKEN }), 'tlsTerminated');
  assert.match(await message({ tls: { cert: 'x', key: 'the-key-itself' } }), 'PEM');
  assert.not.match(await message({ tls: { cert: 'x', key: 'the-key-itself' } }), 'the-key-itself');
  assert.match(await message({ host: '' }), 'host');
  assert.match(await message({ prt: 1 } as never), 'OPTION_UNKNOWN');
  for (const nothing of [null, 'x', []]) {
    const refused = await serveAdminWithin(SERVER_LIMITS, setting().bus as never, nothing as never, quietTerminal()).catch(
      (error: Error) => error.message,
    );
    assert.match(refused as string, 'OPTION_INVALID');
  }
});

test('by default it listens on both families of loopback and on nothing else, on one port', async () => {
  await withServer({}, async ({ server }) => {
    assert.equal(server.addresses, hasV6() ? ['127.0.0.1', '::1'] : ['127.0.0.1']);
    for (const host of server.addresses) {
      const status = await new Promise((resolve, reject) => {
        get({ host, port: server.port, path: '/health', headers: { host: 'localhost' }, agent: false }, (answer) =>
          resolve(answer.resume().statusCode),
        ).on('error', reject);
      });
      assert.is(status, 200, host);
    }
    const port = server.port.toString(16).toUpperCase().padStart(4, '0');
    const bound = ['tcp', 'tcp6'].flatMap((table) =>
      readFileSync(`/proc/net/${table}`, 'utf8')
        .split('\n')
        .filter((line) => new RegExp(`^\\s*\\d+: \\w+:${port} \\w+:0000 0A`).test(line)),
    );
    assert.is(bound.length, server.addresses.length);
    assert.not.ok(
      bound.some((line) => /: (0{8}|0{32}):/.test(line)),
      bound.join('\n'),
    );
  });
});

test('a token that is made is in a file of this user only, which is gone after close, and in no log', async () => {
  const terminal = quietTerminal();
  const { bus, logged } = setting();
  const server = await serveAdminWithin(SERVER_LIMITS, bus as never, { port: 0 }, terminal);
  const path = server.tokenFile!;
  const token = readFileSync(path, 'utf8').trim();
  assert.is(Buffer.from(token, 'base64url').length, 32);
  assert.is(lstatSync(path).mode & 0o777, 0o600);
  assert.is(lstatSync(dirname(path)).mode & 0o777, 0o700);
  assert.is(server.token, token);
  assert.not.match(`${JSON.stringify(server)}${inspect(server)}${terminal.texts.join('')}${logged()}`, token);
  assert.is(terminal.texts.length, 1);
  assert.match(terminal.texts[0]!, path);
  const answer = await fetch(`${server.url}/admin/openapi.json`, { headers: { 'x-admin-token': token } });
  assert.is(answer.status, 200);
  await server.close();
  assert.not.ok(existsSync(dirname(path)));
});

test('a terminal is shown the token once, and then there is no file', async () => {
  const terminal = { ...quietTerminal(), isTTY: true };
  const server = await start({}, terminal);
  assert.is(server.tokenFile, undefined);
  assert.equal(terminal.texts.filter((text) => text.includes(server.token!)).length, 1);
  await server.close();
});

test('a token that was given is told nowhere', async () => {
  const terminal = quietTerminal();
  const server = await start({ token: SHORT_TOKEN }, terminal);
  assert.equal([server.tokenFile, terminal.texts, server.token], [undefined, [], SHORT_TOKEN]);
  await server.close();
});

test('with a certificate it speaks TLS', async () => {
  const tls = certificate();
  await withServer({ tls }, async ({ server }) => {
    assert.match(server.url, /^https:/);
    const status = await new Promise((resolve, reject) => {
      const asked = httpsRequest(
        `${server.url}/admin/openapi.json`,
        { ca: tls.cert, headers: { authorization: `Bearer ${WRITE_TOKEN}`, host: 'localhost' }, agent: false },
        (answer) => resolve(answer.resume().statusCode),
      );
      asked.on('error', reject).end();
    });
    assert.is(status, 200);
  });
});

test('a port in use is refused with its cause, and nothing is left of the start', async () => {
  const other = createPlainServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { bus, logged } = setting();
  const error = await serveAdminWithin(SERVER_LIMITS, bus as never, { port }, quietTerminal()).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  assert.ok(isTelemetryError(error) && error.code === 'OPTION_INVALID');
  assert.match(error.message, `Port ${port} is taken`);
  assert.is((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE');
  other.close();
  bus.logger('app').info('still here');
  assert.match(logged(), 'still here');
});

test('heads beyond 16 KiB, bodies beyond 64 KiB, bad methods and unreadable requests are refused', async () => {
  await withServer({}, async ({ server: { port } }) => {
    const status = async (bytes: string): Promise<number> => statusOf(await raw(port, bytes));
    const auth = `Authorization: Bearer ${WRITE_TOKEN}`;
    const post = ['PUT /admin/levels HTTP/1.1', 'Host: localhost', auth, 'Content-Type: application/json'];
    assert.is(await status(rawRequest(['GET /health HTTP/1.1', 'Host: localhost', `X: ${'x'.repeat(65_536)}`])), 431);
    assert.is(await status(rawRequest([...post, 'Content-Length: 1048576'], 'x'.repeat(1_048_576))), 413);
    assert.is(await status(rawRequest([...post, 'Content-Length: 999999999'], '{}')), 413);
    assert.is(
      await status(
        rawRequest([...post, 'Transfer-Encoding: chunked'], `${'8000\r\n'.concat('x'.repeat(32_768), '\r\n').repeat(8)}0\r\n\r\n`),
      ),
      413,
    );
    assert.is(await status(rawRequest(['OPTIONS /admin/levels HTTP/1.1', 'Host: localhost'])), 405);
    assert.is(await status(rawRequest(['TRACE / HTTP/1.1', 'Host: localhost'])), 405);
    assert.is(await status(rawRequest(['HELLO / HTTP/1.1', 'Host: localhost'])), 400);
    assert.is(await status(rawRequest([...post, 'Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n')), 400);
    assert.is(await status(rawRequest(['GET /health HTTP/1.1'])), 403);
    assert.is(await status(rawRequest(['GET /admin/openapi.json HTTP/1.1', 'Host: localhost', auth, auth])), 401);
    assert.is(await status(rawRequest(['GET http://localhost/health HTTP/1.1', 'Host: localhost'])), 200);
    assert.is(await status(rawRequest(['GET /health HTTP/1.1', 'Host: localhost', 'Upgrade: websocket'])), 200);
  });
});

test('pipelined requests are answered in order, and at most a hundred of a connection', async () => {
  await withServer({}, async ({ server: { port } }) => {
    const one = `GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const answers = await raw(port, one.repeat(1000));
    const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
    assert.ok(statuses.length >= 1 && statuses.length <= 101, String(statuses.length));
    assert.ok(statuses.every((status) => status === '200' || status === '503'));
  });
});

test('a form of another site changes nothing', async () => {
  await withServer({}, async ({ server: { port }, bus }) => {
    const before = JSON.stringify(bus.getLogLevels());
    const form = (headers: readonly string[]): Promise<string> => {
      const body = '{"level":"trace"}';
      return raw(
        port,
        rawRequest(['PUT /admin/levels HTTP/1.1', `Host: localhost:${port}`, ...headers, `Content-Length: ${body.length}`], body),
      );
    };
    assert.is(statusOf(await form(['Origin: https://evil.example', 'Content-Type: text/plain'])), 403);
    assert.is(statusOf(await form(['Sec-Fetch-Site: cross-site', 'Content-Type: text/plain'])), 403);
    assert.is(statusOf(await form(['Content-Type: application/json'])), 401);
    assert.is(statusOf(await form(['Content-Type: text/plain', `X-Admin-Token: ${WRITE_TOKEN}`])), 415);
    assert.is(JSON.stringify(bus.getLogLevels()), before);
  });
});

test('ends of paths that climb lead nowhere, on every route with a named part', async () => {
  await withServer({}, async ({ server }) => {
    const headers = { authorization: `Bearer ${WRITE_TOKEN}` };
    const { paths } = (await (await fetch(`${server.url}/admin/openapi.json`, { headers })).json()) as { paths: Record<string, object> };
    const named = Object.entries(paths).filter(([path, methods]) => path.includes('{') && 'get' in methods);
    assert.ok(named.length > 0);
    for (const [path] of named) {
      for (const part of [
        '..%2f..%2fetc%2fpasswd',
        '%2e%2e',
        '..',
        '%2fetc%2fpasswd',
        '%00',
        'a%00b',
        '..%5c..',
        '%c0%ae%c0%ae',
        'app.log%2f..%2f..',
        '....//',
        '%252e%252e%252fetc',
      ]) {
        const target = path.replace(/\{\w+\}/g, part);
        const answer = await raw(
          server.port,
          rawRequest([`GET ${target} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${WRITE_TOKEN}`]),
        );
        assert.not.match(answer, 'root:');
        assert.ok([400, 404, 405].includes(statusOf(answer)) || !path.includes('files'), `${target}: ${statusOf(answer)}`);
        assert.ok(statusOf(answer) < 500, `${target}: ${statusOf(answer)}`);
      }
    }
  });
});

test('it keeps no process alive, nor does a connection to it', () => {
  const program = `
    import { createTelemetry } from './lib/index.ts';
    import { serveAdmin } from './lib/node/admin/index.ts';
    import { connect } from 'node:net';
    const server = await serveAdmin(createTelemetry({ environment: 'test' }), { port: 0, token: '${SHORT_TOKEN}' });
    const socket = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.unref();
    console.log('over');
  `;
  const { stdout, status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal([stdout.trim(), status], ['over', 0], stderr);
});

test('closing ends connections, and a second close is the same', async () => {
  const server = await start({ token: SHORT_TOKEN });
  const ended = new Promise((resolve) =>
    connect(server.port, '127.0.0.1')
      .on('error', () => undefined)
      .on('close', resolve),
  );
  await raw(server.port, rawRequest(['GET /health HTTP/1.1', 'Host: localhost']));
  await Promise.all([server.close(), server.close()]);
  await ended;
  await server[Symbol.asyncDispose]();
  assert.is(await raw(server.port, 'GET / HTTP/1.1\r\n\r\n'), '');
});

test('a certificate for tests is one that Node takes', () => {
  createServer(certificate()).close();
  assert.is(TOKENS.length, 2);
});

test.run();
