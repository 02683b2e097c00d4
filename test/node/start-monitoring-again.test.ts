/** Starts that follow another one, and starts that fail. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AlertTarget, alertsOf } from '../../lib/entries/alerts';
import { healthOf } from '../../lib/entries/health';
import { createTelemetry, lastValue, type Telemetry, type Warning } from '../../lib/index';
import { type StartedTelemetry, type StartOptions, startTelemetry } from '../../lib/node';
import { fakeClock } from '../../lib/testing';
import { until } from '../support/alerts/until';
import { errorOf, inFolder } from '../support/started';

const madeBus = () => {
  const clock = fakeClock();
  return { clock, bus: createTelemetry({ environment: 'test', clock }) as Telemetry };
};

const starting = (bus: Telemetry, options: Partial<StartOptions>): Promise<StartedTelemetry<never>> =>
  startTelemetry({ app: 'shop', bus, environment: 'test', env: {}, console: false, ...options } as StartOptions) as never;

/** A target that remembers titles. */
function remembering(name: string): AlertTarget & { readonly titles: string[] } {
  const titles: string[] = [];
  return { name, place: 'here', titles, send: async ({ title }) => void titles.push(title) };
}

for (const [name, options] of [
  ['health is off', { health: false }],
  ['checks are not scheduled', { env: { MONITOR_SCHEDULED_CHECKS: '0' } }],
] as const) {
  test(`a process that is started again is ready again where ${name}`, async () => {
    const { bus } = madeBus();
    const first = await starting(bus, options);
    await first.stop();
    assert.is(first.health.ready().status, 'fail');
    const second = await starting(bus, options);
    assert.equal(second.health.ready(), { status: 'pass', reasons: [] });
    await second.stop();
  });
}

test('a process that is started again is not ready before its database answered again', async () => {
  const { bus } = madeBus();
  const options: Partial<StartOptions> = { env: { MONITOR_SCHEDULED_CHECKS: '0' }, health: { checks: { database: () => true } } };
  const first = await starting(bus, options);
  await first.health.check();
  assert.is(first.health.ready().status, 'pass');
  await first.stop();
  const { health, stop } = await starting(bus, options);
  assert.equal(health.ready(), { status: 'fail', reasons: ['database has not passed yet'] });
  await health.check();
  assert.is(health.ready().status, 'pass');
  await stop();
});

test('options of health of an earlier start, or of configure, do not hold in the next', async () => {
  const { bus } = madeBus();
  const health = healthOf(bus);
  const first = await starting(bus, { health: { unhealthyAfter: 1, probes: ['live'], checks: {} } });
  await first.stop();
  const fails = { check: () => false };
  const second = await starting(bus, { health: { own: false, timeout: undefined, checks: { fails } } as never });
  await health.check(undefined, { maxAge: 0 });
  assert.is(health.report().checks.fails!.status, 'degraded');
  assert.is(health.live().status, 'pass');
  await second.stop();
});

test('options of alerts of an earlier start do not hold in the next', async () => {
  const { bus, clock } = madeBus();
  const rules = ['failing: count("app.job.error") > 0 in 1m'];
  const first = await starting(bus, { alerts: { every: '1s', groupWait: '1h', targets: [remembering('mine')], rules } });
  await first.stop();
  const second = await starting(bus, { alerts: { rules, every: undefined } as never });
  bus.execute(['app', 'job', 'error']);
  clock.advance('5s');
  assert.is(second.alerts.firing().length, 0, 'it is looked at every 10 s again');
  clock.advance('5s');
  await second.alerts.flush();
  assert.equal(
    Object.entries(second.alerts.stats().targets).map(([name, { delivered }]) => [name, delivered]),
    [['log', 1]],
  );
  await second.stop();
});

