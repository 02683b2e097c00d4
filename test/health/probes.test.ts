import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createHealth } from '../../lib/health/health';
import { healthResponse } from '../../lib/health/response';
import type { CheckFunction } from '../../lib/health/result';
import { HEALTH_SEAM } from '../../lib/health/seam';
import { isTelemetryError } from '../../lib/index';
import { fakeHost } from './fake-host';

/** A health with checks whose answers can be set. */
function made() {
  const host = fakeHost();
  const health = createHealth(host);
  const answers: Record<string, unknown> = {};
  const check = (name: string): CheckFunction => (() => answers[name]) as CheckFunction;
  const run = (): Promise<unknown> => health.check(undefined, { maxAge: 0 });
  return { host, health, answers, check, run };
}

test('without checks all probes pass', () => {
  const { health } = made();
  assert.equal(
    [health.live(), health.ready(), health.startup()].map(({ status }) => status),
    ['pass', 'pass', 'pass'],
  );
});

test('startup fails until each critical check passed or warned once; then it passes for ever', async () => {
  const { health, answers, check, run } = made();
  answers.db = false;
  answers.queue = { status: 'degraded' };
  answers.side = false;
  health.addCheck('db', check('db'), { unhealthyAfter: 1 });
  health.addCheck('queue', check('queue'));
  health.addCheck('side', check('side'), { critical: false });
  assert.equal(health.startup(), { status: 'fail', reasons: ['db has not passed yet', 'queue has not passed yet'] });
  await run();
  assert.equal(health.startup(), { status: 'fail', reasons: ['db has not passed yet'] });
  assert.equal(health.ready(), health.startup());
  answers.db = true;
  await run();
  answers.db = false;
  await run();
  // It was done while nobody asked.
  assert.is(health.startup().status, 'pass');
  health.addCheck('later', () => false);
  assert.is(health.startup().status, 'pass');
});

test('startup without critical checks passes, but is not done: checks may still be added', () => {
  const { health } = made();
  assert.is(health.startup().status, 'pass');
  health.addCheck('db', () => true);
  assert.is(health.startup().status, 'fail');
});

test('ready fails for a critical check that is unhealthy, warns for others, and tells nothing that a check said', async () => {
  const { health, answers, check, run } = made();
  health.addCheck('db', check('db'), { unhealthyAfter: 2 });
  health.addCheck('cache', check('cache'), { unhealthyAfter: 1, critical: false });
  health.addCheck('alive', check('alive'), { probes: ['live'], unhealthyAfter: 1 });
  await run();
  assert.equal(health.ready(), { status: 'pass', reasons: [] });
  answers.cache = { status: 'unhealthy', detail: 'secret' };
  answers.db = false;
  answers.alive = false;
  await run();
  assert.equal(health.ready(), { status: 'warn', reasons: ['db is degraded', 'cache is unhealthy'] });
  await run();
  assert.equal(health.ready(), { status: 'fail', reasons: ['db is unhealthy', 'cache is unhealthy'] });
  assert.equal(health.live(), { status: 'fail', reasons: ['alive is unhealthy'] });
  answers.alive = true;
  await run();
  assert.equal(health.live(), { status: 'warn', reasons: ['alive is degraded'] });
});

test('a dependency that is down does not make a process be restarted', async () => {
  const { health, run } = made();
  health.addCheck('db', () => false, { unhealthyAfter: 1 });
  await run();
  assert.is(health.report().status, 'unhealthy');
  assert.is(health.live().status, 'pass');
});

test('a check that has not run yet warns once the process is started', async () => {
  const { health, run } = made();
  health.addCheck('db', () => true);
  await run();
  health.addCheck('new', () => true);
  assert.equal(health.ready(), { status: 'warn', reasons: ['new has not run yet'] });
});

test('shutDown() makes ready fail first, at once and until start(); the others stay', async () => {
  const { health, run } = made();
  health.addCheck('db', () => true);
  await run();
  health.start();
  health.shutDown();
  health.shutDown();
  assert.equal(health.ready(), { status: 'fail', reasons: ['shutting down'] });
  await run();
  assert.equal(
    [health.ready(), health.live(), health.startup()].map(({ status }) => status),
    ['fail', 'pass', 'pass'],
  );
  assert.is(health.stats().isShuttingDown, true);
  health.start();
  assert.is(health.ready().status, 'pass');
  health.stop();
});

