import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Health } from '../../lib/health/api';
import { createHealth } from '../../lib/health/health';
import type { CheckOptions } from '../../lib/health/options';
import type { CheckContext, CheckFunction } from '../../lib/health/result';
import { bindContext, contextFields, isTelemetryError, runWithContext } from '../../lib/index';
import { jumpingClock } from '../poller/jumping-clock';
import { type FakeHost, fakeHost, pass, settle } from './fake-host';

function made(): { host: FakeHost; health: Health } {
  const host = fakeHost();
  const health = createHealth(host);
  health.configure({ jitter: 0 });
  return { host, health };
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return isTelemetryError(error) ? error.code : String(error);
  }
  return 'nothing thrown';
};

/** A check whose runs end when they are told to. */
function controlled() {
  const calls: { context: CheckContext; resolve(value?: unknown): void; reject(reason: unknown): void }[] = [];
  const check = ((context: CheckContext) => new Promise((resolve, reject) => calls.push({ context, resolve, reject }))) as CheckFunction;
  return { calls, check };
}

test('nothing runs by itself before start(), and report() runs nothing', async () => {
  const { host, health } = made();
  let runs = 0;
  health.addCheck('db', () => void runs++);
  health.configure({ interval: '5s' });
  for (let turn = 0; turn < 1000; turn++) health.report();
  await pass(host.clock, 600_000);
  assert.is(runs, 0);
  assert.is(host.clock.pendingTimers(), 0);
  assert.is(health.report().status, 'unknown');
  assert.is(health.report().checks.db?.status, 'unknown');
});

test('a check runs at once, then every 60 s without drift', async () => {
  const { host, health } = made();
  const times: number[] = [];
  health.addCheck('db', () => void times.push(host.clock.monotonicTime()));
  health.start();
  health.start();
  await pass(host.clock, 240_000, 1000);
  assert.equal(times, [0, 60_000, 120_000, 180_000, 240_000]);
  await pass(host.clock, 10_000);
  health.start();
  await pass(host.clock, 49_999);
  assert.is(times.length, 5);
  assert.is(host.clock.pendingTimers(), 1);
});

test('checks run in no scope, whoever started them', async () => {
  const { host, health } = made();
  // As timers of the platform do it.
  const { setTimer } = host.clock;
  Object.assign(host.clock, { setTimer: (callback: () => void, ms: number) => setTimer(bindContext(callback), ms) });
  const scopes: unknown[] = [];
  health.addCheck('db', () => void scopes.push(contextFields()));
  runWithContext({ user: 'ann' }, () => health.start());
  await pass(host.clock, 120_000);
  assert.equal(scopes, [undefined, undefined, undefined]);
});

test('the second run is put off by no more than the jitter, and the grid is kept from then on', async () => {
  for (let turn = 0; turn < 20; turn++) {
    const { host, health } = made();
    health.configure({ jitter: 0.5, interval: 1000 });
    const times: number[] = [];
    health.addCheck('db', () => void times.push(host.clock.monotonicTime()));
    health.start();
    await pass(host.clock, 4000, 500);
    const [first, second, third] = times as [number, number, number];
    assert.is(first, 0);
    assert.ok(second >= 1000 && second < 1500, String(second));
    assert.ok(Math.abs(third - second - 1000) < 1e-6);
  }
});

test('a suspended process catches up with one run, and then keeps its grid', async () => {
  const host = fakeHost();
  let now = 0;
  const waiting: { callback: () => void; due: number }[] = [];
  const clock = {
    monotonicTime: () => now,
    systemTime: () => now,
    setTimer(callback: () => void, delayMs: number) {
      const timer = { callback, due: now + delayMs };
      waiting.push(timer);
      return () => void waiting.splice(waiting.indexOf(timer), 1);
    },
  };
  const health = createHealth({ ...host, clock: clock as never });
  health.configure({ jitter: 0, interval: 1000 });
  const times: number[] = [];
  health.addCheck('db', () => void times.push(now));
  health.start();
  async function runDue(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) {
      const at = waiting.findIndex(({ due }) => due <= now);
      if (at === -1) return;
      waiting.splice(at, 1)[0]!.callback();
      await settle();
    }
    assert.unreachable('a burst');
  }
  await runDue();
  now = 1000;
  await runDue();
  // A whole hour is gone.
  now = 3_601_300;
  await runDue();
  assert.equal(times, [0, 1000, 3_601_300]);
  now = 3_602_000;
  await runDue();
  assert.equal(times.slice(3), [3_602_000]);
});

