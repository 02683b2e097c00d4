import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Deliveries } from '../../../lib/alerts/delivery/deliveries';
import { readTargets } from '../../../lib/alerts/delivery/ready-target';
import type { TargetStats } from '../../../lib/alerts/delivery/tally';
import type { AlertsOptions } from '../../../lib/alerts/options';
import { DeliveryError } from '../../../lib/alerts/target';
import { type Bench, bench, type FakeTarget, fakeHost, fakeTarget, pass, settle } from '../engine/fake-alerts';

const MINUTE = 60_000;
const passing = new DeliveryError({ code: 'HTTP_503', mayPass: true });
const final = new DeliveryError({ code: 'HTTP_404', mayPass: false });

/** Alerts with records on: each critical line with a fingerprint of its own is a notification. */
function delivering(
  target: FakeTarget = fakeTarget(),
  options: AlertsOptions = {},
): Bench & { notify(times?: number): void; stats(name?: string): TargetStats } {
  const made = bench({ records: {}, ...options }, target);
  let count = 0;
  return {
    ...made,
    notify(times = 1) {
      for (let time = 0; time < times; time++) made.host.critical(`n${count}`, { fingerprint: `f${count++}` });
    },
    stats: (name = target.name) => made.alerts.stats().targets[name]!,
  };
}

const dead = ({ dead }: TargetStats): number => Object.values(dead).reduce((sum, count) => sum + count, 0);
function isExact(stats: TargetStats): void {
  assert.is(stats.accepted, stats.delivered + dead(stats) + stats.queued + stats.limited, JSON.stringify(stats));
}

test('what is delivered is counted, and an event', async () => {
  const { notify, stats, host, target } = delivering();
  notify(2);
  assert.is(target.sent.length, 0, 'nothing is sent in the middle of a line of the log');
  await settle();
  assert.equal(target.titles(), ['[CRITICAL] n0', '[CRITICAL] n1']);
  assert.equal([stats().accepted, stats().delivered, stats().queued, stats().attempts, stats().place], [2, 2, 0, 2, 'somewhere']);
  assert.equal(host.events[0], {
    key: 'delivered',
    measurements: { duration: 0, attempts: 1, alerts: 0 },
    metadata: { target: 'people', kind: 'record' },
  });
});

test('a failure that may pass is tried again, up to five times, with growing random waits, and the same id', async () => {
  const { notify, stats, host, target, clock } = delivering();
  target.otherwise = passing;
  const times: number[] = [];
  target.answers = Array.from({ length: 10 }, () => () => {
    times.push(clock.monotonicTime());
    return Promise.reject(passing);
  });
  notify();
  await settle();
  await pass(clock, 2 * MINUTE, 100);
  assert.equal(
    times.map((time, index) => (index === 0 ? 0 : time - times[index - 1]!)),
    [0, 500, 1000, 2000, 4000, 8000],
    'half of 1, 2, 4, 8, 16 s',
  );
  assert.is(new Set(target.sent.map(({ id }) => id)).size, 1);
  assert.equal(stats().dead, { HTTP_503: 1 });
  assert.equal(host.events.at(-1), {
    key: 'undelivered',
    measurements: { duration: 15_500, attempts: 6, alerts: 0 },
    metadata: { target: 'people', kind: 'record', reason: 'HTTP_503' },
  });
  isExact(stats());
});

test('waits grow to a minute at most', async () => {
  const { notify, clock, host, target } = delivering(fakeTarget(), { retries: 10 });
  host.random = () => 0.999999;
  const times: number[] = [];
  target.otherwise = () => {
    times.push(clock.monotonicTime());
    return Promise.reject(passing);
  };
  notify();
  await settle();
  await pass(clock, 10 * MINUTE, 1000);
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  assert.is(gaps.length, 10);
  assert.ok(gaps.every((gap) => gap <= 60_000) && gaps.at(-1)! > 59_000, gaps.join());
});

test('what can not pass is given up at once', async () => {
  const { notify, stats, target } = delivering();
  target.answers = [final];
  notify();
  await settle();
  assert.equal([target.sent.length, stats().dead], [1, { HTTP_404: 1 }]);
});

test('the receiver is waited for as long as it asks, 5 minutes at most', async () => {
  for (const [asked, waited] of [
    [30_000, 30_000],
    [3_600_000, 300_000],
    [-5, 500],
    [Number.NaN, 500],
  ] as const) {
    const { notify, target, clock } = delivering();
    const times: number[] = [];
    target.otherwise = () => {
      times.push(clock.monotonicTime());
      return times.length === 1
        ? Promise.reject(new DeliveryError({ code: 'HTTP_429', mayPass: true, retryAfterMs: asked }))
        : Promise.resolve();
    };
    notify();
    await settle();
    await pass(clock, 6 * MINUTE, 1000);
    assert.equal(times, [0, waited]);
  }
});

