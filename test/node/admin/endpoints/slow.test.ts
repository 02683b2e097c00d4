import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../../lib/entries/http';
import { defineEvent, defineEvents, runWithContext } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import type { StartOptions } from '../../../../lib/node/index';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { createLog } from '../../../support/records';
import { type Started, withStart } from '../../../support/started';

const SECRET = 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const shop = defineEvents('shop', {
  cart: {
    paid: defineEvent<{ duration: number }, { sku: string; password?: string; tool?: boolean }>({
      tags: ['sku', 'password'],
      slow: { warn: '5s', error: '10s' },
    }),
    shown: defineEvent<{ duration: number }>({ slow: { warn: '1s' } }),
  },
});

type Body = (started: Started & { readonly admin: ReturnType<typeof createAdmin> }) => Promise<unknown>;

const withAdmin = (options: Partial<StartOptions>, body: Body): Promise<void> =>
  withStart({ events: shop, monitor: false, ...options } as StartOptions, async (started) => {
    const admin = createAdmin(started.app, { tokens: TOKENS });
    await body({ ...started, admin });
    admin.close();
  });

const CLASSES = {
  classes: { auth: { warn: '1s', error: '2s' } },
  classOf: (_event: unknown, _measurements: unknown, { tool }: { tool?: boolean }) => (tool ? 'auth' : undefined),
} as never;

test('nobody watches a bus that was not started, and the API says so', async () => {
  const { telemetry } = createLog();
  const admin = createAdmin(telemetry, { tokens: TOKENS });
  assert.equal((await ask(admin, 'GET', '/admin/slow', { token: READ_TOKEN })).json, { slowest: [], operations: null, requests: null });
  const body = { thresholds: { 'shop.cart.paid': { warn: '1s' } } };
  for (const watch of ['operations', 'requests']) {
    assert.is((await ask(admin, 'PUT', '/admin/slow/thresholds', { body: { ...body, watch } })).status, 409);
  }
});

test('the slowest operations are told, longest first, by class and by event', () =>
  withAdmin({ slow: CLASSES }, async ({ bus, admin }) => {
    bus.execute(shop.cart.paid, { duration: 6000 }, { sku: 'A-1' });
    bus.execute(shop.cart.paid, { duration: 12_000 }, { sku: 'B-2' });
    bus.execute(shop.cart.paid, { duration: 1500 }, { sku: 'C-3', tool: true });
    bus.execute(shop.cart.shown, { duration: 8000 }, {});
    bus.execute(shop.cart.shown, { duration: 5 }, {});
    const durations = async (query: string): Promise<number[]> =>
      (await ask(admin, 'GET', `/admin/slow${query}`)).json.slowest.map(({ duration_ms }: { duration_ms: number }) => duration_ms);
    assert.equal(await durations(''), [12_000, 8000, 6000, 1500]);
    assert.equal(await durations('?limit=2'), [12_000, 8000]);
    assert.equal(await durations('?event=shop.cart.paid'), [12_000, 6000, 1500]);
    assert.equal(await durations('?class=auth'), [1500]);
    assert.equal(await durations('?class=none'), []);
    const { json } = await ask(admin, 'GET', '/admin/slow');
    assert.equal([json.slowest[0].severity, json.slowest[0].threshold_ms, json.slowest[0].metadata.sku], ['very_slow', 10_000, 'B-2']);
    assert.equal(json.operations.counts.events['shop.cart.paid'], { count: 3, slow: 2, verySlow: 1 });
    assert.equal(json.operations.counts.classes.auth, { count: 1, slow: 1, verySlow: 0 });
    assert.equal(json.operations.thresholds, {
      classes: { auth: { warn: 1000, error: 2000 } },
      events: { 'shop.cart.paid': { warn: 5000, error: 10_000 }, 'shop.cart.shown': { warn: 1000 } },
    });
    assert.is(json.requests, null);
  }));

test('thresholds are proposed from what was measured, unless nobody wants them', () =>
  withAdmin({}, async ({ bus, admin }) => {
    for (let ms = 1; ms <= 200; ms++) bus.execute(shop.cart.paid, { duration: ms }, { sku: 'A-1' });
    const { json } = await ask(admin, 'GET', '/admin/slow');
    const [proposal] = json.operations.proposals;
    assert.equal([proposal.event, proposal.count, proposal.proposed], ['shop.cart.paid', 200, { warn: 200, error: 400 }]);
    assert.equal((await ask(admin, 'GET', '/admin/slow?proposals=false')).json.operations.proposals, []);
    const some = await ask(admin, 'GET', '/admin/slow?limit=1');
    assert.is(some.json.operations.proposals.length, 1);
  }));

