import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  counter,
  createTelemetry,
  defineEvent,
  defineEvents,
  distribution,
  isTelemetryError,
  lastValue,
  type MetricDefinition,
  sum,
  summary,
  type Warning,
} from '../../lib/index';
import { METRICS_SEAM } from '../../lib/metrics/seam';

const events = defineEvents('app', { job: { stop: defineEvent(), start: defineEvent() } });
const { stop, start } = events.job;

function create(definitions: readonly MetricDefinition[] = []) {
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({ events, metrics: { definitions }, onWarning: (warning) => warnings.push(warning) });
  telemetry.attachMetricsHandler();
  return { telemetry, warnings };
}

const countOf = (telemetry: ReturnType<typeof create>['telemetry'], definition: MetricDefinition<'counter'>) =>
  telemetry.getMetric(definition)?.series[0]?.value;
const exportNames = (telemetry: ReturnType<typeof create>['telemetry']) =>
  [...telemetry[METRICS_SEAM]!.metrics()].map(({ exportName }) => exportName);

function conflict(run: () => unknown, answer: RegExp): void {
  try {
    run();
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    assert.is(error.code, 'METRIC_CONFLICT');
    assert.match(error.message, answer);
    return;
  }
  assert.unreachable('it was taken');
}

test('what says the same is registered once and goes on counting', () => {
  const make = () => counter('jobs', [stop, start], { tags: ['kind'], description: 'Jobs' });
  const { telemetry } = create([make(), make()]);
  telemetry.execute(stop, {}, { kind: 'a' });
  telemetry.registerMetrics([make(), make()]);
  telemetry.execute(stop, {}, { kind: 'a' });
  assert.is(countOf(telemetry, make()), 2);
});