test('what waits is delivered in its order, one at a time', async () => {
  const { notify, target, clock } = delivering();
  target.answers = [passing, 'ok', passing];
  notify(4);
  await pass(clock, MINUTE, 500);
  assert.equal(
    target.titles(),
    ['n0', 'n0', 'n1', 'n1', 'n2', 'n3'].map((name) => `[CRITICAL] ${name}`),
  );
});

test('a target that never answers is given up after 5 s, its signal is aborted, and what it says later counts for nothing', async () => {
  const { notify, stats, target, clock } = delivering(fakeTarget(), { retries: 0 });
  let late: () => void = () => undefined;
  target.answers = [() => new Promise<void>((resolve) => (late = resolve))];
  notify(2);
  await settle();
  clock.advance('4.9s');
  await settle();
  assert.equal([target.aborted, stats().queued], [0, 2]);
  clock.advance('100ms');
  await settle();
  assert.equal([target.aborted, stats().dead, stats().delivered], [1, { TIMEOUT: 1 }, 1]);
  late();
  await settle();
  assert.equal([stats().delivered, stats().dead], [1, { TIMEOUT: 1 }]);
  isExact(stats());
});

test('an answer in time is not aborted later', async () => {
  const { notify, target, clock } = delivering();
  notify();
  await pass(clock, MINUTE);
  assert.is(target.aborted, 0);
});

test('targets that throw, answer nonsense or hostile things fail like others', async () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const [answer, code] of [
    [
      () => {
        throw new Error('at once');
      },
      'FAILED',
    ],
    [() => Promise.reject(undefined), 'FAILED'],
    [() => Promise.reject(revoked.proxy), 'FAILED'],
    [
      () => ({
        get then() {
          throw new Error('getter');
        },
      }),
      'FAILED',
    ],
    [() => ({ then: (_: unknown, reject: (error: unknown) => void) => reject(final) }), 'HTTP_404'],
    [() => Promise.reject(new DeliveryError({ code: 'see https://token@host/', mayPass: false })), 'FAILED'],
    [
      () =>
        Promise.reject(
          Object.defineProperty(new DeliveryError({ code: 'X', mayPass: false }), 'code', {
            get() {
              throw new Error('x');
            },
          }),
        ),
      'FAILED',
    ],
  ] as const) {
    const { notify, stats, target } = delivering(fakeTarget(), { retries: 0 });
    target.answers = [answer as () => unknown];
    notify();
    await settle();
    assert.equal(stats().dead, { [code]: 1 }, String(answer));
  }
  const { notify, stats, target } = delivering();
  target.answers = [() => undefined];
  notify();
  await settle();
  assert.is(stats().delivered, 1, 'without a promise it has taken it');
});

test('one target that fails, hangs or throws disturbs no other', async () => {
  const targets = ['hangs', 'fails', 'throws', 'well'].map((name) => fakeTarget(name));
  const [hangs, fails, throws, well] = targets as [FakeTarget, FakeTarget, FakeTarget, FakeTarget];
  hangs.otherwise = 'hang';
  fails.otherwise = passing;
  throws.otherwise = () => {
    throw new Error('at once');
  };
  const { notify, alerts, clock } = delivering(well, { targets });
  notify(20);
  await settle();
  assert.is(well.sent.length, 20);
  await pass(clock, 30 * MINUTE, 1000);
  for (const stats of Object.values(alerts.stats().targets)) isExact(stats);
});

test('after five in a row that were given up the target rests for a minute', async () => {
  const { notify, stats, target, clock } = delivering();
  target.otherwise = final;
  notify(8);
  await settle();
  assert.equal([target.sent.length, stats().isResting, stats().queued], [5, true, 3]);
  await pass(clock, 59_000, 1000);
  assert.is(target.sent.length, 5);
  await pass(clock, 1000);
  assert.equal([target.sent.length, stats().isResting], [6, true], 'one more, and it rests again');
  target.otherwise = 'ok';
  await pass(clock, MINUTE);
  assert.equal([stats().delivered, stats().isResting, stats().queued], [2, false, 0]);
  target.otherwise = final;
  notify(4);
  await settle();
  assert.is(stats().isResting, false, 'it counts from the beginning');
  isExact(stats());
});

