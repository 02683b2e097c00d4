import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, createTelemetry, defineEvent, defineEvents } from '../../lib/index';
import { METRICS_SEAM } from '../../lib/metrics/seam';

const events = defineEvents('app', { job: { stop: defineEvent({ tags: ['kind'] }) } });
const { stop } = events.job;

test('an onWarning that throws costs no sample, neither of the metric that warns nor of those after it', () => {
  const broken = counter('broken', stop, {
    keep: () => {
      throw new Error('no');
    },
  });
  const [full, sound] = [counter('full', stop, { tags: ['kind'], maxSeries: 1 }), counter('sound', stop)];
  const telemetry = createTelemetry({
    events,
    metrics: { definitions: [broken, full, sound], maxSeries: 1 },
    onWarning: () => {
      throw new Error('Nobody takes warnings');
    },
  });
  telemetry.attachMetricsHandler();
  for (let kind = 0; kind < 5; kind++) telemetry.execute(stop, { duration: 1 }, { kind });
  assert.is(telemetry.stats().failures, 0);
  assert.is(telemetry.getMetric(sound)?.series[0]?.value, 5);
  assert.equal(
    telemetry.getMetric(full)?.series.map(({ value }) => value),
    [1, 4],
  );
  assert.is(telemetry.getDurationStats(stop)?.count, 5);
  assert.equal(telemetry.getRejections(), {});
  // Exporters say things in timers, where an error would end the process.
  telemetry[METRICS_SEAM]!.warn({ code: 'EXPORT_FAILED', message: 'x' });
});

test.run();
