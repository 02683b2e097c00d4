import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, createTelemetry, defineEvent, defineEvents, distribution, lastValue, sum, summary } from '../../lib/index';
import { METRICS_SEAM } from '../../lib/metrics/seam';
import { fakeClock } from '../../lib/testing';

const events = defineEvents('app', { job: { stop: defineEvent({ doc: 'A job ended', tags: ['kind'] }), start: defineEvent() } });
const { stop, start } = events.job;
const definitions = {
  count: counter('count', stop, { description: 'Jobs', tags: ['kind'] }),
  bytes: sum('bytes', stop, { measurement: 'bytes', unit: 'byte' }),
  depth: lastValue('depth', stop, { measurement: 'depth' }),
  spread: summary('spread', stop, { measurement: 'bytes' }),
  times: distribution('times', stop, { bounds: [1, 10] }),
};

function create() {
  const clock = fakeClock();
  const telemetry = createTelemetry({ events, clock, metrics: { definitions: Object.values(definitions) } });
  telemetry.attachMetricsHandler();
  const emit = () => telemetry.execute(stop, { duration: 5, bytes: 100, depth: 3 }, { kind: 'a' });
  return { telemetry, clock, emit };
}

test('a snapshot is plain data: names, units, descriptions, series with their tags and beginnings', () => {
  const { telemetry, clock, emit } = create();
  emit();
  const { count, bytes, depth, spread, times } = Object.fromEntries(telemetry.getMetrics().map((metric) => [metric.name, metric]));
  const createdAt = clock.systemTime();
  const base = { description: undefined, automatic: false, monotonic: false, folded: 0, rejected: {} };
  assert.equal(count, {
    ...base,
    name: 'count',
    type: 'counter',
    unit: undefined,
    description: 'Jobs',
    monotonic: true,
    series: [{ tags: { kind: 'a' }, createdAt, value: 1 }],
  });
  assert.equal(bytes, {
    ...base,
    name: 'bytes',
    type: 'sum',
    unit: 'byte',
    monotonic: true,
    series: [{ tags: {}, createdAt, value: 100 }],
  });
  assert.equal(depth, { ...base, name: 'depth', type: 'lastValue', unit: undefined, series: [{ tags: {}, createdAt, value: 3 }] });
  const totals = (value: number) => ({ tags: {}, createdAt, count: 1, sum: value, min: value, max: value, mean: value, stddev: 0 });
  const quantiles = { p50: 100, p75: 100, p90: 100, p95: 100, p99: 100, p999: 100 };
  assert.equal(spread, { ...base, name: 'spread', type: 'summary', unit: undefined, series: [{ ...totals(100), quantiles }] });
  const buckets = [
    { le: 1, count: 0 },
    { le: 10, count: 1 },
    { le: Number.POSITIVE_INFINITY, count: 0 },
  ];
  assert.equal(times, {
    ...base,
    name: 'times',
    type: 'distribution',
    unit: 'ms',
    series: [{ ...totals(5), quantiles: undefined, buckets }],
  });
});

test('what is counted by itself is among them, only where something was seen', () => {
  const { telemetry, emit } = create();
  assert.equal(telemetry.getMetrics(), []);
  emit();
  telemetry.execute(start);
  const own = telemetry.getMetrics().filter(({ automatic }) => automatic);
  assert.equal(
    own.map(({ name, type, unit, description }) => [name, type, unit, description]),
    [
      ['app.job.stop', 'counter', undefined, 'A job ended'],
      ['app.job.stop.duration', 'distribution', 'ms', 'Durations of "A job ended"'],
      ['app.job.start', 'counter', undefined, 'Events app.job.start'],
    ],
  );
});

test('snapshots are copies', () => {
  const { telemetry, emit } = create();
  emit();
  const before = JSON.stringify(telemetry.getMetrics());
  const snapshot = telemetry.getMetrics();
  emit();
  assert.is(JSON.stringify(snapshot), before);
});