test('beyond the limit of a target there is one summary, when the window is over', async () => {
  const { notify, stats, target, clock } = delivering(fakeTarget('people', { limit: { most: 3, perMs: 60_000 } }));
  notify(44);
  await settle();
  assert.is(target.sent.length, 3);
  assert.equal([stats().limited, stats().queued], [41, 0]);
  await pass(clock, 59_000, 1000);
  assert.is(target.sent.length, 3);
  await pass(clock, 1000);
  const [summary] = target.sent.slice(3);
  assert.equal(
    [target.sent.length, summary!.kind, summary!.severity, summary!.more, summary!.key],
    [4, 'summary', 'critical', 41, 'summary'],
  );
  assert.is(summary!.title, '[SUMMARY] and 41 more in 1 min: [CRITICAL] n3');
  assert.match(summary!.text, /^41 notifications in 1 min were not sent one by one:\n- \[CRITICAL\] n3\n/);
  assert.match(summary!.text, /\nand 35 more$/);
  assert.is(summary!.origin.app, 'shop');
  assert.equal([stats().summaries, stats().accepted, stats().delivered], [1, 45, 4]);
  isExact(stats());
  notify(2);
  await settle();
  assert.is(target.sent.length, 6, 'the summary counts, too');
  notify(1);
  await settle();
  assert.is(target.sent.length, 6);
});

test('a target that takes no summaries gets none: what is beyond its limit is counted, and waits for nothing', async () => {
  const { notify, stats, target, clock, alerts } = delivering(
    fakeTarget('people', { limit: { most: 3, perMs: 60_000 }, kinds: ['record'] }),
    { maxQueued: 20 },
  );
  notify(44);
  await settle();
  assert.equal([target.sent.length, stats().limited, stats().queued, stats().dead], [3, 17, 0, { OVERFLOW: 24 }]);
  assert.is(await alerts.flush(), true, 'nothing is due');
  await pass(clock, 5 * MINUTE);
  assert.equal([target.sent.length, stats().summaries], [3, 0]);
  notify();
  await settle();
  assert.is(target.sent.length, 4);
  isExact(stats());
  await alerts.stop();
  isExact(stats());
});

test('a target that takes summaries and nothing else but records gets both', async () => {
  const { notify, target, clock } = delivering(fakeTarget('people', { limit: { most: 1, perMs: 60_000 }, kinds: ['record', 'summary'] }));
  notify(3);
  await settle();
  await pass(clock, MINUTE);
  assert.equal(
    target.sent.map(({ kind }) => kind),
    ['record', 'summary'],
  );
});

test('ten in a minute is the limit of a target that says nothing', async () => {
  const { notify, target } = delivering(fakeTarget('people', { limit: undefined as never }));
  notify(30);
  await settle();
  assert.is(target.sent.length, 10);
});

test('a queue holds no more than it may: the oldest that is not critical goes first, and the next summary names it', async () => {
  const { rule, values, alerts, target, clock, host, stats } = delivering(fakeTarget(), { maxQueued: 3, groupInterval: 0, retries: 0 });
  target.answers = ['hang'];
  for (const name of ['w1', 'w2', 'w3']) rule(name);
  for (const name of ['c1', 'c2', 'c3']) rule(name, { severity: 'critical' });
  const order = ['w1', 'w2', 'c1', 'c2', 'w3', 'c3'];
  for (const name of order) {
    values[name] = 9;
    alerts.evaluate();
    await settle();
    assert.ok(stats().queued <= 3);
  }
  // w1 is under way. Then w2 and c1 wait; c2 makes w2 go; w3 finds nothing lesser than itself; c3 makes c1 go.
  assert.equal([stats().dead, stats().queued], [{ OVERFLOW: 3 }, 3]);
  assert.equal(
    host.events.filter(({ key }) => key === 'undelivered').map(({ metadata }) => metadata.reason),
    ['OVERFLOW', 'OVERFLOW', 'OVERFLOW'],
  );
  clock.advance('5s');
  await settle();
  assert.equal(
    target
      .titles()
      .slice(1)
      .map((title) => title.replace(/:.*/, '')),
    ['[SUMMARY] and 3 more in 5 s', '[FIRING] c2', '[FIRING] c3'],
  );
  const summary = target.sent.find(({ kind }) => kind === 'summary');
  assert.match(summary!.text, /3 found no room in the queue/);
  isExact(stats());
});

