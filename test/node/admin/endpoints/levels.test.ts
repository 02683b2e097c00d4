import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { setting, withAdmin } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { withStart } from '../../../support/started';

const put = (admin: Parameters<typeof ask>[0], body: object) => ask(admin, 'PUT', '/admin/levels', { body });

test('a level that was changed for a time is what it was before when the time is over', async () => {
  await withAdmin({}, async ({ admin, bus, clock, events }) => {
    bus.setLogLevel('warn', 'shop.cart');
    const { status, json } = await put(admin, { level: 'debug', logger: 'shop.cart', for: '10m' });
    assert.equal([status, json.before, json.change.original, json.change.by], [200, 'warn', 'warn', 'operator']);
    assert.is(bus.getLogLevel('shop.cart'), 'debug');
    clock.advance('9m');
    assert.is(bus.getLogLevel('shop.cart'), 'debug');
    clock.advance('1m');
    assert.is(bus.getLogLevel('shop.cart'), 'warn');
    assert.equal((await ask(admin, 'GET', '/admin/levels')).json.changes, []);
    assert.equal(
      events('authz_admin').map(({ action, target, before, after, actor, severity }) => [action, target, before, after, actor, severity]),
      [
        ['log_level_changed', 'shop.cart', 'warn', 'debug', 'operator', 'medium'],
        ['log_level_reverted', 'shop.cart', 'debug', 'warn', 'timer of operator', 'medium'],
      ],
    );
  });
});

test('without a time it is a quarter of an hour, for all loggers', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    const before = bus.getLogLevel();
    await put(admin, { level: 'critical' });
    assert.is((await ask(admin, 'GET', '/admin/levels')).json.levels['*'], 'critical');
    clock.advance('14m');
    assert.is(bus.getLogLevel(), 'critical');
    clock.advance('1m');
    assert.is(bus.getLogLevel(), before);
  });
});

test('a logger without a level of its own has none again afterwards', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    await put(admin, { level: 'error', logger: 'shop.new', for: '1m' });
    assert.is(bus.getLogLevels()['shop.new'], 'error');
    clock.advance('1m');
    assert.not('shop.new' in bus.getLogLevels());
  });
});

test('of changes that overlap the later one holds, and goes back to what was before the first', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.setLogLevel('info', 'shop');
    await put(admin, { level: 'debug', logger: 'shop', for: '5m' });
    clock.advance('4m');
    await put(admin, { level: 'trace', logger: 'shop', for: '5m' });
    clock.advance('4m');
    assert.is(bus.getLogLevel('shop'), 'trace');
    clock.advance('1m');
    assert.is(bus.getLogLevel('shop'), 'info');
  });
});

test('what somebody else set meanwhile stays, and that is told', async () => {
  await withAdmin({}, async ({ admin, bus, clock, events }) => {
    bus.setLogLevel('info', 'shop');
    await put(admin, { level: 'debug', logger: 'shop', for: '5m' });
    bus.setLogLevel('error', 'shop');
    clock.advance('5m');
    assert.is(bus.getLogLevel('shop'), 'error');
    assert.is(events('authz_admin').at(-1)?.action, 'log_level_left');
  });
});

test('a change can be put back before its time, once', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.setLogLevel('info', 'shop');
    await put(admin, { level: 'debug', logger: 'shop', for: '5m' });
    const { status, json } = await ask(admin, 'DELETE', '/admin/levels/shop');
    assert.equal([status, json.before, json.after, bus.getLogLevel('shop')], [200, 'debug', 'info', 'info']);
    assert.is((await ask(admin, 'DELETE', '/admin/levels/shop')).status, 404);
    bus.setLogLevel('debug', 'shop');
    clock.advance('5m');
    assert.is(bus.getLogLevel('shop'), 'debug');
  });
});

test('for ever must be said, and can be put back by hand only', async () => {
  const { bus, clock } = setting();
  const admin = createAdmin(bus, { tokens: TOKENS });
  const before = bus.getLogLevel();
  await put(admin, { level: 'critical', forever: true });
  clock.advance('7d');
  assert.is(bus.getLogLevel(), 'critical');
  const { json } = await ask(admin, 'DELETE', '/admin/levels/*');
  assert.equal([json.after, bus.getLogLevel()], [before, before]);
  await put(admin, { level: 'critical', forever: true });
  admin.close();
  assert.is(bus.getLogLevel(), 'critical');
});

test('closing the API puts back what was changed for a time', async () => {
  const { bus, events } = setting();
  const admin = createAdmin(bus, { tokens: TOKENS });
  bus.setLogLevel('info', 'shop');
  await put(admin, { level: 'trace', logger: 'shop', for: '24h' });
  admin.close();
  assert.is(bus.getLogLevel('shop'), 'info');
  assert.is(events('authz_admin').at(-1)?.action, 'log_level_reverted');
});