test('a timer that is early by a fraction repeats no step', async () => {
  const host = fakeHost();
  const { clock } = host;
  const early = { ...clock, setTimer: (callback: () => void, delayMs: number) => clock.setTimer(callback, Math.max(0, delayMs - 0.4)) };
  const health = createHealth({ ...host, clock: early });
  health.configure({ jitter: 0, interval: 1000, timeout: 100 });
  let runs = 0;
  health.addCheck('db', () => void runs++);
  health.start();
  await pass(clock, 10_000, 100);
  assert.is(runs, 11);
});

test('states change at the documented runs, once each, with an event and a call', async () => {
  const { host, health } = made();
  let isWell = true;
  const heard: string[] = [];
  health.on(({ check, from, to, failures, overall, detail }) =>
    heard.push(`${check} ${from}>${to} ${failures} ${overall} ${detail ?? '-'}`),
  );
  health.addCheck('db', () => {
    if (!isWell) throw new Error('refused for hunter2');
  });
  health.start();
  await pass(host.clock, 120_000, 60_000);
  isWell = false;
  await pass(host.clock, 300_000, 60_000);
  assert.is(health.report().status, 'unhealthy');
  assert.is(health.report().checks.db?.failures, 5);
  isWell = true;
  await pass(host.clock, 300_000, 60_000);
  assert.equal(heard, [
    'db unknown>healthy 0 healthy -',
    'db healthy>degraded 1 degraded refused for ***',
    'db degraded>unhealthy 3 unhealthy refused for ***',
    'db unhealthy>degraded 0 degraded -',
    'db degraded>healthy 0 healthy -',
  ]);
  assert.equal(host.changes(), ['db:healthy', 'db:degraded', 'db:unhealthy', 'db:degraded', 'db:healthy']);
  const [, , down] = host.emitted.filter(({ event }) => event !== 'check');
  assert.equal(down, {
    event: 'unhealthy',
    measurements: { failures: 3 },
    metadata: { check: 'db', from: 'degraded', detail: 'refused for ***', critical: true },
  });
  assert.is(host.emitted.filter(({ event }) => event === 'check').length, 13);
  assert.equal(host.emitted[0], { event: 'check', measurements: { duration: 0 }, metadata: { check: 'db', outcome: 'pass' } });
});

test('a check that hangs is degraded at its time-out, its signal aborted then, and the others are told at their time', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  health.addCheck('hangs', check, { timeout: '5s' });
  health.addCheck('well', () => true);
  health.start();
  await pass(host.clock, 4999);
  assert.is(health.report().checks.hangs?.status, 'unknown');
  assert.is(health.report().checks.hangs?.isRunning, true);
  assert.is(health.stats().hanging, 0);
  assert.is(health.stats().running, 1);
  assert.is(health.report().checks.well?.status, 'healthy');
  assert.is(calls[0]?.context.signal.aborted, false);
  await pass(host.clock, 1);
  const { status, detail, isRunning, hanging, duration } = health.report().checks.hangs!;
  assert.equal([status, detail, isRunning, hanging, duration], ['degraded', 'It took longer than 5000 ms', false, 1, 5000]);
  assert.is((calls[0]!.context.signal.reason as Error).name, 'TimeoutError');
  assert.equal(host.emitted.find(({ metadata }) => metadata.check === 'hangs')?.metadata.outcome, 'timeout');
  // What comes late counts for nothing.
  calls[0]?.resolve(true);
  await settle();
  assert.is(health.report().checks.hangs?.status, 'degraded');
  assert.is(health.report().checks.hangs?.hanging, 0);
  assert.is(health.report().checks.hangs?.runs, 1);
});

test('a check that answers at once is over at once, however far the clock goes', () => {
  const { host, health } = made();
  let runs = 0;
  health.addCheck('db', () => {
    if (++runs > 2) throw new Error('gone');
  });
  health.start();
  host.clock.advance('2m');
  assert.equal([runs, health.report().checks.db?.status, health.report().checks.db?.hanging], [3, 'degraded', 0]);
});