test('what found no room is summed up once the window is over, not before', async () => {
  const { notify, target, clock, stats } = delivering(fakeTarget('people', { limit: { most: 10, perMs: 60_000 } }), { maxQueued: 1 });
  notify();
  await settle();
  notify(4);
  await settle();
  assert.equal(target.titles(), ['[CRITICAL] n0', '[CRITICAL] n4']);
  notify(2);
  await settle();
  await pass(clock, 59_000, 1000);
  assert.is(target.sent.length, 3);
  await pass(clock, 1000);
  assert.equal([target.sent.length, target.sent[3]!.more, stats().dead], [4, 4, { OVERFLOW: 4 }]);
  isExact(stats());
});

test('a test is sent once, whatever the target does, and tells what became of it', async () => {
  const { alerts, target, stats, notify, clock } = delivering(
    fakeTarget('people', { limit: { most: 1, perMs: 60_000 }, kinds: ['record'] }),
  );
  notify(3);
  await settle();
  const outcome = await alerts.test('people');
  assert.equal(outcome, { target: 'people', isDelivered: true, code: undefined, attempts: 1, duration: 0 });
  assert.equal([target.sent.at(-1)!.kind, target.sent.at(-1)!.title], ['test', '[TEST] Alerts reach this target']);
  target.answers = [passing];
  assert.equal([(await alerts.test('people')).code, stats().dead], ['HTTP_503', { HTTP_503: 1 }]);
  await pass(clock, 2 * MINUTE);
  isExact(stats());
});

test('a test does not wait for a target that rests or for what is to be tried again', async () => {
  const { alerts, target, notify, stats } = delivering();
  target.answers = [passing];
  notify();
  await settle();
  assert.is(stats().queued, 1);
  assert.is((await alerts.test('people')).isDelivered, true);
  target.otherwise = final;
  const second = delivering(target);
  second.notify(6);
  await settle();
  assert.is(second.stats().isResting, true);
  target.otherwise = 'ok';
  assert.is((await second.alerts.test('people')).isDelivered, true);
  await settle();
  assert.equal([second.stats().isResting, second.stats().queued], [false, 0], 'it is well again');
});

test('ten tests wait at most, and a target that is not there is refused', async () => {
  const { alerts, target, clock, stats } = delivering();
  target.otherwise = 'hang';
  const all = Promise.all(Array.from({ length: 15 }, () => alerts.test('people')));
  await pass(clock, MINUTE, 5000);
  const codes = (await all).map(({ code }) => code);
  assert.is(codes.filter((code) => code === 'OVERFLOW').length, 5);
  assert.is(codes.filter((code) => code === 'TIMEOUT').length, 10);
  isExact(stats());
  let refused: unknown;
  await alerts.test('nobody').catch((error: unknown) => (refused = error));
  assert.match(String(refused), /one of people.*\[OPTION_INVALID\]/);
});

test('stop delivers what waits, and gives up at its deadline what is left', async () => {
  const { alerts, target, notify, stats, clock, host } = delivering();
  target.answers = ['ok', 'hang'];
  notify(5);
  const stopped = alerts.stop(3000);
  await settle();
  assert.equal([stats().delivered, stats().queued], [1, 4]);
  clock.advance('3s');
  await stopped;
  assert.equal([stats().dead, target.aborted, target.closed, clock.pendingTimers()], [{ STOPPED: 4 }, 1, 1, 0]);
  assert.is(host.listeners.size, 0);
  isExact(stats());
  assert.is((await alerts.test('people')).code, 'STOPPED');
  alerts.start();
  notify();
  await settle();
  assert.is(stats().delivered, 2, 'it can be started again');
});

test('stop does not wait for what could not be tried before its deadline', async () => {
  const { alerts, target, notify, stats, clock } = delivering();
  target.answers = [new DeliveryError({ code: 'HTTP_429', mayPass: true, retryAfterMs: 60_000 })];
  notify(2);
  await settle();
  await alerts.stop();
  assert.equal([stats().dead, clock.pendingTimers()], [{ STOPPED: 2 }, 0]);
});

test('stop tries again what can be, and sends the summary that is due', async () => {
  const { alerts, target, notify, stats, clock } = delivering(fakeTarget('people', { limit: { most: 1, perMs: 60_000 } }));
  target.answers = [passing];
  notify(4);
  await settle();
  const stopped = alerts.stop();
  await pass(clock, 2000, 100);
  await stopped;
  assert.equal(target.titles(), ['[CRITICAL] n0', '[CRITICAL] n0', '[SUMMARY] and 3 more in 500 ms: [CRITICAL] n1']);
  assert.equal([stats().delivered, stats().limited], [2, 3]);
  assert.is((await alerts.test('people')).code, 'STOPPED');
});

