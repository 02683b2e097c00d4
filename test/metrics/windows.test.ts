import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, createTelemetry, defineEvent, defineEvents, lastValue, type MetricsOptions, summary } from '../../lib/index';
import { fakeClock } from '../../lib/testing';

const events = defineEvents('app', {
  job: { stop: defineEvent<{ duration: number }, { kind: string }>({ tags: ['kind'] }), plain: defineEvent() },
});
const { stop, plain } = events.job;

function create(metrics: MetricsOptions = { history: true }) {
  const clock = fakeClock();
  const telemetry = createTelemetry({ events, clock, metrics });
  telemetry.attachMetricsHandler();
  return { telemetry, clock };
}

const rank = (sorted: readonly number[], perMille: number) => sorted[Math.max(1, Math.ceil((sorted.length * perMille) / 1000)) - 1]!;
const step = fc.record({
  wait: fc.oneof(fc.nat(400), fc.nat(5000), fc.nat(90_000), fc.nat(600_000)),
  durations: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), { maxLength: 20 }),
  kind: fc.constantFrom('a', 'b'),
});

test('the last minute and the last hour are exactly what was recorded in the span they name, by tags too', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.constantFrom('minute', 'hour'), (steps, window) => {
      const { telemetry, clock } = create();
      const recorded: { at: number; duration: number; kind: string }[] = [];
      for (const { wait, durations, kind } of steps) {
        clock.advance(wait + 1);
        for (const duration of durations) {
          recorded.push({ at: clock.systemTime(), duration, kind });
          telemetry.execute(stop, { duration }, { kind });
        }
      }
      for (const tags of [undefined, { kind: 'a' }]) {
        const mine = recorded.filter(({ kind }) => tags === undefined || kind === 'a');
        const told = telemetry.getDurationStats(stop, { window, ...(tags && { tags }) });
        const from = told?.from ?? clock.systemTime() - (window === 'minute' ? 60_000 : 3_600_000);
        assert.ok(clock.systemTime() - from <= (window === 'minute' ? 70_000 : 3_900_000) || mine.length === 0);
        const within = mine.filter(({ at }) => at >= from).map(({ duration }) => duration + 0);
        if (told === undefined) {
          assert.equal(within, []);
          continue;
        }
        assert.is(told.to, clock.systemTime());
        const sorted = within.sort((one, other) => one - other);
        assert.equal([told.count, told.min, told.max], [sorted.length, sorted[0], sorted.at(-1)]);
        const sum = sorted.reduce((all, value) => all + value, 0);
        assert.ok(Math.abs(told.sum - sum) <= sum * 1e-12, `${told.sum} for ${sum}`);
        for (const [name, perMille] of [
          ['p50', 500],
          ['p95', 950],
          ['p99', 990],
        ] as const) {
          const truth = rank(sorted, perMille);
          assert.ok(Math.abs(told[name] - truth) <= Math.max(truth * 0.01, 0.001), `${name} ${told[name]} for ${truth}`);
        }
        const counted = telemetry.getCounters({ window, ...(tags && { tags }) })['app.job.stop'];
        assert.is(counted, sorted.length);
      }
      telemetry.detachMetricsHandler();
    }),
    { numRuns: 150 },
  );
});

test('lifetime statistics are the same with a history as without', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const [followed, alone] = [create(), create({})];
      for (const { telemetry, clock } of [followed, alone]) {
        for (const { wait, durations, kind } of steps) {
          clock.advance(wait + 1);
          for (const duration of durations) telemetry.execute(stop, { duration }, { kind });
        }
      }
      const [told, truth] = [followed.telemetry.getDurationStats(stop), alone.telemetry.getDurationStats(stop)];
      for (const [name, value] of Object.entries(truth ?? {})) {
        if (typeof value !== 'number') continue;
        assert.ok(Math.abs(told![name as 'sum'] - value) <= (name === 'stddev' ? truth!.max * 1e-7 : value * 1e-9), name);
      }
      assert.is(told?.count, truth?.count);
      followed.telemetry.detachMetricsHandler();
    }),
    { numRuns: 100 },
  );
});