test('where very many events were seen, thresholds are proposed only to who asks for that', () =>
  withAdmin(
    { slow: { thresholds: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`many.events.e${i}`, { warn: 5 }])), maxEvents: 600 } },
    async ({ bus, admin }) => {
      for (let i = 0; i < 501; i++) bus.execute(['many', 'events', `e${i}`], { duration: i === 400 ? 9 : 1 });
      const { json } = await ask(admin, 'GET', '/admin/slow?limit=2');
      assert.equal([json.operations.proposals, json.operations.left_out], [[], { events: 499, proposals: 0 }]);
      assert.is(Object.keys(json.operations.counts.events)[0], 'many.events.e400');
      const asked = await ask(admin, 'GET', '/admin/slow?limit=2&proposals=true');
      assert.equal([asked.json.operations.proposals.length, asked.json.operations.left_out.proposals], [2, 499]);
    },
  ));

test('what a watch kept is told without secrets', () =>
  withAdmin({ slow: { contextKeys: ['request_id', 'api_key'], describe: () => `pay with ${SECRET}` } }, async ({ bus, admin }) => {
    runWithContext({ request_id: 'r-1', api_key: 'hunter22' }, () =>
      bus.execute(shop.cart.paid, { duration: 6000 }, { sku: SECRET, password: 'hunter22' }),
    );
    const { text, json } = await ask(admin, 'GET', '/admin/slow');
    assert.not.match(text, /ghp_|hunter22/);
    assert.is(json.slowest[0].context.request_id, 'r-1');
    const page = await ask(admin, 'GET', '/admin/logs/performance');
    assert.equal(
      page.json.slow_requests.map(({ metric, duration_ms }: { metric: string; duration_ms: number }) => [metric, duration_ms]),
      [['shop.cart.paid', 6000]],
    );
    assert.equal(Object.keys(page.json.slow_requests[0]), ['metric', 'duration_ms', 'timestamp']);
  }));

test('thresholds change while the program runs, and it is audited', () =>
  withAdmin({ slow: CLASSES }, async ({ bus, admin, app, records }) => {
    const body = { classes: { auth: { warn: '3s' } }, thresholds: { 'shop.cart.paid': { warn: 500, error: '2s' }, 'shop.cart.shown': {} } };
    assert.is((await ask(admin, 'PUT', '/admin/slow/thresholds', { token: READ_TOKEN, body })).status, 403);
    const { json } = await ask(admin, 'PUT', '/admin/slow/thresholds', { body });
    assert.equal(json, {
      watch: 'operations',
      thresholds: { classes: { auth: { warn: 3000 } }, events: { 'shop.cart.paid': { warn: 500, error: 2000 } } },
    });
    bus.execute(shop.cart.paid, { duration: 600 }, { sku: 'A-1' });
    bus.execute(shop.cart.shown, { duration: 6000 }, {});
    assert.equal(
      app.slow!.slowest().map(({ event }) => event),
      ['shop.cart.paid'],
    );
    await app.flush();
    const [changed, ...more] = records('security.log').filter(({ message }) => message === 'Security event: authz_admin');
    assert.equal(more, []);
    assert.equal([changed!.action, changed!.target, changed!.actor], ['slow_thresholds_changed', 'operations', 'operator']);
    assert.equal(changed!.before, [
      { class: 'auth', warn: 1000, error: 2000 },
      { event: 'shop.cart.paid', warn: 5000, error: 10_000 },
      { event: 'shop.cart.shown', warn: 1000 },
    ]);
    assert.equal(changed!.after, [
      { class: 'auth', warn: 3000 },
      { event: 'shop.cart.paid', warn: 500, error: 2000 },
      { event: 'shop.cart.shown' },
    ]);
  }));

