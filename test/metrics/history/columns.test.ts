import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BARE_SHAPE, createDurations, createMetric, MINUTE, record, S_SHAPE, SECOND, startHistory, Told } from './fakes';

const STEPS = ['1s', '10s', '60s'] as const;
const total = (column: readonly (number | null)[]): number => column.reduce((sum: number, value) => sum + (value ?? 0), 0);

test('rows from before a series was added are null', () => {
  const { clock, history, one } = startHistory();
  history.add(createMetric('counter', 'app.first'), new Told());
  clock.advance(2_500);
  const calls = new Told();
  calls.amount = 100;
  history.add(createMetric('counter'), calls);
  calls.amount = 103;
  clock.advance(1_500);
  assert.equal(one({ metric: 'app.job' }).columns, { count: [null, null, 3, 0], rate: [null, null, 6, 0] });
  assert.equal(one({ metric: 'app.first' }).columns.count, [0, 0, 0, 0]);
});

test('a gauge has the value that it had when the row ended', () => {
  const { clock, history, one } = startHistory();
  const gauge = new Told();
  history.add(createMetric('lastValue'), gauge);
  for (let second = 1; second <= 120; second++) {
    gauge.amount = second;
    clock.advance(500);
    gauge.amount = -second;
    clock.advance(500);
  }
  assert.equal(one({ last: '3s' }).columns, { value: [-118, -119, -120] });
  assert.equal(one({ step: '60s' }).columns, { value: [-60, -120] });
});

test('a counter that starts anew goes on from its new value', () => {
  const { clock, history, one } = startHistory();
  const calls = new Told();
  history.add(createMetric('counter'), calls);
  for (const amount of [5, 8, 2, 2, 3]) {
    calls.amount = amount;
    clock.advance(SECOND);
  }
  assert.equal(one().columns.count, [5, 3, 2, 0, 1]);
});

test('a reset leaves finished rows as they are', () => {
  const { clock, history, one } = startHistory();
  const series = createDurations();
  history.add(createMetric('distribution'), series);
  for (let second = 0; second < 60; second++) {
    record(series, 5);
    clock.advance(SECOND);
  }
  // Before the row of the minute was written, which is put off a little.
  series.startAnew();
  clock.advance(SECOND);
  assert.is(total(one({ step: '1s' }).columns.count!), 60);
  assert.is(total(one({ step: '10s' }).columns.count!), 60);
  assert.equal(one({ step: '60s' }).columns.count, [60]);
});

test('a series that changes its unit has its rows converted', () => {
  const { clock, history, one } = startHistory();
  const series = createDurations();
  history.add(createMetric('distribution'), series);
  record(series, 1_500);
  clock.advance(61 * SECOND);
  series.convertTo(S_SHAPE);
  record(series, 3);
  clock.advance(MINUTE);
  for (const step of STEPS) {
    const { columns } = one({ step });
    assert.is(total(columns.count!), 2);
    assert.ok(Math.abs(total(columns.sum!) - 4.5) < 1e-9);
    const [first, second] = columns.p50!.filter((value) => value !== null);
    assert.ok(Math.abs(first! - 1.5) <= 0.015 && Math.abs(second! - 3) <= 0.03, `${first} ${second}`);
  }
  assert.is(history.window(series, 'minute')!.totals.max, 3);
});

test('a summary has no quantiles', () => {
  const { clock, history, one } = startHistory();
  const series = createDurations([], BARE_SHAPE);
  history.add(createMetric('summary'), series);
  record(series, 2, 4);
  clock.advance(SECOND);
  assert.equal(one().columns, { count: [2], sum: [6], max: [4], rate: [2], mean: [3] });
});

test('values that no 32-bit number holds stay numbers', () => {
  const { clock, history, one } = startHistory();
  const series = createDurations();
  history.add(createMetric('distribution'), series);
  record(series, 1e300);
  clock.advance(SECOND);
  assert.ok(one().columns.max![0]! > 3.4e38 && one().columns.p99![0]! > 3.4e38);
  assert.is(one().columns.sum![0], 1e300);
});

test.run();
