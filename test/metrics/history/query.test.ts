import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import type { HistoryQuery } from '../../../lib/metrics/history/query';
import { createDurations, createMetric, HOUR, MINUTE, NOON, record, SECOND, startHistory, Told } from './fakes';

test('a row is described as charts take it: metric, type, unit, tags, step, and arrays of one length', () => {
  const { clock, history, one } = startHistory();
  const series = createDurations([
    ['model', 'm1'],
    ['status', 'ok'],
  ]);
  history.add(createMetric('distribution'), series);
  record(series, 10, 30);
  clock.advance(2 * SECOND);
  assert.equal(one(), {
    metric: 'app.job',
    type: 'distribution',
    unit: 'ms',
    tags: { model: 'm1', status: 'ok' },
    stepMs: 1_000,
    times: [NOON, NOON + SECOND],
    columns: {
      count: [2, 0],
      sum: [40, 0],
      rate: [2, 0],
      mean: [20, null],
      max: [30, null],
      p50: [10, null],
      p95: [30, null],
      p99: [30, null],
    },
  });
});

test('the running row is not among them', () => {
  const { clock, history, one } = startHistory();
  history.add(createMetric('counter'), new Told());
  clock.advance(999);
  assert.equal(one().times, []);
  clock.advance(1);
  assert.equal(one().times, [NOON]);
});

test('a sum has its sum and rate, a counter its count and rate', () => {
  const { clock, history } = startHistory();
  const [tokens, calls] = [new Told(), new Told()];
  history.add(createMetric('sum', 'app.tokens', { unit: 'token' }), tokens);
  history.add(createMetric('counter'), calls);
  tokens.amount = 50;
  calls.amount = 20;
  clock.advance(10 * SECOND);
  const told = history.query({ step: '10s' }).map(({ type, unit, columns }) => ({ type, unit, columns }));
  assert.equal(told, [
    { type: 'sum', unit: 'token', columns: { sum: [50], rate: [5] } },
    { type: 'counter', unit: undefined, columns: { count: [20], rate: [2] } },
  ]);
});

test('series are found by metric and by some of their tags', () => {
  const { history } = startHistory();
  const add = (name: string, tags: readonly (readonly [string, string])[]) => history.add(createMetric('counter', name), new Told(tags));
  add('a', []);
  add('a', [['model', 'm1']]);
  add('b', [
    ['model', 'm1'],
    ['status', 'ok'],
  ]);
  add('b', [
    ['model', 'm2'],
    ['status', 'ok'],
  ]);
  const found = (query: HistoryQuery) => history.query(query).map(({ metric, tags }) => [metric, ...Object.values(tags)].join(' '));
  assert.equal(found({}), ['a', 'a m1', 'b m1 ok', 'b m2 ok']);
  assert.equal(found({ metric: 'a' }), ['a', 'a m1']);
  assert.equal(found({ tags: { model: 'm1' } }), ['a m1', 'b m1 ok']);
  assert.equal(found({ metric: 'b', tags: { status: 'ok', model: 'm2' } }), ['b m2 ok']);
  assert.equal(found({ tags: { model: 'm3' } }), []);
  assert.equal(found({ metric: 'c' }), []);
});

test('a tag may be called anything', () => {
  const { history, one } = startHistory();
  history.add(createMetric('counter'), new Told([['__proto__', 'x']]));
  assert.equal(Object.entries(one().tags), [['__proto__', 'x']]);
  assert.is(history.query({ tags: { toString: 'x' } }).length, 0);
});

test('`last` takes the rows of that time, and the finest step that covers it', () => {
  const { clock, history, one } = startHistory();
  history.add(createMetric('counter'), new Told());
  clock.advance(3 * HOUR);
  const of = (query: HistoryQuery) => [one(query).stepMs, one(query).times.length];
  assert.equal(of({ last: '90s' }), [1_000, 90]);
  assert.equal(of({ last: 2_500 }), [1_000, 3]);
  assert.equal(of({ last: '5m' }), [1_000, 300]);
  assert.equal(of({ last: '6m' }), [10_000, 36]);
  assert.equal(of({ last: '1h' }), [10_000, 360]);
  assert.equal(of({ last: '2h' }), [60_000, 120]);
  assert.equal(of({ last: '30d' }), [60_000, 180]);
  assert.equal(of({ step: '10s', last: '1m' }), [10_000, 6]);
  assert.equal(of({ step: '1s', last: '2h' }), [1_000, 300]);
  assert.equal(of({}), [1_000, 300]);
});