for (const [name, options, pattern] of [
  ['an interval of the monitor', { monitor: { interval: 'soon' } }, /monitor: interval.*OPTION_INVALID/],
  ['a number of samples', { monitor: { maxSamples: 0 } }, /monitor: maxSamples.*OPTION_INVALID/],
  ['a check of a name that is taken', { health: { checks: { mine: () => true } } }, /health: checks: mine.*HANDLER_EXISTS/],
  ['more checks than there can be', { health: { own: false, checks: many(200) } }, /at most 200 checks in all.*OPTION_INVALID/],
  ['a rule of a name that is taken', { alerts: { rules: ['own: count("x.y.z") > 1'] } }, /alert rule own.*HANDLER_EXISTS/],
  [
    'a rule for a target that is not there',
    { alerts: { rules: [{ name: 'a', when: 'count("x.y.z") > 1', targets: ['pager'] }] } },
    /Rule a: targets.*OPTION_INVALID/,
  ],
  ['records for a target that is not there', { alerts: { records: { targets: ['pager'] } } }, /records: targets.*OPTION_INVALID/],
  ['targets without that of a rule of the application', { alerts: { targets: [] } }, /Rule own: targets.*OPTION_INVALID/],
] as const) {
  for (const isRunning of [true, false]) {
    const when = isRunning ? 'what the application runs goes on' : 'what it has stays';
    test(`refused before a file is made: ${name}; ${when}`, async () => {
      await inFolder(async (dir) => {
        const { bus, clock } = madeBus();
        const target = remembering('own');
        const { health, alerts } = running(bus, target, isRunning);
        const logDir = join(dir, 'logs');
        const given = { ...options, alerts: { targets: [target], ...('alerts' in options && options.alerts) } };
        const error = await errorOf(() => starting(bus, { environment: 'production', logDir, ...given } as Partial<StartOptions>));
        assert.match(error.message, pattern);
        assert.is(existsSync(logDir), false);
        if (!isRunning) alerts.start();
        await stillRunning({ bus, clock, target, health, alerts });
      });
    });
  }
}

test('what is given as undefined follows the variables', async () => {
  const { bus } = madeBus();
  const env = {
    MONITOR_UNHEALTHY_THRESHOLD: '1',
    MONITOR_SAMPLE_INTERVAL: '7',
    MONITOR_MAX_SAMPLES: '2',
    SLACK_WEBHOOK_URL: 'http://127.0.0.1:9/services/T1/B1/x',
  };
  const options = {
    monitor: { interval: undefined, maxSamples: undefined, runtime: false },
    health: { own: false, unhealthyAfter: undefined, checks: { fails: () => false } },
    alerts: { records: undefined, retries: 0 },
  };
  const { health, monitor, alerts, logger, stop } = await starting(bus, { env, ...options } as never);
  await health.check();
  assert.is(health.report().checks.fails!.status, 'unhealthy');
  for (let time = 0; time < 3; time++) await monitor!.sample();
  assert.ok(monitor!.samples().length <= 2);
  logger('bot').critical('No way to go on');
  assert.is(alerts.stats().records.seen, 1);
  await stop();
});

test('a start that fails late puts back what the application runs', async () => {
  const { bus, clock } = madeBus();
  const target = remembering('own');
  const { health, alerts } = running(bus, target);
  bus.registerMetrics([lastValue('process.uptime', ['my', 'own', 'event'], { measurement: 'other', unit: 's' })]);
  const error = await errorOf(() =>
    starting(bus, {
      monitor: {},
      health: { interval: '1h', unhealthyAfter: 9, checks: { two: () => true } },
      alerts: { targets: [target], every: '1h' },
    }),
  );
  assert.is(error.code, 'METRIC_CONFLICT');
  await stillRunning({ bus, clock, target, health, alerts });
});

test('a start that fails once all is set puts back what the application had', async () => {
  const { bus, clock } = madeBus();
  const target = remembering('own');
  const { health, alerts } = running(bus, target);
  const options = {
    health: { interval: '1h', unhealthyAfter: 9 },
    alerts: { targets: [target], every: '1h', rules: ['new: absent("x.y.z") in 1h'] },
  };
  // Only the log finds this out, after the rest.
  const broken = { redact: { keys: 5 } };
  await errorOf(() => starting(bus, { ...options, ...broken } as never));
  await stillRunning({ bus, clock, target, health, alerts });
});

function many(count: number): Record<string, () => boolean> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, () => true]));
}

/** An application that watches itself. */
function running(bus: Telemetry, target: AlertTarget, isRunning = true) {
  const health = healthOf(bus);
  health.addCheck('mine', () => false);
  health.configure({ unhealthyAfter: 2 });
  const alerts = alertsOf(bus);
  alerts.configure({ targets: [target], every: '1s' });
  alerts.addRule({ name: 'own', when: 'count("app.job.error") > 0 in 1m', targets: ['own'] });
  if (isRunning) alerts.start();
  return { health, alerts };
}

interface Running extends ReturnType<typeof running> {
  readonly bus: Telemetry;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly target: ReturnType<typeof remembering>;
}

