import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { LastEndpoints } from '../../../../lib/node/admin/endpoints/logs-endpoints';
import { errorLogRoutes } from '../../../../lib/node/admin/endpoints/logs-errors';
import type { AdminParts } from '../../../../lib/node/admin/parts';
import type { Call } from '../../../../lib/node/admin/route';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { createLog } from '../../../support/records';

const SECRET = 'sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const shop = defineEvents('shop', {
  cart: { paid: defineEvent<{ duration: number }, { sku: string }>(), seen: defineEvent() },
});

const logOf = () => {
  const log = createLog({}, { events: shop } as never);
  log.telemetry.attachMetricsHandler();
  return { ...log, admin: createAdmin(log.telemetry, { tokens: TOKENS }) };
};

test('errors are told in the shape of requirement C12, and in no other', async () => {
  const { telemetry, admin, clock } = logOf();
  for (const user of [7, 8]) telemetry.logger('bot').error(new RangeError(`no such user ${user}`));
  clock.advance('10s');
  telemetry.logger('cart').error('Out of stock', { endpoint: '/carts/pay' });
  const { json, status } = await ask(admin, 'GET', '/admin/logs/errors', { token: READ_TOKEN });
  assert.is(status, 200);
  assert.equal(Object.keys(json), ['error_summary', 'recent_errors', 'total_errors_logged']);
  assert.is(json.total_errors_logged, 3);
  const [stock, user] = json.recent_errors;
  assert.is(json.recent_errors.length, 2);
  assert.equal(json.error_summary[user.fingerprint], { count_last_hour: 2, last_seen: Date.UTC(2026, 0, 1) / 1000 });
  assert.equal(json.error_summary[stock.fingerprint], { count_last_hour: 1, last_seen: Date.UTC(2026, 0, 1) / 1000 + 10 });
  assert.equal(Object.keys(json.error_summary).length, 2);
  const { error_id, fingerprint, ...rest } = user;
  assert.match(error_id, /^\w+/);
  assert.match(fingerprint, /^[0-9a-f]{12}$/);
  assert.equal(rest, {
    error_type: 'RangeError',
    message: 'no such user <*>',
    level: 'ERROR',
    logger: 'app.bot',
    timestamp: '2026-01-01T00:00:00.000Z',
    first_seen: '2026-01-01T00:00:00.000Z',
    count: 2,
    count_last_hour: 2,
  });
  assert.is(stock.endpoint, '/carts/pay');
});

test('the id of a recent error is that of its last occurrence in the log', async () => {
  const { telemetry, admin, records } = logOf();
  for (const user of [7, 8]) telemetry.logger('bot').error(new RangeError(`no such user ${user}`));
  const ids = records().map(({ error_id }) => error_id);
  const { json } = await ask(admin, 'GET', '/admin/logs/errors');
  assert.is(json.recent_errors[0].error_id, ids[1]);
});

test('as many errors are told as are asked for, the latest', async () => {
  const { telemetry, admin, clock } = logOf();
  for (const name of ['first', 'second', 'third']) {
    telemetry.logger(name).error(`${name} failed`);
    clock.advance('1s');
  }
  const { json } = await ask(admin, 'GET', '/admin/logs/errors?limit=1&fingerprints=2');
  assert.equal(
    json.recent_errors.map(({ logger }: { logger: string }) => logger),
    ['app.third'],
  );
  assert.is(Object.keys(json.error_summary).length, 2);
  assert.is(json.total_errors_logged, 3);
  assert.is((await ask(admin, 'GET', '/admin/logs/errors?limit=1001')).status, 400);
});

test('ids in the endpoint of an error are not told', async () => {
  const { telemetry, admin } = logOf();
  telemetry.logger('cart').error('Out of stock', { endpoint: '/users/4111111111111111/pay?token=abc' });
  const { json } = await ask(admin, 'GET', '/admin/logs/errors');
  assert.is(json.recent_errors[0].endpoint, '/users/***/pay');
});