test('what is not understood is refused', () => {
  const { history } = startHistory();
  const refused = (query: unknown): string => {
    try {
      history.query(query as HistoryQuery);
    } catch (error) {
      if (isTelemetryError(error)) return error.code;
    }
    return 'taken';
  };
  assert.is(refused({ metrics: 'a' }), 'OPTION_UNKNOWN');
  for (const query of [
    { step: '5s' },
    { step: 1 },
    { metric: 1 },
    { tags: ['a'] },
    { tags: { model: 1 } },
    { tags: null },
    { last: 'soon' },
    { last: 0 },
    { last: -1 },
    { last: Number.NaN },
    { last: null },
    null,
    'a',
  ]) {
    assert.is(refused(query), 'OPTION_INVALID', JSON.stringify(query));
  }
  assert.is(refused({ metric: undefined, tags: undefined, step: undefined, last: undefined }), 'taken');
});

test('what is returned is a copy of plain data', () => {
  const { clock, history, one } = startHistory();
  history.add(createMetric('counter'), new Told());
  clock.advance(3 * SECOND);
  const rows = one();
  assert.equal(JSON.parse(JSON.stringify({ ...rows, unit: null })), { ...rows, unit: null });
  rows.times.fill(0);
  rows.columns.count!.fill(7);
  rows.tags.model = 'x';
  assert.equal(one().columns.count, [0, 0, 0]);
  assert.equal(one().times, [NOON, NOON + SECOND, NOON + 2 * SECOND]);
  assert.equal(one().tags, {});
});

test('a wall clock that is set back shifts what is older; the latest rows have the times that the clock told', () => {
  const { clock, history, one } = startHistory();
  history.add(createMetric('counter'), new Told());
  clock.advance(5 * SECOND);
  clock.setWall(-10 * SECOND);
  clock.advance(4 * SECOND);
  // The row that ran while the clock was set began at 5 s of the old time.
  const { times } = one();
  assert.equal(
    times.slice(-3),
    [-4, -3, -2].map((second) => NOON + second * SECOND),
  );
  assert.equal(
    times,
    Array.from({ length: 9 }, (_, index) => NOON + (index - 10) * SECOND),
  );
});

test('a wall clock that is set forward leaves a hole', () => {
  const { clock, history, one } = startHistory();
  history.add(createMetric('counter'), new Told());
  clock.advance(2 * SECOND);
  clock.setWall(HOUR);
  clock.advance(2 * SECOND);
  assert.equal(
    one().times,
    [0, 1, 2, 3 + 3_600].map((second) => NOON + second * SECOND),
  );
});

test('times ascend strictly, and the newest is right, however the clocks jump', () => {
  const moves = fc.array(
    fc.record({
      what: fc.constantFrom('advance', 'leap', 'wall'),
      ms: fc.oneof(fc.nat(5 * SECOND), fc.nat(3 * MINUTE)),
      back: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(moves, (steps) => {
      const { clock, history } = startHistory();
      history.add(createMetric('counter'), new Told());
      for (const { what, ms, back } of steps) {
        if (what === 'advance') clock.advance(ms);
        else if (what === 'leap') clock.leap(ms);
        else clock.setWall(back ? -ms : ms);
      }
      clock.advance(2 * MINUTE + 1_000);
      for (const step of ['1s', '10s', '60s'] as const) {
        const [{ times, stepMs, columns }] = history.query({ step }) as [ReturnType<typeof history.query>[number]];
        assert.is(columns.count!.length, times.length);
        for (let index = 1; index < times.length; index++)
          assert.ok(times[index]! > times[index - 1]!, `${times[index - 1]} ${times[index]}`);
        const age = clock.systemTime() - times.at(-1)!;
        // Times are told to 10 ms.
        assert.ok(age > stepMs - 10 && age < 2 * stepMs + 10, `${age}`);
      }
      history.stop();
    }),
    { numRuns: 200 },
  );
});

test.run();
