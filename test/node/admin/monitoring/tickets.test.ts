import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { Tickets } from '../../../../lib/node/admin/monitoring/tickets';
import { fakeClock } from '../../../../lib/testing';
import { setting, withAdmin } from '../../../support/admin/served';
import { askBy, CONFIRMED, signIn } from '../../../support/admin/session';
import { READ_TOKEN, TOKENS, WRITE_TOKEN } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';

const HOLDER = { name: 'operator', scope: 'write', until: undefined, session: undefined } as const;

test('a ticket is taken once', () => {
  const tickets = new Tickets(fakeClock());
  const { ticket } = tickets.make(HOLDER, 30_000);
  assert.is(Buffer.from(ticket, 'base64url').length, 16);
  assert.is(tickets.take(ticket)?.name, 'operator');
  assert.is(tickets.take(ticket), undefined);
});

test('a ticket ends with its time, to the millisecond', () => {
  const clock = fakeClock();
  const tickets = new Tickets(clock);
  const [early, late] = [tickets.make(HOLDER, 30_000), tickets.make(HOLDER, 30_000)];
  assert.is(early.expiresAt, clock.systemTime() + 30_000);
  clock.advance(29_999);
  assert.ok(tickets.take(early.ticket));
  clock.advance(1);
  assert.is(tickets.take(late.ticket), undefined);
});

test('of more than a hundred tickets the oldest gives way', () => {
  const tickets = new Tickets(fakeClock());
  const made = Array.from({ length: 103 }, () => tickets.make(HOLDER, 30_000).ticket);
  const taken = made.map((ticket) => tickets.take(ticket) !== undefined);
  assert.equal(
    taken,
    made.map((_, at) => at >= 3),
  );
});

test('tickets that are over give way before those that are not', () => {
  const clock = fakeClock();
  const tickets = new Tickets(clock);
  const { ticket } = tickets.make(HOLDER, 60_000);
  for (let at = 0; at < 99; at++) tickets.make(HOLDER, 1000);
  clock.advance(1000);
  for (let at = 0; at < 50; at++) tickets.make(HOLDER, 1000);
  assert.ok(tickets.take(ticket));
});

test('nothing but the ticket itself is a ticket', () => {
  const tickets = new Tickets(fakeClock());
  const { ticket } = tickets.make(HOLDER, 30_000);
  // The last character of 22 has bits that no byte is made of.
  const sibling = ticket.slice(0, -1) + String.fromCharCode(ticket.charCodeAt(21) ^ 1);
  for (const wrong of ['', ` ${ticket}`, `${ticket}=`, ticket.slice(1), ticket.toLowerCase(), sibling, 'x'.repeat(1e6), '__proto__'])
    assert.is(tickets.take(wrong), undefined);
  assert.ok(tickets.take(ticket));
});

test('a token makes a ticket that opens a session of its name and scope, and the ticket is in no log', async () => {
  await withAdmin({ basePath: '/internal' }, async ({ admin, clock, events, logged }) => {
    const { status, json } = await ask0(admin, READ_TOKEN, {});
    assert.is(status, 201);
    assert.equal([json.scope, json.expires_at], ['read', clock.systemTime() + 30_000]);
    assert.is(json.path, `/internal/admin/monitoring#ticket=${json.ticket}`);
    const answer = await askOnly(admin, 'POST', '/internal/admin/session', { token: null, body: { ticket: json.ticket } });
    assert.equal([answer.json.name, answer.json.scope], ['viewer', 'read']);
    const [made, opened] = events('authz_admin');
    assert.equal([made?.action, made?.actor, opened?.action, opened?.actor], ['ticket_made', 'viewer', 'session_opened', 'viewer']);
    assert.not.match(logged(), json.ticket);
  });
});

const ask0 = (admin: Parameters<typeof askOnly>[0], token: string, body: object) =>
  askOnly(admin, 'POST', '/internal/admin/tickets', { token, body });