/** Health on a clock on which the process can be suspended, with a check that answers when it is told to. */
function suspendable() {
  const clock = jumpingClock();
  const health = createHealth({ ...fakeHost(), clock });
  const { calls, check } = controlled();
  health.configure({ jitter: 0, interval: '1h', timeout: '2s' });
  health.addCheck('db', check);
  health.start();
  clock.advance(1);
  return { clock, health, calls };
}

test('a run that waits while the process is suspended has a moment more, because its answer may be there already', async () => {
  const { clock, health, calls } = suspendable();
  clock.suspend(600_000);
  assert.is(calls[0]?.context.signal.aborted, false);
  calls[0]?.resolve();
  await settle();
  const { status, failures } = health.report().checks.db!;
  assert.equal([status, failures], ['healthy', 0]);
  clock.advance(10_000);
  assert.equal([health.report().checks.db?.runs, clock.timers()], [1, 1]);
});

test('a run that has no answer after that moment has failed, and there is no second one', async () => {
  for (const jump of [0, 60_000]) {
    const { clock, health, calls } = suspendable();
    clock.suspend(60_000);
    assert.is(health.report().checks.db?.runs, 0);
    if (jump > 0) clock.suspend(jump);
    else clock.advance(1001);
    assert.is(health.report().checks.db?.detail, 'It took longer than 2000 ms');
    assert.is(calls[0]?.context.signal.aborted, true);
  }
});

test('a time-out that is a little late is one', () => {
  const { clock, health } = suspendable();
  clock.suspend(2200);
  assert.is(health.report().checks.db?.runs, 1);
});

test('a run that is stopped in that moment leaves no timer', () => {
  const { clock, health } = suspendable();
  clock.suspend(60_000);
  health.stop();
  assert.is(clock.timers(), 0);
});

test('a check that answers in its last moment is over, and no timer is left', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  health.addCheck('db', check);
  const asked = health.check();
  await pass(host.clock, 4999);
  calls[0]?.resolve();
  assert.is((await asked).checks.db?.status, 'healthy');
  assert.is(host.clock.pendingTimers(), 0);
  assert.is(calls[0]?.context.signal.aborted, false);
});

test('a check that ignores its signal has three runs at most; each that is left out is a failure, and it recovers', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  health.addCheck('db', check, { interval: '10s', timeout: '1s', unhealthyAfter: 5 });
  health.start();
  await pass(host.clock, 35_000, 500);
  assert.is(calls.length, 3);
  assert.is(health.report().checks.db?.status, 'degraded');
  assert.match(health.report().checks.db?.detail ?? '', '3 runs took too long and still go on');
  await pass(host.clock, 60_000, 500);
  assert.is(calls.length, 3);
  assert.is(health.report().checks.db?.status, 'unhealthy');
  assert.is(health.report().checks.db?.runs, 3);
  // Asking on top of that neither runs it nor counts.
  const { failures } = health.report().checks.db!;
  for (let turn = 0; turn < 100; turn++) await health.check('db', { maxAge: 0 });
  assert.is(health.report().checks.db?.failures, failures);
  calls[1]?.resolve();
  await pass(host.clock, 10_000, 500);
  assert.is(calls.length, 4);
});

test('a run under way is waited for, also beside two that hang', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  health.addCheck('db', check, { interval: '1s', timeout: '4s', unhealthyAfter: 3 });
  health.start();
  await pass(host.clock, 11_500, 500);
  assert.is(calls.length, 3);
  assert.equal([health.report().checks.db?.failures, health.stats().hanging, health.stats().running], [2, 2, 1]);
  calls[2]?.resolve();
  await settle();
  assert.is(health.report().checks.db?.status, 'degraded');
});

test('a run that is longer than the interval is not overlapped', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  health.addCheck('db', check, { interval: '1s', timeout: '1m' });
  health.start();
  await pass(host.clock, 10_000, 500);
  assert.is(calls.length, 1);
  calls[0]?.resolve();
  await pass(host.clock, 1000, 500);
  assert.is(calls.length, 2);
});

test('1,000 calls of check() at once run a check once, and further ones not before its interval is over', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  health.addCheck('db', check, { interval: '10s' });
  const asked = Promise.all(Array.from({ length: 1000 }, () => health.check()));
  await settle();
  assert.is(calls.length, 1);
  calls[0]?.resolve();
  for (const report of await asked) assert.is(report.checks.db?.status, 'healthy');
  await pass(host.clock, 9999);
  for (let turn = 0; turn < 1000; turn++) await health.check();
  assert.is(calls.length, 1);
  await pass(host.clock, 1);
  const again = health.check();
  await settle();
  assert.is(calls.length, 2);
  calls[1]?.resolve();
  await again;
});

