import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alertsOf } from '../../../lib/entries/alerts';
import { healthOf } from '../../../lib/entries/health';
import { createTelemetry, isTelemetryError } from '../../../lib/index';
import { createAdmin } from '../../../lib/node/admin/admin';
import { answerOf } from '../../../lib/node/admin/answers';
import { raw, rawRequest, setting, statusOf, withAdmin } from '../../support/admin/served';
import { TOKENS, WRITE_TOKEN } from '../../support/admin/tokens';
import { askOnly } from '../../support/admin/validate';
import { withStart } from '../../support/started';

test('what is not there is a 404 for who has a token, a method that is not there a 405 with those that are', async () => {
  await withAdmin({}, async ({ admin }) => {
    const missing = await askOnly(admin, 'GET', '/admin/nothing');
    assert.equal([missing.status, missing.json.code, missing.headers.get('content-type')], [404, 'NOT_FOUND', 'application/problem+json']);
    assert.equal(Object.keys(missing.json), ['type', 'title', 'status', 'detail', 'code']);
    const unknown = new Set<string>();
    for (const method of ['OPTIONS', 'PATCH', 'PROPFIND']) {
      for (const path of ['/admin/openapi.json', '/admin/levels', '/admin/nothing', '/nothing']) {
        const { status, headers, text } = await askOnly(admin, method, path, { token: null });
        unknown.add(JSON.stringify([status, [...headers], text]));
      }
    }
    assert.is(unknown.size, 1, 'which paths there are is told to nobody');
    assert.match([...unknown][0]!, '[405,[["allow","GET, HEAD, PUT, POST, DELETE"]');
    const known = await askOnly(admin, 'DELETE', '/admin/openapi.json');
    assert.equal([known.status, known.headers.get('allow')], [405, 'GET, HEAD']);
    assert.is((await askOnly(admin, 'POST', '/admin/openapi.json', { body: {} })).status, 405);
    assert.is((await askOnly(admin, 'POST', '/admin/openapi.json', { token: null, body: {} })).status, 401);
  });
});

test('HEAD is GET without its body', async () => {
  await withAdmin({}, async ({ admin }) => {
    for (const path of ['/admin/openapi.json', '/metrics', '/health', '/admin/nothing']) {
      const [get, head] = [await askOnly(admin, 'GET', path), await askOnly(admin, 'HEAD', path)];
      assert.equal([head.status, head.text, head.headers.get('content-type')], [get.status, '', get.headers.get('content-type')], path);
    }
  });
});

test('a path before all paths can be chosen, and others are not handled', async () => {
  await withAdmin({ basePath: '/internal' }, async ({ admin }) => {
    assert.is((await askOnly(admin, 'GET', '/internal/health', { token: null })).status, 200);
    assert.is((await askOnly(admin, 'GET', '/health')).status, 404);
    assert.equal(
      [admin.handles('/internal/health'), admin.handles('/health'), admin.handles('/internalhealth'), admin.handles('/internal/other')],
      [true, false, false, false],
    );
  });
});

test('what fails inside is a 500 with the id of the error, which is in the log, and without its words', async () => {
  const { bus, logged } = setting();
  let isBroken = false;
  const alerts = new Proxy(alertsOf(bus), {
    get(target, name, receiver) {
      if (isBroken) throw new Error('the words of the error');
      return Reflect.get(target, name, receiver);
    },
  });
  const started = { telemetry: bus, config: undefined, alerts, health: healthOf(bus) };
  const admin = createAdmin(started as never, { tokens: TOKENS });
  isBroken = true;
  try {
    const { status, json, text } = await askOnly(admin, 'GET', '/admin/alerts');
    assert.is(status, 500);
    assert.match(json.error_id, /^[0-9a-z]{8}$/);
    assert.not.match(text, /the words|at .*\.ts/);
    assert.match(logged(), json.error_id);
    assert.match(logged(), 'the words of the error');
  } finally {
    isBroken = false;
    admin.close();
  }
});

test('headers that would let others read an answer are taken out of answers that routes make by hand', () => {
  const made = new Response('x', {
    headers: { 'access-control-allow-origin': '*', 'cache-control': 'public', 'content-type': 'text/plain' },
  });
  const { headers } = answerOf(made, false);
  assert.equal(
    [headers.get('access-control-allow-origin'), headers.get('cache-control'), headers.get('content-type')],
    [null, 'no-store', 'text/plain'],
  );
});

test('it is made of what startTelemetry returned as of a bus, and refuses anything else', async () => {
  await withStart({}, async ({ app }) => {
    const admin = createAdmin(app, { token: WRITE_TOKEN });
    assert.is((await askOnly(admin, 'GET', '/admin/openapi.json')).status, 200);
    admin.close();
  });
  for (const nothing of [undefined, null, {}, 'bus', { telemetry: {}, config: {} }]) {
    try {
      createAdmin(nothing as never, { token: WRITE_TOKEN });
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error) && error.code === 'OPTION_INVALID', String(error));
    }
  }
});

test('a closed API answers 503 to whoever asks, and writes nothing of it', async () => {
  const { bus, logged } = setting();
  const admin = createAdmin(bus, { tokens: TOKENS });
  admin.close();
  const before = logged();
  for (const headers of [{}, { host: 'evil.example' }, { origin: 'http://evil.example' }]) {
    for (const token of [null, 'wrong', WRITE_TOKEN]) {
      const { status, json } = await askOnly(admin, 'GET', '/admin/levels', { token, headers });
      assert.equal([status, json.code], [503, 'CLOSED']);
    }
  }
  assert.is(logged(), before);
});

test('in a server of its own listener two Hosts, none, and a malformed one are refused', async () => {
  const bus = createTelemetry({ environment: 'test' });
  const admin = createAdmin(bus, { tokens: TOKENS });
  const server = createServer({ requireHostHeader: false }, admin.listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const ask = async (hosts: readonly string[]): Promise<number> =>
      statusOf(await raw(port, rawRequest(['GET /health HTTP/1.1', ...hosts.map((host) => `Host: ${host}`)])));
    assert.is(await ask(['localhost']), 200);
    assert.is(await ask(['localhost', 'localhost']), 403);
    assert.is(await ask(['localhost', 'evil.example']), 403);
    assert.is(await ask([]), 403);
    assert.is(statusOf(await raw(port, rawRequest(['TRACE /health HTTP/1.1', 'Host: localhost']))), 405);
    assert.is(statusOf(await raw(port, rawRequest(['TRACE /health HTTP/1.1', 'Host: evil.example']))), 403);
    assert.is(statusOf(await raw(port, rawRequest(['GET http://[/ HTTP/1.1', 'Host: localhost']))), 400);
    for (const host of ['', 'a b', 'localhost/x', 'localhost:port', 'user@localhost', '[::1', 'localhost, evil.example'])
      assert.is(await ask([host]), 403, host);
  } finally {
    admin.close();
    server.close();
    server.closeAllConnections();
  }
});

test.run();
