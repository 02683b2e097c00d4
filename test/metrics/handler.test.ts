import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, defineEvent, defineEvents } from '../../lib/index';

const events = defineEvents('app', { job: { start: defineEvent(), stop: defineEvent<{ duration: number }, object>() } });

test('counters hold only what was seen while the handler was attached, and survive a detach', () => {
  const telemetry = createTelemetry({ events });
  telemetry.execute(events.job.start);
  const handle = telemetry.attachMetricsHandler();
  assert.is(handle.id, 'telemetry-metrics');
  for (let i = 0; i < 3; i++) telemetry.execute(events.job.start);
  assert.is(telemetry.detachMetricsHandler(), true);
  assert.is(telemetry.detachMetricsHandler(), false);
  telemetry.execute(events.job.start);
  assert.equal(telemetry.getCounters(), { 'app.job.start': 3 });
  telemetry.attachMetricsHandler();
  telemetry.execute(events.job.start);
  assert.equal(telemetry.getCounters(), { 'app.job.start': 4 });
});

test('attaching the metrics handler again returns the same handle, a new one after it was detached', () => {
  const telemetry = createTelemetry();
  const first = telemetry.attachMetricsHandler();
  assert.is(telemetry.attachMetricsHandler(), first);
  assert.is(telemetry.listHandlers().length, 1);
  first[Symbol.dispose]();
  const second = telemetry.attachMetricsHandler();
  assert.is.not(second, first);
  assert.is(first.detach(), false);
  assert.is(telemetry.listHandlers().length, 1);
});

test('events without durations have no statistics, events not seen are not listed', () => {
  const telemetry = createTelemetry({ events });
  telemetry.attachMetricsHandler();
  telemetry.execute(events.job.start);
  assert.is(telemetry.getDurationStats(events.job.start), undefined);
  assert.is(telemetry.getDurationStats(events.job.stop), undefined);
  telemetry.execute(events.job.stop, { duration: 5 });
  assert.equal(Object.keys(telemetry.getDurationStats()), ['app.job.stop']);
  assert.equal(telemetry.getDurationStats()['app.job.stop'], telemetry.getDurationStats(['app', 'job', 'stop']));
});

test('after resetCounters only what is seen since is listed', () => {
  const telemetry = createTelemetry({ events });
  telemetry.attachMetricsHandler();
  telemetry.execute(events.job.start);
  telemetry.execute(events.job.stop, { duration: 5 });
  telemetry.execute(events.job.stop, { duration: -5 });
  telemetry.resetCounters();
  assert.equal([telemetry.getCounters(), telemetry.getDurationStats(), telemetry.getRejections()], [{}, {}, {}]);
  telemetry.execute(events.job.stop, { duration: 7 });
  assert.equal(telemetry.getCounters(), { 'app.job.stop': 1 });
  assert.is(telemetry.getDurationStats(events.job.stop)?.max, 7);
});

test('the library’s own events and undeclared ones are counted, spans with their durations', () => {
  const telemetry = createTelemetry({ events, onWarning: () => {} });
  telemetry.attachMetricsHandler();
  telemetry.attach('bad', events.job.start, () => {
    throw new Error('bad');
  });
  telemetry.measure(events.job, {}, () => {});
  createTelemetry().execute(['other', 'x', 'y']);
  (telemetry as unknown as ReturnType<typeof createTelemetry>).execute(['other', 'x', 'y']);
  assert.equal(telemetry.getCounters(), { 'app.job.start': 1, 'telemetry.handler.failure': 1, 'app.job.stop': 1, 'other.x.y': 1 });
  assert.is(telemetry.getDurationStats(events.job.stop)?.count, 1);
});

test('beyond 2,000 undeclared events the rest is counted together, and no sum is lost', () => {
  const telemetry = createTelemetry();
  telemetry.attachMetricsHandler();
  for (let i = 0; i < 12_000; i++) telemetry.execute(['app', 'x', `e${i}`], { duration: 1 });
  const counters = telemetry.getCounters();
  assert.is(Object.keys(counters).length, 2001);
  assert.is(counters['telemetry.metrics.overflow'], 10_000);
  assert.is(
    Object.values(counters).reduce((sum, count) => sum + count, 0),
    12_000,
  );
  assert.is(telemetry.getDurationStats()['telemetry.metrics.overflow']?.sum, 10_000);
});

test('getCounters and getDurationStats are plain objects and copies', () => {
  const telemetry = createTelemetry({ events });
  telemetry.attachMetricsHandler();
  telemetry.execute(events.job.stop, { duration: 5 });
  const counters = telemetry.getCounters();
  counters['app.job.stop'] = 99;
  assert.is(telemetry.getCounters()['app.job.stop'], 1);
  assert.is(Object.getPrototypeOf(counters), Object.prototype);
});

test('declareEvents widens a running bus and returns it', () => {
  const telemetry = createTelemetry({ events });
  const more = defineEvents('more', { x: { y: defineEvent<{ count: number }, object>() } });
  const wider = telemetry.declareEvents(more);
  assert.is(wider as unknown, telemetry);
  wider.attachMetricsHandler();
  wider.execute(more.x.y, { count: 1 });
  wider.execute(events.job.start);
  assert.equal(telemetry.getCounters(), { 'more.x.y': 1, 'app.job.start': 1 });
});

test.run();
