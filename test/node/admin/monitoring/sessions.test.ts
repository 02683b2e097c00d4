import { request as httpsRequest } from 'node:https';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { Sessions } from '../../../../lib/node/admin/monitoring/sessions';
import { fakeClock } from '../../../../lib/testing';
import { certificate } from '../../../support/admin/certificate';
import { setting, withAdmin, withServer } from '../../../support/admin/served';
import { askBy, CONFIRMED, cookieIn, signIn } from '../../../support/admin/session';
import { READ_TOKEN, TOKENS, WRITE_TOKEN } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';

const HALF_A_DAY = 12 * 3_600_000;

test('a token opens a session that reads and changes, and whose answers are as described', async () => {
  await withAdmin({}, async ({ admin, clock, bus }) => {
    const opened = await ask(admin, 'POST', '/admin/session', { token: null, body: { token: WRITE_TOKEN } });
    const info = { name: 'operator', scope: 'write', expires_at: clock.systemTime() + HALF_A_DAY };
    assert.equal(opened.json, info);
    const headers = { cookie: cookieIn(opened) };
    assert.equal((await ask(admin, 'GET', '/admin/session', { token: null, headers })).json, info);
    assert.is((await ask(admin, 'GET', '/admin/system', { token: null, headers })).status, 200);
    const changed = await ask(admin, 'PUT', '/admin/levels', {
      token: null,
      headers: { ...headers, ...CONFIRMED },
      body: { level: 'trace' },
    });
    assert.is(changed.status, 200, changed.text);
    assert.match(JSON.stringify(bus.getLogLevels()), 'trace');
  });
});

test('who sends a token with each request has no end, and who sends nothing is told 401 without a line in the log', async () => {
  await withAdmin({}, async ({ admin, events }) => {
    const by = await ask(admin, 'GET', '/admin/session', { token: READ_TOKEN });
    assert.equal(by.json, { name: 'viewer', scope: 'read', expires_at: null });
    for (let turn = 0; turn < 20; turn++) assert.is((await ask(admin, 'GET', '/admin/session', { token: null })).status, 401);
    assert.equal(events('unauthorized_access'), []);
    assert.is((await ask(admin, 'GET', '/admin/session')).status, 200, 'and nothing was counted');
  });
});

