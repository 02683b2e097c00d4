import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Sessions } from '../../../../lib/node/admin/monitoring/sessions';
import { fakeClock } from '../../../../lib/testing';
import { withAdmin } from '../../../support/admin/served';
import { askBy, CONFIRMED, signIn } from '../../../support/admin/session';
import { READ_TOKEN, TOKENS, WRITE_TOKEN } from '../../../support/admin/tokens';
import { askOnly } from '../../../support/admin/validate';

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= %,\u0000\u00e9';

test('a cookie in which any character was changed, left out or added never verifies', () => {
  const sessions = new Sessions(TOKENS, fakeClock());
  const { value } = sessions.open('operator', 'read');
  assert.ok(sessions.read(value));
  for (let at = 0; at < value.length; at++) {
    for (const one of CHARACTERS) {
      if (one !== value[at]) assert.is(sessions.read(value.slice(0, at) + one + value.slice(at + 1)), undefined, `${at} ${one}`);
      const longer = value.slice(0, at) + one + value.slice(at);
      if (longer !== value) assert.is(sessions.read(longer), undefined, `${at} +${one}`);
    }
    assert.is(sessions.read(value.slice(0, at) + value.slice(at + 1)), undefined, `${at} left out`);
  }
});

test('no mixture of the parts of several cookies verifies', () => {
  const clock = fakeClock();
  const sessions = new Sessions(TOKENS, clock);
  const made = [sessions.open('operator', 'write'), sessions.open('operator', 'read'), sessions.open('viewer', 'read')];
  clock.advance(5);
  made.push(sessions.open('viewer', 'read'), new Sessions([{ ...TOKENS[0]!, token: READ_TOKEN }], clock).open('operator', 'write'));
  const parts = made.map(({ value }) => value.split('.'));
  const genuine = new Set(made.slice(0, 4).map(({ value }) => value));
  const pick = fc.constantFrom(0, 1, 2, 3, 4);
  fc.assert(
    fc.property(pick, pick, pick, pick, pick, pick, (...from) => {
      const mixed = from.map((one, at) => parts[one]![at]).join('.');
      return genuine.has(mixed) === (sessions.read(mixed) !== undefined);
    }),
    { numRuns: 2000 },
  );
});

test('no text is a session', () => {
  const sessions = new Sessions(TOKENS, fakeClock());
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 300 }));
  fc.assert(fc.property(text, (given) => sessions.read(given) === undefined && sessions.read(`v1.${given}`) === undefined));
  for (const name of ['nobody', '', '__proto__', 'anonymous'])
    assert.is(sessions.read(sessions.open(name, 'write').value), undefined, name);
});

test('cookies of another token, another process and another name are refused, whatever they say of themselves', async () => {
  await withAdmin({}, async ({ admin, clock }) => {
    const strange = [
      new Sessions([{ name: 'operator', token: `${WRITE_TOKEN}x`, scope: 'write' }], clock).open('operator', 'write').value,
      new Sessions([{ name: 'operator', token: READ_TOKEN, scope: 'write' }], clock).open('operator', 'write').value,
      'v1',
      WRITE_TOKEN,
      '',
      'x'.repeat(8000),
    ];
    for (const value of strange) {
      const { status, json } = await askBy(admin, `telemetry_admin=${value}`, 'GET', '/admin/system');
      assert.equal([status, json.code], [401, 'SESSION_INVALID'], value);
      clock.advance(1000);
    }
    const { value } = new Sessions(TOKENS, clock).open('operator', 'write');
    for (const cookie of [
      `telemetry_admin_1=${value}`,
      `Telemetry_admin=${value}`,
      `x=telemetry_admin=${value}`,
      `telemetry_admin_=${value}`,
    ])
      assert.is((await askBy(admin, cookie, 'GET', '/admin/system')).json.code, 'TOKEN_INVALID', cookie);
    assert.is((await askBy(admin, `a=b; telemetry_admin=${value};c`, 'GET', '/admin/system')).status, 200);
  });
});

test('stale cookies count as no attempts, and public answers are as for nobody', async () => {
  await withAdmin({}, async ({ admin }) => {
    for (let turn = 0; turn < 30; turn++) await askBy(admin, 'telemetry_admin=stale', 'GET', '/admin/system');
    assert.is((await askOnly(admin, 'GET', '/admin/system')).status, 200);
    for (const path of ['/health', '/admin/monitoring']) assert.is((await askBy(admin, 'telemetry_admin=stale', 'GET', path)).status, 200);
    assert.is((await askBy(admin, 'telemetry_admin=stale', 'POST', '/admin/session', { body: { token: WRITE_TOKEN } })).status, 200);
  });
});

test('of several cookies of our name none counts', async () => {
  await withAdmin({}, async ({ admin }) => {
    const cookie = await signIn(admin, { token: WRITE_TOKEN });
    for (const two of [`${cookie}; ${cookie}`, `telemetry_admin=x; ${cookie}`, `${cookie}; telemetry_admin`]) {
      const { status, json } = await askBy(admin, two, 'GET', '/admin/system');
      assert.equal([status, json.code], [401, 'SESSION_INVALID'], two);
    }
  });
});

