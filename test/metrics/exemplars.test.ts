import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, createTelemetry, defineEvent, defineEvents, distribution, errorIdOf, runWithContext, sum } from '../../lib/index';
import { METRICS_SEAM } from '../../lib/metrics/seam';
import { fakeClock } from '../../lib/testing';

const events = defineEvents('app', { job: { stop: defineEvent({ tags: ['kind'] }) } });
const { stop } = events.job;
const definitions = [
  counter('jobs', stop),
  sum('bytes', stop, { measurement: 'bytes' }),
  distribution('times', stop, { bounds: [10, 100] }),
];

function create(exemplars = true) {
  const clock = fakeClock();
  const telemetry = createTelemetry({ events, clock, metrics: { definitions, exemplars } });
  telemetry.attachMetricsHandler();
  const exemplarOf = (name: string, bucket?: number) => {
    const metric = [...telemetry[METRICS_SEAM]!.metrics()].find((each) => each.name === name);
    const [series] = [...(metric?.series() ?? [])];
    const found = series?.exemplar(bucket);
    return found && { ...found, tags: Object.fromEntries(found.tags) };
  };
  return { telemetry, clock, exemplarOf };
}

test('counters, sums and buckets remember the latest trace of the context or the metadata', () => {
  const { telemetry, clock, exemplarOf } = create();
  runWithContext({ trace_id: 't1', span_id: 's1' }, () => telemetry.execute(stop, { duration: 5, bytes: 3 }, { kind: 'a' }));
  clock.advance(1000);
  telemetry.execute(stop, { duration: 50, bytes: 4 }, { kind: 'a', trace_id: 't2' });
  telemetry.execute(stop, { duration: 500, bytes: 5 }, { kind: 'a' });
  const [t1, t2] = [clock.systemTime() - 1000, clock.systemTime()];
  assert.equal(exemplarOf('jobs'), { tags: { trace_id: 't2' }, value: 1, time: t2 });
  assert.equal(exemplarOf('bytes'), { tags: { trace_id: 't2' }, value: 4, time: t2 });
  assert.equal(exemplarOf('times', 0), { tags: { trace_id: 't1', span_id: 's1' }, value: 5, time: t1 });
  assert.equal(exemplarOf('times', 1), { tags: { trace_id: 't2' }, value: 50, time: t2 });
  assert.is(exemplarOf('times', 2), undefined);
  assert.equal(exemplarOf('app.job.stop'), { tags: { trace_id: 't2' }, value: 1, time: t2 });
  assert.is(exemplarOf('app.job.stop.duration', 0), undefined);
  assert.is(exemplarOf('app.job.stop.duration', 5)?.tags.trace_id, 't1');
});

test('an error is named by the id that its log line has', () => {
  const { telemetry, exemplarOf } = create();
  const error = new Error('no');
  telemetry.execute(stop, { duration: 1 }, { kind: 'a', reason: error });
  assert.equal(exemplarOf('jobs')?.tags, { error_id: errorIdOf(error) });
  telemetry.execute(stop, { duration: 1 }, { kind: 'a', error_id: 'abcd1234' });
  assert.equal(exemplarOf('jobs')?.tags, { error_id: 'abcd1234' });
});

test('ids that are none are left out, and hostile metadata costs nothing else', () => {
  const { telemetry, exemplarOf } = create();
  const hostile = {
    kind: 'a',
    get trace_id(): string {
      throw new Error('no');
    },
  };
  for (const metadata of [
    { trace_id: 'a"} 1\n' },
    { trace_id: 5 },
    { trace_id: 'x'.repeat(65) },
    { error_id: {} },
    { reason: 'text' },
    hostile,
  ]) {
    telemetry.execute(stop, { duration: 1, bytes: 1 }, { kind: 'a', ...(metadata === hostile ? undefined : metadata) });
  }
  telemetry.execute(stop, { duration: 1, bytes: 1 }, hostile);
  assert.is(exemplarOf('jobs'), undefined);
  assert.is(telemetry.getCounters()['app.job.stop'], 7);
  assert.is(telemetry.getMetric(definitions[0]!)?.series.length, 1);
  assert.equal(telemetry.getMetric(definitions[0]!)?.rejected, {});
  assert.equal(telemetry.getRejections(), {});
  assert.is(telemetry.stats().failures, 0);
});

test('without the option there are none', () => {
  const { telemetry, exemplarOf } = create(false);
  runWithContext({ trace_id: 't1' }, () => telemetry.execute(stop, { duration: 5, bytes: 3 }, { kind: 'a' }));
  assert.is(exemplarOf('jobs'), undefined);
  telemetry.configureMetrics({ exemplars: true });
  runWithContext({ trace_id: 't1' }, () => telemetry.execute(stop, { duration: 5, bytes: 3 }, { kind: 'a' }));
  assert.is(exemplarOf('jobs')?.tags.trace_id, 't1');
});

test.run();