test('wrong levels, names and times are refused, and change nothing', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    const before = bus.getLogLevels();
    const bodies = [
      { level: 'loud' },
      { level: 'debug', logger: 'no such/name' },
      { level: 'debug', for: '25h' },
      { level: 'debug', for: 'soon' },
      { level: 'debug', for: '1m', forever: true },
      { level: 'inherit' },
      { level: 'debug', extra: 1 },
      {},
    ];
    for (const body of bodies) assert.is((await put(admin, body)).status, 422, JSON.stringify(body));
    assert.equal(bus.getLogLevels(), before);
    assert.is((await ask(admin, 'PUT', '/admin/levels', { token: READ_TOKEN, body: { level: 'debug' } })).status, 403);
    assert.equal(bus.getLogLevels(), before);
  });
});

test('a hundred levels can be changed at a time, and no more', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    for (let number = 0; number < 100; number++) assert.is((await put(admin, { level: 'debug', logger: `shop.n${number}` })).status, 200);
    assert.is((await put(admin, { level: 'debug', logger: 'shop.more' })).status, 409);
    assert.not('shop.more' in bus.getLogLevels());
    assert.is((await put(admin, { level: 'trace', logger: 'shop.n7' })).status, 200);
  });
});

test('no level silences the security stream', async () => {
  await withStart({ monitor: false }, async ({ app, records }) => {
    using admin = createAdmin(app, { tokens: TOKENS });
    for (const logger of ['*', 'shop.security']) assert.is((await put(admin, { level: 'silent', logger })).status, 200);
    app.logger('cart').critical('silenced');
    app.security('authn_login_fail', { ip: '10.0.0.9' });
    await app.flush();
    assert.equal(
      records('security.log').map(({ event }) => event),
      ['authz_admin', 'authz_admin', 'authn_login_fail'],
    );
    assert.not(records('app.log').some(({ message }) => message === 'silenced'));
  });
});

test('two admin APIs of one bus know the changes of each other, and the last to be closed puts them back', async () => {
  const { bus, clock } = setting();
  const [one, other] = [createAdmin(bus, { tokens: TOKENS }), createAdmin(bus, { tokens: TOKENS })];
  const before = bus.getLogLevel();
  await put(one, { level: 'debug', for: '1m' });
  await put(other, { level: 'critical', for: '15m' });
  assert.equal((await ask(one, 'GET', '/admin/levels')).json.changes.map(({ level }: { level: string }) => level), ['critical']); // biome-ignore format: short
  clock.advance('2m');
  assert.is(bus.getLogLevel(), 'critical');
  clock.advance('1h');
  assert.is(bus.getLogLevel(), before);
  await put(one, { level: 'critical', for: '15m' });
  one.close();
  assert.is(bus.getLogLevel(), 'critical');
  other.close();
  assert.is(bus.getLogLevel(), before);
});

test('a change for a time goes back to the one that was made for ever, which can still be put back', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.setLogLevel('info', 'shop');
    await put(admin, { level: 'warn', logger: 'shop', forever: true });
    await put(admin, { level: 'debug', logger: 'shop', for: '1m' });
    assert.is((await put(admin, { level: 'trace', logger: 'shop', for: '1m' })).json.change.original, 'warn');
    clock.advance('1m');
    assert.is(bus.getLogLevel('shop'), 'warn');
    assert.is((await ask(admin, 'DELETE', '/admin/levels/shop')).json.after, 'info');
    assert.is(bus.getLogLevel('shop'), 'info');
  });
});

test('stop() puts levels back and tells of that and of all reads; nothing is changed afterwards', async () => {
  await withStart({ monitor: false }, async ({ app, bus, records }) => {
    using admin = createAdmin(app, { tokens: TOKENS });
    const before = bus.getLogLevel();
    await put(admin, { level: 'critical' });
    for (let round = 0; round < 50; round++) await ask(admin, 'GET', '/admin/errors');
    await app.stop();
    assert.is(bus.getLogLevel(), before);
    const told = records('security.log') as unknown as Record<string, unknown>[];
    assert.equal(told.map(({ action }) => action).filter((action) => action !== undefined), ['log_level_changed', 'log_level_reverted']); // biome-ignore format: short
    assert.is(told.reduce((sum, { accesses = 0 }) => sum + Number(accesses), 0), 50); // biome-ignore format: short
    const { status, json } = await put(admin, { level: 'critical' });
    assert.equal([status, json.code, bus.getLogLevel()], [503, 'STOPPED', before]);
    assert.is((await ask(admin, 'GET', '/admin/levels')).status, 200);
  });
});

test.run();