test('a change by cookie needs the header of the page and its own origin', async () => {
  await withAdmin({}, async ({ admin, bus, events, clock }) => {
    const cookie = await signIn(admin, { token: WRITE_TOKEN });
    const before = JSON.stringify(bus.getLogLevels());
    const refused: readonly Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { 'x-telemetry-request': '0' },
      { 'x-telemetry-request': '1, 1' },
      { 'x-telemetry-request': '' },
      { 'x-telemetry-request': '1', 'sec-fetch-site': 'none' },
      { 'x-telemetry-request': '1', 'sec-fetch-site': 'same-site' },
      { 'x-telemetry-request': '1', 'sec-fetch-site': 'cross-site' },
      { 'x-telemetry-request': '1', origin: 'http://localhost:3000' },
      { 'x-telemetry-request': '1', origin: 'null' },
    ];
    for (const headers of refused) {
      for (const [method, path] of [
        ['PUT', '/admin/levels'],
        ['POST', '/admin/tickets'],
        ['DELETE', '/admin/session'],
        ['POST', '/none'],
      ] as const) {
        const answer = await askBy(admin, cookie, method, path, { headers, ...(method !== 'DELETE' && { body: { level: 'trace' } }) });
        assert.is(answer.status, 403, JSON.stringify({ headers, method, path }));
        clock.advance(1000);
      }
    }
    assert.is(JSON.stringify(bus.getLogLevels()), before);
    assert.ok(events('unauthorized_access').some(({ reason, user }) => reason === 'unconfirmed' && user === 'operator'));
    assert.is((await askBy(admin, cookie, 'PUT', '/admin/levels', { body: { level: 'trace' }, headers: CONFIRMED })).status, 200);
    const old = { 'x-telemetry-request': '1' };
    assert.is(
      (await askBy(admin, cookie, 'PUT', '/admin/levels', { body: { level: 'debug' }, headers: old })).status,
      200,
      'no such header',
    );
  });
});

test('a page of a sibling port and of another site reads nothing by cookie, not even by a link', async () => {
  await withAdmin({}, async ({ admin }) => {
    const cookie = await signIn(admin, { token: WRITE_TOKEN });
    const link = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    for (const site of ['same-site', 'cross-site'])
      for (const path of ['/admin/system', '/admin/session', '/metrics', '/health', '/admin/logs/errors'])
        for (const more of [{}, link]) {
          const { status, json } = await askBy(admin, cookie, 'GET', path, { headers: { 'sec-fetch-site': site, ...more } });
          assert.equal([status, json.code], [403, 'ORIGIN_REFUSED'], `${site} ${path}`);
        }
  });
});

test('a token in a header goes before a cookie, also a wrong one', async () => {
  await withAdmin({}, async ({ admin }) => {
    const cookie = await signIn(admin, { token: WRITE_TOKEN });
    const nameBy = async (token: string) => (await askOnly(admin, 'GET', '/admin/session', { token, headers: { cookie } })).json;
    assert.equal(await nameBy(READ_TOKEN), { name: 'viewer', scope: 'read', expires_at: null });
    assert.is((await nameBy('wrong')).code, 'TOKEN_INVALID');
    const changed = await askOnly(admin, 'PUT', '/admin/levels', { token: READ_TOKEN, headers: { cookie }, body: { level: 'trace' } });
    assert.is(changed.status, 403, 'the cookie adds nothing to it');
  });
});

test('wrong tickets and tokens of sessions are limited as wrong tokens are, with the same words', async () => {
  const bodies: readonly ((turn: number) => object)[] = [(turn) => ({ ticket: `wrong${turn}` }), (turn) => ({ token: `wrong${turn}` })];
  for (const body of bodies) {
    await withAdmin({}, async ({ admin, clock, events, logged }) => {
      const usual = await askOnly(admin, 'GET', '/admin/system', { token: 'wrong', peer: '10.0.0.9' });
      const open = (given: object, peer = '10.1.1.1') => askOnly(admin, 'POST', '/admin/session', { token: null, body: given, peer });
      const { ticket } = admin.ticket({ for: '1h' });
      for (let turn = 0; turn < 10; turn++) {
        const answer = await open(body(turn));
        assert.equal([answer.status, answer.text, answer.headers.getSetCookie()], [401, usual.text, []]);
      }
      assert.equal([(await open({ ticket })).status, (await open({ token: WRITE_TOKEN })).status], [429, 429]);
      assert.is((await askOnly(admin, 'GET', '/admin/system', { peer: '10.1.1.1' })).status, 429, 'one count for all ways in');
      assert.is(events('rate_limit_exceeded')[0]?.ip, '10.1.1.1');
      clock.advance(60_000);
      assert.is((await open({ ticket })).status, 200, 'the ticket was not looked at, so it was not used up');
      assert.not.match(logged(), /wrong\d/);
    });
  }
});

test('what is no login is refused without being counted', async () => {
  await withAdmin({}, async ({ admin }) => {
    const open = (body: unknown, headers = {}) => askOnly(admin, 'POST', '/admin/session', { token: null, body, headers });
    for (let turn = 0; turn < 5; turn++)
      for (const body of [{}, { ticket: 'a', token: 'b' }, { token: 7 }, { name: 'operator' }, [], 'x', { token: 'x'.repeat(513) }])
        assert.is((await open(body)).status, 422, JSON.stringify(body));
    assert.is((await open({ token: WRITE_TOKEN }, { 'content-type': 'text/plain' })).status, 415);
    assert.is((await open({ token: WRITE_TOKEN }, { origin: 'http://evil.example' })).status, 403);
    assert.is((await open({ token: WRITE_TOKEN })).status, 200);
  });
});

test.run();
