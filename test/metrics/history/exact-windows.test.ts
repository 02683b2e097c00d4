import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Distribution } from '../../../lib/metrics/distribution';
import { BARE_SHAPE, createDurations, createMetric, MINUTE, MS_SHAPE, record, SECOND, startHistory, Told } from './fakes';

const PER_MILLES = [1, 250, 500, 900, 950, 990, 999, 1000];

/** Happened half a millisecond after a whole one; clocks and ticks are at whole ones, so nothing is ambiguous. */
interface Happened {
  readonly at: number;
  readonly value: number;
}

function checkQuantiles(told: readonly number[], values: readonly number[]): void {
  const sorted = [...values].sort((one, other) => one - other);
  for (const [index, perMille] of PER_MILLES.entries()) {
    const exact = sorted[Math.max(1, Math.ceil((sorted.length * perMille) / 1000)) - 1]!;
    assert.ok(Math.abs(told[index]! - exact) <= Math.max(exact * 0.01, 0.001), `p${perMille / 10}: ${told[index]} instead of ${exact}`);
  }
}

/** Sums of eighths are exact whatever the order. */
const value = fc.oneof(fc.constant(0), fc.nat(800), fc.nat(8_000_000)).map((eighths) => eighths / 8);
const step = (longestMs: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant('record' as const), values: fc.array(value, { minLength: 1, maxLength: 8 }) }) },
    { weight: 6, arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.oneof(fc.nat(3 * SECOND), fc.nat(longestMs)) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('leap' as const), ms: fc.oneof(fc.nat(30 * SECOND), fc.nat(longestMs)) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('tick' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('stop' as const, 'start' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('read' as const), window: fc.constantFrom('minute' as const, 'hour' as const) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('startAnew' as const, 'reset' as const) }) },
  );
type Step = typeof step extends (ms: number) => fc.Arbitrary<infer Value> ? Value : never;

/** Plays what happened and compares each reading with the very values of its span. */
function play(steps: readonly Step[], withCells: boolean): void {
  const { clock, history } = startHistory();
  const series = createDurations([], withCells ? MS_SHAPE : BARE_SHAPE);
  const calls = new Told();
  const metric = createMetric(withCells ? 'distribution' : 'summary');
  history.add(metric, series);
  history.add(createMetric('counter', 'app.calls'), calls);
  let since: Happened[] = [];
  const counted: Happened[] = [];
  let everything = 0;

  function read(window: 'minute' | 'hour'): void {
    const { from, to, count, totals, quantiles } = history.window(series, window)!;
    const values = since.filter(({ at }) => at > from && at < to).map(({ value }) => value);
    assert.is(count, values.length);
    assert.is(totals.count, count);
    assert.is(
      totals.sum,
      values.reduce((sum, value) => sum + value, 0),
    );
    assert.is(totals.min, count === 0 ? 0 : Math.min(...values));
    assert.is(totals.max, Math.max(0, ...values));
    assert.is(to, clock.systemTime());
    assert.ok(to - from <= (window === 'minute' ? 70 * SECOND : 65 * MINUTE));
    if (withCells && count > 0) checkQuantiles(quantiles(PER_MILLES), values);
    else assert.equal(quantiles(PER_MILLES), []);
    const calling = history.count(calls, window)!;
    assert.is(calling.count, counted.filter(({ at }) => at > calling.from && at < calling.to).length);
    const merged = new Distribution(withCells ? MS_SHAPE : BARE_SHAPE);
    assert.equal(history.addDurations(series, window, merged), { from, to });
    assert.equal(merged.totalsNow(), totals);
    merged.release();
  }

  for (const step of steps) {
    if (step.type === 'record') {
      clock.advance(0.5);
      for (const value of step.values) {
        record(series, value);
        calls.amount++;
        const happened = { at: clock.systemTime() + 0.5, value };
        since.push(happened);
        counted.push(happened);
        everything++;
      }
      clock.advance(0.5);
    } else if (step.type === 'advance') clock.advance(step.ms);
    else if (step.type === 'leap') clock.leap(step.ms);
    else if (step.type === 'tick') history.tick();
    else if (step.type === 'stop') history.stop();
    else if (step.type === 'start') history.start();
    else if (step.type === 'read') read(step.window);
    else if (step.type === 'startAnew') {
      series.startAnew();
      since = [];
    } else {
      series.reset(clock.systemTime());
      since = [];
      everything = 0;
    }
    // Whatever the history takes: lifetime values lose nothing and double nothing.
    assert.is(series.value(), everything);
    assert.is(series.reading().count, everything);
    assert.is(
      series.sinceReset((all) => all.totalsNow().sum),
      since.reduce((sum, { value }) => sum + value, 0),
    );
  }
  read('minute');
  read('hour');
  history.close();
}

test('the last minute holds exactly the values of its span, over random values, times, missed ticks and resets', () => {
  fc.assert(fc.property(fc.array(step(20 * SECOND), { minLength: 20, maxLength: 120 }), fc.boolean(), play), { numRuns: 400 });
});

test('so does the last hour', () => {
  fc.assert(fc.property(fc.array(step(8 * MINUTE), { minLength: 40, maxLength: 120 }), fc.constant(true), play), { numRuns: 100 });
});

test.run();
