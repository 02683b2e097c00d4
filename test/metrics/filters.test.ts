import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, createTelemetry, defineEvent, defineEvents } from '../../lib/index';

const events = defineEvents('app', {
  llm: {
    response: defineEvent<{ duration: number }, { model: string; cached?: boolean }>({
      tags: ['model', 'cached'],
      slow: { warn: '5s', error: '10s' },
    }),
    error: defineEvent<{ duration: number }, { model: string }>({ tags: ['model'] }),
  },
  plain: { one: defineEvent<{ duration?: number }, { model?: string }>() },
});
const { response, error } = events.llm;

function create() {
  const telemetry = createTelemetry({ events });
  telemetry.attachMetricsHandler();
  return telemetry;
}

test('counters by tags: only events that are split by all of them', () => {
  const telemetry = create();
  for (const [model, cached] of [
    ['m1', true],
    ['m1', false],
    ['m1', undefined],
    ['m2', true],
  ] as const) {
    telemetry.execute(response, { duration: 1 }, { model, ...(cached !== undefined && { cached }) });
  }
  telemetry.execute(error, { duration: 1 }, { model: 'm1' });
  telemetry.execute(events.plain.one, {}, { model: 'm1' });
  assert.equal(telemetry.getCounters({ tags: { model: 'm1' } }), { 'app.llm.response': 3, 'app.llm.error': 1 });
  assert.equal(telemetry.getCounters({ tags: { model: 'm1', cached: true } }), { 'app.llm.response': 1 });
  assert.equal(telemetry.getCounters({ tags: { cached: 'true' } }), { 'app.llm.response': 2 });
  assert.equal(telemetry.getCounters({ tags: { cached: undefined } }), { 'app.llm.response': 1 });
  assert.equal(telemetry.getCounters({ tags: { model: 'm9' } }), {});
  assert.equal(telemetry.getCounters({ tags: { nothing: 'x' } }), {});
  assert.equal(telemetry.getCounters({ tags: {} }), { 'app.llm.response': 4, 'app.llm.error': 1 });
});

test('the statistics by a tag are those of the very events that have it', () => {
  const sample = fc.record({
    model: fc.constantFrom('m1', 'm2', 'm3'),
    cached: fc.boolean(),
    duration: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 100 }), (samples) => {
      const telemetry = create();
      const alone = create();
      for (const { duration, ...metadata } of samples) {
        telemetry.execute(response, { duration }, metadata);
        if (metadata.model === 'm1') alone.execute(response, { duration }, metadata);
      }
      const [told, truth] = [telemetry.getDurationStats(response, { tags: { model: 'm1' } }), alone.getDurationStats(response)];
      if (truth === undefined) return assert.is(told, undefined);
      for (const [name, value] of Object.entries(truth)) {
        const other = told![name as 'sum'];
        if (typeof value !== 'number') assert.is(other, value);
        // The deviation of values that hardly differ is what rounding leaves of it, and squares of tiny ones are 0.
        else assert.ok(Math.abs(other - value) <= (name === 'stddev' ? truth.max * 1e-7 : value * 1e-9), `${name}: ${other} for ${value}`);
      }
    }),
  );
});

test('a filter also reads all events at once, and histograms', () => {
  const telemetry = create();
  telemetry.execute(response, { duration: 5 }, { model: 'm1' });
  telemetry.execute(response, { duration: 50 }, { model: 'm2' });
  telemetry.execute(error, { duration: 7 }, { model: 'm1' });
  const stats = telemetry.getDurationStats({ tags: { model: 'm1' } });
  assert.equal(
    Object.entries(stats).map(([key, { max }]) => [key, max]),
    [
      ['app.llm.response', 5],
      ['app.llm.error', 7],
    ],
  );
  assert.is(telemetry.getDurationHistogram(response, { tags: { model: 'm2' } })?.maxValue, 50_000);
  assert.is(telemetry.getDurationHistogram(response, { tags: { model: 'm9' } }), undefined);
});

test('durations over the thresholds of an event are counted, by tags too, and only for such events', () => {
  const telemetry = create();
  for (const duration of [5000, 5000.1, 10_000, 10_000.5, 1]) telemetry.execute(response, { duration }, { model: 'm1' });
  telemetry.execute(response, { duration: 60_000 }, { model: 'm2' });
  telemetry.execute(error, { duration: 60_000 }, { model: 'm2' });
  assert.equal(telemetry.getSlowCounts(), { 'app.llm.response': { slow: 2, verySlow: 2 } });
  assert.equal(telemetry.getSlowCounts(response, { tags: { model: 'm1' } }), { slow: 2, verySlow: 1 });
  assert.equal(telemetry.getSlowCounts({ tags: { model: 'm2' } }), { 'app.llm.response': { slow: 0, verySlow: 1 } });
  assert.is(telemetry.getSlowCounts(error), undefined);
  assert.is(telemetry.getSlowCounts(response, { tags: { model: 'm9' } }), undefined);
  telemetry.resetCounters();
  assert.is(telemetry.getSlowCounts(response), undefined);
  telemetry.execute(response, { duration: 1 }, { model: 'm1' });
  assert.equal(telemetry.getSlowCounts(response), { slow: 0, verySlow: 0 });
  assert.throws(() => telemetry.getSlowCounts({ window: 'minute' } as never), /OPTION_UNKNOWN/);
});

