import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HistorySeries } from '../../../lib/metrics/history/query';
import { createDurations, createMetric, MINUTE, movableClock, NOON, record, SECOND, startHistory, Told } from './fakes';

const STEPS = ['1s', '10s', '60s'] as const;
const total = (column: readonly (number | null)[]): number => column.reduce((sum: number, value) => sum + (value ?? 0), 0);

/** At noon plus so many ms, of so many ms. */
const happenings = fc.array(fc.record({ at: fc.nat(20 * MINUTE), values: fc.array(fc.nat(800_000), { minLength: 1, maxLength: 6 }) }), {
  minLength: 1,
  maxLength: 60,
});

function checkRow(rows: HistorySeries, index: number, values: readonly number[]): void {
  const sorted = [...values].sort((one, other) => one - other);
  const { columns, stepMs } = rows;
  const sum = values.reduce((all, value) => all + value, 0);
  assert.is(columns.count![index], values.length);
  assert.is(columns.sum![index], sum);
  assert.is(columns.rate![index], values.length / (stepMs / 1000));
  if (values.length === 0) {
    for (const name of ['mean', 'max', 'p50', 'p95', 'p99'] as const) assert.is(columns[name]![index], null);
    return;
  }
  assert.is(columns.mean![index], sum / values.length);
  assert.is(columns.max![index], Math.fround(sorted.at(-1)!));
  for (const [name, perMille] of [
    ['p50', 500],
    ['p95', 950],
    ['p99', 990],
  ] as const) {
    const exact = sorted[Math.ceil((sorted.length * perMille) / 1000) - 1]!;
    assert.ok(
      Math.abs(columns[name]![index]! - exact) <= Math.max(exact * 0.01, 0.001),
      `${name} ${columns[name]![index]} instead of ${exact}`,
    );
  }
}

test('every row of every tier is what happened in its time, whenever the history began', () => {
  fc.assert(
    fc.property(happenings, fc.nat(5 * MINUTE), (happened, begin) => {
      const { clock, history, one } = startHistory({}, movableClock(NOON + begin));
      const series = createDurations();
      const calls = new Told();
      history.add(createMetric('distribution'), series);
      history.add(createMetric('counter', 'app.calls'), calls);
      const events = happened.map(({ at, values }) => ({ at: at + 0.5, values })).sort((first, second) => first.at - second.at);
      for (const { at, values } of events) {
        clock.advance(at - clock.monotonicTime());
        record(series, ...values);
        calls.amount += values.length;
      }
      clock.advance(2 * MINUTE + 0.5 - (clock.monotonicTime() % 1));
      const start = NOON + begin;
      for (const step of STEPS) {
        const rows = one({ metric: 'app.job', step });
        const counts = one({ metric: 'app.calls', step });
        assert.is(rows.columns.count!.length, rows.times.length);
        assert.equal(counts.columns.count, rows.columns.count);
        for (const [index, time] of rows.times.entries()) {
          assert.is(time % rows.stepMs, 0);
          // The first row is cut off by the beginning, so its rate is of less than its step.
          if (index === 0) continue;
          const inside = events.filter(({ at }) => start + at >= time && start + at < time + rows.stepMs);
          checkRow(
            rows,
            index,
            inside.flatMap(({ values }) => values),
          );
        }
        assert.is(rows.times.at(-1), Math.floor(clock.systemTime() / rows.stepMs) * rows.stepMs - rows.stepMs);
      }
      const minutes = one({ metric: 'app.job', step: '60s' });
      const all = events.flatMap(({ values }) => values).length;
      assert.is(total(minutes.columns.count!), all);
      history.stop();
    }),
    { numRuns: 60 },
  );
});

test('tiers keep 300 seconds, 360 times ten seconds and 1,440 minutes', () => {
  const { clock, history, one } = startHistory();
  const calls = new Told();
  history.add(createMetric('counter'), calls);
  clock.advance(10 * SECOND);
  assert.is(one({ step: '1s' }).times.length, 10);
  for (let minute = 0; minute < 25 * 60; minute++) {
    calls.amount += 60;
    clock.advance(MINUTE);
  }
  for (const [step, rows, stepMs] of [
    ['1s', 300, 1_000],
    ['10s', 360, 10_000],
    ['60s', 1_440, 60_000],
  ] as const) {
    const { times, columns } = one({ step });
    assert.is(times.length, rows);
    assert.equal(
      times.map((time) => time - times[0]!),
      times.map((_, index) => index * stepMs),
    );
    assert.is(total(columns.count!), (rows * stepMs) / 1_000);
  }
});

test.run();