test('thresholds that can not be change nothing', () =>
  withAdmin({ slow: CLASSES }, async ({ admin, app, records }) => {
    const before = app.slow!.thresholds();
    const put = async (body: object) => (await ask(admin, 'PUT', '/admin/slow/thresholds', { body })).status;
    assert.is(await put({}), 422);
    assert.is(await put({ classes: {} }), 422);
    assert.is(await put({ classes: { nobody: { warn: '1s' } } }), 422);
    assert.is(await put({ classes: { auth: { warn: 'soon' } } }), 422);
    assert.is(await put({ classes: { auth: { warn: '5s', error: '1s' } } }), 422);
    assert.is(await put({ thresholds: { 'shop.cart.paid': { warn: -1 } } }), 422);
    assert.is(await put({ thresholds: { nonsense: { warn: 1 } } }), 422);
    assert.is(await put({ thresholds: { 'shop.cart.paid': { wran: 1 } } }), 422);
    assert.equal(app.slow!.thresholds(), before);
    await app.flush();
    assert.equal(
      records('security.log').filter(({ message }) => message === 'Security event: authz_admin'),
      [],
    );
  }));

test('the thresholds of a thousand events can be changed, and of no more', () =>
  withAdmin({}, async ({ admin }) => {
    const put = async (from: number, count: number) => {
      const names = Array.from({ length: count }, (_, i) => [`many.events.e${from + i}`, {}]);
      return (await ask(admin, 'PUT', '/admin/slow/thresholds', { body: { thresholds: Object.fromEntries(names) } })).status;
    };
    assert.is(await put(0, 600), 200);
    assert.is(await put(600, 401), 409);
    assert.is(await put(600, 400), 200);
    assert.is(await put(1000, 1), 409);
    assert.is(await put(0, 600), 200);
  }));

test('slow requests are told beside slow operations, and their thresholds change by themselves', async () => {
  const { telemetry, clock } = createLog();
  const tracking = trackHttp(telemetry);
  const admin = createAdmin(telemetry, { tokens: TOKENS });
  const request = (ms: number): void => {
    const exchange = tracking.tracker.begin({ method: 'GET', target: '/files/7', headers: new Headers(), peer: '127.0.0.1' })!;
    exchange.matched('/files/:id');
    clock.advance(ms);
    exchange.end({ status: 200 });
  };
  request(6000);
  request(6000);
  const { json } = await ask(admin, 'GET', '/admin/slow');
  assert.equal(
    json.slowest.map(({ event, class: name }: { event: string; class: string }) => [event, name]),
    [
      ['http.request.stop', 'non-tools'],
      ['http.request.stop', 'non-tools'],
    ],
  );
  assert.is(json.operations, null);
  assert.equal(json.requests.counts.classes['non-tools'], { count: 2, slow: 2, verySlow: 0 });
  const put = (body: object) => ask(admin, 'PUT', '/admin/slow/thresholds', { body: { watch: 'requests', ...body } });
  assert.is((await put({ thresholds: { 'shop.cart.paid': { warn: 1 } } })).status, 422);
  assert.is((await put({ classes: { 'non-tools': { warn: '1s', error: '2s' } } })).status, 200);
  assert.equal((await ask(admin, 'GET', '/v1/metrics')).json.thresholds.non_tool, { slow_request: '1.0s', very_slow_request: '2.0s' });
  tracking.close();
});

test('what both watches found is told once, and no more is told than is asked for', () =>
  withAdmin({ slow: { thresholds: { 'http.request.stop': { warn: 0.001 } } } }, async ({ bus, admin }) => {
    const tracking = trackHttp(bus, { classes: { all: { warn: 0.001 } } });
    const exchange = tracking.tracker.begin({ method: 'GET', target: '/files', headers: new Headers(), peer: '127.0.0.1' })!;
    const until = performance.now() + 5;
    while (performance.now() < until);
    exchange.end({ status: 200 });
    const slowest = async (query: string): Promise<string[]> =>
      (await ask(admin, 'GET', `/admin/slow${query}`)).json.slowest.map(({ event }: { event: string }) => event);
    assert.equal([tracking.slow.slowest().length, await slowest('')], [1, ['http.request.stop']]);
    bus.execute(shop.cart.paid, { duration: 60_000 }, { sku: 'A-1' });
    assert.equal(await slowest(''), ['shop.cart.paid', 'http.request.stop']);
    assert.equal(await slowest('?limit=1'), ['shop.cart.paid']);
    tracking.close();
  }));

test.run();
