import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, systemClock } from '../../lib/index';

test('system time agrees with Date.now, monotonic time with performance.now', () => {
  const clock = systemClock();
  for (let i = 0; i < 10_000; i++) {
    const before = Date.now();
    const time = clock.systemTime();
    const after = Date.now();
    assert.ok(Number.isInteger(time));
    assert.ok(time >= before - 1 && time <= after + 1, `${before} ${time} ${after}`);
  }
  const [one, now, two] = [performance.now(), clock.monotonicTime(), performance.now()];
  assert.ok(one <= now && now <= two);
});

test('a jump of the wall clock is followed within a second', () => {
  const { now } = Date;
  try {
    const clock = systemClock();
    let monotonic = performance.now();
    const first = clock.systemTime(monotonic);
    for (const jump of [3_600_000, -7_200_000]) {
      Date.now = () => first + jump;
      monotonic += 1000;
      assert.is(clock.systemTime(monotonic), first + jump);
    }
  } finally {
    Date.now = now;
  }
});

test('a platform that does not tell its time origin has the time of day all the same', () => {
  const { performance } = globalThis;
  try {
    (globalThis as { performance: unknown }).performance = { now: () => performance.now() };
    assert.ok(Math.abs(systemClock().systemTime() - Date.now()) <= 5);
  } finally {
    globalThis.performance = performance;
  }
});

test('timers fire, can be cancelled, and do not hold the process', async () => {
  const clock = systemClock();
  let fired = 0;
  clock.setTimer(() => fired++, 1);
  clock.setTimer(() => fired++, 1)();
  clock.setTimer(() => fired++, 2_000_000_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.is(fired, 1);
});

test('timers work where they are plain numbers, as in browsers', async () => {
  const { setTimeout: original } = globalThis;
  let fired = false;
  try {
    (globalThis as { setTimeout: unknown }).setTimeout = (callback: () => void, ms: number) => Number(original(callback, ms)) || 1;
    systemClock().setTimer(() => (fired = true), 1);
  } finally {
    globalThis.setTimeout = original;
  }
  await new Promise((resolve) => original(resolve, 20));
  assert.ok(fired);
});

test('start carries the time of day and stop what passed, in ms', async () => {
  const telemetry = createTelemetry();
  const seen: { measurements: Record<string, number>; wall: number; at: number }[] = [];
  telemetry.attachPrefix('seen', ['app'], (_event, measurements) => {
    seen.push({ measurements: measurements as never, wall: Date.now(), at: performance.now() });
  });
  const [wall, at] = [Date.now(), performance.now()];
  await telemetry.measure(['app', 'job'], {}, () => new Promise((resolve) => setTimeout(resolve, 30)));
  // Bounded by readings around each event, so that a busy machine changes nothing.
  const [start, stop] = seen as [(typeof seen)[0], (typeof seen)[0]];
  assert.ok(start.measurements.systemTime! >= wall - 1 && start.measurements.systemTime! <= start.wall + 1);
  assert.ok(start.measurements.monotonicTime! >= at && start.measurements.monotonicTime! <= start.at);
  assert.ok(stop.measurements.monotonicTime! > start.at && stop.measurements.monotonicTime! <= stop.at);
  assert.ok(stop.measurements.duration! >= 29 && stop.measurements.duration! <= stop.at - start.at);
});

test.run();
