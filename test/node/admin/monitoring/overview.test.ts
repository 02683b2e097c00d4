import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alertsOf } from '../../../../lib/entries/alerts';
import { healthOf } from '../../../../lib/entries/health';
import { trackHttp } from '../../../../lib/entries/http';
import { createTelemetry, type Telemetry } from '../../../../lib/index';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { fakeClock } from '../../../../lib/testing';
import { withAdmin } from '../../../support/admin/served';
import { READ_TOKEN, TOKENS } from '../../../support/admin/tokens';
import { ask, askOnly } from '../../../support/admin/validate';

const job = ['app', 'job', 'stop'] as never;
const emit = (bus: Telemetry, times: number, name = job): void => {
  for (let each = 0; each < times; each++) bus.execute(name, { duration: 20 } as never);
};

test('a bus of which nothing is known has an overview and a pulse of nothing', async () => {
  await withAdmin({}, async ({ admin }) => {
    const { json, status } = await ask(admin, 'GET', '/admin/overview', { token: READ_TOKEN });
    assert.is(status, 200);
    assert.equal(json.rates, { events: null, requests: null, errors: null, lines: null, error_ratio: null });
    assert.equal([json.apdex, json.requests, json.heat, json.top_events, json.firing, json.errors], [null, null, null, [], [], []]);
    assert.equal(json.health, { status: 'pass', checks: 0, failing: [] });
    assert.equal(json.series, { times: [], events: [], requests: [], errors: [], lines: [] });
    assert.equal([json.process.environment, json.process.pid, json.process.node], ['test', process.pid, process.version]);
    const pulse = (await ask(admin, 'GET', '/admin/pulse')).json;
    assert.equal([pulse.events_per_second, pulse.errors_last_minute, pulse.firing, pulse.health, pulse.monitor], [null, 0, 0, 'pass', false]); // biome-ignore format: short
  });
});

test('rates are means of ten seconds, and the series has each second', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    const start = clock.systemTime();
    clock.advance('2s');
    bus.attachMetricsHandler();
    using http = trackHttp(bus);
    for (let second = 0; second < 20; second++) {
      emit(bus, second < 15 ? 4 : 8);
      if (second === 12) for (const _ of [1, 2, 3]) bus.logger('bot').error(new Error('it failed'));
      http.tracker.begin({ method: 'GET', target: '/', headers: new Map(), peer: '192.0.2.1' })?.end({ status: 200 });
      clock.advance('1s');
    }
    const { rates, series, requests } = (await ask(admin, 'GET', '/admin/overview')).json;
    // Each request is two events of its own and, in the log, a line.
    assert.equal(rates, { events: 8, requests: 1, errors: 0.3, lines: 1.3, error_ratio: 0.1579 });
    assert.equal([series.times[0], series.times.at(-1), series.times.length], [start, start + 21_000, 22]);
    assert.equal(series.events.slice(0, 5), [null, null, null, 6, 6]);
    assert.equal(series.requests.slice(0, 5), [null, null, null, 1, 1]);
    assert.equal(series.errors.slice(12, 16), [0, 0, 3, 0]);
    assert.equal(requests, { in_flight: 0, total: 20 });
    assert.is((await ask(admin, 'GET', '/admin/pulse')).json.events_per_second, 8);
    assert.is((await ask(admin, 'GET', '/admin/pulse')).json.errors_last_minute, 3);
    clock.advance('55s');
    assert.is((await ask(admin, 'GET', '/admin/pulse')).json.errors_last_minute, 0);
  });
});

test('five minutes are kept, a reset is no negative rate, and a detached handler counts nothing', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler();
    emit(bus, 100);
    clock.advance('2s');
    emit(bus, 7);
    clock.advance('1s');
    bus.resetCounters();
    emit(bus, 5);
    clock.advance('1s');
    bus.detachMetricsHandler();
    clock.advance('2s');
    bus.attachMetricsHandler();
    emit(bus, 3);
    clock.advance('1s');
    emit(bus, 2);
    clock.advance('1s');
    const { events } = (await ask(admin, 'GET', '/admin/overview')).json.series;
    assert.equal(events, [null, 0, 7, 5, null, null, null, 2]);
    clock.advance('10m');
    const { times, lines } = (await ask(admin, 'GET', '/admin/overview')).json.series;
    assert.equal([times.length, lines.length], [300, 300]);
    assert.ok(times.every((time: number, at: number) => at === 0 || time === times[at - 1] + 1000));
  });
});