test('stop at once gives everything up', async () => {
  const { alerts, target, notify, stats } = delivering();
  target.otherwise = 'hang';
  notify(3);
  await alerts.stop(0);
  assert.equal(stats().dead, { STOPPED: 3 });
  for (const wrong of [-1, Number.NaN, '5s', 1e9]) {
    let refused: unknown;
    await alerts.stop(wrong as never).catch((error: unknown) => (refused = error));
    assert.match(String(refused), /\[OPTION_INVALID\]/);
  }
});

test('flush waits until nothing is queued, or says that something is', async () => {
  const { alerts, target, notify, clock } = delivering();
  assert.is(await alerts.flush(), true);
  target.answers = [passing];
  notify();
  const short = alerts.flush(100);
  const long = alerts.flush();
  await pass(clock, 1000, 100);
  assert.equal([await short, await long], [false, true]);
  await pass(clock, 10_000);
  assert.is(clock.pendingTimers(), 1, 'the tick alone');
});

test('a flush leaves nothing behind at a target that hangs', async () => {
  const host = fakeHost();
  const settings = { maxQueued: 10, timeoutMs: 1e9, retries: 0 };
  const deliveries = new Deliveries(
    host,
    (call) => call(),
    () => settings,
  );
  const target = fakeTarget();
  target.otherwise = 'hang';
  deliveries.use(readTargets('targets', [target]));
  deliveries.send({ kind: 'firing', severity: 'warning', title: 't', alerts: [], more: 0 } as never, undefined);
  await settle();
  const flushes = Array.from({ length: 5 }, () => deliveries.idle(1000));
  assert.is(deliveries.waiters, 5);
  host.clock.advance('1s');
  assert.equal(await Promise.all(flushes), Array(5).fill(false));
  assert.is(deliveries.waiters, 0);
  const last = deliveries.idle(1000);
  await deliveries.close(0);
  assert.equal([await last, deliveries.waiters, host.clock.pendingTimers()], [true, 0, 0]);
});

test('a target that stays keeps its queue; what waits for one that goes is given up, and it is closed', async () => {
  const stays = fakeTarget('stays');
  const goes = fakeTarget('goes');
  const { alerts, notify, clock, host } = delivering(stays, { targets: [stays, goes] });
  stays.answers = [passing];
  goes.otherwise = 'hang';
  notify(2);
  await settle();
  alerts.configure({ targets: [fakeTarget('new'), stays] });
  await settle();
  assert.equal([goes.aborted, goes.closed, stays.closed], [1, 1, 0]);
  assert.is(host.events.filter(({ metadata }) => metadata.reason === 'REMOVED').length, 2);
  assert.equal(host.warnings, []);
  await pass(clock, MINUTE);
  assert.equal(Object.keys(alerts.stats().targets), ['new', 'stays']);
  assert.is(alerts.stats().targets.stays!.delivered, 2);
});

test('a start while a stop still waits lets what waits go on', async () => {
  const { alerts, target, notify, stats, clock } = delivering();
  target.answers = ['hang'];
  notify(2);
  await settle();
  const stopped = alerts.stop(1000);
  await settle();
  alerts.start();
  await pass(clock, 20_000, 500);
  await stopped;
  assert.equal([stats().delivered, stats().dead], [2, {}]);
  notify();
  await settle();
  assert.is(stats().delivered, 3);
  assert.is(clock.pendingTimers(), 1);
});

test('a target that is configured while alerts are stopped takes nothing before they start', async () => {
  const { alerts, notify, clock } = delivering();
  await alerts.stop();
  const later = fakeTarget('later');
  alerts.configure({ targets: [later] });
  assert.is((await alerts.test('later')).code, 'STOPPED');
  alerts.start();
  notify();
  await settle();
  assert.is(later.sent.length, 1);
  assert.is(clock.pendingTimers(), 1);
});

test('tests that fail make no target rest', async () => {
  const { alerts, target, stats } = delivering();
  target.otherwise = final;
  for (let time = 0; time < 6; time++) await alerts.test('people');
  assert.is(stats().isResting, false);
});

test('a target that throws when it is closed disturbs nobody', async () => {
  const target = fakeTarget('people', {});
  Object.assign(target, {
    close: () => {
      throw new Error('x');
    },
  });
  const { alerts } = delivering(target);
  await alerts.stop();
});