test('old values leave the window, and stay in the lifetime', () => {
  const { telemetry, clock } = create();
  telemetry.execute(stop, { duration: 1000 }, { kind: 'a' });
  clock.advance(71_000);
  telemetry.execute(stop, { duration: 5 }, { kind: 'a' });
  assert.is(telemetry.getDurationStats(stop, { window: 'minute' })?.max, 5);
  assert.is(telemetry.getDurationStats(stop, { window: 'hour' })?.max, 1000);
  assert.is(telemetry.getDurationStats(stop)?.max, 1000);
  clock.advance(3_901_000);
  assert.is(telemetry.getDurationStats(stop, { window: 'hour' }), undefined);
  assert.equal(telemetry.getCounters({ window: 'hour' }), {});
  assert.is(telemetry.getDurationStats(stop)?.count, 2);
});

test('charts are full at first sight: rates, gauges, percentiles of what happened before anyone looked', () => {
  const depth = lastValue('depth', plain, { measurement: 'depth' });
  const { telemetry, clock } = create({
    history: true,
    definitions: [depth, counter('plain', plain), summary('spread', plain, { measurement: 'depth' })],
  });
  for (let second = 0; second < 30; second++) {
    for (let i = 0; i <= second % 3; i++) telemetry.execute(plain, { depth: second, duration: 10 * (second + 1) });
    clock.advance(1000);
  }
  const history = Object.fromEntries(telemetry.getHistory({ step: '1s' }).map((series) => [series.metric, series]));
  const rates = history['app.job.plain']!.columns.rate!;
  assert.equal(rates.slice(-3), [1, 2, 3]);
  assert.equal(history.depth!.columns.value!.slice(-3), [27, 28, 29]);
  assert.equal(history['app.job.plain.duration']!.columns.max!.slice(-3), [280, 290, 300]);
  assert.equal(history.plain!.columns.count!.slice(-3), [1, 2, 3]);
  assert.is(history.spread!.columns.p50!.length, history.spread!.times.length);
  assert.equal(
    telemetry.getHistory({ metric: 'depth', last: '10s', step: '1s' }).map(({ times }) => times.length),
    [10],
  );
  assert.equal(telemetry.getHistory({ metric: 'nothing' }), []);
});

test('a history that is switched on later follows what is there from then on, totals of tagged events included', () => {
  const { telemetry, clock } = create({});
  for (let i = 0; i < 5; i++) telemetry.execute(stop, { duration: 1 }, { kind: 'a' });
  assert.is(clock.pendingTimers(), 0);
  telemetry.configureMetrics({ history: true });
  assert.is(clock.pendingTimers(), 1);
  telemetry.execute(stop, { duration: 9 }, { kind: 'a' });
  clock.advance(2000);
  assert.equal(telemetry.getCounters({ window: 'minute' }), { 'app.job.stop': 1 });
  assert.is(telemetry.getDurationStats(stop, { window: 'minute', tags: { kind: 'a' } })?.min, 9);
  assert.is(telemetry.getDurationStats(stop)?.count, 6);
  telemetry.configureMetrics({ history: true });
  assert.equal(telemetry.getCounters({ window: 'minute' }), { 'app.job.stop': 1 });
  telemetry.configureMetrics({ history: { series: 50 } });
  assert.equal(telemetry.getCounters({ window: 'minute' }), {});
  assert.is(clock.pendingTimers(), 1);
  telemetry.configureMetrics({ history: false });
  assert.is(clock.pendingTimers(), 0);
  assert.throws(() => telemetry.getCounters({ window: 'minute' }), /history/);
  assert.is(telemetry.getDurationStats(stop)?.count, 6);
});

test('a window over several series spans what the first of them does', () => {
  const { telemetry, clock } = create();
  telemetry.execute(stop, { duration: 5 }, { kind: 'a' });
  clock.advance(30_000);
  telemetry.execute(stop, { duration: 7 }, { kind: 'b' });
  clock.advance(10_000);
  const [all, a, b] = [{}, { kind: 'a' }, { kind: 'b' }].map((tags) => telemetry.getDurationStats(stop, { window: 'minute', tags }));
  assert.equal([all?.count, all?.from], [2, a?.from]);
  assert.ok(b!.from! > a!.from!);
});