test('the eight most frequent events of the last ten seconds are told, with the p95 of the last minute', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    bus.attachMetricsHandler({ history: true });
    const name = (number: number): never => ['app', `job${number}`, 'stop'] as never;
    for (let number = 0; number < 12; number++) emit(bus, 1, name(number));
    emit(bus, 500, name(0));
    clock.advance('90s');
    for (let second = 0; second < 10; second++) {
      for (let number = 0; number < 12; number++) emit(bus, number, name(number));
      clock.advance('1s');
    }
    const { top_events: top, heat } = (await ask(admin, 'GET', '/admin/overview')).json;
    assert.equal(top.map((event: { name: string }) => event.name), [11, 10, 9, 8, 7, 6, 5, 4].map((number) => `app.job${number}.stop`)); // biome-ignore format: short
    assert.equal(top[0], { name: 'app.job11.stop', per_second: 11, count: 111, p95_ms: 20 });
    assert.is(heat, 'app.job11.stop.duration');
    clock.advance('2m');
    const idle = (await ask(admin, 'GET', '/admin/overview')).json.top_events;
    assert.equal(idle[0], { name: 'app.job0.stop', per_second: 0, count: 501, p95_ms: null });
  });
});

test('checks that do not pass, alerts that fire and the latest errors are there, without their secrets', async () => {
  await withAdmin({}, async ({ admin, bus, clock }) => {
    const health = healthOf(bus);
    const secret = 'password=hunter2secret';
    health.addCheck('db', () => ({ status: 'unhealthy', detail: `no ${secret}` }), { unhealthyAfter: 1 } as never);
    health.addCheck('queue', () => ({ status: 'degraded', detail: 'slow' }), { critical: false });
    health.addCheck('disk', () => true);
    await health.check();
    const alerts = alertsOf(bus);
    alerts.addRule({ name: 'errors', when: 'errors() > 1 in 1m', severity: 'critical' });
    for (let number = 0; number < 12; number++) {
      class Hostile extends Error {
        override name = `Kind${number}`;
      }
      bus.logger('bot').error(new Hostile(`${secret} ${'x'.repeat(5_000)}`));
      clock.advance('1s');
    }
    alerts.evaluate();
    const { json, text } = await ask(admin, 'GET', '/admin/overview');
    assert.is(json.health.status, 'fail');
    assert.equal(json.health.failing.map(({ name, status }: { name: string; status: string }) => [name, status]), [['db', 'fail'], ['queue', 'warn']]); // biome-ignore format: short
    assert.is(json.health.checks, 3);
    assert.is(json.errors.length, 8);
    assert.is(json.errors[0].type, 'Kind11');
    assert.ok(json.errors.every(({ message }: { message: string }) => message.length <= 300));
    assert.not.ok(text.includes('hunter2secret'));
    assert.is(json.firing_total, alerts.firing().length);
    assert.is(json.firing_total, 1);
    assert.equal([json.firing[0].rule, json.firing[0].severity, json.firing[0].is_silenced], ['errors', 'critical', false]);
  });
});

test('a program that was blocked has one row until it went on', async () => {
  const clock = fakeClock();
  let leapt = 0;
  const monotonicTime = (): number => clock.monotonicTime() + leapt;
  const moved = { monotonicTime, systemTime: (now = monotonicTime()) => clock.systemTime(now), setTimer: clock.setTimer };
  const bus = createTelemetry({ clock: moved, environment: 'test', log: { sinks: [] } }) as Telemetry;
  bus.attachMetricsHandler();
  const admin = createAdmin(bus, { tokens: TOKENS });
  clock.advance('3s');
  emit(bus, 12);
  leapt += 5_000;
  clock.advance('2s');
  const { series, rates } = (await ask(admin, 'GET', '/admin/overview')).json;
  assert.equal(series.events, [0, 0, 0, 2, null, null, null, null, null, 0]);
  assert.is(rates.events, 1.2);
  admin.close();
});

test('it looks from when an API is made until the last one is closed, again for a later one, and never without monitoring', () => {
  const clock = fakeClock();
  const bus = createTelemetry({ clock, environment: 'test', log: { sinks: [] } }) as Telemetry;
  const before = clock.pendingTimers();
  const bare = createAdmin(bus, { tokens: TOKENS, monitoring: false });
  assert.is(clock.pendingTimers(), before);
  bare.close();
  const one = createAdmin(bus, { tokens: TOKENS });
  const running = clock.pendingTimers();
  assert.ok(running > before);
  const other = createAdmin(bus, { tokens: TOKENS });
  one.close();
  assert.ok(clock.pendingTimers() > before);
  other.close();
  assert.is(clock.pendingTimers(), before);
  const again = createAdmin(bus, { tokens: TOKENS });
  assert.is(clock.pendingTimers(), running);
  again.close();
});

test('without monitoring none of it is there', async () => {
  await withAdmin({ monitoring: false }, async ({ admin }) => {
    for (const path of ['/admin/overview', '/admin/pulse', '/admin/history', '/admin/heatmap?metric=a'])
      assert.is((await askOnly(admin, 'GET', path)).status, 404);
  });
});

test.run();