test('thresholds follow the unit of the event; one alone is enough', () => {
  const timed = defineEvents('timed', {
    job: {
      us: defineEvent<{ duration: number | bigint }, object>({ measurements: { duration: { unit: 'us' } }, slow: { warn: 10 } }),
      s: defineEvent<{ duration: number }, object>({ measurements: { duration: { unit: 's' } }, slow: { error: '2s' } }),
    },
  });
  const telemetry = createTelemetry({ events: timed });
  telemetry.attachMetricsHandler();
  for (const duration of [10_000, 10_001, 10_002n]) telemetry.execute(timed.job.us, { duration });
  for (const duration of [2, 2.1]) telemetry.execute(timed.job.s, { duration });
  assert.equal(telemetry.getSlowCounts(timed.job.us), { slow: 2, verySlow: 0 });
  assert.equal(telemetry.getSlowCounts(timed.job.s), { slow: 0, verySlow: 1 });
});

/** Requests as a web framework would emit them (the events come with a later part). */
const http = defineEvents('http', {
  request: {
    stop: defineEvent<{ duration: number }, { path: string; status: number; tools: boolean }>({
      tags: ['path', 'tools'],
      slow: { warn: '5s', error: '10s' },
    }),
  },
});
const REQUESTS = [
  ['/chat', 200, 1200],
  ['/chat', 500, 6000],
  ['/chat', 200, 35_000],
  ['/models', 200, 20],
  ['/models', 404, 30],
] as const;

function served() {
  const failed = counter('http.errors', http.request.stop, { keep: (_, { status }) => status >= 400, tags: ['path'] });
  const telemetry = createTelemetry({ events: http, metrics: { definitions: [failed] } });
  telemetry.attachMetricsHandler();
  for (const [path, status, duration] of REQUESTS) telemetry.execute(http.request.stop, { duration }, { path, status, tools: false });
  return { telemetry, failed };
}
const paths = (telemetry: ReturnType<typeof served>['telemetry']) =>
  telemetry
    .getCardinality()
    .flatMap(({ metric, tags }) => (metric === 'http.request.stop' ? tags.filter(({ tag }) => tag === 'path') : []))[0]!
    .top.map(({ value }) => value);

test('D6: totals, averages, extremes and slow requests, per endpoint, in seconds', () => {
  const { telemetry } = served();
  const all = { ...telemetry.getDurationStats(http.request.stop)!, ...telemetry.getSlowCounts(http.request.stop)! };
  const endpoints = Object.fromEntries(
    paths(telemetry).map((path) => {
      const { count, mean, min, max } = telemetry.getDurationStats(http.request.stop, { tags: { path } })!;
      const { slow, verySlow } = telemetry.getSlowCounts(http.request.stop, { tags: { path } })!;
      return [
        path,
        { count, avg_duration: mean / 1e3, min_duration: min / 1e3, max_duration: max / 1e3, slow_count: slow, very_slow_count: verySlow },
      ];
    }),
  );
  assert.equal(
    { total_requests: all.count, average_duration: all.mean / 1e3, slow_requests: all.slow, very_slow_requests: all.verySlow, endpoints },
    {
      total_requests: 5,
      average_duration: 8.45,
      slow_requests: 1,
      very_slow_requests: 1,
      endpoints: {
        '/chat': { count: 3, avg_duration: 42_200 / 3 / 1e3, min_duration: 1.2, max_duration: 35, slow_count: 1, very_slow_count: 1 },
        '/models': { count: 2, avg_duration: 0.025, min_duration: 0.02, max_duration: 0.03, slow_count: 0, very_slow_count: 0 },
      },
    },
  );
});

test('E5: requests, errors, error rate, average, minimum and maximum, per endpoint', () => {
  const { telemetry, failed } = served();
  const errors = Object.fromEntries(telemetry.getMetric(failed)!.series.map(({ tags, value }) => [tags.path, value]));
  const table = paths(telemetry).map((path) => {
    const { count, mean, min, max } = telemetry.getDurationStats(http.request.stop, { tags: { path } })!;
    return [path, count, errors[path], (errors[path] ?? 0) / count, mean, min, max];
  });
  assert.equal(table, [
    ['/chat', 3, 1, 1 / 3, 42_200 / 3, 1200, 35_000],
    ['/models', 2, 1, 0.5, 25, 20, 30],
  ]);
});

test('wrong options are refused', () => {
  const telemetry = create();
  assert.throws(() => telemetry.getCounters({ tag: {} } as never), /Did you mean "tags"/);
  assert.throws(() => telemetry.getCounters({ tags: 'model' } as never), /OPTION_INVALID/);
  assert.throws(() => telemetry.getDurationStats(response, { window: 'day' } as never), /minute\|hour/);
  assert.throws(() => telemetry.getDurationStats({ window: 'minute' }), /history: true/);
  assert.throws(() => telemetry.getHistory(), /configureMetrics\(\{ history: true \}\)/);
  assert.throws(() => telemetry.resetCounters({ export: true } as never), /Did you mean "exports"/);
});

test.run();
