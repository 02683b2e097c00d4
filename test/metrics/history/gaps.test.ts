import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HistoryQuery } from '../../../lib/metrics/history/query';
import { createDurations, createMetric, HOUR, MINUTE, NOON, record, SECOND, startHistory, Told } from './fakes';

const total = (column: readonly (number | null)[]): number => column.reduce((sum: number, value) => sum + (value ?? 0), 0);

test('a row is absent, not zero, where nobody could look; what came meanwhile is in the row before', () => {
  const { clock, history, one } = startHistory();
  const series = createDurations();
  const calls = new Told();
  history.add(createMetric('distribution'), series);
  history.add(createMetric('counter', 'app.calls'), calls);
  clock.advance(3_500);
  record(series, 7);
  calls.amount++;
  clock.leap(5 * SECOND);
  record(series, 9);
  calls.amount++;
  clock.advance(1_500);
  assert.equal(one({ metric: 'app.job' }).columns.count, [0, 0, 0, 2, null, null, null, null, null, 0]);
  assert.equal(one({ metric: 'app.job' }).columns.max, [null, null, null, 9, null, null, null, null, null, null]);
  const { times, columns } = one({ metric: 'app.calls' });
  assert.equal(
    times,
    Array.from({ length: 10 }, (_, second) => NOON + second * SECOND),
  );
  assert.equal(columns.count, [0, 0, 0, 2, null, null, null, null, null, 0]);
  // It covers the time until somebody looked again: 3 s to 9 s.
  assert.is(columns.rate![3], 2 / 6);
});

test('ten hours of suspension cost one look, and the rows after it have the right times', () => {
  const { clock, history, one } = startHistory();
  const calls = new Told();
  const gauge = new Told();
  history.add(createMetric('counter'), calls);
  history.add(createMetric('lastValue', 'app.queue'), gauge);
  clock.advance(10 * SECOND);
  const before = [calls.asked, gauge.asked] as const;
  clock.leap(10 * HOUR + 500);
  calls.amount = 5;
  history.tick();
  // One row per tier, for 36,000 that were missed.
  assert.equal([calls.asked - before[0], gauge.asked - before[1]], [1, 3]);
  clock.advance(3_500);
  calls.amount++;
  clock.advance(SECOND);
  const { times, columns } = one({ metric: 'app.job' });
  assert.is(times.length, 300);
  assert.is(times.at(-1), NOON + 10 * HOUR + 14 * SECOND);
  assert.equal(columns.count!.slice(-6), [null, 0, 0, 0, 0, 1]);
  assert.is(columns.count!.filter((count) => count === null).length, 295);
  assert.is(total(one({ metric: 'app.job', step: '60s' }).columns.count!), 5);
});

test('missed ticks never lose a value or count it twice', () => {
  const moves = fc.array(fc.record({ leap: fc.boolean(), ms: fc.nat(40 * SECOND), values: fc.nat(5) }), { maxLength: 40 });
  fc.assert(
    fc.property(moves, (steps) => {
      const { clock, history, one } = startHistory();
      const series = createDurations();
      const sum = new Told();
      history.add(createMetric('distribution'), series);
      history.add(createMetric('sum', 'app.sum'), sum);
      let recorded = 0;
      for (const { leap, ms, values } of steps) {
        for (let value = 0; value < values; value++) record(series, 4);
        sum.amount += 4 * values;
        recorded += values;
        if (leap) clock.leap(ms);
        else clock.advance(ms);
      }
      clock.advance(61 * SECOND);
      assert.is(total(one({ metric: 'app.job', step: '10s' }).columns.count!), recorded);
      assert.is(total(one({ metric: 'app.job', step: '60s' }).columns.sum!), 4 * recorded);
      assert.is(total(one({ metric: 'app.sum', step: '10s' }).columns.sum!), 4 * recorded);
      history.stop();
    }),
    { numRuns: 150 },
  );
});

test('reading brings rows up to date, also while nothing ticks', () => {
  const { clock, history, one } = startHistory();
  const series = createDurations();
  history.add(createMetric('distribution'), series);
  record(series, 1);
  history.stop();
  clock.advance(MINUTE);
  record(series, 2);
  const rows = (query: HistoryQuery) => one(query).columns.count;
  assert.equal(rows({ step: '60s' }), [2]);
  assert.equal(rows({ step: '1s', last: '2s' }), [null, null]);
  history.start();
  record(series, 3);
  clock.advance(1_000);
  assert.equal(rows({ step: '1s', last: '2s' }), [null, 1]);
});

test.run();
