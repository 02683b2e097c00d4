import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { healthOf } from '../../../lib/entries/health';
import { type Admin, createAdmin } from '../../../lib/node/admin/admin';
import { setting, withAdmin } from '../../support/admin/served';
import { READ_TOKEN, TOKENS, WRITE_TOKEN } from '../../support/admin/tokens';
import { askOnly } from '../../support/admin/validate';

const PATHS = ['/admin/openapi.json', '/health', '/admin/nothing', '/nothing', '/metrics'];

test('another host, another origin and another site get 403 everywhere, before the token is looked at', async () => {
  await withAdmin({}, async ({ admin, events }) => {
    const hostile: readonly Record<string, string>[] = [
      { host: 'evil.example' },
      { host: 'localhost.evil.example' },
      { host: 'localhost.' },
      { host: 'localhost:1:2' },
      { host: 'localhost@evil.example' },
      { host: '' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:1' },
      { origin: 'chrome-extension://abc' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none, cross-site' },
    ];
    for (const headers of hostile) {
      for (const path of PATHS) {
        for (const token of [WRITE_TOKEN, null, 'wrong']) {
          const { status, json } = await askOnly(admin, 'GET', path, { headers, token });
          assert.is(status, 403, JSON.stringify({ headers, path, token }));
          assert.is(json.code, 'ORIGIN_REFUSED');
        }
      }
    }
    // None of the wrong tokens was counted.
    assert.is((await askOnly(admin, 'GET', '/admin/openapi.json')).status, 200);
    assert.ok(events('unauthorized_access').length >= 1);
  });
});

test('hosts of loopback and those that are allowed are answered, with their own origin', async () => {
  await withAdmin({ allowedHosts: ['admin.example.com', '10.0.0.5:4747'] }, async ({ admin }) => {
    const friendly: readonly Record<string, string>[] = [
      {},
      { host: 'LOCALHOST:9' },
      { host: '127.0.0.1:4747' },
      { host: '[::1]:4747' },
      { host: 'Admin.example.com' },
      { host: 'admin.example.com:8443', origin: 'https://admin.example.com:8443' },
      { host: '10.0.0.5:4747' },
      { host: 'localhost', origin: 'http://localhost:80' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of friendly) {
      const expected = headers.origin === 'http://localhost:80' ? 403 : 200;
      assert.is((await askOnly(admin, 'GET', '/admin/openapi.json', { headers })).status, expected, JSON.stringify(headers));
    }
    assert.is((await askOnly(admin, 'GET', '/health', { headers: { host: '10.0.0.5:4748' } })).status, 403);
  });
});

test('missing, wrong, almost right, overlong, repeated, non-ASCII tokens and tokens in the query get one and the same 401', async () => {
  await withAdmin({}, async ({ admin, clock, logged }) => {
    const answers = new Set<string>();
    const wrong: readonly Record<string, string>[] = [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Bearer ${WRITE_TOKEN.slice(0, -1)}` },
      { authorization: `Bearer ${WRITE_TOKEN}x` },
      { authorization: `Bearer ${'x'.repeat(100_000)}` },
      { authorization: `Bearer ${WRITE_TOKEN}, Bearer ${WRITE_TOKEN}` },
      { authorization: 'Bearer' },
      { authorization: `Bearer ${WRITE_TOKEN.slice(0, -1)}\u00e9` },
      { authorization: WRITE_TOKEN },
      { authorization: `Basic ${WRITE_TOKEN}` },
      { 'x-admin-token': 'wrong' },
      { 'x-admin-token': '' },
      { 'x-admin-token': `${WRITE_TOKEN}, ${WRITE_TOKEN}` },
      { 'x-admin-token': WRITE_TOKEN, authorization: `Bearer ${READ_TOKEN}` },
      { cookie: `token=${WRITE_TOKEN}` },
    ];
    const told = async (path: string, headers: Record<string, string>): Promise<void> => {
      const { status, headers: sent, text } = await askOnly(admin, 'GET', path, { token: null, headers });
      answers.add(JSON.stringify([status, text, [...sent]]));
      clock.advance(60_000);
    };
    for (const headers of wrong) for (const path of ['/admin/openapi.json', '/metrics', '/nothing']) await told(path, headers);
    for (const name of ['token', 'access_token', 'key', 'x-admin-token']) await told(`/admin/openapi.json?${name}=${WRITE_TOKEN}`, {});
    assert.is(answers.size, 1, [...answers].join('\n'));
    const [answer] = [...answers];
    assert.match(answer!, '[401,');
    assert.match(answer!, '["www-authenticate","Bearer"]');
    assert.not.match(logged(), WRITE_TOKEN);
    assert.not.match(logged(), READ_TOKEN);
  });
});

test('both headers count, also with the same token in both', async () => {
  await withAdmin({}, async ({ admin }) => {
    const all: readonly Record<string, string>[] = [
      { 'x-admin-token': WRITE_TOKEN },
      { authorization: `bearer ${READ_TOKEN}` },
      { 'x-admin-token': WRITE_TOKEN, authorization: `Bearer ${WRITE_TOKEN}` },
      { 'x-admin-token': WRITE_TOKEN, authorization: 'Basic Zm9vOmJhcg==' },
    ];
    for (const headers of all) assert.is((await askOnly(admin, 'GET', '/admin/openapi.json', { token: null, headers })).status, 200);
  });
});

test('after ten wrong tokens an address is refused for the rest of the minute, also with the right one', async () => {
  await withAdmin({}, async ({ admin, clock, events }) => {
    const ask = (token: string | null, peer: string, path = '/admin/openapi.json') => askOnly(admin, 'GET', path, { token, peer });
    for (let turn = 0; turn < 50; turn++) assert.is((await ask(null, '10.1.1.1')).status, 401, 'without a token nothing is counted');
    for (let turn = 0; turn < 10; turn++) assert.is((await ask(`wrong${turn}`, '10.1.1.1', turn % 2 ? '/health' : '/nothing')).status, 401);
    clock.advance(20_000);
    for (let turn = 0; turn < 20; turn++) {
      const { status, headers, json } = await ask(WRITE_TOKEN, turn % 2 ? '10.1.1.1' : '::ffff:10.1.1.1');
      assert.equal([status, headers.get('retry-after'), json.code], [429, '40', 'TOO_MANY_ATTEMPTS']);
    }
    assert.is((await ask(WRITE_TOKEN, '10.1.1.2')).status, 200, 'others are answered');
    assert.is((await ask(null, '10.1.1.1', '/health')).status, 200, 'and so is who shows no token');
    clock.advance(40_000);
    assert.is((await ask(WRITE_TOKEN, '10.1.1.1')).status, 200);
    assert.is(events('rate_limit_exceeded')[0]?.ip, '10.1.1.1');
  });
});

test('where nobody knows the address, wrong tokens are refused after ten, and the right one never', async () => {
  await withAdmin({}, async ({ admin, events }) => {
    const status = async (token: string): Promise<number> => {
      const headers = { 'x-admin-token': token };
      return (await admin.fetch(new Request('http://localhost/admin/openapi.json', { headers }))).status;
    };
    for (let turn = 0; turn < 10; turn++) assert.is(await status(`wrong${turn}`), 401);
    for (let turn = 0; turn < 5; turn++) assert.equal([await status('wrong'), await status(WRITE_TOKEN)], [429, 200]);
    assert.is(events('rate_limit_exceeded').length, 1);
  });
});

test('addresses of one /64 are one, and others are others', async () => {
  await withAdmin({}, async ({ admin }) => {
    for (let turn = 0; turn < 10; turn++) await askOnly(admin, 'GET', '/health', { token: 'wrong', peer: `2001:db8:1:2::${turn}` });
    assert.is((await askOnly(admin, 'GET', '/health', { peer: '2001:db8:1:2:ffff::1' })).status, 429);
    assert.is((await askOnly(admin, 'GET', '/health', { peer: '2001:db8:1:3::1' })).status, 200);
  });
});

test('more addresses than are counted do not let memory grow, and the oldest begins anew', async () => {
  await withAdmin({}, async ({ admin }) => {
    const wrong = (peer: string) => askOnly(admin, 'GET', '/health', { token: 'wrong', peer });
    for (let turn = 0; turn < 10; turn++) await wrong('10.9.9.9');
    assert.is((await wrong('10.9.9.9')).status, 429);
    for (let turn = 0; turn < 10_000; turn++) await wrong(`10.${64 + (turn >> 14)}.${(turn >> 7) & 127}.${turn & 127}`);
    assert.is((await wrong('10.9.9.9')).status, 401);
  });
});

test('an address in X-Forwarded-For counts only where a proxy is trusted', async () => {
  const headers = (ip: string): Record<string, string> => ({ 'x-forwarded-for': ip });
  const blockedAfterTen = async (admin: Admin): Promise<number> => {
    for (let turn = 0; turn < 10; turn++) await askOnly(admin, 'GET', '/health', { token: 'wrong', headers: headers(`10.5.5.${turn}`) });
    return (await askOnly(admin, 'GET', '/health', { headers: headers('10.5.5.99') })).status;
  };
  await withAdmin({}, async ({ admin }) => assert.is(await blockedAfterTen(admin), 429));
  await withAdmin({ trustProxy: 1 }, async ({ admin }) => assert.is(await blockedAfterTen(admin), 200));
});

/** They let people in, with no more than they may: monitoring/session*.test.ts. */
const OWN = /^\/admin\/(?:session|tickets)$/;

test('a token that may read changes nothing', async () => {
  await withAdmin({}, async ({ admin, events }) => {
    const { json } = await askOnly(admin, 'GET', '/admin/openapi.json');
    const changes = Object.entries(json.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).flatMap((method) => (method === 'get' || OWN.test(path) ? [] : [[method.toUpperCase(), path]])),
    );
    assert.ok(changes.length > 0);
    for (const [method, path] of changes) {
      const answer = await askOnly(admin, method!, path!.replace(/\{\w+\}/g, 'x'), {
        token: READ_TOKEN,
        body: method === 'DELETE' ? undefined : {},
      });
      assert.equal([answer.status, answer.json.code], [403, 'SCOPE_MISSING'], `${method} ${path}`);
    }
    assert.is(events('unauthorized_access')[0]?.user, 'viewer');
  });
});

test('each route but those of health, the page without data and what opens a session needs a token', async () => {
  await withAdmin({}, async ({ admin, clock }) => {
    const { json } = await askOnly(admin, 'GET', '/admin/openapi.json');
    for (const [path, methods] of Object.entries(json.paths)) {
      for (const method of Object.keys(methods as object)) {
        const answer = await askOnly(admin, method.toUpperCase(), path.replace(/\{\w+\}/g, 'x'), { token: null });
        clock.advance(1000);
        const isOpen = /^\/health|^\/admin\/monitoring/.test(path) || (path === '/admin/session' && method !== 'get');
        if (isOpen) assert.not.equal(answer.status, 401, path);
        else assert.is(answer.status, 401, `${method} ${path}`);
      }
    }
  });
  await withAdmin({ publicMetrics: true }, async ({ admin }) => {
    assert.is((await askOnly(admin, 'GET', '/metrics', { token: null })).status, 200);
    assert.is((await askOnly(admin, 'GET', '/admin/openapi.json', { token: null })).status, 401);
  });
  await withAdmin({ publicHealth: false }, async ({ admin }) => {
    assert.is((await askOnly(admin, 'GET', '/health', { token: null })).status, 401);
  });
});

test('who is nobody learns one word of health whatever the query asks, and a thousand requests run no check', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    let runs = 0;
    const health = healthOf(bus);
    health.addCheck('database', () => {
      runs++;
      throw new Error('secret-host.internal refused');
    });
    await health.check();
    for (let turn = 0; turn < 1000; turn++) {
      const path = ['/health', '/health/live', '/health/ready', '/health/startup', '/health?format=actuator'][turn % 5]!;
      const { text } = await askOnly(admin, 'GET', path, { token: null });
      assert.not.match(text, /database|secret-host|duration/);
    }
    assert.ok(runs <= 2, `${runs} runs`);
  });
});

test('each answer has its protection and lets no other site read it', async () => {
  await withAdmin({}, async ({ admin }) => {
    const asked = [
      askOnly(admin, 'GET', '/admin/openapi.json'),
      askOnly(admin, 'GET', '/health', { token: null }),
      askOnly(admin, 'GET', '/metrics'),
      askOnly(admin, 'GET', '/nothing'),
      askOnly(admin, 'GET', '/admin/openapi.json', { token: null }),
      askOnly(admin, 'GET', '/health', { headers: { host: 'evil.example' } }),
      askOnly(admin, 'OPTIONS', '/admin/openapi.json', { headers: { 'access-control-request-method': 'PUT' } }),
    ];
    for (const { headers } of await Promise.all(asked)) {
      assert.is(headers.get('cache-control'), 'no-store');
      assert.is(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
      assert.is(headers.get('x-content-type-options'), 'nosniff');
      assert.is(headers.get('referrer-policy'), 'no-referrer');
      assert.is(headers.get('cross-origin-resource-policy'), 'same-origin');
      assert.is(headers.get('x-frame-options'), 'DENY');
      assert.not.ok([...headers.keys()].some((name) => name.startsWith('access-control-')));
    }
  });
});

test('a flood of refusals is few events, which say how many there were', async () => {
  await withAdmin({}, async ({ admin, clock, events }) => {
    for (let turn = 0; turn < 500; turn++)
      await askOnly(admin, 'GET', '/admin/openapi.json', { token: null, headers: { 'user-agent': 'probe/1' } });
    clock.advance(1000);
    const told = events('unauthorized_access');
    assert.equal(
      told.map(({ attempts }) => attempts),
      [1, 499],
    );
    assert.is(told[0]!.endpoint, '/admin/openapi.json');
    assert.is(told[0]!.user_agent, 'probe/1');
    assert.is(told[0]!.ip, '127.0.0.1');
  });
});

test('paths are told as their routes write them', async () => {
  await withAdmin({}, async ({ admin, events, logged }) => {
    await askOnly(admin, 'GET', '/admin/private-thing-4711', { token: null });
    assert.is(events('unauthorized_access')[0]?.endpoint, '(unknown)');
    assert.not.match(logged(), '4711');
  });
});

test('a token that is replaced works beside the new one', async () => {
  const { bus } = setting();
  const admin = createAdmin(bus, { tokens: TOKENS.map(({ name, token }) => ({ name, token, scope: 'read' })) });
  for (const { token } of TOKENS) assert.is((await askOnly(admin, 'GET', '/admin/openapi.json', { token })).status, 200);
  admin.close();
  assert.is((await askOnly(admin, 'GET', '/admin/openapi.json')).status, 503);
});

test.run();