test('a series that is not followed tells no window, rather than a part', () => {
  const { telemetry } = create({ history: { series: 4 } });
  for (const kind of ['a', 'b', 'c']) telemetry.execute(stop, { duration: 5 }, { kind });
  assert.is(telemetry.getDurationStats(stop, { window: 'minute', tags: { kind: 'c' } }), undefined);
  assert.is(telemetry.getDurationStats(stop, { window: 'minute', tags: {} }), undefined);
  assert.equal(telemetry.getCounters({ window: 'minute', tags: {} }), {});
  assert.is(telemetry.getDurationStats(stop, { window: 'minute' })?.count, 3);
  const { history } = telemetry.metricsStats();
  assert.equal([history?.tracked, history?.limit], [4, 4]);
  assert.ok(history!.untracked > 0);
});

test('after a reset the windows hold what came since; the rows of charts stay', () => {
  const { telemetry, clock } = create();
  telemetry.execute(stop, { duration: 1000 }, { kind: 'a' });
  clock.advance(3000);
  telemetry.resetCounters();
  telemetry.execute(stop, { duration: 5 }, { kind: 'a' });
  for (const window of ['minute', 'hour'] as const) {
    assert.is(telemetry.getDurationStats(stop, { window })?.count, 1);
    assert.equal(telemetry.getCounters({ window }), { 'app.job.stop': 1 });
  }
  clock.advance(1000);
  const [row] = telemetry.getHistory({ metric: 'app.job.stop.duration', step: '1s' });
  assert.ok(row!.columns.max!.includes(1000));
});

test('after resets at any times a window holds exactly what came since the last one, or since its own beginning', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(100_000), fc.nat(3), fc.boolean()), { maxLength: 40 }),
      fc.constantFrom('minute', 'hour'),
      (steps, window) => {
        const { telemetry, clock } = create();
        let times: number[] = [];
        for (const [wait, count, reset] of steps) {
          clock.advance(wait + 1);
          for (let i = 0; i < count; i++) {
            telemetry.execute(stop, { duration: 5 }, { kind: 'a' });
            times.push(clock.systemTime());
          }
          if (!reset) continue;
          telemetry.resetCounters();
          times = [];
        }
        const stats = telemetry.getDurationStats(stop, { window });
        const from = stats?.from ?? Number.POSITIVE_INFINITY;
        const expected = times.filter((time) => time >= from).length;
        assert.is(stats?.count ?? 0, expected);
        assert.is(telemetry.getCounters({ window })['app.job.stop'] ?? 0, expected);
        telemetry.detachMetricsHandler();
      },
    ),
    { numRuns: 300 },
  );
});

test('a gauge that expired is no longer among the charts, and makes room for another', () => {
  const depth = lastValue('depth', plain, { measurement: 'depth', tags: ['queue'], expireAfter: '1m' });
  const { telemetry, clock } = create({ history: true, definitions: [depth] });
  const queues = () => telemetry.getHistory({ metric: 'depth' }).map(({ tags }) => tags.queue);
  telemetry.execute(plain, { depth: 1 }, { queue: 'a' });
  clock.advance(30_000);
  telemetry.execute(plain, { depth: 1 }, { queue: 'b' });
  assert.equal(queues(), ['a', 'b']);
  clock.advance(31_000);
  assert.equal(queues(), ['b']);
});

test('nothing looks at the clock once the metrics handler is detached', () => {
  const { telemetry, clock } = create();
  for (const detach of [
    () => telemetry.detachMetricsHandler(),
    () => telemetry.detach('telemetry-metrics'),
    () => telemetry.attachMetricsHandler().detach(),
    () => telemetry.detachAll(),
  ]) {
    telemetry.attachMetricsHandler();
    clock.advance(5000);
    assert.is(clock.pendingTimers(), 1);
    detach();
    assert.is(clock.pendingTimers(), 0);
  }
});

test.run();