test('where an error was met last is told, until the API is closed', async () => {
  const { telemetry } = createLog();
  const ends: (() => void)[] = [];
  const parts = { telemetry, onClose: (end: () => void) => void ends.push(end) } as unknown as AdminParts;
  const [route] = errorLogRoutes(parts);
  const fail = async (endpoint: string): Promise<unknown> => {
    telemetry.logger('cart').error('Out of stock', { endpoint });
    const { json } = (await route!.handle({ query: { limit: 1, fingerprints: 1 } } as unknown as Call)) as {
      json: { recent_errors: { endpoint: string }[] };
    };
    return json.recent_errors[0]?.endpoint;
  };
  assert.equal([await fail('/first'), await fail('/second')], ['/first', '/second']);
  for (const end of ends) end();
  assert.is(await fail('/third'), '/second');
});

test('of a thousand errors it is known where they were met, and of those that were met longest ago it is not', () => {
  const endpoints = new LastEndpoints();
  const meet = (fingerprint: string): void =>
    endpoints.meet({ mark: { fingerprint }, place: { fieldOf: () => '/pay' } } as unknown as Parameters<LastEndpoints['meet']>[0]);
  for (let i = 0; i < 1000; i++) meet(`f${i}`);
  meet('f0');
  meet('new');
  assert.equal(
    ['f0', 'f1', 'f2', 'new'].map((name) => endpoints.of(name)),
    ['/pay', undefined, '/pay', '/pay'],
  );
});

test('secrets in errors, in names of events and in slow operations are told to nobody', async () => {
  const { telemetry, admin } = logOf();
  telemetry.logger('bot').error(new Error(`refused ${SECRET}`), `with password=hunter22 ${SECRET}`);
  telemetry.logger('bot').error(`line with ${SECRET}`);
  for (const path of ['errors', 'performance', 'security']) {
    const { text } = await ask(admin, 'GET', `/admin/logs/${path}`);
    assert.not.ok(text.includes(SECRET) || text.includes('hunter22'), path);
  }
});

test('rules that the log was given later hold for what was kept before', async () => {
  const { telemetry, admin, memory } = logOf();
  telemetry.logger('bot').error('customer Zaphod is unhappy');
  assert.match((await ask(admin, 'GET', '/admin/logs/errors')).json.recent_errors[0].message, /Zaphod/);
  telemetry.configureLog({ sinks: [memory], redact: { rules: ['Zaphod'] } });
  assert.not.match((await ask(admin, 'GET', '/admin/logs/errors')).text, /Zaphod/);
});

test('durations are told in the shape of requirement C12, and in no other', async () => {
  const { telemetry, admin } = logOf();
  for (const duration of [10, 20, 60]) telemetry.execute(shop.cart.paid, { duration }, { sku: 'A-1' });
  telemetry.execute(shop.cart.seen, {}, {});
  const { json } = await ask(admin, 'GET', '/admin/logs/performance', { token: READ_TOKEN });
  assert.equal(json, { performance_metrics: { 'shop.cart.paid': { avg_ms: 30, max_ms: 60, min_ms: 10, count: 3 } }, slow_requests: [] });
});

test('as many durations are told as are asked for, the most frequent', async () => {
  const { telemetry, admin } = logOf();
  const names = ['aa', 'bb', 'cc'] as const;
  for (const [index, name] of names.entries()) {
    for (let i = 0; i <= index; i++) telemetry.execute(['shop', 'many', name], { duration: 5 });
  }
  const { json } = await ask(admin, 'GET', '/admin/logs/performance?metrics=2');
  assert.equal(Object.keys(json.performance_metrics), ['shop.many.cc', 'shop.many.bb']);
});

test('each page of logs needs a token, and is itself an event of the security stream', async () => {
  const { telemetry, admin, records } = logOf();
  telemetry.logger('bot').info('begin');
  for (const path of ['errors', 'performance', 'security']) {
    assert.is((await ask(admin, 'GET', `/admin/logs/${path}`, { token: null })).status, 401);
    records();
    assert.is((await ask(admin, 'GET', `/admin/logs/${path}`, { token: READ_TOKEN })).status, 200);
    const read = records().filter(({ message }) => message === 'Security event: sensitive_read');
    assert.equal(
      read.map(({ attempted_resource, actor }) => [attempted_resource, actor]),
      [[`/admin/logs/${path}`, 'viewer']],
    );
  }
});

test.run();
