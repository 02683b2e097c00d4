import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alertsOf, alerts as defaultAlerts, logTarget } from '../../lib/entries/alerts';
import { securityOf } from '../../lib/entries/security';
import {
  bindContext,
  contextFields,
  createTelemetry,
  defineEvent,
  defineEvents,
  lastValue,
  memorySink,
  runWithContext,
} from '../../lib/index';
import { fakeClock } from '../../lib/testing/index';
import { fakeTarget, settle } from './engine/fake-alerts';

const app = defineEvents('shop', {
  llm: {
    request: defineEvent<{ systemTime: number }, { model: string }>(),
    response: defineEvent<{ duration: number }, { model: string }>(),
    error: defineEvent<{ duration: number }, { model: string }>({ level: 'error' }),
  },
  host: { cpu: defineEvent<{ utilization: number }, object>() },
});

function shop() {
  const clock = fakeClock();
  const telemetry = createTelemetry({ clock, events: app });
  const memory = memorySink();
  telemetry.configureLog({ sinks: [memory], format: 'minimal', level: 'info' });
  return { clock, telemetry, memory, alerts: alertsOf(telemetry) };
}

const MINUTE = 60_000;

test('a bus has one set of alerts, and the default bus has its own', () => {
  const { telemetry, alerts } = shop();
  assert.is(alertsOf(telemetry), alerts);
  assert.is.not(defaultAlerts, alerts);
  assert.equal(defaultAlerts.rules(), []);
  assert.throws(() => alertsOf({}), /\[OPTION_INVALID\]/);
});

test('a day: alerts fire and are over at the exact minute, once, silences and reminders among them', async () => {
  const { clock, telemetry, alerts } = shop();
  const target = fakeTarget();
  const begin = clock.systemTime();
  const at = (time: number) => new Date(time).toISOString().slice(11, 19);
  telemetry.attachMetricsHandler();
  telemetry.registerMetrics([lastValue('host.cpu', app.host.cpu, { measurement: 'utilization' })]);
  alerts.configure({ targets: [target] });
  alerts.addRules([
    'cpu: value("host.cpu") > 80% critical 95% for 5m',
    'llm_errors: errorRate("llm.request") > 5% in 10m for 2m',
    'no_requests: absent("shop.llm.request") in 30m',
  ]);
  alerts.start();
  /** Minutes of the day at which something is so. */
  const within = (minute: number, from: string, to: string) => {
    const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
    return minute >= minutes(from) && minute < minutes(to);
  };
  for (let minute = 0; minute < 24 * 60; minute++) {
    const cpu = within(minute, '10:00', '10:30')
      ? 0.9
      : within(minute, '10:30', '10:40')
        ? 0.99
        : within(minute, '11:00', '11:04')
          ? 0.99
          : 0.2;
    telemetry.execute(app.host.cpu, { utilization: within(minute, '14:00', '20:00') ? 0.9 : cpu });
    if (minute === 14 * 60 - 1) alerts.silence({ rule: 'cpu', for: '1h' });
    const failing = within(minute, '12:00', '12:20');
    if (!within(minute, '22:00', '23:00')) {
      for (let call = 0; call < 10; call++) {
        telemetry.execute(app.llm.request, { systemTime: 0 }, { model: 'm1' });
        if (failing && call < 5) telemetry.execute(app.llm.error, { duration: 5 }, { model: 'm1' });
        else telemetry.execute(app.llm.response, { duration: 5 }, { model: 'm1' });
      }
    }
    for (let tick = 0; tick < 6; tick++) {
      clock.advance('10s');
      if (alerts.stats().targets.people!.queued > 0) await settle();
    }
  }
  const told = (key: string) =>
    target.sent.filter((one) => one.key === key).map(({ kind, severity, time }) => `${at(time)} ${kind} ${severity}`);
  assert.equal(told('cpu'), [
    '10:05:10 firing warning',
    '10:35:10 firing critical',
    '10:40:10 resolved critical',
    // Fires at 14:05:10 in silence, which is over at 14:59.
    '14:59:00 firing warning',
    '18:59:00 reminder warning',
    '20:00:10 resolved warning',
  ]);
  const changes = alerts
    .history()
    .filter(({ alert }) => alert.rule === 'cpu')
    .reverse();
  assert.equal(
    changes.map(({ time, change }) => `${at(time)} ${change}`),
    [
      '10:00:10 pending',
      '10:05:10 firing',
      '10:35:10 raised',
      '10:40:10 resolved',
      '11:00:10 pending',
      '11:04:10 ended',
      '14:00:10 pending',
      '14:05:10 firing',
      '20:00:10 resolved',
    ],
  );
  // 5 of 10 fail from 12:00 to 12:19. Those of one minute are 5 % of ten minutes, no more: it takes those of 12:01, and ends with those of 12:18.
  assert.equal(
    told('llm_errors').map((line) => line.replace(/^(\d\d:\d\d):\d\d/, '$1')),
    ['12:03 firing warning', '12:28 resolved warning'],
  );
  assert.equal(
    told('no_requests').map((line) => line.slice(0, 5)),
    ['22:29', '23:00'],
  );
  assert.is(target.sent.length, 10);
  assert.is(alerts.stats().ticks, 8640);
  assert.is(clock.systemTime() - begin, 24 * 60 * MINUTE);
});