test('what begins anew shuts down no longer, waits for its checks again, and forgets options; undone, all is as before', async () => {
  const { health, answers, check, run } = made();
  answers.db = true;
  health.configure({ unhealthyAfter: 1 });
  health.addCheck('old', () => true).remove();
  const db = health.addCheck('db', check('db'));
  await run();
  health.shutDown();
  db.remove();
  assert.is(health.startup().status, 'pass');
  const undo = health[HEALTH_SEAM]!.begin({ healthyAfter: 1 });
  health.addCheck('db', check('db'));
  assert.equal([health.startup(), health.ready()], Array(2).fill({ status: 'fail', reasons: ['db has not passed yet'] }));
  answers.db = false;
  await run();
  assert.is(health.report().checks.db!.status, 'degraded', 'not unhealthy at once, as was said before');
  undo();
  assert.equal(health.ready(), { status: 'fail', reasons: ['shutting down'] });
  assert.is(health.startup().status, 'pass');
  await run();
  assert.is(health.report().checks.db!.status, 'unhealthy');
});

test('what begins anew without options keeps those that there are', async () => {
  const { health, run } = made();
  health.configure({ unhealthyAfter: 1 });
  health.shutDown();
  health[HEALTH_SEAM]!.begin();
  health.addCheck('db', () => false);
  await run();
  assert.is(health.report().checks.db!.status, 'unhealthy');
  assert.is(health.stats().isShuttingDown, false);
});

test('a response tells one word, with 503 when the probe fails and 200 when it warns', async () => {
  const { health, answers, check, run } = made();
  health.addCheck('db', check('db'), { unhealthyAfter: 2, probes: ['ready', 'startup', 'live'] });
  const all = () =>
    (['live', 'ready', 'startup', 'all'] as const).map((probe) => {
      const { status, body } = healthResponse(health, probe);
      return [status, body.status, Object.keys(body).length];
    });
  assert.equal(all(), [
    [200, 'warn', 1],
    [503, 'fail', 1],
    [503, 'fail', 1],
    [200, 'warn', 1],
  ]);
  await run();
  assert.equal(all(), Array(4).fill([200, 'pass', 1]));
  answers.db = false;
  await run();
  assert.equal(all()[1], [200, 'warn', 1]);
  await run();
  assert.equal(all(), [
    [503, 'fail', 1],
    [503, 'fail', 1],
    [200, 'pass', 1],
    [503, 'fail', 1],
  ]);
  assert.is(healthResponse(health, 'ready').contentType, 'application/health+json');
  assert.equal(healthResponse(health, 'ready', { format: 'actuator' }), {
    status: 503,
    contentType: 'application/json',
    body: { status: 'DOWN' },
  });
});

test('details on demand: the checks of the probe with what they said, redacted, and no stack', async () => {
  const { host, health, run } = made();
  health.addCheck('db', () => Promise.reject(new Error('password hunter2 refused')), { unhealthyAfter: 1, critical: false });
  health.addCheck('disk', () => ({ status: 'healthy', data: { free: 5 } }));
  health.addCheck('alive', () => true, { probes: ['live'] });
  await run();
  const time = new Date(host.clock.systemTime()).toISOString();
  const { status, body } = healthResponse(health, 'ready', { details: 'always' });
  assert.is(status, 200);
  assert.equal(body, {
    status: 'warn',
    notes: ['db is unhealthy'],
    checks: {
      'db:responseTime': [{ status: 'fail', observedValue: 0, observedUnit: 'ms', time, output: 'password *** refused' }],
      'disk:responseTime': [{ status: 'pass', observedValue: 0, observedUnit: 'ms', time, data: { free: 5 } }],
    },
  });
  assert.equal(Object.keys(healthResponse(health, 'all', { details: 'always' }).body.checks as object).length, 3);
  health.addCheck('new', () => true);
  assert.equal(healthResponse(health, 'ready', { details: 'always', format: 'actuator' }).body, {
    status: 'UP',
    components: {
      db: { status: 'DOWN', details: { detail: 'password *** refused' } },
      disk: { status: 'UP', details: { free: 5 } },
      new: { status: 'UNKNOWN' },
    },
  });
  assert.not.match(JSON.stringify([body, health.report()]), /hunter2|\.ts:\d/);
});

test('answering 1,000 requests runs no check', async () => {
  const { health } = made();
  let runs = 0;
  health.addCheck('db', () => void runs++);
  for (let turn = 0; turn < 1000; turn++) healthResponse(health, 'all', { details: 'always' });
  assert.is(runs, 0);
});

test('a response for what is no probe is refused', () => {
  const { health } = made();
  for (const call of [
    () => healthResponse(health, 'alive' as never),
    () => healthResponse(health, 'stop' as never),
    () => healthResponse(health, 'live', { details: 'authorised' as never }),
  ]) {
    assert.throws(call, (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID');
  }
});

test.run();