test('another definition of the same name is refused, replaced or ignored, as asked', () => {
  const [first, second] = [counter('jobs', stop), counter('jobs', stop, { tags: ['kind'] })];
  const { telemetry } = create([first]);
  telemetry.execute(stop, {}, { kind: 'a' });
  conflict(() => telemetry.registerMetrics([second]), /Metric jobs can't be told from jobs\. There is another one of that name/);
  telemetry.registerMetrics([second], { onConflict: 'ignore' });
  telemetry.execute(stop, {}, { kind: 'a' });
  assert.equal(telemetry.getMetric(first)?.series[0]?.tags, {});
  assert.is(countOf(telemetry, first), 2);
  telemetry.registerMetrics([second], { onConflict: 'replace' });
  assert.equal(telemetry.getMetric(second)?.series, []);
  telemetry.execute(stop, {}, { kind: 'a' });
  assert.equal(telemetry.getMetric(second)?.series[0]?.tags, { kind: 'a' });
  conflict(() => telemetry.registerMetrics([counter('jobs', stop, { keep: () => true })]), /another one/);
});

test('a replacement that can’t be leaves what was there, and its name taken', () => {
  const [first, other] = [counter('jobs', stop), counter('others', stop)];
  const { telemetry } = create([first, other]);
  telemetry.execute(stop);
  const replacements = [counter('jobs', stop, { tags: ['kind'] }), counter('others.total', stop)];
  conflict(() => telemetry.registerMetrics(replacements, { onConflict: 'replace' }), /others\.total can't be told from others/);
  telemetry.execute(stop);
  assert.is(countOf(telemetry, first), 2);
  conflict(() => telemetry.registerMetrics([counter('jobs.total', stop)]), /can't be told from jobs/);
});

test('names that become equal, or whose samples do, are refused, whichever comes first', () => {
  const twins: readonly (readonly [MetricDefinition, MetricDefinition])[] = [
    [counter('a.b_c', stop), counter('a_b.c', stop)],
    [counter('a-b', stop), lastValue('a.b', stop, { measurement: 'x' })],
    [counter('a', stop), counter('a.total', stop)],
    [lastValue('a.total', stop, { measurement: 'x' }), sum('a', stop, { measurement: 'x' })],
    [summary('t', stop, { unit: 's' }), lastValue('t_seconds', stop, { measurement: 'x' })],
    [distribution('t.seconds', stop, { unit: 's' }), lastValue('t.seconds.bucket', stop, { measurement: 'x' })],
    [summary('t', stop, { measurement: 'x', unit: 'token' }), sum('t.token.count', stop, { measurement: 'x', monotonic: false })],
  ];
  for (const [one, other] of twins) {
    for (const pair of [
      [one, other],
      [other, one],
    ] as const) {
      const { telemetry } = create();
      conflict(() => telemetry.registerMetrics(pair), /can't be told from/);
      telemetry.execute(stop, { x: 1 });
      assert.is(telemetry.getMetric(one), undefined, 'neither is registered');
      assert.is(telemetry.getMetric(other), undefined);
      telemetry.registerMetrics([pair[0]]);
      conflict(() => telemetry.registerMetrics([pair[1]]), /can't be told from/);
    }
  }
  const { telemetry } = create();
  telemetry.registerMetrics([
    lastValue('a.bucket', stop, { measurement: 'x' }),
    counter('a', stop),
    counter('b.count', stop),
    counter('b', stop),
  ]);
});

test('outside, names end with the base unit, once, and have only letters, digits and _', () => {
  const value = { measurement: 'x' };
  const named = (definition: MetricDefinition) => {
    const { telemetry } = create([definition]);
    telemetry.execute(stop, { x: 1, duration: 1 });
    return exportNames(telemetry).find((name) => !name.startsWith('app_job'));
  };
  assert.equal(
    [
      counter('http.requests', stop),
      counter('http.requests.total', stop),
      summary('http.time', stop),
      summary('http.time_seconds', stop, { unit: 'us' }),
      sum('body-size', stop, { ...value, unit: 'KiB' }),
      lastValue('cpu', stop, { ...value, unit: 'percent' }),
      sum('llm.tokens', stop, { ...value, unit: 'token' }),
      sum('llm.used', stop, { ...value, unit: 'token' }),
      lastValue('queue', stop, value),
    ].map(named),
    [
      'http_requests',
      'http_requests',
      'http_time_seconds',
      'http_time_seconds',
      'body_size_bytes',
      'cpu_ratio',
      'llm_tokens',
      'llm_used_token',
      'queue',
    ],
  );
});

test('a definition that would look like what is counted by itself is refused, before the event was ever seen', () => {
  const { telemetry } = create();
  conflict(() => telemetry.registerMetrics([counter('app.job.stop', stop)]), /app\.job\.stop can't be told from app\.job\.stop/);
  conflict(() => telemetry.registerMetrics([distribution('app.job.stop.duration', stop)]), /app_job_stop_duration_seconds|another one/);
  assert.throws(() => createTelemetry({ events, metrics: { definitions: [counter('app_job_stop', stop)] } }), /METRIC_CONFLICT/);
});

test('events that look alike outside are set apart there, always by the same letters, and it is said once', () => {
  const bus = () => {
    const made = createTelemetry({ onWarning: (warning) => warnings.push(warning) });
    made.attachMetricsHandler();
    for (let i = 0; i < 2; i++)
      for (const name of [
        ['a', 'b_c', 'd'],
        ['a_b', 'c', 'd'],
        ['a', 'b-c', 'd'],
      ] as const)
        made.execute(name, { duration: 1 });
    return made;
  };
  const warnings: Warning[] = [];
  const names = exportNames(bus() as never);
  assert.equal(new Set(names).size, 6);
  assert.equal(names.slice(0, 2), ['a_b_c_d', 'a_b_c_d_duration_seconds']);
  assert.match(names[2]!, /^a_b_c_d_[0-9a-z]{6}$/);
  assert.equal(warnings.length, 4);
  assert.match(warnings[0]!.message, /a_b\.c\.d is exported as a_b_c_d_\w{6}, because outside it can't be told from a\.b_c\.d/);
  assert.equal(exportNames(bus() as never), names);
});

test('a definition registered while the program runs counts from then on, also of events that were seen', () => {
  const { telemetry } = create();
  telemetry.execute(stop);
  const jobs = counter('jobs', [stop, start, ['other', 'x', 'y']]);
  telemetry.registerMetrics([jobs]);
  telemetry.execute(stop);
  telemetry.execute(start);
  (telemetry as never as ReturnType<typeof createTelemetry>).execute(['other', 'x', 'y']);
  assert.is(countOf(telemetry, jobs), 3);
});

test('a definition counts although its event came when there were too many of them', () => {
  const telemetry = createTelemetry();
  telemetry.attachMetricsHandler();
  for (let i = 0; i < 2_500; i++) telemetry.execute(['app', 'x', `e${i}`]);
  const late = counter('late', [
    ['app', 'x', 'e2400'],
    ['app', 'x', 'e9000'],
  ]);
  telemetry.registerMetrics([late]);
  telemetry.execute(['app', 'x', 'e2400']);
  telemetry.execute(['app', 'x', 'e9000']);
  assert.is(telemetry.getMetric(late)?.series[0]?.value, 2);
});

test('what is unregistered is gone, its name is free, and others go on', () => {
  const [jobs, others] = [counter('jobs', stop), counter('others', stop)];
  const { telemetry } = create([jobs, others]);
  telemetry.execute(stop);
  assert.equal(telemetry.unregisterMetrics('jobs', 'nothing'), ['jobs']);
  telemetry.execute(stop);
  assert.is(telemetry.getMetric(jobs), undefined);
  assert.is(countOf(telemetry, others), 2);
  telemetry.registerMetrics([sum('jobs', stop, { measurement: 'x' })]);
});

test('one definition on two buses counts apart', () => {
  const jobs = counter('jobs', stop);
  const [one, other] = [create([jobs]).telemetry, create([jobs]).telemetry];
  one.execute(stop);
  assert.equal([countOf(one, jobs), countOf(other, jobs)], [1, undefined]);
});

test('only definitions are registered, and options are checked before anything changes', () => {
  const { telemetry } = create();
  for (const wrong of [
    { type: 'counter', name: 'x', events: [stop] },
    Object.freeze({ type: 'counter', name: 'x', events: [stop] }),
    null,
    'jobs',
    { ...counter('jobs', stop) },
  ]) {
    assert.throws(() => telemetry.registerMetrics([counter('sound', stop), wrong as never]), /OPTION_INVALID/);
  }
  assert.throws(() => telemetry.registerMetrics('jobs' as never), /OPTION_INVALID/);
  assert.throws(() => telemetry.registerMetrics([], { onConflict: 'merge' } as never), /OPTION_INVALID/);
  assert.throws(() => telemetry.configureMetrics({ definition: [] } as never), /Did you mean "definitions"/);
  assert.throws(() => telemetry.configureMetrics({ maxSeries: 0 }), /OPTION_INVALID/);
  assert.throws(() => createTelemetry({ metrics: { history: 'yes' } } as never), /OPTION_INVALID/);
  telemetry.execute(stop);
  assert.is(telemetry.getMetric(counter('sound', stop)), undefined);
});

test('a definition of another type under a registered name tells nothing', () => {
  const { telemetry } = create([counter('jobs', stop)]);
  telemetry.execute(stop);
  assert.is(telemetry.getMetric(sum('jobs', stop, { measurement: 'x' })), undefined);
});

test.run();
