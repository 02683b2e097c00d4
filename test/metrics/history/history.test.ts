import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../lib/core/clock';
import { isTelemetryError } from '../../../lib/core/errors';
import { History } from '../../../lib/metrics/history/history';
import type { HistoryOptions } from '../../../lib/metrics/history/options';
import type { Tags } from '../../../lib/metrics/view';
import { createDurations, createMetric, MINUTE, movableClock, record, S_SHAPE, SECOND, startHistory, Told } from './fakes';

const tagged = (value: number): Tags => [['user', `u${value}`]];

test('200 series are followed and no more', () => {
  const { history } = startHistory();
  for (let index = 0; index < 200; index++) assert.ok(history.add(createMetric('counter'), new Told()));
  const late = new Told();
  assert.not(history.add(createMetric('counter'), late));
  const { tracked, limit, untracked } = history.stats();
  assert.equal([tracked, limit, untracked], [200, 200, 1]);
  assert.is(history.query({}).length, 200);
});

test('series with tags take half of the places at most', () => {
  const { history } = startHistory({ series: 7 });
  const taken = [0, 1, 2, 3].map((index) => history.add(createMetric('counter'), new Told(tagged(index))));
  assert.equal(taken, [true, true, true, false]);
  for (let index = 0; index < 4; index++) assert.ok(history.add(createMetric('counter'), new Told()));
  assert.not(history.add(createMetric('counter'), new Told()));
  assert.is(history.stats().untracked, 2);
});

test('a series that goes makes room for another of its kind', () => {
  const { history } = startHistory({ series: 2 });
  const first = new Told(tagged(1));
  assert.ok(history.add(createMetric('counter'), first));
  assert.not(history.add(createMetric('counter'), new Told(tagged(2))));
  history.remove(first);
  history.remove(first);
  assert.ok(history.add(createMetric('counter'), new Told(tagged(2))));
  assert.not(history.add(createMetric('counter'), new Told(tagged(3))));
  assert.ok(history.add(createMetric('counter'), new Told()));
});

test('a series is followed once', () => {
  const { clock, history } = startHistory();
  const calls = new Told();
  assert.ok(history.add(createMetric('counter'), calls));
  calls.amount = 4;
  assert.ok(history.add(createMetric('counter'), calls));
  clock.advance(SECOND);
  assert.equal(
    history.query({}).map(({ columns }) => columns.count),
    [[4]],
  );
});

test('`select` chooses; one that throws chooses nothing and is told of once', () => {
  const warnings: string[] = [];
  const select: HistoryOptions['select'] = (metric, tags) => {
    if (metric.name === 'app.bad') throw new Error('no');
    return tags.length === 0;
  };
  const history = new History(movableClock(), { select }, ({ code, message }) => warnings.push(`${code} ${message}`));
  assert.ok(history.add(createMetric('counter'), new Told()));
  assert.not(history.add(createMetric('counter'), new Told(tagged(1))));
  for (let index = 0; index < 3; index++) assert.not(history.add(createMetric('counter', 'app.bad'), new Told()));
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /^HANDLER_FAILED .*app\.bad/);
  assert.equal([history.stats().tracked, history.stats().untracked], [1, 0]);
});

test('options that are not understood are refused', () => {
  const refused = (options: unknown): string => {
    try {
      new History(movableClock(), options as HistoryOptions);
    } catch (error) {
      if (isTelemetryError(error)) return error.code;
    }
    return 'taken';
  };
  assert.is(refused({ limit: 5 }), 'OPTION_UNKNOWN');
  for (const series of [0, -1, 1.5, 10_001, '5', Number.NaN, null]) assert.is(refused({ series }), 'OPTION_INVALID', `${series}`);
  assert.is(refused({ select: 'all' }), 'OPTION_INVALID');
  for (const options of [{}, { series: 1 }, { series: 10_000 }, { series: undefined, select: undefined }])
    assert.is(refused(options), 'taken');
});