test('errors of the application fire a rule; lines that tell of it do not count', async () => {
  const { clock, telemetry, memory, alerts } = shop();
  alerts.configure({ targets: [logTarget()] });
  alerts.addRule({ name: 'many', when: 'errors() > 5 in 1m', severity: 'critical' });
  alerts.addRule({ name: 'any', when: { kind: 'errors', window: '10s' }, threshold: { op: '>', critical: 0 } });
  alerts.start();
  const log = telemetry.logger('bot');
  for (let time = 0; time < 6; time++) log.error('no room', { error: new Error(`disk ${time}`) });
  const firings = () => memory.lines.filter((line) => line.includes('[FIRING]'));
  for (let tick = 0; tick < 30; tick++) {
    clock.advance('10s');
    await settle();
  }
  // Lines of level error about alerts would keep `any` firing for ever.
  assert.equal(alerts.firing(), []);
  assert.is(firings().length, 2);
  assert.ok(
    firings().every((line) => line.startsWith('ERROR')),
    firings().join(''),
  );
});

test('critical lines reach a target, and the log target makes no more of them', async () => {
  const { telemetry, alerts, memory, clock } = shop();
  const target = fakeTarget();
  alerts.configure({ targets: [target, logTarget()], records: {} });
  alerts.start();
  telemetry.logger('bot').critical('The disk is gone', { error: new Error('ENODEV') });
  await settle();
  clock.advance('10s');
  await settle();
  assert.equal(target.titles(), ['[CRITICAL] The disk is gone']);
  assert.match(target.sent[0]!.text, /^Logger: \w+\.bot\nError: ENODEV\nError id: \w{8}, fingerprint [0-9a-f]{12}$/);
  assert.is(memory.lines.filter((line) => line.includes('The disk is gone')).length, 1);
});

test('security events fire a rule', () => {
  const { telemetry, alerts, clock } = shop();
  alerts.addRule('logins: security("authn_login_fail") > 10 in 1m');
  alerts.start();
  for (let time = 0; time < 11; time++) securityOf(telemetry).record('authn_login_fail', { ip: '10.0.0.1' });
  clock.advance('10s');
  assert.equal(
    alerts.firing().map(({ rule }) => rule),
    ['logins'],
  );
});

test('changes and outcomes are events of the bus that handlers can see, and that no rule can look at', async () => {
  const { telemetry, alerts, clock } = shop();
  const seen: string[] = [];
  telemetry.attachPrefix('seen', ['telemetry', 'alert'], (event) => seen.push(event[2]));
  // What a handler emits while it is told of an alert is no reason for another.
  telemetry.attach('again', ['telemetry', 'alert', 'firing'], () => telemetry.execute(app.host.cpu, { utilization: 1 }));
  alerts.addRule('cpu: count("shop.host.cpu") > 0 in 10s');
  assert.throws(() => alerts.addRule('own: count("telemetry.alert.firing") > 0'), /alert/);
  alerts.start();
  telemetry.execute(app.host.cpu, { utilization: 1 });
  for (let tick = 0; tick < 6; tick++) {
    clock.advance('10s');
    await settle();
  }
  assert.equal(seen, ['firing', 'delivered', 'resolved', 'delivered']);
});