test('check(name, { maxAge }) runs one check when its result is older than that', async () => {
  const { host, health } = made();
  const runs = { one: 0, two: 0 };
  health.addCheck('one', () => void runs.one++);
  health.addCheck('two', () => void runs.two++);
  await health.check('one');
  await pass(host.clock, 2000);
  await health.check('one', { maxAge: '3s' });
  assert.equal(runs, { one: 1, two: 0 });
  await health.check('one', { maxAge: '2s' });
  await health.check('one', { maxAge: 0 });
  assert.equal(runs, { one: 3, two: 0 });
  assert.is(await health.check('ome').catch((error) => error.code), 'OPTION_INVALID');
  assert.match(await health.check('ome').catch((error) => error.message), 'such as "one"');
  assert.is(await health.check('one', { maxAge: -1 }).catch((error) => error.code), 'OPTION_INVALID');
  assert.is(await health.check('one', { age: 1 } as never).catch((error) => error.code), 'OPTION_UNKNOWN');
  assert.is(await health.check(Symbol('x') as never).catch((error) => error.code), 'OPTION_INVALID');
});

test('what a check returns: nothing and true pass, false and anything unknown fail, details speak', async () => {
  const outcomes: [unknown, string][] = [
    [undefined, 'healthy'],
    [null, 'healthy'],
    [true, 'healthy'],
    [{ status: 'healthy' }, 'healthy'],
    [{ status: 'degraded' }, 'degraded'],
    [false, 'unhealthy'],
    [{ status: 'unhealthy' }, 'unhealthy'],
    ['PONG', 'unhealthy'],
    [0, 'unhealthy'],
    [{ status: 200 }, 'unhealthy'],
    [{ rows: [] }, 'unhealthy'],
  ];
  for (const [value, status] of outcomes) {
    const { health } = made();
    health.addCheck('db', (() => value) as CheckFunction, { unhealthyAfter: 1 });
    assert.is((await health.check()).checks.db?.status, status, JSON.stringify(value));
  }
});

test('a failure says why: message, code, code of the cause, name; redacted and at most 500 characters', async () => {
  const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  const failed = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) });
  const reasons: [unknown, string][] = [
    [new Error('gone'), 'gone'],
    [refused, 'ECONNREFUSED'],
    [failed, 'fetch failed (ENOTFOUND)'],
    [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }), 'connect ECONNREFUSED 127.0.0.1:1'],
    [new RangeError(''), 'RangeError'],
    ['a text with hunter2', 'a text with ***'],
    [{ message: 'like an error' }, 'like an error'],
    [undefined, 'failed, and gave no reason'],
    [42, 'failed, and gave no reason'],
    [new Error(''), 'Error'],
    [new Error('x'.repeat(10_000_000)), `${'x'.repeat(499)}…`],
    ['y'.repeat(10_000_000), `${'y'.repeat(499)}…`],
  ];
  for (const [reason, detail] of reasons) {
    const { health } = made();
    health.addCheck('db', () => Promise.reject(reason));
    assert.is((await health.check()).checks.db?.detail, detail);
  }
});

test('details and data are copied, redacted and bounded, whatever they are', async () => {
  const { health } = made();
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, index]));
  health.addCheck('plain', () => ({
    status: 'degraded',
    detail: `hunter2 ${'d'.repeat(600)}`,
    data: { text: 'hunter2', hunter2: 1, big: 'b'.repeat(600), list: [1], nan: Number.NaN, none: null, yes: true, n: 1.5 },
  }));
  health.addCheck('many', () => ({ status: 'healthy', data: many }));
  const hostile = new Proxy({ status: 'healthy' } as const, {
    get: (target, key) => {
      if (key === 'status' || key === 'then') return Reflect.get(target, key);
      throw new Error('no');
    },
  });
  health.addCheck('hostile', () => hostile);
  const sealed = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  health.addCheck('sealed', () => ({ status: 'healthy', data: sealed }));
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  health.addCheck('revoked', (() => revoked.proxy) as never);
  health.addCheck('thenable', (() => ({
    get then() {
      throw new Error('no then');
    },
  })) as never);
  const { checks } = await health.check();
  assert.is(checks.plain?.detail?.length, 500);
  assert.match(checks.plain?.detail ?? '', /^\*\*\* ddd.*…$/);
  const { big, ...data } = checks.plain?.data ?? {};
  assert.equal(data, { text: '***', '***': 1, list: '[1]', nan: 'NaN', none: null, yes: true, n: 1.5 });
  assert.is(String(big).length, 500);
  assert.is(Object.keys(checks.many?.data ?? {}).length, 20);
  assert.equal([checks.hostile?.status, checks.hostile?.data], ['healthy', undefined]);
  assert.equal([checks.sealed?.status, checks.sealed?.data], ['healthy', undefined]);
  assert.is(checks.revoked?.status, 'degraded');
  assert.match(checks.thenable?.detail ?? '', 'It returned <object>: a check returns nothing, true, false');
});

