import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Distribution } from '../../../lib/metrics/distribution';
import { createDurations, createMetric, HOUR, MINUTE, MS_SHAPE, record, SECOND, startHistory, Told } from './fakes';

test('a minute is 60 to 70 seconds and an hour 60 to 65 minutes, once they have passed', () => {
  const { clock, history } = startHistory();
  const series = createDurations();
  const calls = new Told();
  history.add(createMetric('distribution'), series);
  history.add(createMetric('counter'), calls);
  clock.advance(70 * SECOND);
  for (let step = 0; step < 200; step++) {
    const { from, to } = history.window(series, 'minute')!;
    assert.ok(to - from >= MINUTE && to - from <= 70 * SECOND, `${to - from}`);
    const { from: counted } = history.count(calls, 'minute')!;
    assert.is(counted, from);
    clock.advance(317);
  }
  clock.advance(65 * MINUTE);
  for (let step = 0; step < 200; step++) {
    const { from, to } = history.window(series, 'hour')!;
    assert.ok(to - from >= HOUR && to - from <= 65 * MINUTE, `${to - from}`);
    const { from: counted } = history.count(calls, 'hour')!;
    assert.is(counted, from);
    clock.advance(7_717);
  }
});

test('before that, they begin when the series was added', () => {
  const { clock, history } = startHistory();
  clock.advance(12_345);
  const series = createDurations();
  const added = clock.systemTime();
  history.add(createMetric('distribution'), series);
  clock.advance(20 * SECOND);
  assert.is(history.window(series, 'minute')!.from, added);
  assert.is(history.window(series, 'hour')!.from, added);
});

test('what a series held before it was added is not of the window, but of its lifetime', () => {
  const { clock, history } = startHistory();
  const series = createDurations();
  const calls = new Told();
  record(series, 1, 2, 3);
  calls.amount = 3;
  history.add(createMetric('distribution'), series);
  history.add(createMetric('counter'), calls);
  record(series, 10);
  calls.amount++;
  clock.advance(5 * SECOND);
  assert.is(history.window(series, 'minute')!.totals.sum, 10);
  assert.is(history.count(calls, 'minute')!.count, 1);
  assert.is(series.reading().sum, 16);
});

test('a reset begins the windows anew', () => {
  const { clock, history } = startHistory();
  const series = createDurations();
  history.add(createMetric('distribution'), series);
  for (let minute = 0; minute < 61; minute++) {
    record(series, 1);
    clock.advance(MINUTE);
  }
  clock.advance(3_200);
  record(series, 1);
  series.startAnew();
  const reset = clock.systemTime();
  record(series, 5);
  clock.advance(100);
  for (const window of ['minute', 'hour'] as const) {
    const { from, count, totals } = history.window(series, window)!;
    assert.equal([from, count, totals.sum], [reset, 1, 5]);
  }
});

test('a reading is a copy: it stays as it was', () => {
  const { clock, history } = startHistory();
  const series = createDurations();
  history.add(createMetric('distribution'), series);
  record(series, 10, 20, 30);
  const reading = history.window(series, 'minute')!;
  record(series, 40, 50, 60, 70);
  clock.advance(2 * SECOND);
  history.window(series, 'hour')!.quantiles([500]);
  assert.equal([reading.count, reading.totals.max, reading.quantiles([1000])[0]], [3, 30, 30]);
});

test('the wall clock may jump: a window is as long as it was, and ends now', () => {
  const { clock, history } = startHistory();
  const series = createDurations();
  history.add(createMetric('distribution'), series);
  clock.advance(70 * SECOND);
  const before = history.window(series, 'minute')!;
  clock.setWall(-HOUR);
  const after = history.window(series, 'minute')!;
  assert.is(after.to, clock.systemTime());
  assert.is(after.to - after.from, before.to - before.from);
});

test('counters that start anew count from the new value, sums may fall', () => {
  const { clock, history } = startHistory();
  const calls = new Told();
  const balance = new Told();
  const replaced = new Told();
  history.add(createMetric('counter'), calls);
  history.add(createMetric('sum', 'app.balance', { monotonic: false }), balance);
  history.add(createMetric('counter', 'app.replaced'), replaced);
  calls.amount = replaced.amount = 10;
  balance.amount = 10;
  clock.advance(SECOND);
  calls.amount = 4;
  balance.amount = 4;
  // Started anew and already beyond where it was: only the time of its creation tells.
  replaced.amount = 25;
  replaced.createdAt++;
  clock.advance(500);
  assert.is(history.count(calls, 'minute')!.count, 14);
  assert.is(history.count(balance, 'minute')!.count, 4);
  assert.is(history.count(replaced, 'minute')!.count, 35);
});

test('only distributions have windows, only counters and sums counts, and both only when followed', () => {
  const { history } = startHistory();
  const [series, calls, gauge] = [createDurations(), new Told(), new Told()];
  assert.is(history.window(series, 'minute'), undefined);
  history.add(createMetric('distribution'), series);
  history.add(createMetric('counter'), calls);
  history.add(createMetric('lastValue'), gauge);
  assert.is(history.count(series, 'minute'), undefined);
  assert.is(history.window(calls, 'minute'), undefined);
  assert.is(history.count(gauge, 'hour'), undefined);
  history.remove(series);
  assert.is(history.window(series, 'minute'), undefined);
  assert.is(history.addDurations(series, 'minute', new Distribution(MS_SHAPE)), undefined);
});

test.run();