test('a reset starts counters, durations and rejections anew and leaves what exporters see', () => {
  const { telemetry, emit } = create();
  for (let i = 0; i < 3; i++) emit();
  telemetry.execute(stop, { duration: -1 }, { kind: 'a' });
  const exported = () =>
    telemetry.getMetrics().map(({ name, series }) => [name, series.map((each) => ('value' in each ? each.value : [each.count, each.sum]))]);
  const before = exported();
  telemetry.resetCounters();
  assert.equal([telemetry.getCounters(), telemetry.getDurationStats(), telemetry.getRejections()], [{}, {}, {}]);
  assert.is(telemetry.getDurationHistogram(stop), undefined);
  assert.equal(exported(), before);
  emit();
  assert.equal(telemetry.getCounters(), { 'app.job.stop': 1 });
  assert.equal(telemetry.getCounters({ tags: { kind: 'a' } }), { 'app.job.stop': 1 });
  assert.is(telemetry.getDurationStats(stop)?.count, 1);
  const [all] = telemetry.getMetrics();
  assert.is(all?.series[0] && 'value' in all.series[0] && all.series[0].value, 5);
  const durations = telemetry.getMetrics().find(({ name }) => name === 'app.job.stop.duration')!;
  assert.ok(durations.type === 'distribution');
  assert.equal([durations.series[0]?.count, durations.series[0]?.sum], [4, 20]);
  assert.is(
    durations.series[0]?.buckets.reduce((sum, { count }) => sum + count, 0),
    4,
  );
});

test('a reset of the exports, too, starts everything anew, with a new beginning', () => {
  const { telemetry, clock, emit } = create();
  for (let i = 0; i < 3; i++) emit();
  telemetry.resetCounters();
  clock.advance(5000);
  telemetry.resetCounters({ exports: true });
  assert.is(telemetry.getMetric(definitions.count)?.series[0]?.value, 0);
  assert.is(telemetry.getMetric(definitions.bytes)?.series[0]?.value, 0);
  emit();
  for (const { name, series } of telemetry.getMetrics()) {
    if (name === 'depth') continue;
    const [first] = series;
    assert.is(first?.createdAt, clock.systemTime(), name);
    assert.is('value' in first! ? first.value : first!.count, name === 'bytes' ? 100 : 1, name);
  }
});

test('a series is never the same version with another content', () => {
  const { telemetry, clock, emit } = create();
  const seen = new Map<string, string>();
  const look = () => {
    for (const metric of telemetry[METRICS_SEAM]!.metrics()) {
      for (const series of metric.series()) {
        const reading = series.reading();
        const content = JSON.stringify([series.createdAt, series.value(), reading && [reading.sum, ...reading.buckets]]);
        const key = `${metric.name} ${JSON.stringify(series.tags)} ${series.version()}`;
        assert.is(seen.get(key) ?? content, content, key);
        seen.set(key, content);
      }
    }
  };
  for (let i = 0; i < 4; i++) {
    emit();
    look();
    telemetry.execute(stop, { duration: i, bytes: i * 7, depth: i }, { kind: 'b' });
    look();
    clock.advance(1000);
    telemetry.resetCounters({ exports: i % 2 === 0 });
    look();
  }
});

test('a series whose unit turns out to be another one is another version', () => {
  const timed = defineEvents('timed', { job: { stop: defineEvent({ measurements: { duration: { unit: 'us' } } }) } });
  const telemetry = createTelemetry();
  telemetry.attachMetricsHandler();
  telemetry.execute(['timed', 'job', 'stop'], { duration: 5 });
  const look = () => {
    const durations = [...telemetry[METRICS_SEAM]!.metrics()].find(({ type }) => type === 'distribution')!;
    const [series] = [...durations.series()];
    return { unit: durations.unit, sum: series!.reading()!.sum, version: series!.version() };
  };
  const before = look();
  telemetry.declareEvents(timed);
  const after = look();
  assert.equal([before.unit, before.sum, after.unit, after.sum], ['ms', 5, 'us', 5000]);
  assert.is.not(after.version, before.version);
});

test('a metrics handler that is attached again goes on with the same series', () => {
  const { telemetry, emit } = create();
  emit();
  telemetry.detachMetricsHandler();
  telemetry.attachMetricsHandler();
  emit();
  const [own] = telemetry.getMetrics();
  assert.equal(
    own?.series.map((series) => [series.tags, 'value' in series && series.value]),
    [[{ kind: 'a' }, 2]],
  );
  assert.equal(telemetry.getCounters({ tags: { kind: 'a' } }), { 'app.job.stop': 2 });
});

test('a definition that declares tags after the first emissions loses none of them', () => {
  const telemetry = createTelemetry();
  telemetry.attachMetricsHandler();
  for (let i = 0; i < 3; i++) telemetry.execute(['app', 'job', 'stop'], { duration: 2 }, { kind: 'a' });
  telemetry.declareEvents(events).execute(stop, { duration: 2 }, { kind: 'a' });
  const [counted, timed] = telemetry.getMetrics();
  assert.equal(
    counted?.series.map((series) => [series.tags, 'value' in series && series.value]),
    [
      [{}, 3],
      [{ kind: 'a' }, 1],
    ],
  );
  assert.equal(
    timed?.series.map((series) => 'sum' in series && series.sum),
    [6, 2],
  );
});

test.run();