test('values of keys that name a secret are masked, whatever they are; nothing, yes and no are shown', async () => {
  const host = fakeHost();
  const asked: [string, string][] = [];
  const maskOf = (key: string, text: string): string | undefined => {
    asked.push([key, text]);
    return host.maskOf(key, text);
  };
  const health = createHealth({ ...host, maskOf });
  const long = `secret${'k'.repeat(1_000_000)}`;
  const data = { secretText: 'swordfish', secretNumber: 1234, secretList: ['swordfish'], secretNull: null, secretFlag: false, other: 'x' };
  health.addCheck('db', () => ({ status: 'healthy', data: { ...data, [long]: 'swordfish', text: 't'.repeat(1_000_000) } }));
  const found = (await health.check()).checks.db?.data ?? {};
  const { secretText, secretNumber, secretList, secretNull, secretFlag, other } = found;
  assert.equal([secretText, secretNumber, secretList, secretNull, secretFlag, other], ['***', '***', '***', null, false, 'x']);
  assert.not.match(JSON.stringify(found), 'swordfish');
  assert.ok(asked.every(([key, text]) => key.length <= 256 && text.length <= 500));
});

test('what stands for a secret is searched for secrets itself', async () => {
  const health = createHealth({ ...fakeHost(), maskOf: () => 'hunter2 and more' });
  health.addCheck('db', () => ({ status: 'healthy', data: { session: 'x' } }));
  assert.equal((await health.check()).checks.db?.data, { session: '*** and more' });
});

test('no more of a text is looked at than can matter; data is an object, and an empty detail is none', async () => {
  const host = fakeHost();
  let longest = 0;
  const redact = (text: string): string => {
    longest = Math.max(longest, text.length);
    return text;
  };
  const health = createHealth({ ...host, redact });
  const long = 'd'.repeat(1_000_000);
  health.addCheck('long', () => ({ status: 'degraded', detail: long, data: { [long]: long } }));
  health.addCheck('text', () => ({ status: 'degraded', detail: '', data: 'abc' as never }));
  const { checks } = await health.check();
  assert.is(longest, 10_000);
  assert.equal(
    Object.keys(checks.long?.data ?? {}).map((key) => key.length),
    [64],
  );
  assert.equal(['detail' in checks.text!, 'data' in checks.text!], [false, false]);
});

test('options are read once: what is changed afterwards changes nothing', async () => {
  const { health } = made();
  const probes: 'live'[] = ['live'];
  health.addCheck('db', () => true, { probes });
  probes.length = 0;
  assert.equal(health.report().checks.db?.probes, ['live']);
});

test('a warning that can not be delivered disturbs nobody', async () => {
  const warn = (): never => {
    throw new Error('no');
  };
  const health = createHealth({ ...fakeHost(), warn });
  health.addCheck('db', () => true);
  const heard: string[] = [];
  health.on(() => {
    throw new Error('no');
  });
  health.on(({ to }) => heard.push(to));
  await health.check();
  assert.equal([heard, health.stats().running], [['healthy'], 0]);
});

test('a foreign thenable is waited for', async () => {
  const { health } = made();
  health.addCheck('db', (() => ({ then: (resolve: (value: unknown) => void) => resolve({ status: 'degraded' }) })) as never);
  assert.is((await health.check()).checks.db?.status, 'degraded');
});