test('one timer waits while it runs, and none after it was stopped', () => {
  const { clock, history } = startHistory();
  for (let index = 0; index < 60; index++) history.add(createMetric('distribution'), createDurations());
  history.start();
  assert.is(clock.pendingTimers(), 1);
  for (let step = 0; step < 100; step++) {
    clock.advance(777);
    assert.is(clock.pendingTimers(), 1);
  }
  history.stop();
  assert.is(clock.pendingTimers(), 0);
  history.stop();
  history.start();
  assert.is(clock.pendingTimers(), 1);
  history.close();
  assert.is(clock.pendingTimers(), 0);
  assert.is(history.stats().tracked, 0);
});

test('it looks at whole seconds of the wall clock, once each, also after having been late', () => {
  const { clock, history } = startHistory({}, movableClock(Date.UTC(2026, 0, 1) + 250));
  const looks: number[] = [];
  const calls = new Told();
  history.add(createMetric('counter'), calls);
  const value = calls.value.bind(calls);
  calls.value = () => {
    looks.push(clock.systemTime() % MINUTE);
    return value();
  };
  clock.advance(3_000);
  clock.leap(300);
  clock.advance(5_500);
  clock.leap(500);
  clock.advance(3_000);
  // Those that were late are not made up for, and make no other late, nor does what is put off after ten seconds.
  assert.equal(
    looks,
    [1, 2, 3, 4.3, 5, 6, 7, 8, 9, 10.5, 11, 12].map((second) => second * SECOND),
  );
});

test('what is put off after ten seconds is done before the next second', () => {
  const { clock, history } = startHistory();
  for (let index = 0; index < 60; index++) history.add(createMetric('distribution'), createDurations());
  clock.advance(10_000);
  let timers = 0;
  for (let ms = 0; ms < 999; ms++) {
    const { setTimer } = clock;
    (clock as { setTimer: typeof setTimer }).setTimer = (callback, delayMs) => {
      timers++;
      return setTimer(callback, delayMs);
    };
    clock.advance(1);
    (clock as { setTimer: typeof setTimer }).setTimer = setTimer;
  }
  // 60 series in batches of 25, and then nothing until the second is over.
  assert.is(timers, 3);
});

test('a series that was removed can be recorded to, reset and followed again', () => {
  const { clock, history } = startHistory();
  const series = createDurations();
  const other = createDurations();
  history.add(createMetric('distribution'), series);
  record(series, 1, 2);
  clock.advance(90 * SECOND);
  record(series, 3);
  history.remove(series);
  history.add(createMetric('distribution'), other);
  record(other, 40);
  series.startAnew();
  record(series, 4, 5);
  clock.advance(SECOND);
  assert.is(series.reading().count, 5);
  assert.is(
    series.sinceReset((all) => all.totalsNow().sum),
    9,
  );
  assert.is(history.window(other, 'minute')!.totals.sum, 40);
  history.add(createMetric('distribution'), series);
  record(series, 6);
  assert.is(history.window(series, 'minute')!.totals.sum, 6);
  assert.is(series.reading().count, 6);
});

test('a series that was removed shares nothing with those that are followed after it', () => {
  const { clock, history } = startHistory();
  const gone = createDurations();
  history.add(createMetric('distribution'), gone);
  history.remove(gone);
  gone.convertTo(S_SHAPE);
  const [one, other] = [createDurations(), createDurations()];
  history.add(createMetric('distribution'), one);
  history.add(createMetric('distribution'), other);
  record(one, 1);
  record(other, 20);
  clock.advance(SECOND);
  assert.equal(
    [one, other].map((series) => history.window(series, 'minute')!.totals.sum),
    [1, 20],
  );
});

test('a history that runs keeps no process alive', async () => {
  const unref: boolean[] = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    queueMicrotask(() => unref.push(!timer.hasRef()));
    return timer;
  }) as typeof setTimeout;
  try {
    const history = new History(systemClock(), {});
    history.start();
    await Promise.resolve();
    history.stop();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assert.equal(unref, [true]);
});

test.run();