test('a bus whose alerts stopped has no handler of theirs left', async () => {
  const { telemetry, alerts } = shop();
  const ids = () => telemetry.listHandlers().map(({ id }) => id);
  alerts.addRule('cpu: count("shop.host.cpu") > 0 in 10s');
  assert.ok(ids().includes('telemetry-alerts'));
  alerts.start();
  await alerts.stop();
  assert.not.ok(ids().includes('telemetry-alerts'));
  alerts.start();
  assert.ok(ids().includes('telemetry-alerts'));
  await alerts.stop();
});

const tick = async (clock: ReturnType<typeof fakeClock>, times = 1) => {
  for (let time = 0; time < times; time++) {
    clock.advance('10s');
    await settle();
  }
};

test('windows that begin anew end no alert before they were watched as a whole', async () => {
  for (const again of ['restart', 'step'] as const) {
    const { telemetry, clock, alerts } = shop();
    const target = fakeTarget();
    const request = (count: number, failed: number) => {
      for (let time = 0; time < count; time++) telemetry.execute(app.llm.request, { systemTime: 0 }, { model: 'm1' });
      for (let time = 0; time < failed; time++) telemetry.execute(app.llm.error, { duration: 5000 }, { model: 'm1' });
    };
    alerts.configure({ targets: [target] });
    alerts.addRules([
      'count: count("shop.llm.request") > 5 critical 50 in 1m',
      'group: count("shop.llm.request") > 5 in 1m by model',
      'share: errorRate("shop.llm.request") > 5% in 2m',
      'slo: burnRate("shop.llm.request", 99%) > 2 in 10m and 2m',
      'slow: max("shop.llm.error") > 1s in 1m',
      'many: errors() > 5 in 1m',
      'logins: security("authn_login_fail") > 5 in 1m',
      'quiet: absent("shop.host.cpu") in 1m',
    ]);
    alerts.start();
    request(60, 10);
    const log = telemetry.logger('bot');
    for (let time = 0; time < 10; time++) {
      log.error('no room');
      securityOf(telemetry).record('authn_login_fail', { ip: '10.0.0.1' });
    }
    const firing = () => alerts.firing().map(({ rule }) => rule);
    await tick(clock, 6);
    const all = ['count', 'group', 'share', 'slo', 'slow', 'many', 'logins', 'quiet'];
    assert.equal(firing(), all);
    if (again === 'restart') {
      await alerts.stop();
      alerts.start();
    } else alerts.configure({ every: '5s' });
    // Fewer than before, and that only because nobody knows of the others.
    request(6, 0);
    await tick(clock, 5);
    assert.equal(firing(), all, again);
    assert.equal([alerts.firing()[0]!.severity, alerts.firing()[4]!.value], ['critical', undefined]);
    telemetry.execute(app.host.cpu, { utilization: 1 });
    await tick(clock, 1);
    assert.equal(firing(), all.slice(0, 4), 'a minute was watched as a whole');
    assert.is(alerts.firing()[0]!.severity, 'warning');
    await tick(clock, 1);
    assert.equal(firing(), ['share', 'slo']);
    telemetry.execute(app.host.cpu, { utilization: 1 });
    await tick(clock, 5);
    assert.equal(firing(), [], 'two minutes, too');
    assert.is(target.sent.filter(({ kind }) => kind === 'firing').length, 8);
    assert.is(target.sent.filter(({ kind }) => kind === 'resolved').length, 8);
    await alerts.stop();
  }
});

test('what was awaited is there again as soon as it is seen, whole window or not', async () => {
  const { telemetry, clock, alerts } = shop();
  alerts.addRule('quiet: absent("shop.host.cpu") in 10m');
  alerts.start();
  await tick(clock, 60);
  assert.is(alerts.firing().length, 1);
  await alerts.stop();
  alerts.start();
  await tick(clock, 2);
  assert.is(alerts.firing().length, 1);
  telemetry.execute(app.host.cpu, { utilization: 1 });
  await tick(clock, 1);
  assert.is(alerts.firing().length, 0);
});