test('a report has last run, last change, duration, runs and latency of each check', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  health.addCheck('db', check, { critical: false, probes: ['live'] });
  const start = host.clock.systemTime();
  for (const ms of [100, 300]) {
    const asked = health.check('db', { maxAge: 0 });
    await pass(host.clock, ms);
    calls.at(-1)?.resolve();
    await asked;
  }
  const report = health.report();
  const { latency, ...rest } = report.checks.db!;
  assert.equal(rest, {
    status: 'healthy',
    critical: false,
    probes: ['live'],
    lastRun: start + 400,
    lastChange: start + 100,
    duration: 300,
    failures: 0,
    runs: 2,
    isRunning: false,
    hanging: 0,
  });
  assert.equal(Object.keys(latency ?? {}), ['count', 'min', 'max', 'mean', 'p50', 'p95', 'p99']);
  assert.equal([latency?.count, latency?.min, latency?.max], [2, 100, 300]);
  assert.is(report.time, start + 400);
});

test('stop() ends timers and runs; what was cut off counts for nothing; start() goes on', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  health.addCheck('db', check);
  health.start();
  await pass(host.clock, 100);
  const asked = health.check();
  health.stop();
  health.stop();
  assert.is(host.clock.pendingTimers(), 0);
  assert.is((calls[0]!.context.signal.reason as Error).name, 'AbortError');
  assert.is((await asked).checks.db?.status, 'unknown');
  calls[0]?.reject(new Error('aborted'));
  await pass(host.clock, 600_000, 60_000);
  assert.equal([calls.length, host.clock.pendingTimers(), host.emitted.length], [1, 0, 0]);
  assert.equal([health.stats().isStarted, health.stats().hanging], [false, 0]);
  health.start();
  await pass(host.clock, 100);
  assert.is(calls.length, 2);
  calls[1]?.resolve();
  await settle();
  assert.is(health.report().status, 'healthy');
});

test('a removed check is aborted, emits nothing, and its name is free; its handle touches no namesake', async () => {
  const { host, health } = made();
  const { calls, check } = controlled();
  let disposed = 0;
  check[Symbol.dispose] = () => {
    disposed++;
    throw new Error('disposing fails');
  };
  const handle = health.addCheck('db', check);
  health.start();
  await pass(host.clock, 100);
  const asked = health.check();
  assert.is(handle.remove(), true);
  await asked;
  assert.is(calls[0]?.context.signal.aborted, true);
  calls[0]?.resolve();
  await pass(host.clock, 600_000, 60_000);
  assert.equal([calls.length, disposed, host.emitted.length, host.clock.pendingTimers()], [1, 1, 0, 0]);
  assert.equal(health.report().checks, {});
  health.addCheck('db', () => true);
  assert.is(handle.remove(), false);
  handle[Symbol.dispose]();
  assert.is(disposed, 1);
  assert.is(health.stats().checks, 1);
});

test('a check that is removed by who hears of its run changes to nothing', async () => {
  const host = fakeHost();
  const health = createHealth({
    ...host,
    execute(event, measurements, metadata) {
      host.execute(event, measurements, metadata);
      handle.remove();
    },
  });
  const heard: string[] = [];
  health.on(({ check }) => heard.push(check));
  const handle = health.addCheck('db', () => true);
  await health.check();
  assert.equal([host.emitted.map(({ event }) => event), heard], [['check'], []]);
});

test('a check that removes itself, or another one that is to run, has no result', async () => {
  const { host, health } = made();
  const signals: AbortSignal[] = [];
  let runs = 0;
  const handles = ['now', 'later', 'other'].map((name) =>
    health.addCheck(name, ({ signal }) => {
      signals.push(signal);
      if (name === 'other') runs++;
      if (name === 'now') handles[2]?.remove();
      handles.find((handle) => handle.name === name)?.remove();
      return name === 'later' ? new Promise(() => undefined) : undefined;
    }),
  );
  await health.check();
  assert.equal([runs, host.emitted, host.clock.pendingTimers()], [0, [], 0]);
  assert.is(signals[1]?.aborted, true);
});

test('addCheck after start() runs at once', async () => {
  const { host, health } = made();
  health.start();
  health.addCheck('late', () => true);
  await pass(host.clock, 1);
  assert.is(health.report().checks.late?.status, 'healthy');
});

