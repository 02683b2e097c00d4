import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackHttp } from '../../../../lib/entries/http';
import { type Admin, createAdmin } from '../../../../lib/node/admin/admin';
import { MAX_FAILED, MAX_RECENT, MAX_SLOW, RequestRing } from '../../../../lib/node/admin/monitoring/request-ring';
import { type Setting, setting, withAdmin } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

const SECRET = `ghp_${'a1B2'.repeat(9)}`;

interface Asked {
  readonly ms?: number;
  readonly status?: number;
  readonly target?: string;
  readonly id?: string;
  readonly error?: Error;
}

const trackedOf = ({ bus, clock }: Pick<Setting, 'bus' | 'clock'>) => {
  const { tracker } = trackHttp(bus, { accessLog: false });
  return (route: string, { ms = 1, status = 200, target = '/x?token=1', id, error }: Asked = {}): void => {
    const headers = new Headers(id === undefined ? {} : { 'x-request-id': id });
    const exchange = tracker.begin({ method: 'GET', target, headers, peer: '127.0.0.1' })!;
    exchange.matched(route);
    if (error !== undefined) exchange.fail(error);
    clock.advance(ms);
    exchange.end({ status });
  };
};

const listed = async (admin: Admin, query: string) => (await ask(admin, 'GET', `/admin/requests?${query}`, { token: READ_TOKEN })).json;
const routesOf = (json: { requests: readonly { route: string }[] }): string[] => json.requests.map(({ route }) => route);

test('requests are told with their ids, the newest, the slowest and the failed ones', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    assert.equal(await listed(admin, ''), { requests: [], total: 0, is_tracked: false });
    const request = trackedOf({ bus, clock });
    request('/users/:id', { ms: 30, id: 'r-1', target: '/users/7?token=hunter2' });
    request('/slow', { ms: 900 });
    request('/broken', { ms: 5, status: 503 });
    request('/threw', { ms: 7, status: 400, error: new RangeError('no') });
    const recent = await listed(admin, 'which=recent');
    assert.equal([recent.total, recent.is_tracked, routesOf(recent)], [4, true, ['/threw', '/broken', '/slow', '/users/:id']]);
    const [threw, , , user] = recent.requests;
    assert.equal([user.method, user.path, user.status, user.duration_ms, user.aborted, user.ids.request_id], ['GET', '/users/7', 200, 30, false, 'r-1']); // biome-ignore format: short
    assert.match(user.ids.trace_id, /^[0-9a-f]{32}$/);
    assert.match(threw.ids.error_id, /^\w{8}$/);
    assert.equal(routesOf(await listed(admin, 'which=slow&limit=2')), ['/slow', '/users/:id']);
    assert.equal(routesOf(await listed(admin, 'which=failed')), ['/threw', '/broken']);
    assert.equal(routesOf(await listed(admin, 'route=/slow')), ['/slow']);
    assert.equal(routesOf(await listed(admin, 'q=R-1')), ['/users/:id']);
    assert.equal(routesOf(await listed(admin, 'q=/USERS/')), ['/users/:id']);
    assert.is((await ask(admin, 'GET', '/admin/requests?which=other')).status, 400);
  });
});

test('a secret in a path is hidden, and can not be found by guessing it', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    const request = trackedOf({ bus, clock });
    request('/files', { target: `/files/${SECRET}` });
    const { text } = await ask(admin, 'GET', '/admin/requests');
    assert.not.match(text, /ghp_/);
    assert.equal(routesOf(await listed(admin, 'q=ghp_a1B2')), []);
    assert.equal(routesOf(await listed(admin, 'q=/files/')), ['/files']);
  });
});

test('500 recent, 200 failed and the slowest 100 are kept, and the slow ones for an hour', () => {
  const { bus, clock } = setting();
  const ring = new RequestRing(bus, clock);
  ring.open();
  const request = trackedOf({ bus, clock });
  for (let number = 1; number <= 1200; number++) request(`/${number}`, { ms: 1 + (number % 300), status: number % 2 ? 500 : 200 });
  const [recent, failed, slow] = (['recent', 'failed', 'slow'] as const).map((which) => ring.list(which));
  assert.equal([ring.total, recent!.length, failed!.length, slow!.length], [1200, MAX_RECENT, MAX_FAILED, MAX_SLOW]);
  assert.equal(recent!.map(({ route }) => route), Array.from({ length: 500 }, (_, at) => `/${1200 - at}`)); // biome-ignore format: short
  assert.equal(failed!.map(({ route }) => route), Array.from({ length: 200 }, (_, at) => `/${1199 - 2 * at}`)); // biome-ignore format: short
  assert.equal(slow!.map(({ duration_ms }) => duration_ms), Array.from({ length: 100 }, (_, at) => 300 - Math.floor(at / 4))); // biome-ignore format: short
  clock.advance('61m');
  assert.equal([ring.list('slow'), ring.list('recent').length], [[], MAX_RECENT]);
  ring.close();
  request('/after');
  assert.equal([ring.total, ring.list('recent')], [1200, []]);
});

test('requests at the same time keep their own ids', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    const { tracker } = trackHttp(bus, { accessLog: false, context: ({ header }) => ({ session_id: header('x-session') }) });
    const serve = (number: number): Promise<void> => {
      const headers = new Headers({ 'x-request-id': `r-${number}`, 'x-session': `s-${number % 3}` });
      const exchange = tracker.begin({ method: 'GET', target: `/${number}`, headers, peer: '127.0.0.1' })!;
      return exchange.run(async () => {
        for (let turn = 0; turn < (number * 7) % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        exchange.end({ status: 200 });
      });
    };
    await Promise.all(Array.from({ length: 50 }, (_, number) => serve(number)));
    const { requests } = await listed(admin, 'limit=500');
    assert.is(requests.length, 50);
    for (const { path, ids } of requests) {
      const number = Number(path.slice(1));
      assert.equal([ids.request_id, ids.session_id], [`r-${number}`, `s-${number % 3}`]);
    }
  });
});

test('events that only look like requests, and hostile metadata, are taken as far as they can be read', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    const stop = ['http', 'request', 'stop'] as const;
    const hostile = Object.defineProperty({ path: 'p'.repeat(1e6), status: 'x' }, 'route', { enumerable: true, get: () => { throw new Error('no'); } }); // biome-ignore format: short
    bus.execute(stop, { duration: 3 }, hostile);
    bus.execute(stop, { duration: 4 }, revoked());
    bus.execute(stop, { duration: Number.NaN }, {});
    bus.execute(stop, {}, {});
    const { requests, total } = await listed(admin, '');
    assert.is(total, 2);
    assert.equal(requests.map(({ route, status, path }: { route: string; status: number; path: string }) => [route, status, path.length]), [['', 0, 0], ['', 0, 1024]]); // biome-ignore format: short
    assert.equal(bus.stats().failures, 0);
  });
});

test('an API that is closed hears of no request', async () => {
  const { bus, clock } = setting();
  const request = trackedOf({ bus, clock });
  const admin = createAdmin(bus, { tokens: TOKENS });
  assert.ok(bus.listHandlers().some(({ id }) => id === 'telemetry-admin-requests'));
  admin.close();
  assert.equal(bus.listHandlers().filter(({ id }) => id.startsWith('telemetry-admin')), []); // biome-ignore format: short
  request('/after');
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test.run();
