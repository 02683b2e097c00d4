import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counter, createTelemetry, defineEvent, defineEvents, lastValue, type Telemetry } from '../../lib/index';
import { startTelemetry } from '../../lib/node';
import { fakeClock } from '../../lib/testing';
import { inFolder, withStart } from '../support/started';

const events = defineEvents('app', { job: { stop: defineEvent() } });
const { stop } = events.job;

test('what is started counts, remembers, and takes definitions; when it is stopped nothing ticks any more', async () => {
  const jobs = counter('jobs', stop);
  const clock = fakeClock();
  const bus = createTelemetry({ environment: 'test', clock }) as Telemetry;
  await withStart({ bus, events: events as never, metrics: { definitions: [jobs] }, monitor: false, alerts: false }, async ({ app }) => {
    assert.is(clock.pendingTimers(), 1);
    bus.execute(stop, { duration: 5 });
    assert.equal(bus.getCounters({ window: 'minute' }), { 'app.job.stop': 1 });
    assert.is(bus.getDurationStats(stop, { window: 'minute' })?.count, 1);
    assert.is(bus.getMetric(jobs)?.series[0]?.value, 1);
    assert.is(bus.metricsStats().history?.limit, 200);
    await app.stop();
    assert.is(clock.pendingTimers(), 0);
    assert.is(bus.getCounters()['app.job.stop'], 1);
  });
});

test('a history that the bus has stays as it is; it can be left out', async () => {
  const bus = createTelemetry({ environment: 'test', metrics: { history: { series: 7 } } }) as Telemetry;
  await withStart({ bus }, () => {
    assert.is(bus.metricsStats().history?.limit, 7);
  });
  await withStart({ metrics: { history: false } }, ({ bus }) => {
    assert.is(bus.metricsStats().history, undefined);
    assert.throws(() => bus.getHistory(), /history/);
  });
});

test('metrics that can’t be are refused at the start, and the bus can be started without them', async () => {
  const bus = createTelemetry({ environment: 'test' }) as Telemetry;
  const twins = [lastValue('a.b', stop, { measurement: 'x' }), lastValue('a_b', stop, { measurement: 'x' })];
  await inFolder(async (logDir) => {
    const start = (metrics: object) =>
      startTelemetry({ bus, environment: 'production', env: {}, logDir, console: false, metrics } as never);
    for (const [metrics, answer] of [
      [{ definitions: twins }, /METRIC_CONFLICT/],
      [{ definitions: [{}] }, /OPTION_INVALID/],
      [{ histroy: true }, /Did you mean "history"/],
    ] as const) {
      await start(metrics).then(
        () => assert.unreachable(),
        (error: Error) => assert.match(error.message, answer),
      );
    }
    assert.is(bus.metricsStats().history, undefined);
    assert.is(bus.listHandlers().length, 0);
    const app = await start({});
    await app.stop();
  });
});

test.run();
