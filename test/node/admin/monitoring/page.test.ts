import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../../lib/index';
import { type Admin, createAdmin } from '../../../../lib/node/admin/admin';
import { serveAdminWithin } from '../../../../lib/node/admin/serve';
import { SERVER_LIMITS } from '../../../../lib/node/server/limits';
import { quietTerminal, raw, rawRequest, setting, statusOf, withAdmin, withServer } from '../../../support/admin/served';
import { TOKENS, WRITE_TOKEN } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const get = (admin: Admin, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  askOnly(admin, method, path, { token: null, headers });
const filesOf = (html: string): string[] => [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1]!);

test('anybody gets the page, with exactly the protection that it needs', async () => {
  await withAdmin({}, async ({ admin }) => {
    for (const path of ['/admin/monitoring', '/admin/monitoring/logs', '/admin/monitoring/no-such-view', '/admin/monitoring?last=5m&q=x']) {
      const { status, headers } = await get(admin, path);
      assert.is(status, 200, path);
      assert.is(headers.get('content-security-policy'), POLICY);
      assert.is(headers.get('content-type'), 'text/html; charset=utf-8');
      assert.is(headers.get('cache-control'), 'no-store');
      assert.is(headers.get('cross-origin-opener-policy'), 'same-origin');
      assert.is(headers.get('cross-origin-resource-policy'), 'same-origin');
      assert.is(headers.get('referrer-policy'), 'no-referrer');
      assert.is(headers.get('x-content-type-options'), 'nosniff');
      assert.is(headers.get('x-frame-options'), 'DENY');
      assert.match(headers.get('permissions-policy')!, 'camera=()');
      assert.not.ok(headers.has('set-cookie') || headers.has('access-control-allow-origin'));
    }
    const head = await get(admin, '/admin/monitoring', {}, 'HEAD');
    assert.equal([head.status, head.text, head.headers.get('content-security-policy')], [200, '', POLICY]);
  });
});

test('the page holds nothing of the program, and is the same for everybody', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.logger('shop').error('customer 4711 was not found');
    const before = (await get(admin, '/admin/monitoring')).text;
    const known = await askOnly(admin, 'GET', '/admin/monitoring', { headers: { cookie: 'a=b' } });
    assert.is(known.text, before);
    const other = createAdmin(setting().bus, { tokens: TOKENS, basePath: '/x', monitoring: { streams: 3 } });
    assert.is((await get(other, '/x/admin/monitoring?<script>')).text, before);
    other.close();
    assert.not.match(before, /4711|shop|operator|viewer|node_modules/);
    assert.not.match(before, /<style|<script(?! type="module" src=")|\son\w+=|javascript:/i);
    assert.match(before, /^<!doctype html>\n<html lang="en">/);
    assert.match(before, '<noscript>');
    assert.match(before, '<meta name="color-scheme" content="light dark">');
  });
});

test('its links are relative, and lead to its files behind any mount', async () => {
  await withAdmin({ basePath: '/internal' }, async ({ admin }) => {
    for (const path of ['/internal/admin/monitoring', '/internal/admin/monitoring/logs']) {
      const links = filesOf((await get(admin, path)).text);
      assert.is(links.length, 3);
      for (const link of links) {
        assert.not.match(link, /^\/|:/);
        const { pathname } = new URL(link, `http://localhost${path}`);
        assert.is((await get(admin, pathname)).status, 200, pathname);
      }
    }
  });
  // A framework that cut off its own part of the path, as Hono's mount does.
  await withAdmin({}, async ({ admin }) => {
    const [link] = filesOf((await get(admin, '/admin/monitoring')).text);
    assert.is(new URL(link!, 'http://localhost/deep/mount/admin/monitoring').pathname.indexOf('/deep/mount/admin/monitoring/assets/'), 0);
  });
});

test('a slash at the end leads to the page, relative to where it stands', async () => {
  await withAdmin({ basePath: '/internal' }, async ({ admin }) => {
    const { status, headers } = await get(admin, '/internal/admin/monitoring/');
    assert.is(status, 308);
    const target = new URL(headers.get('location')!, 'http://proxy.example/prefix/internal/admin/monitoring/');
    assert.is(target.href, 'http://proxy.example/prefix/internal/admin/monitoring');
    assert.ok(admin.handles('/internal/admin/monitoring/') && admin.handles('/internal/admin/monitoring/logs'));
  });
});

test('a link of another site leads to the page, and to nothing else by no other way', async () => {
  await withAdmin({}, async ({ admin }) => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    for (const path of ['/admin/monitoring', '/admin/monitoring/logs']) assert.is((await get(admin, path, link)).status, 200);
    assert.is((await get(admin, '/admin/monitoring/', link)).status, 308);
    assert.is((await get(admin, '/admin/monitoring', { ...link, 'sec-fetch-site': 'same-site' })).status, 200);
    const [asset] = filesOf((await get(admin, '/admin/monitoring')).text);
    for (const path of [`/admin/${asset}`, '/health', '/admin/session', '/admin/openapi.json', '/admin/nothing', '/admin/monitoring/a/b'])
      assert.is((await get(admin, path, link)).status, 403, path);
    const wrong: readonly Record<string, string>[] = [
      { 'sec-fetch-dest': 'iframe' },
      { 'sec-fetch-dest': 'script' },
      { 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-mode': 'cors' },
      { 'sec-fetch-site': 'cross-site, none' },
      { host: 'evil.example' },
      { origin: 'http://evil.example' },
    ];
    for (const more of wrong) assert.is((await get(admin, '/admin/monitoring', { ...link, ...more })).status, 403, JSON.stringify(more));
    assert.is((await askOnly(admin, 'POST', '/admin/monitoring', { token: null, headers: link, body: {} })).status, 403);
  });
});

