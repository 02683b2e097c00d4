import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AlarmState } from '../../lib/security/alarm';
import type { FailureOptions } from '../../lib/security/options';
import { createSecurity } from '../../lib/security/security';
import { fakeHost } from './fake-host';

const MINUTES = 60_000;
const watching = (failures: FailureOptions = {}) => {
  const host = fakeHost();
  const security = createSecurity(host, { failures: { total: false, ...failures }, errorRate: false, suspiciousErrors: false });
  const raised = () => host.of('multiple_failed_attempts');
  const fail = (fields: object, times = 1, name = 'authn_login_fail') => {
    for (let time = 0; time < times; time++) security.record(name, { ...fields });
  };
  return { host, security, raised, fail };
};

test('the fourth failure of an address within 5 minutes is told', () => {
  const { raised, fail } = watching();
  fail({ ip: '10.0.0.1' }, 3);
  fail({ ip: '10.0.0.2' }, 3);
  assert.equal(raised(), []);
  fail({ ip: '10.0.0.1' });
  assert.equal(raised(), [{ ip: '10.0.0.1', attempts: 4, blocked: false, scope: 'ip', window_ms: 5 * MINUTES, severity: 'high' }]);
});

test('users are counted beside addresses, each on their own', () => {
  const { raised, fail } = watching();
  for (const ip of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']) fail({ ip, user: 'ann' });
  assert.equal(
    raised().map(({ ip, user, attempts, scope }) => [ip, user, attempts, scope]),
    [[undefined, 'ann', 4, 'user']],
  );
  fail({ ip: 'ann' }, 3);
  assert.is(raised().length, 1, 'an address that is called like a user');
});

test('a user may be a number; what is neither text nor number is no key', () => {
  const { security, raised, fail } = watching();
  fail({ user: 7 }, 4);
  fail({ user: 7n }, 3);
  for (const user of [null, {}, '', true, Symbol('x')]) fail({ user }, 10);
  assert.equal(
    raised().map(({ user }) => user),
    ['7'],
  );
  assert.is(security.stats().users, 1);
});

test('it is told again when the failures have doubled, and not in between', () => {
  const { raised, fail } = watching();
  fail({ ip: '10.0.0.1' }, 100);
  assert.equal(
    raised().map(({ attempts }) => attempts),
    [4, 8, 16, 32, 64],
  );
});

test('after a quiet window it begins anew', () => {
  const { host, raised, fail } = watching();
  fail({ ip: '10.0.0.1' }, 7);
  host.clock.advance(5 * MINUTES);
  fail({ ip: '10.0.0.1' }, 3);
  assert.is(raised().length, 1);
  fail({ ip: '10.0.0.1' });
  assert.equal(
    raised().map(({ attempts }) => attempts),
    [4, 4],
  );
});

test('a trickle that never stops is told once', () => {
  const { host, raised, fail } = watching();
  for (let minute = 0; minute < 200; minute++) {
    fail({ ip: '10.0.0.1' });
    host.clock.advance(MINUTES);
  }
  assert.is(raised().length, 1);
});

test('the window is exact: what is as old as it is no longer counts', () => {
  for (const [age, expected] of [
    [5 * MINUTES - 1, 1],
    [5 * MINUTES, 0],
  ] as const) {
    const { host, raised, fail } = watching();
    fail({ ip: '10.0.0.1' }, 3);
    host.clock.advance(age);
    fail({ ip: '10.0.0.1' });
    assert.is(raised().length, expected, String(age));
  }
});

test('only failures count, and their names can be chosen', () => {
  const { raised, fail } = watching();
  for (const name of ['authn_login_success', 'authn_login_lock', 'authn_login_fail_max', 'multiple_failed_attempts']) {
    fail({ ip: '10.0.0.1' }, 10, name);
  }
  assert.equal(raised().length, 10, 'those that the application recorded itself');
  const own = watching({ names: ['door_slammed'], threshold: 1, window: '1s' });
  own.fail({ ip: '10.0.0.1' }, 10);
  own.fail({ ip: '10.0.0.1' }, 2, 'door_slammed');
  assert.equal(
    own.raised().map(({ attempts, window_ms }) => [attempts, window_ms]),
    [[2, 1000]],
  );
});

test('what the library raises is counted by no detector, whatever names are failures', () => {
  const { raised, fail } = watching({ names: ['authn_login_fail', 'multiple_failed_attempts'], threshold: 1 });
  fail({ ip: '10.0.0.1' }, 2);
  assert.is(raised().length, 1);
  fail({ ip: '10.0.0.1' });
  assert.is(raised().length, 1);
});

test('all failures together are told, when each came from somewhere else', () => {
  const { host, raised, fail } = watching({ total: {} });
  for (let index = 0; index < 10; index++) fail({ ip: `10.0.0.${index}`, user: `user${index}` });
  assert.equal(raised(), []);
  fail({});
  assert.equal(raised(), [{ attempts: 11, blocked: false, scope: 'total', window_ms: MINUTES, severity: 'high' }]);
  host.clock.advance('1m');
  fail({}, 10);
  assert.is(raised().length, 1);
});

test('keys are cut at 256 characters', () => {
  const { raised, fail } = watching();
  fail({ user: 'x'.repeat(1_000_000) }, 4);
  assert.is((raised()[0]!.user as string).length, 256);
});

test('keys that do not fit are counted together and told; the ones that are there stay', () => {
  const { host, security, raised, fail } = watching({ maxKeys: 3 });
  for (let index = 0; index < 3; index++) fail({ ip: `10.0.0.${index}` });
  for (let index = 0; index < 4; index++) fail({ ip: `10.0.1.${index}` });
  assert.equal(raised(), [{ attempts: 4, blocked: false, scope: 'ip', window_ms: 5 * MINUTES, overflow: true, severity: 'high' }]);
  fail({ ip: '10.0.0.1' }, 3);
  assert.equal([raised()[1]!.ip, raised()[1]!.attempts], ['10.0.0.1', 4]);
  assert.equal([security.stats().ips, security.stats().failureOverflow], [3, 4]);
  host.clock.advance(5 * MINUTES);
  fail({ ip: '10.0.9.9' }, 4);
  assert.is(raised()[2]!.ip, '10.0.9.9', 'quiet keys make room');
});

test('a key that is still heard of is not forgotten for others', () => {
  const { host, security, raised, fail } = watching({ maxKeys: 2 });
  fail({ ip: 'a.1' }, 2);
  fail({ ip: 'b.1' });
  host.clock.advance(4 * MINUTES);
  fail({ ip: 'a.1' });
  host.clock.advance(2 * MINUTES);
  // b is quiet by now, a is not.
  fail({ ip: 'c.1' });
  fail({ ip: 'a.1' }, 3);
  assert.equal(
    raised().map(({ ip, attempts }) => [ip, attempts]),
    [['a.1', 4]],
  );
  assert.equal([security.stats().ips, security.stats().failureOverflow], [2, 0], 'the quiet one made room');
});

test('1,000,000 addresses: at most 10,000 are watched, each failure is counted somewhere', () => {
  const { host, security } = watching();
  host.onWrite = () => {
    if (host.written.length > 1000) host.written.splice(0, 900);
  };
  for (let index = 0; index < 1_000_000; index++) security.record('authn_login_fail', { ip: `k${index}`, user: 'same' });
  const { ips, users, failureOverflow } = security.stats();
  assert.equal([ips, users, failureOverflow], [10_000, 1, 990_000]);
  assert.is(security.counts().byName.authn_login_fail, 1_000_000);
  assert.is(security.counts().byName.multiple_failed_attempts, 11 + 11, 'both the user and the rest double up to 4,096');
});

test('beyond what is kept, the count is the least that it can be, and says so', () => {
  const state = new AlarmState({ threshold: 3, windowMs: 1000 }, { left: 2 });
  const alarms = Array.from({ length: 20 }, (_, at) => state.meet(at)).filter((alarm) => alarm !== undefined);
  assert.equal(alarms, [{ attempts: 4, isFloor: false }]);
  // 4 of its own and 2 of the budget: what was lost lies within the window.
  const again = Array.from({ length: 5 }, (_, at) => state.meet(3000 + at)).filter((alarm) => alarm !== undefined);
  assert.equal(again, [{ attempts: 4, isFloor: false }]);
});

test('a count says that it is the least when room came too late', () => {
  const budget = { left: 0 };
  const state = new AlarmState({ threshold: 3, windowMs: 1000 }, budget);
  for (let at = 0; at < 6; at++) state.meet(at);
  budget.left = 100;
  const alarms = Array.from({ length: 4 }, (_, at) => state.meet(10 + at)).filter((alarm) => alarm !== undefined);
  assert.equal(alarms, [{ attempts: 8, isFloor: true }]);
});

test('what a key took of the shared room it gives back', () => {
  const budget = { left: 100 };
  const state = new AlarmState({ threshold: 3, windowMs: 1000 }, budget);
  for (let at = 0; at < 50; at++) state.meet(at);
  assert.is(budget.left, 100 - 46);
  state.meet(1020);
  assert.is(budget.left, 100 - 26);
  state.release(5000);
  assert.is(budget.left, 100);
  const full = { left: 3 };
  const small = new AlarmState({ threshold: 3, windowMs: 1000 }, full);
  for (let at = 0; at < 50; at++) small.meet(at);
  assert.is(full.left, 0);
  small.release(5000);
  assert.is(full.left, 3);
});

/** The rule again, without any economy. */
function bruteForce(events: readonly (readonly [key: number, at: number])[], threshold: number, windowMs: number): string[] {
  const told = new Map<number, number>();
  const out: string[] = [];
  for (const [index, [key, at]] of events.entries()) {
    const own = events.slice(0, index).filter(([other, time]) => other === key && time > at - windowMs).length;
    if (own === 0) told.delete(key);
    const attempts = own + 1;
    const before = told.get(key);
    if (attempts <= threshold || (before !== undefined && attempts < 2 * before)) continue;
    told.set(key, attempts);
    out.push(`${key}: ${attempts} at ${at}`);
  }
  return out;
}

test('it tells exactly what counting all failures again each time tells', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 400 })), { maxLength: 120 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2000 }), (gaps, threshold, window) => {
      const { host, security, raised } = watching({ threshold, window });
      const events: [number, number][] = [];
      const got: string[] = [];
      for (const [key, gap] of gaps) {
        if (gap > 0) host.clock.advance(gap);
        events.push([key, host.clock.monotonicTime()]);
        const before = raised().length;
        security.record('authz_fail', { ip: String(key) });
        for (const { ip, attempts } of raised().slice(before)) got.push(`${ip}: ${attempts} at ${host.clock.monotonicTime()}`);
      }
      assert.equal(got, bruteForce(events, threshold, window));
    }),
    { numRuns: 300 },
  );
});

test.run();