test('while windows begin anew, nothing is well for keepFor, and what is only pending ends', async () => {
  const { telemetry, clock, alerts } = shop();
  alerts.addRules(['kept: count("shop.host.cpu") > 0 in 1m keep for 1m', 'again: count("shop.llm.error") > 0 in 10s for 10s']);
  alerts.start();
  telemetry.execute(app.host.cpu, { utilization: 1 });
  const fail = () => telemetry.execute(app.llm.error, { duration: 5 }, { model: 'm1' });
  for (let time = 0; time < 2; time++) {
    fail();
    await tick(clock, 1);
  }
  assert.is(alerts.firing().length, 2);
  await tick(clock, 6);
  fail();
  await tick(clock, 1);
  assert.equal([alerts.firing().length, alerts.pending().length], [1, 1], 'well for 20 s');
  alerts.configure({ every: '5s' });
  clock.advance('5s');
  assert.equal([alerts.firing().length, alerts.pending().length], [1, 0]);
  // 55 s until a window is whole, and then a minute.
  clock.advance('110s');
  assert.is(alerts.firing().length, 1);
  clock.advance('5s');
  assert.is(alerts.firing().length, 0);
});

test('an alert that fires only since the windows began anew ends as any other', async () => {
  const { telemetry, clock, alerts } = shop();
  alerts.addRule('share: errorRate("shop.llm.request") > 5% in 10m');
  alerts.start();
  await alerts.stop();
  alerts.start();
  await tick(clock, 1);
  telemetry.execute(app.llm.request, { systemTime: 0 }, { model: 'm1' });
  telemetry.execute(app.llm.error, { duration: 5 }, { model: 'm1' });
  await tick(clock, 1);
  assert.is(alerts.firing().length, 1);
  for (let time = 0; time < 100; time++) telemetry.execute(app.llm.request, { systemTime: 0 }, { model: 'm1' });
  await tick(clock, 1);
  assert.is(alerts.firing().length, 0);
});

test('evaluate sees what just happened; a tick sees whole slices', () => {
  const { telemetry, clock, alerts } = shop();
  // Between two ticks.
  clock.advance('3s');
  alerts.addRules([
    'count: count("shop.host.cpu") > 0 in 1m by model',
    'rate: rate("shop.host.cpu") > 0/s in 1m',
    'sum: sum("shop.host.cpu", utilization) > 0 in 1m',
    'share: errorRate("shop.llm.request") > 5% in 1m',
    'many: errors() > 0 in 1m',
    'logins: security("authn_login_fail") > 0 in 1m',
    'few: count("shop.llm.request") < 5 in 1m',
    'quiet: absent("shop.llm.response") in 1m',
    'most: errorRate("shop.llm.request") <= 100% in 1m',
  ]);
  const firing = () => alerts.firing().map(({ rule }) => rule);
  alerts.evaluate();
  assert.equal(firing(), []);
  clock.advance('5s');
  telemetry.execute(app.host.cpu, { utilization: 1 });
  telemetry.execute(app.llm.error, { duration: 5 }, { model: 'm1' });
  telemetry.logger('bot').error('no room');
  securityOf(telemetry).record('authn_login_fail', { ip: '10.0.0.1' });
  alerts.evaluate();
  assert.equal(firing(), ['count', 'rate', 'sum', 'share', 'many', 'logins']);
  clock.advance('54s');
  alerts.evaluate();
  assert.is(firing().length, 6, 'no window was watched as a whole yet');
  clock.advance('1s');
  alerts.evaluate();
  assert.equal(firing().slice(6), ['few', 'quiet', 'most']);
  clock.advance('10s');
  alerts.evaluate();
  assert.equal(firing(), ['few', 'quiet']);
});

test('what alerts write carries no fields of the scope that started them', async () => {
  const { telemetry, clock, alerts } = shop();
  // As timers of the platform do it.
  const { setTimer } = clock;
  Object.assign(clock, { setTimer: (callback: () => void, ms: number) => setTimer(bindContext(callback), ms) });
  const records: unknown[] = [];
  const memory = memorySink();
  telemetry.configureLog({ sinks: [memory], format: 'json', level: 'info' });
  telemetry.attach('seen', ['telemetry', 'alert', 'firing'], () => records.push(contextFields()));
  alerts.configure({ targets: [logTarget()] });
  alerts.addRule('cpu: count("shop.host.cpu") > 0 in 10s');
  runWithContext({ user: 'ann' }, () => alerts.start());
  await tick(clock, 1);
  runWithContext({ user: 'ben' }, () => alerts.configure({ every: '1s' }));
  telemetry.execute(app.host.cpu, { utilization: 1 });
  await tick(clock, 1);
  assert.equal(records, [undefined]);
  assert.match(memory.lines.join(''), /\[FIRING\] cpu/);
  assert.not.match(memory.lines.join(''), /ann|ben/);
});

test.run();
