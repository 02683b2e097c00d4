import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, type Telemetry } from '../../lib/index';
import { type StartOptions, startTelemetry } from '../../lib/node';
import { fakeClock } from '../../lib/testing';
import { answer, parts, withReceiver } from '../support/alerts/receiver';
import { until } from '../support/alerts/until';
import { failedStart, withStart } from '../support/started';

test('samples are taken as the variables say', async () => {
  const clock = fakeClock();
  const bus = createTelemetry({ environment: 'test', clock }) as Telemetry;
  await withStart({ bus, env: { MONITOR_SAMPLE_INTERVAL: '7', MONITOR_MAX_SAMPLES: '2' } }, async ({ app }) => {
    const monitor = app.monitor!;
    const begin = clock.systemTime();
    for (let time = 0; time < 3; time++) {
      clock.advance(time === 0 ? 1 : '7s');
      await until('a sample', () => (monitor.latest()?.time ?? 0) - begin >= time * 7000);
    }
    assert.equal(
      monitor.samples().map(({ time }) => Math.floor((time - begin) / 7000)),
      [1, 2],
    );
    assert.ok(monitor.latest()!.memory!.process!.usage! > 1e6);
  });
});

test('no samples are taken in tests, where the variable says so, and where the option does', async () => {
  for (const options of [{ environment: 'test' }, { env: { MONITOR_SYSTEM_METRICS: '0' } }, { monitor: false }] as StartOptions[]) {
    await withStart(options, ({ app }) => assert.is(app.monitor, undefined));
  }
});

test('samples that are asked for by name are taken whatever the variable says', async () => {
  await withStart({ env: { MONITOR_SYSTEM_METRICS: '0' }, monitor: { interval: '5s' } }, async ({ app }) => {
    await app.monitor!.sample();
    assert.is(app.monitor!.samples().length, 1);
  });
});

test('gauges of the system reach getMetrics and are gone after stop', async () => {
  await withStart({}, async ({ app, bus }) => {
    await app.monitor!.sample();
    const named = (): string[] => bus.getMetrics().map(({ name }) => name);
    assert.ok(named().includes('process.memory.usage'));
    await app.stop();
    assert.not.ok(named().includes('process.memory.usage'));
  });
});

test('checks run by themselves, with thresholds from variables, and readiness follows', async () => {
  const clock = fakeClock();
  const bus = createTelemetry({ environment: 'test', clock }) as Telemetry;
  let isDown = false;
  const database = () => !isDown;
  const env = { MONITOR_UNHEALTHY_THRESHOLD: '2', MONITOR_HEALTH_CHECK_INTERVAL: '5', MONITOR_SYSTEM_METRICS: '0' };
  await withStart({ bus, env, health: { checks: { database }, jitter: 0 } }, async ({ app }) => {
    const { health } = app;
    clock.advance(1);
    await until('the first run', () => health.report().checks.database!.status === 'healthy');
    assert.equal([health.ready().status, Object.keys(health.report().checks)], ['pass', ['log', 'handlers', 'database']]);
    isDown = true;
    for (const status of ['degraded', 'unhealthy']) {
      clock.advance('5s');
      await until(status, () => health.report().checks.database!.status === status);
    }
    assert.equal([health.report().status, health.ready().status], ['unhealthy', 'fail']);
    await app.stop();
    assert.equal(Object.keys(health.report().checks), [], 'what the start added is gone');
  });
});

test('without scheduled checks they run only when asked', async () => {
  let runs = 0;
  const clock = fakeClock();
  const bus = createTelemetry({ environment: 'test', clock }) as Telemetry;
  const env = { MONITOR_SCHEDULED_CHECKS: 'off', MONITOR_SYSTEM_METRICS: '0' };
  await withStart({ bus, env, health: { own: false, checks: { one: { check: () => void runs++, critical: false } } } }, async ({ app }) => {
    clock.advance('10m');
    assert.is(runs, 0);
    await app.health.check();
    assert.equal([runs, Object.keys(app.health.report().checks)], [1, ['one']]);
  });
});

test('readiness fails first when the application stops, and what follows waits for shutdownDelayMs', async () => {
  await withStart({ shutdownDelayMs: 40, health: {} }, async ({ app, records }) => {
    await app.health.check();
    assert.is(app.health.ready().status, 'pass');
    const stopping = app.stop();
    assert.equal(app.health.ready(), { status: 'fail', reasons: ['shutting down'] });
    // A request that came in the meantime is served and logged as before.
    app.logger('bot').info('late');
    const { tookMs } = await stopping;
    assert.ok(tookMs >= 39, `${tookMs}`);
    assert.ok(records('app.log').some(({ message }) => message === 'late'));
  });
});

test('rules fire into the log unless targets are given', async () => {
  const clock = fakeClock();
  const bus = createTelemetry({ environment: 'test', clock }) as Telemetry;
  const rules = ['failing: count("app.job.error") > 2 in 1m', { name: 'dear', when: 'sum("app.job.stop", cost) > 1 in 1h' }];
  await withStart({ bus, monitor: false, alerts: { rules } }, async ({ app, records, warnings }) => {
    for (let time = 0; time < 3; time++) bus.execute(['app', 'job', 'error']);
    clock.advance('10s');
    assert.equal(
      app.alerts.firing().map(({ rule }) => rule),
      ['failing'],
    );
    await app.alerts.flush();
    await app.flush();
    const told = records('app.log').filter(({ logger }) => logger === 'shop.alerts');
    assert.is(told.length, 1);
    assert.match(told[0]!.message, /^\[FIRING\] failing: /);
    await app.stop();
    assert.equal(app.alerts.rules(), [], 'what the start added is gone');
    assert.equal([clock.pendingTimers(), bus.listHandlers(), warnings], [0, [], []]);
  });
});