test('a view is lower-case letters and dashes, and nothing that climbs', async () => {
  await withServer({}, async ({ server: { port } }) => {
    const status = async (path: string) => statusOf(await raw(port, rawRequest([`GET ${path} HTTP/1.1`, 'Host: localhost'])));
    for (const part of ['Logs', 'a1', 'x'.repeat(33), '%2e%2e', '..%2f..', '<script>', 'a%00', 'logs%2f', 'é'])
      assert.ok([400, 401, 404].includes(await status(`/admin/monitoring/${part}`)), part);
    for (const part of ['../app.js', '..%2fapp.js', 'app-.js', 'app.js', 'constructor', '__proto__', 'app-0000000000000000.js'])
      assert.ok([401, 404].includes(await status(`/admin/monitoring/assets/${part}`)), part);
    // As browsers read them as well.
    assert.is(await status('/admin/monitoring/assets/../logs'), 200, 'which is /admin/monitoring/logs');
    assert.is(await status('/admin/monitoring/assets/%2e%2e'), 308, 'which is /admin/monitoring/');
  });
});

test('without monitoring there is no page, session, ticket or cookie', async () => {
  await withAdmin({ monitoring: false }, async ({ admin }) => {
    for (const path of [
      '/admin/monitoring',
      '/admin/monitoring/',
      '/admin/monitoring/logs',
      '/admin/session',
      '/admin/monitoring/assets/x',
    ])
      assert.is((await askOnly(admin, 'GET', path)).status, 404, path);
    for (const path of ['/admin/session', '/admin/tickets'])
      assert.is((await askOnly(admin, 'POST', path, { body: {} })).status, 404, path);
    assert.not.ok(admin.handles('/admin/monitoring'));
    assert.not.match((await ask(admin, 'GET', '/admin/openapi.json')).text, /monitoring|session"|tickets/);
    assert.throws(
      () => admin.ticket(),
      (error: unknown) => isTelemetryError(error) && /monitoring: false/.test(error.message),
    );
  });
});

test('the description has the page and all that opens it', async () => {
  await withAdmin({}, async ({ admin }) => {
    const { paths } = (await ask(admin, 'GET', '/admin/openapi.json')).json;
    assert.equal(Object.keys(paths['/admin/session']), ['get', 'post', 'delete']);
    assert.ok(paths['/admin/tickets'].post && paths['/admin/monitoring/{view}'].get && paths['/admin/monitoring/assets/{file}'].get);
    assert.not.ok('/admin/monitoring/' in paths);
    assert.is((await ask(admin, 'GET', '/admin/monitoring', { token: null })).status, 200);
    assert.is((await ask(admin, 'GET', '/admin/monitoring/X', { token: null })).status, 404);
  });
});

test('a URL opens the page once, and a terminal is told one with the token', async () => {
  await withServer({ basePath: '/internal' }, async ({ server }) => {
    const url = new URL(server.loginUrl({ for: '10s', scope: 'read' }));
    assert.is(`${url.origin}${url.pathname}`, `${server.url}/admin/monitoring`);
    const open = () => login(server.url, { ticket: new URLSearchParams(url.hash.slice(1)).get('ticket') });
    assert.equal([(await open()).status, (await open()).status], [200, 401]);
  });
  const told = async (isTTY: boolean, monitoring: boolean): Promise<string> => {
    const terminal = { ...quietTerminal(), isTTY };
    const server = await serveAdminWithin(SERVER_LIMITS, setting().bus as never, { port: 0, monitoring }, terminal);
    const ticket = /#ticket=([\w-]{22})\n/.exec(terminal.texts.join(''))?.[1];
    if (ticket !== undefined) assert.is((await login(server.url, { ticket })).status, 200);
    if (!monitoring) assert.throws(() => server.loginUrl(), isTelemetryError);
    await server.close();
    return ticket === undefined ? 'no URL' : 'a URL';
  };
  assert.equal([await told(true, true), await told(true, false), await told(false, true)], ['a URL', 'no URL', 'no URL']);
});

const login = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/admin/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test('mounted in a server of Node, page, session and cookie work over HTTP', async () => {
  const admin = createAdmin(setting().bus, { tokens: TOKENS });
  const server = createServer(admin.listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const page = await (await fetch(`${url}/admin/monitoring`)).text();
  assert.is((await fetch(new URL(filesOf(page)[2]!, `${url}/admin/monitoring`))).status, 200);
  const [cookie = ''] = (await login(url, { token: WRITE_TOKEN })).headers.getSetCookie();
  assert.match(cookie, `telemetry_admin_${port}=`);
  assert.is((await fetch(`${url}/admin/system`, { headers: { cookie: cookie.split(';')[0]! } })).status, 200);
  server.close();
  server.closeAllConnections();
  admin.close();
});

test.run();