test('that alerts do not arrive is warned of once a minute for each target', async () => {
  const { notify, target, host, clock } = delivering();
  target.otherwise = final;
  notify(3);
  await settle();
  assert.equal(host.warnings, [
    {
      code: 'EXPORT_FAILED',
      message: 'Alerts do not reach the target people (somewhere): HTTP_404. For a minute, more of these are counted only',
    },
  ]);
  clock.advance('1m');
  notify();
  await settle();
  assert.is(host.warnings.length, 2);
});

test('that there was no room is not said to be the fault of the target', async () => {
  const { notify, host } = delivering(fakeTarget(), { maxQueued: 1 });
  notify(3);
  await settle();
  assert.equal(host.warnings, [
    {
      code: 'EXPORT_FAILED',
      message:
        'More alerts came than the queue of the target people (somewhere) holds, and some were given up: OVERFLOW. For a minute, more of these are counted only',
    },
  ]);
});

test('settings hold from the next attempt on', async () => {
  const { alerts, notify, target, clock, stats } = delivering();
  alerts.configure({ timeout: '1s', retries: 0 });
  target.otherwise = 'hang';
  notify();
  await settle();
  clock.advance('1s');
  await settle();
  assert.equal(stats().dead, { TIMEOUT: 1 });
});

test('of codes of failures 20 are told apart', async () => {
  const { notify, target, stats } = delivering(fakeTarget(), { retries: 0 });
  target.answers = Array.from({ length: 30 }, (_, index) => new DeliveryError({ code: `C${index}`, mayPass: true }));
  for (let time = 0; time < 30; time++) {
    target.answers.splice(1, 0, 'ok');
    notify(2);
    await settle();
  }
  assert.is(Object.keys(stats().dead).length, 21);
  assert.is(stats().dead.OTHER, 10);
  isExact(stats());
});

/** What happens to a target, step by step. */
type Step =
  | { readonly kind: 'notify'; readonly times: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'answers'; readonly answers: readonly ('ok' | 'passing' | 'final' | 'hang' | 'throw')[] }
  | { readonly kind: 'test' }
  | { readonly kind: 'restart' };

const answer = fc.constantFrom('ok', 'passing', 'final', 'hang', 'throw' as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('notify' as const), times: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
  fc.record({ kind: fc.constant('answers' as const), answers: fc.array(answer, { maxLength: 8 }) }),
  fc.constant({ kind: 'test' as const }),
  fc.constant({ kind: 'restart' as const }),
);

test('at any quiet moment accepted is delivered, dead, queued and limited; queue and rate keep their limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, maxQueued, most) => {
        const perMs = 60_000;
        const target = fakeTarget('people', { limit: { most, perMs } });
        const { alerts, notify, stats, clock } = delivering(target, { maxQueued, retries: 2 });
        const begun: number[] = [];
        const ids = new Set<string>();
        const arrived: string[] = [];
        const send = target.send.bind(target);
        target.send = async (notification, context) => {
          if (!ids.has(notification.id) && notification.kind !== 'test') begun.push(clock.monotonicTime());
          ids.add(notification.id);
          await send(notification, context);
          if (!context.signal.aborted) arrived.push(notification.id);
        };
        let notified = 0;
        let tests = 0;
        for (const one of steps) {
          if (one.kind === 'notify') {
            notify(one.times);
            notified += one.times;
          } else if (one.kind === 'pass') await pass(clock, one.ms, 5000);
          else if (one.kind === 'answers') {
            target.answers = one.answers.map((name) =>
              name === 'passing'
                ? passing
                : name === 'final'
                  ? final
                  : name === 'throw'
                    ? () => {
                        throw new Error('x');
                      }
                    : name,
            );
          } else if (one.kind === 'test') {
            tests++;
            void alerts.test('people');
          } else {
            const stopped = alerts.stop(1000);
            await pass(clock, 1000, 500);
            await stopped;
            alerts.start();
          }
          await settle();
          const now = stats();
          isExact(now);
          assert.is(now.accepted, notified + tests + now.summaries);
          assert.ok(now.queued <= maxQueued + tests, `${now.queued} queued`);
          assert.is(now.delivered, arrived.length);
        }
        assert.is(new Set(arrived).size, arrived.length, 'nothing arrives twice');
        await alerts.stop(0);
        isExact(stats());
        assert.is(stats().queued, 0);
        assert.is(clock.pendingTimers(), 0);
      },
    ),
    { numRuns: 40 },
  );
});

test.run();