test('configure() changes what checks do not say themselves, those that are there included', async () => {
  const { host, health } = made();
  const runs = { own: 0, other: 0 };
  health.addCheck('own', () => void runs.own++, { interval: '30s' });
  health.addCheck('other', () => {
    runs.other++;
    return false;
  });
  health.start();
  await pass(host.clock, 1000);
  health.configure({ interval: '10s', unhealthyAfter: 2, critical: false, probes: ['live'] });
  await pass(host.clock, 1);
  assert.is(host.clock.pendingTimers(), 2);
  assert.equal(runs, { own: 1, other: 2 });
  const { status, critical, probes } = health.report().checks.other!;
  assert.equal([status, critical, probes], ['unhealthy', false, ['live']]);
  await pass(host.clock, 29_000, 500);
  assert.equal(runs, { own: 2, other: 4 });
  assert.is(
    codeOf(() => health.configure({ timeout: '0s' })),
    'OPTION_INVALID',
  );
  assert.is(
    codeOf(() => health.configure({ jitter: 2 })),
    'OPTION_INVALID',
  );
  assert.is(
    codeOf(() => health.configure({ intervall: 1 } as never)),
    'OPTION_UNKNOWN',
  );
});

test('what is put together wrongly is refused', () => {
  const { health } = made();
  health.addCheck('db', () => true);
  assert.is(
    codeOf(() => health.addCheck('db', () => true)),
    'HANDLER_EXISTS',
  );
  assert.is(
    codeOf(() => health.addCheck('x', 'SELECT 1' as never)),
    'HANDLER_INVALID',
  );
  assert.is(
    codeOf(() => health.on(undefined as never)),
    'HANDLER_INVALID',
  );
  for (const name of ['', '__proto__', '1st', 'a b', 'x'.repeat(65), undefined, Symbol('s')]) {
    assert.is(
      codeOf(() => health.addCheck(name as never, () => true)),
      'OPTION_INVALID',
    );
  }
  const wrong: object[] = [{ timeout: 0 }, { interval: 'soon' }, { unhealthyAfter: 0 }, { healthyAfter: 1.5 }, { unhealthyAfter: 1001 }];
  for (const options of [...wrong, { critical: 1 }, { probes: ['alive'] }, { probes: 'live' }, { interval: 2 ** 31 }] as CheckOptions[]) {
    assert.is(
      codeOf(() => health.addCheck('x', () => true, options)),
      'OPTION_INVALID',
      JSON.stringify(options),
    );
  }
  assert.is(
    codeOf(() => health.addCheck('x', () => true, { jitter: 0 } as never)),
    'OPTION_UNKNOWN',
  );
  assert.is(health.stats().checks, 1);
});

test('there are 200 checks at most', () => {
  const { health } = made();
  const handles = Array.from({ length: 200 }, (_, index) => health.addCheck(`check${index}`, () => true));
  assert.is(
    codeOf(() => health.addCheck('another', () => true)),
    'OPTION_INVALID',
  );
  handles[7]?.remove();
  health.addCheck('another', () => true);
  assert.is(health.stats().checks, 200);
});

test('a listener that throws or rejects disturbs nobody, and is warned of once', async () => {
  const { host, health } = made();
  const heard: string[] = [];
  health.on(() => {
    throw new Error('no');
  });
  health.on((async () => Promise.reject(new Error('later'))) as never);
  const leave = health.on(({ to }) => heard.push(to));
  let isWell = true;
  health.addCheck('db', () => isWell);
  await health.check();
  isWell = false;
  await health.check('db', { maxAge: 0 });
  await settle();
  assert.equal(heard, ['healthy', 'degraded']);
  assert.is(health.stats().listenerFailures, 4);
  assert.is(host.warnings.length, 2);
  leave();
  leave();
  isWell = true;
  await health.check('db', { maxAge: 0 });
  await health.check('db', { maxAge: 0 });
  assert.is(heard.length, 2);
});

test('a check that fails without a word has no detail left over from before', async () => {
  const { health } = made();
  let answer: unknown = { status: 'degraded', detail: 'slow', data: { n: 1 } };
  health.addCheck('db', (() => answer) as CheckFunction);
  await health.check();
  assert.is(health.report().checks.db?.detail, 'slow');
  answer = true;
  const { detail, data } = (await health.check('db', { maxAge: 0 })).checks.db!;
  assert.equal([detail, data], [undefined, undefined]);
});

test.run();
