import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry } from '../../lib/index';
import { captureEvents, fakeClock } from '../../lib/testing/index';

test('spans, durations, heartbeats and breakers follow the fake clock', async () => {
  const clock = fakeClock(Date.UTC(2026, 1, 3));
  const telemetry = createTelemetry({ clock, onWarning: () => {} });
  telemetry.attachMetricsHandler();
  const captured = captureEvents(telemetry, undefined, { scoped: false });
  telemetry.measure(['app', 'job'], {}, () => clock.advance('250ms'));
  assert.is(captured.events[0]!.measurements.systemTime, Date.UTC(2026, 1, 3));
  assert.is(captured.events[1]!.measurements.duration, 250);
  assert.is(telemetry.getDurationStats(['app', 'job', 'stop'])?.p50, 250);
  let end: () => void = () => {};
  const long = telemetry.measure(['app', 'job'], {}, () => new Promise<void>((resolve) => (end = resolve)), { heartbeat: '8s' });
  clock.advance('1m');
  end();
  await long;
  assert.is(captured.of(['app', 'job', 'heartbeat']).length, 7);
  assert.is(clock.pendingTimers(), 0);
  captured.stop();
});

test('timers run in the order they are due, at their own time, also those set meanwhile', () => {
  const clock = fakeClock(0);
  const calls: [string, number][] = [];
  const log = (name: string) => () => calls.push([name, clock.monotonicTime()]);
  clock.setTimer(log('b'), 20);
  clock.setTimer(() => {
    log('a')();
    clock.setTimer(log('nested'), 5);
  }, 10);
  const cancel = clock.setTimer(log('cancelled'), 12);
  clock.setTimer(log('late'), 1000);
  cancel();
  clock.advance(100);
  assert.equal(calls, [
    ['a', 10],
    ['nested', 15],
    ['b', 20],
  ]);
  assert.is(clock.monotonicTime(), 100);
  assert.is(clock.systemTime(), 100);
  assert.is(clock.systemTime(40.9), 40);
  assert.is(clock.pendingTimers(), 1);
});

test('it begins at 2026-01-01 and refuses to go back', () => {
  const clock = fakeClock();
  assert.is(new Date(clock.systemTime()).toISOString(), '2026-01-01T00:00:00.000Z');
  assert.throws(() => clock.advance(-1), /OPTION_INVALID/);
});

test.run();
