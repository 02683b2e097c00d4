import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents, runWithContext } from '../../../../lib/index';
import { MAX_EVENTS, Outliers, SLOTS } from '../../../../lib/node/admin/monitoring/outliers';
import { setting, withAdmin } from '../../../support/admin/served';
import { READ_TOKEN } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';

const SECRET = `ghp_${'a1B2'.repeat(9)}`;
const shop = defineEvents('shop', {
  cart: {
    paid: defineEvent<{ duration: number }, { state: string; note: string; password: string; size: number }>({
      tags: ['state', 'note', 'password', 'size'],
      private: ['note'],
      measurements: { duration: { unit: 's' } },
    }),
  },
});
const paid = shop.cart.paid as never;

const watching = () => {
  const { bus, clock } = setting();
  const outliers = new Outliers(bus, clock);
  outliers.open();
  return { bus, clock, outliers };
};

test('of each ten seconds the slowest emission is kept, for ten minutes', () => {
  const { bus, clock, outliers } = watching();
  for (let second = 0; second < 1200; second++) {
    bus.execute(['app', 'job', 'stop'], { duration: 1 + ((second * 7) % 10), count: second });
    clock.advance('1s');
  }
  const found = outliers.list(600_000);
  assert.ok(found.length >= SLOTS - 1 && found.length <= SLOTS, `${found.length}`);
  assert.ok(found.every(({ duration_ms }) => duration_ms === 10));
  assert.is(new Set(found.map(({ time }) => Math.floor(time / 10_000))).size, found.length);
  assert.ok(outliers.list(60_000).length <= 6);
  clock.advance('11m');
  assert.equal(outliers.list(600_000), []);
});

test('an outlier has the ids it can be followed by, and the tags that are declared and not private', async () => {
  await withAdmin({}, async ({ admin, bus }) => {
    bus.declareEvents(shop as never);
    runWithContext({ request_id: 'r-1', trace_id: 't-1', session_id: 'of the scope, no id' }, () => {
      bus.execute(paid, { duration: 1.5 } as never, { state: SECRET, note: 'mine', password: 'hunter2', size: 3, sessionId: 's-1', other: 'x' } as never); // biome-ignore format: short
    });
    bus.execute(['app', 'job', 'exception'], { duration: 20 }, { reason: new RangeError('no') });
    const { json, text } = await ask(admin, 'GET', '/admin/outliers', { token: READ_TOKEN });
    assert.equal(json.outliers.map(({ event, duration_ms }: { event: string; duration_ms: number }) => [event, duration_ms]), [['shop.cart.paid', 1500], ['app.job.exception', 20]]); // biome-ignore format: short
    const [first, second] = json.outliers;
    assert.equal(first.ids, { request_id: 'r-1', trace_id: 't-1', session_id: 's-1' });
    assert.equal(Object.keys(first.tags), ['state', 'password', 'size']);
    assert.is(first.tags.size, '3');
    assert.not.match(text, /ghp_|hunter2|mine/);
    assert.match(second.ids.error_id, /^\w{8}$/);
    const one = (await ask(admin, 'GET', '/admin/outliers?event=app.job.exception&last=30s')).json;
    assert.is(one.outliers.length, 1);
    assert.equal((await ask(admin, 'GET', '/admin/outliers?event=app.job.nothing')).json, { outliers: [] });
    for (const last of ['11m', 'x', '0s']) assert.is((await ask(admin, 'GET', `/admin/outliers?last=${last}`)).status, 400, last);
  });
});

test('what is no duration, or can not be read, is no outlier and no failure', () => {
  const { bus, outliers } = watching();
  const event = ['app', 'job', 'stop'] as const;
  for (const duration of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', 5n, null, undefined, {}, Symbol('x')])
    bus.execute(event, { duration } as never);
  const throwing = Object.defineProperty({}, 'duration', { get: () => { throw new Error('no'); } }); // biome-ignore format: short
  bus.execute(event, throwing);
  bus.execute(event, revoked());
  assert.equal([outliers.list(600_000), bus.stats().failures], [[], 0]);
  const metadata = Object.defineProperty({ reason: 7 }, 'request_id', { get: () => { throw new Error('no'); } }); // biome-ignore format: short
  bus.execute(event, { duration: 2 }, metadata);
  bus.execute(event, { duration: 3 }, revoked());
  assert.equal(outliers.list(600_000).map(({ duration_ms, ids }) => [duration_ms, ids]), [[3, {}]]); // biome-ignore format: short
  assert.is(bus.stats().failures, 0);
});

test('at most 200 events are watched, and only those with a duration take a place', () => {
  const { bus, outliers } = watching();
  for (let number = 0; number < 300; number++) bus.execute(['app', 'none', `n${number}`], { count: 1 });
  for (let number = 0; number < 300; number++) bus.execute(['app', 'job', `n${number}`], { duration: 1 + number });
  const found = outliers.list(600_000);
  assert.equal([found.length, found[0]?.event], [MAX_EVENTS, 'app.job.n199']);
});

test('what is told is bounded, the slowest first', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    for (let slot = 0; slot < 5; slot++) {
      for (let number = 0; number < 100; number++) bus.execute(['app', 'job', `n${number}`], { duration: 1 + number + slot });
      clock.advance('10s');
    }
    const { outliers } = (await ask(admin, 'GET', '/admin/outliers')).json;
    const durations = outliers.map(({ duration_ms }: { duration_ms: number }) => duration_ms);
    assert.equal([outliers.length, durations[0]], [200, 104]);
    assert.equal(
      durations,
      [...durations].sort((one, other) => other - one),
    );
  });
});

test('watching ends with its close, and leaves no timer', () => {
  const { bus, clock, outliers } = watching();
  bus.execute(['app', 'job', 'stop'], { duration: 1 });
  outliers.close();
  assert.equal([clock.pendingTimers(), bus.listHandlers(), outliers.list(600_000)], [0, [], []]);
  outliers.open();
  outliers.open();
  bus.execute(['app', 'job', 'stop'], { duration: 1 });
  assert.equal([clock.pendingTimers(), bus.listHandlers().length, outliers.list(600_000).length], [1, 1, 1]);
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test.run();