test('answers and refusals of tickets are as described', async () => {
  await withAdmin({}, async ({ admin }) => {
    const make = (body: object, token: string | null = WRITE_TOKEN) => ask(admin, 'POST', '/admin/tickets', { body, token });
    assert.is((await make({ for: '1h', scope: 'read' })).json.scope, 'read');
    assert.is((await make({ for: '1s' })).status, 201);
    for (const wrong of ['999ms', '61m', '2h', '0s', '-1s', 'soon', '1e3', '']) assert.is((await make({ for: wrong })).status, 422, wrong);
    assert.is((await make({ scope: 'all' })).status, 422);
    assert.is((await make({ name: 'operator' })).status, 422);
    assert.is((await make({}, null)).status, 401);
  });
});

test('a ticket of a read token can not be made to write', async () => {
  await withAdmin({}, async ({ admin }) => {
    const refused = await ask(admin, 'POST', '/admin/tickets', { token: READ_TOKEN, body: { scope: 'write' } });
    assert.equal([refused.status, refused.json.code], [403, 'SCOPE_MISSING']);
    const { json } = await ask(admin, 'POST', '/admin/tickets', { token: READ_TOKEN, body: {} });
    const cookie = await signIn(admin, { ticket: json.ticket });
    const changed = await askBy(admin, cookie, 'PUT', '/admin/levels', { body: { level: 'trace' }, headers: CONFIRMED });
    assert.equal([changed.status, changed.json.code], [403, 'SCOPE_MISSING']);
    const more = await askBy(admin, cookie, 'POST', '/admin/tickets', { body: { scope: 'write' }, headers: CONFIRMED });
    assert.is(more.status, 403);
  });
});

test('a ticket in a query never counts, and stays unused', async () => {
  await withAdmin({}, async ({ admin }) => {
    const { ticket } = admin.ticket();
    for (const name of ['ticket', 'token']) {
      const data = await askOnly(admin, 'GET', `/admin/system?${name}=${ticket}`, { token: null });
      assert.is(data.status, 401);
      const page = await askOnly(admin, 'GET', `/admin/monitoring?${name}=${ticket}`, { token: null });
      assert.equal([page.status, page.headers.getSetCookie()], [200, []]);
      const opened = await askOnly(admin, 'POST', `/admin/session?${name}=${ticket}`, { token: null, body: {} });
      assert.is(opened.status, 400);
    }
    await signIn(admin, { ticket });
  });
});

test('a ticket opens no other API, and none after its API is closed', async () => {
  const { bus } = setting();
  const [one, other] = [createAdmin(bus, { tokens: TOKENS }), createAdmin(bus, { tokens: TOKENS })];
  const { ticket } = one.ticket();
  const asked = { token: null, body: { ticket } };
  assert.is((await askOnly(other, 'POST', '/admin/session', asked)).status, 401);
  one.close();
  assert.is((await askOnly(one, 'POST', '/admin/session', asked)).status, 503);
  other.close();
});

test('a program makes tickets of the widest scope there is, or a narrower one, and is told what is wrong', async () => {
  await withAdmin({}, async ({ admin }) => {
    const infoOf = async (ticket: string) => (await askOnly(admin, 'POST', '/admin/session', { token: null, body: { ticket } })).json;
    const wide = await infoOf(admin.ticket().ticket);
    const narrow = await infoOf(admin.ticket({ scope: 'read', for: 60_000 }).ticket);
    assert.equal([wide.name, wide.scope, narrow.name, narrow.scope], ['operator', 'write', 'viewer', 'read']);
    for (const wrong of [{ for: '2h' }, { for: 10 }, { scope: 'all' }, { name: 'x' }]) {
      assert.throws(
        () => admin.ticket(wrong as never),
        (error: unknown) => isTelemetryError(error),
      );
    }
  });
  await withAdmin({ token: WRITE_TOKEN }, ({ admin }) => assert.is(admin.ticket({ scope: 'read' }).scope, 'read'));
  await withAdmin({ tokens: [TOKENS[1]!] }, ({ admin }) => {
    assert.is(admin.ticket().scope, 'read');
    assert.throws(() => admin.ticket({ scope: 'write' }), /none of the tokens may write/);
  });
});

test.run();