test('the cookie is out of reach for scripts and other sites, and is named after the port', async () => {
  const cookieOf = async (options: object, host: string, more: Record<string, string> = {}, encrypted = false): Promise<string> => {
    let cookie = '';
    await withAdmin({ allowedHosts: ['admin.example.com'], ...options }, async ({ admin }) => {
      const base = 'basePath' in options ? options.basePath : '';
      const request = new Request(`http://${host}${base}/admin/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', host, ...more },
        body: JSON.stringify({ token: WRITE_TOKEN }),
      });
      const answer = await admin.fetch(request, { peer: '127.0.0.1', encrypted });
      assert.is(answer.status, 200);
      [cookie] = answer.headers.getSetCookie() as [string];
    });
    return cookie.replace(/=v1\.[^;]+/, '=…');
  };
  const rest = 'HttpOnly; SameSite=Strict; Path=/; Max-Age=43200';
  assert.is(await cookieOf({}, 'localhost:4747'), `telemetry_admin_4747=…; ${rest}`);
  assert.is(await cookieOf({}, '[::1]:80'), `telemetry_admin_80=…; ${rest}`);
  assert.is(await cookieOf({}, 'admin.example.com'), `telemetry_admin=…; ${rest}`);
  assert.is(await cookieOf({}, 'localhost:1', {}, true), `telemetry_admin_1=…; ${rest}; Secure`);
  const origin = 'https://admin.example.com';
  assert.is(await cookieOf({}, 'admin.example.com', { origin }), `telemetry_admin=…; ${rest}; Secure`);
  const based = await cookieOf({ basePath: '/internal' }, 'localhost:2');
  assert.is(based, `telemetry_admin_2=…; ${rest.replace('Path=/', 'Path=/internal')}`);
});

test('behind TLS the cookie is sent by TLS only', async () => {
  const open = async (url: string): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/admin/session`, { method: 'POST', headers, body: JSON.stringify({ token: WRITE_TOKEN }) });
    return answer.headers.getSetCookie()[0] ?? '';
  };
  await withServer({}, async ({ server }) => assert.not.match(await open(server.url), 'Secure'));
  await withServer({ tlsTerminated: true }, async ({ server }) => assert.match(await open(server.url), '; Secure'));
  const tls = certificate();
  await withServer({ tls }, async ({ server }) => {
    const cookie = await new Promise<string>((resolve, reject) => {
      const headers = { host: 'localhost:4747', 'content-type': 'application/json' };
      const asked = httpsRequest(`${server.url}/admin/session`, { method: 'POST', ca: tls.cert, headers, agent: false }, (answer) =>
        resolve(answer.resume().headers['set-cookie']?.[0] ?? ''),
      );
      asked.on('error', reject).end(JSON.stringify({ token: WRITE_TOKEN }));
    });
    assert.match(cookie, /^telemetry_admin_4747=v1\..*; Secure$/);
  });
});

test('a session ends after twelve hours', async () => {
  await withAdmin({}, async ({ admin, clock }) => {
    const cookie = await signIn(admin, { token: WRITE_TOKEN });
    clock.advance(HALF_A_DAY - 1);
    assert.is((await askBy(admin, cookie, 'GET', '/admin/system')).status, 200);
    clock.advance(1);
    const over = await askBy(admin, cookie, 'GET', '/admin/system');
    assert.equal([over.status, over.json.code], [401, 'SESSION_INVALID']);
  });
});

test('a session outlives a restart with the same token, and ends with another', async () => {
  const start = (token: string) => createAdmin(setting().bus, { tokens: [{ name: 'operator', token, scope: 'write' }] });
  const [before, same, other] = [start(WRITE_TOKEN), start(WRITE_TOKEN), start(READ_TOKEN)];
  const cookie = await signIn(before, { token: WRITE_TOKEN });
  before.close();
  assert.is((await askBy(same, cookie, 'GET', '/admin/session')).status, 200);
  assert.is((await askBy(other, cookie, 'GET', '/admin/session')).status, 401);
  same.close();
  other.close();
});

test('a session may no more than its token may by now', () => {
  const clock = fakeClock();
  const { value } = new Sessions(TOKENS, clock).open('operator', 'write');
  const lowered = new Sessions(
    TOKENS.map((token) => ({ ...token, scope: 'read' })),
    clock,
  );
  assert.is(lowered.read(value)?.scope, 'read');
  const renamed = new Sessions([{ ...TOKENS[0]!, name: 'somebody' }], clock);
  assert.is(renamed.read(value), undefined);
});

test('who signs out is out, with the tickets of the session, and others stay in', async () => {
  await withAdmin({}, async ({ admin, events }) => {
    const [cookie, other] = [await signIn(admin, { token: WRITE_TOKEN }), await signIn(admin, { token: WRITE_TOKEN })];
    const { ticket } = (await askBy(admin, cookie, 'POST', '/admin/tickets', { body: {}, headers: CONFIRMED })).json;
    const ended = await ask(admin, 'DELETE', '/admin/session', { token: null, headers: { cookie, ...CONFIRMED } });
    assert.equal([ended.status, ended.json], [200, { ended: true }]);
    assert.is(ended.headers.getSetCookie()[0], 'telemetry_admin=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0');
    assert.is((await askBy(admin, cookie, 'GET', '/admin/session')).status, 401);
    assert.is((await askOnly(admin, 'POST', '/admin/session', { token: null, body: { ticket } })).status, 401);
    assert.is((await askBy(admin, other, 'GET', '/admin/session')).status, 200);
    assert.is(events('authz_admin').at(-1)?.action, 'session_ended');
    const again = await ask(admin, 'DELETE', '/admin/session', { token: null, headers: { cookie } });
    assert.equal([again.status, again.json], [200, { ended: false }]);
  });
});

test('a session that was made through another ends no later than it', async () => {
  await withAdmin({}, async ({ admin, clock }) => {
    const cookie = await signIn(admin, { token: WRITE_TOKEN });
    clock.advance(HALF_A_DAY - 60_000);
    const { ticket } = (await askBy(admin, cookie, 'POST', '/admin/tickets', { body: { for: '1h' }, headers: CONFIRMED })).json;
    const answer = await askOnly(admin, 'POST', '/admin/session', { token: null, body: { ticket } });
    assert.is(answer.json.expires_at, clock.systemTime() + 60_000);
    assert.match(answer.headers.getSetCookie()[0]!, 'Max-Age=60');
  });
});

test('of a thousand ended sessions the next is remembered too, and none comes back', () => {
  const clock = fakeClock();
  const sessions = new Sessions(TOKENS, clock);
  const made = Array.from({ length: 1003 }, () => {
    clock.advance(1);
    return sessions.open('operator', 'write');
  });
  clock.advance(1);
  const alive = sessions.open('operator', 'write');
  for (const { session } of [...made].reverse()) sessions.revoke(session);
  assert.equal(
    made.filter(({ value }) => sessions.read(value) !== undefined),
    [],
  );
  assert.ok(sessions.read(alive.value));
});

test.run();