test('a critical record reaches Slack when it is configured, and its address appears nowhere', async () => {
  await withReceiver(answer(200), async (receiver) => {
    const secret = 'T00000000/B11111111/canaryCANARYcanary';
    const env = { SLACK_WEBHOOK_URL: `http://127.0.0.1:${receiver.port}/services/${secret}` };
    await withStart({ env, monitor: false }, async ({ app, warnings, text }) => {
      app.logger('bot').error('only an error');
      app.logger('bot').critical(new Error('The disk burns: password=hunter2'), 'No way to go on', { channel_id: 'c1' });
      await until('Slack has it', () => receiver.requests.length === 1);
      const { line, body } = parts(receiver.requests[0]!);
      assert.is(line, `POST /services/${secret} HTTP/1.1`);
      assert.match(JSON.parse(body).text, /No way to go on/);
      assert.not.match(body, /hunter2/);
      await app.alerts.flush();
      await app.flush();
      const seen = [text('app.log'), JSON.stringify(app.config.explain()), inspect(app.alerts.stats(), { depth: 9 }), inspect(warnings)];
      for (const output of seen) assert.not.match(output, /canary/i);
      assert.is(receiver.requests.length, 1);
      assert.equal(text('app.log').match(/No way to go on/g)?.length, 1, 'the log tells of it once');
    });
  });
});

test('the bot of Slack is used where token and channel are configured, and nobody is told where alerts are off', async () => {
  const env = { SLACK_BOT_TOKEN: 'xoxb-canary-canary', SLACK_CHANNEL_ID: 'C042', MONITOR_SYSTEM_METRICS: '0' };
  await withStart({ env }, ({ app }) => {
    assert.equal(Object.keys(app.alerts.stats().targets), ['log', 'slack']);
    assert.not.match(inspect(app.config, { depth: 5 }) + JSON.stringify(app.config), /canary/);
  });
  await withStart({ env, alerts: false }, ({ app }) => assert.equal(Object.keys(app.alerts.stats().targets), ['log']));
});

test('a token of Slack without its channel is told of', async () => {
  await withStart({ env: { SLACK_BOT_TOKEN: 'xoxb-canary-canary', MONITOR_SYSTEM_METRICS: '0' } }, ({ app, warnings }) => {
    assert.equal(Object.keys(app.alerts.stats().targets), ['log']);
    assert.match(warnings.map(({ message }) => message).join(), /SLACK_CHANNEL_ID/);
  });
});

test('access records are not written where the variable says so', async () => {
  await withStart({ env: { MONITOR_REQUEST_LOGGING: '0', MONITOR_SYSTEM_METRICS: '0' } }, async ({ app, files }) => {
    app.access({ method: 'GET', path: '/', status: 200 });
    assert.equal((await files())['access.log'] ?? [], []);
  });
});

for (const [name, options, pattern] of [
  ['an option of health', { health: { intervall: '5s' } }, /OPTION_UNKNOWN/],
  ['a check that is none', { health: { checks: { database: 'SELECT 1' } } }, /OPTION_INVALID/],
  ['an option of a check', { health: { checks: { database: { check: () => true, timeot: 5 } } } }, /timeout/],
  ['own that is no boolean', { health: { own: 'yes' } }, /OPTION_INVALID/],
  ['a rule that can’t be read', { alerts: { rules: ['errorRat("llm.request") > 5%'] } }, /errorRate/],
  ['two rules of one name', { alerts: { rules: ['a: count("x.y.z") > 1', 'a: count("x.y.w") > 1'] } }, /different names/],
  ['rules that are no list', { alerts: { rules: 'a: count("x.y.z") > 1' } }, /a list of rules/],
  ['an option of alerts', { alerts: { evry: '5s' } }, /every/],
  ['a bus for the monitor', { monitor: { bus: 1 } }, /OPTION_INVALID/],
  ['an option of the monitor', { monitor: { intervall: '5s' } }, /interval/],
] as const) {
  test(`refused at the start: ${name}`, async () => {
    assert.match((await failedStart(options)).message, pattern);
  });
}

for (const [name, options, listed] of [
  ['health', { health: { unknown: 1 } }, ['checks', 'own', 'jitter', 'unhealthyAfter']],
  ['alerts', { alerts: { unknown: 1 } }, ['rules', 'targets', 'records']],
  ['monitor', { monitor: { unknown: 1 } }, ['interval', 'maxSamples', 'mounts']],
] as const) {
  test(`an unknown option of ${name} is told with all that there are`, async () => {
    const { code, message } = await failedStart(options);
    assert.is(code, 'OPTION_UNKNOWN');
    assert.ok(message.includes(`startTelemetry: ${name} has no option`), message);
    for (const option of listed) assert.match(message, new RegExp(`Options are .*\\b${option}\\b`));
    assert.not.match(message, /\bbus\b/);
  });
}

test('a start that fails because a check is there already takes away what it had added', async () => {
  const bus = createTelemetry({ environment: 'test' }) as Telemetry;
  const options: StartOptions = { app: 'shop', bus, environment: 'test', env: {}, health: { checks: { twice: () => true } } };
  const app = await startTelemetry(options);
  await app.stop();
  app.health.addCheck('twice', () => true);
  assert.match((await failedStart(options)).message, /HANDLER_EXISTS/);
  assert.equal(Object.keys(app.health.report().checks), ['twice']);
  app.health.report();
  const again = await startTelemetry({ ...options, health: {} });
  assert.equal(Object.keys(again.health.report().checks), ['twice', 'log', 'handlers']);
  await again.stop();
});

test.run();