/** All of it is as before. */
async function stillRunning({ bus, clock, target, health, alerts }: Running): Promise<void> {
  assert.equal(Object.keys(health.report().checks), ['mine']);
  assert.equal(
    alerts.rules().map(({ name }) => name),
    ['own'],
  );
  assert.is(alerts.stats().isRunning, true);
  bus.execute(['app', 'job', 'error']);
  clock.advance('1s');
  await alerts.flush();
  assert.is(target.titles.length, 1);
  for (const status of ['degraded', 'unhealthy']) {
    await health.check(undefined, { maxAge: 0 });
    assert.is(health.report().checks.mine!.status, status);
  }
  assert.is(health.stats().isStarted, false);
  await alerts.stop();
  // The bus is free.
  const app = await starting(bus, { monitor: false, alerts: false });
  await app.stop();
}

test('a start that fails while the application shuts down does not make it ready', async () => {
  const { bus } = madeBus();
  const health = healthOf(bus);
  health.shutDown();
  bus.registerMetrics([lastValue('process.uptime', ['my', 'own', 'event'], { measurement: 'other', unit: 's' })]);
  await errorOf(() => starting(bus, { monitor: {} }));
  assert.is(health.ready().status, 'fail');
});

test('a rule that replaced one of the start is not taken away by stop', async () => {
  const { bus } = madeBus();
  const app = await starting(bus, { alerts: { rules: ['one: count("x.y.z") > 1'] } });
  app.alerts.removeRule('one');
  app.alerts.addRule('one: count("x.y.z") > 2');
  await app.stop();
  assert.equal(
    app.alerts.rules().map(({ name }) => name),
    ['one'],
  );
});

test('warnings of alerts, health and pollers come to onWarning of the start until it stops', async () => {
  const clock = fakeClock();
  const [before, started]: Warning[][] = [[], []] as never;
  const bus = createTelemetry({ environment: 'test', clock, onWarning: (warning) => before!.push(warning) }) as Telemetry;
  const down: AlertTarget = { name: 'down', place: 'nowhere', send: () => Promise.reject(new Error('password=hunter2')) };
  const rules = ['failing: count("app.job.error") > 0 in 10s'];
  const app = await starting(bus, {
    alerts: { targets: [down], retries: 0, rules },
    health: {},
    onWarning: (warning) => started!.push(warning),
  });
  app.health.on(() => {
    throw new Error('password=hunter2');
  });
  app.health.addCheck('one', () => true);
  await app.health.check();
  bus.execute(['app', 'job', 'error']);
  clock.advance('10s');
  await until('both are told', () => started!.length >= 2);
  assert.equal(before, []);
  assert.not.match(JSON.stringify(started), /hunter2/);
  await app.stop();
  const told = started!.length;
  app.alerts.addRules(rules);
  app.alerts.start();
  clock.advance('2m');
  bus.execute(['app', 'job', 'error']);
  clock.advance('10s');
  await until('it is told', () => before!.length > 0);
  assert.is(started!.length, told);
  await app.alerts.stop();
});

test('without onWarning the warnings go where those of the bus go', async () => {
  const warnings: Warning[] = [];
  const bus = createTelemetry({ environment: 'test', onWarning: (warning) => warnings.push(warning) }) as Telemetry;
  const app = await starting(bus, { health: {} });
  app.health.on(() => {
    throw new Error('no');
  });
  await app.health.check();
  await until('it is told', () => warnings.length > 0);
  await app.stop();
});

test('checks of the application named log and handlers take the place of the own ones', async () => {
  const { bus } = madeBus();
  healthOf(bus).addCheck('handlers', () => ({ status: 'healthy', detail: 'added before' }));
  const app = await starting(bus, { health: { checks: { log: () => ({ status: 'healthy', detail: 'given' }) } } });
  await app.health.check();
  assert.equal(
    Object.entries(app.health.report().checks).map(([name, { detail }]) => [name, detail]),
    [
      ['handlers', 'added before'],
      ['log', 'given'],
    ],
  );
  await app.stop();
  assert.equal(Object.keys(app.health.report().checks), ['handlers']);
});

test('signals that end the process without the delay of stop are warned of', async () => {
  const { bus } = madeBus();
  for (const [options, count] of [
    [{ signals: true, shutdownDelayMs: 1 }, 1],
    [{ signals: ['SIGTERM'], shutdownDelayMs: 1 }, 1],
    [{ signals: true }, 0],
    [{ signals: [], shutdownDelayMs: 1 }, 0],
    [{ shutdownDelayMs: 1 }, 0],
  ] as const) {
    const warnings: Warning[] = [];
    const app = await starting(bus, { ...options, onWarning: (warning) => warnings.push(warning) });
    await app.stop();
    assert.equal(
      warnings.map(({ code, message }) => [code, /shutdownDelayMs.*stop\(\)/.test(message)]),
      Array(count).fill(['CONFIG_DOUBTFUL', true]),
    );
  }
});

test.run();
