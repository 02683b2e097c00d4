import { createNoopMeter } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type OtelMetricsOptions, observeMetrics } from '../../../../lib/exporters/opentelemetry/metrics';
import {
  counter,
  createTelemetry,
  defineEvent,
  defineEvents,
  isTelemetryError,
  lastValue,
  sum,
  summary,
  type Warning,
} from '../../../../lib/index';
import { METRICS_SEAM, type Metered } from '../../../../lib/metrics/seam';
import { ManualReader, named, pointOf } from '../../../support/otel/metrics';
import { type FakeMetric, fakeBus, fakeMetric } from '../../../support/prometheus/source';

const shop = defineEvents('shop', {
  job: { stop: defineEvent<{ duration?: number; owed?: number }, { queue?: string }>({ tags: ['queue'] }), lost: defineEvent() },
});

function start() {
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({ events: shop, environment: 'test', onWarning: (warning) => warnings.push(warning) });
  telemetry.attachMetricsHandler();
  return { telemetry, warnings };
}

function observed(telemetry: Metered, options?: OtelMetricsOptions, reader: ManualReader = new ManualReader()) {
  const provider = new MeterProvider({ readers: [reader] });
  const end = observeMetrics(provider.getMeter('shop'), telemetry, options);
  return { reader, provider, end };
}

const namesOf = (metrics: readonly MetricData[]): string[] => metrics.map(({ descriptor }) => descriptor.name).sort();

test('counters, sums and last values are told by instruments of their kind, in base units, with attributes', async () => {
  const { telemetry } = start();
  telemetry.registerMetrics([
    sum('shop.owed', shop.job.stop, { measurement: 'owed', monotonic: false }),
    lastValue('shop.latest', shop.job.stop, { measurement: 'duration', unit: 'ms' }),
  ]);
  telemetry.execute(shop.job.stop, { duration: 250, owed: -3 }, { queue: 'mail' });
  const metrics = await observed(telemetry).reader.metrics();
  const counted = named(metrics, 'shop.job.stop');
  assert.equal(
    [counted.dataPointType, counted.dataPointType === DataPointType.SUM && counted.isMonotonic, counted.descriptor.unit],
    [DataPointType.SUM, true, '{event}'],
  );
  assert.is(pointOf(counted, { queue: 'mail' }).value, 1);
  const owed = named(metrics, 'shop.owed');
  assert.equal([owed.dataPointType === DataPointType.SUM && owed.isMonotonic, pointOf(owed).value], [false, -3]);
  const latest = named(metrics, 'shop.latest');
  assert.equal([latest.dataPointType, latest.descriptor.unit, pointOf(latest).value], [DataPointType.GAUGE, 's', 0.25]);
});

test('of distributions and summaries there are how many and their sum', async () => {
  const { telemetry } = start();
  telemetry.registerMetrics([summary('shop.debts', shop.job.stop, { measurement: 'owed', unit: 'coin' })]);
  for (const duration of [100, 250]) telemetry.execute(shop.job.stop, { duration, owed: 7 }, {});
  const metrics = await observed(telemetry).reader.metrics();
  assert.equal(namesOf(metrics), [
    'shop.debts.count',
    'shop.debts.sum',
    'shop.job.stop',
    'shop.job.stop.duration.count',
    'shop.job.stop.duration.sum',
  ]);
  const told = (name: string) => [named(metrics, name).descriptor.unit, pointOf(named(metrics, name)).value];
  assert.equal(told('shop.job.stop.duration.count'), ['{event}', 2]);
  assert.equal(told('shop.job.stop.duration.sum'), ['s', 0.35]);
  assert.equal(told('shop.debts.sum'), ['{coin}', 14]);
});

test('a metric that appears later is part of the next collection, with several readers, too', async () => {
  const { telemetry } = start();
  const readers = [new ManualReader(), new ManualReader()];
  const provider = new MeterProvider({ readers });
  observeMetrics(provider.getMeter('shop'), telemetry);
  assert.equal(await readers[0]!.metrics(), []);
  telemetry.execute(shop.job.lost, {}, {});
  for (const reader of readers) assert.equal(namesOf(await reader.metrics()), ['shop.job.lost']);
  telemetry.registerMetrics([counter('shop.found', shop.job.lost)]);
  telemetry.execute(shop.job.lost, {}, {});
  const both = await Promise.all(readers.map((reader) => reader.metrics()));
  for (const metrics of both) {
    assert.is(pointOf(named(metrics, 'shop.job.lost')).value, 2);
    assert.is(pointOf(named(metrics, 'shop.found')).value, 1);
  }
});

test('a reader that wants differences gets them', async () => {
  const { telemetry } = start();
  const { reader } = observed(telemetry, {}, new ManualReader({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA }));
  const seen: unknown[] = [];
  for (const more of [3, 2]) {
    for (let count = 0; count < more; count++) telemetry.execute(shop.job.lost, {}, {});
    seen.push(pointOf(named(await reader.metrics(), 'shop.job.lost')).value);
  }
  assert.equal(seen, [3, 2]);
});

test('after a reset of what is exported the SDK goes on with what came since', async () => {
  const { telemetry } = start();
  const { reader } = observed(telemetry, {}, new ManualReader({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA }));
  for (let count = 0; count < 5; count++) telemetry.execute(shop.job.lost, {}, {});
  await reader.metrics();
  telemetry.resetCounters({ exports: true });
  telemetry.execute(shop.job.lost, {}, {});
  assert.is(pointOf(named(await reader.metrics(), 'shop.job.lost')).value, 1);
});

test('when it ended nothing is read any more', async () => {
  const { telemetry } = start();
  telemetry.execute(shop.job.lost, {}, {});
  let asked = 0;
  const { reader, end } = observed(
    telemetry,
    { include: () => ++asked > 0 },
    new ManualReader({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA }),
  );
  assert.equal(namesOf(await reader.metrics()), ['shop.job.lost']);
  end();
  end();
  const before = asked;
  telemetry.execute(shop.job.stop, {}, {});
  telemetry.execute(shop.job.lost, {}, {});
  assert.equal(await reader.metrics(), []);
  assert.is(asked, before);
});

test('all callbacks that were given are taken back', () => {
  const callbacks: unknown[] = [];
  const add = (callback: unknown) => callbacks.push(callback);
  const remove = (callback: unknown) => callbacks.splice(callbacks.indexOf(callback), 1);
  const create = () => ({ addCallback: add, removeCallback: remove });
  const meter = {
    createObservableCounter: create,
    createObservableUpDownCounter: create,
    createObservableGauge: create,
    addBatchObservableCallback: add,
    removeBatchObservableCallback: remove,
  };
  const { telemetry } = start();
  telemetry.execute(shop.job.lost, {}, {});
  const end = observeMetrics(meter, telemetry);
  assert.is(callbacks.length, 2);
  telemetry.execute(shop.job.stop, {}, {});
  (callbacks[0] as () => void)();
  assert.is(callbacks.length, 2);
  end();
  assert.equal(callbacks, []);
});

test('a metric is left out where another one has its name, and told where it has not', async () => {
  const bus = fakeBus(fakeMetric({ name: 'jobs', type: 'summary' }), fakeMetric({ name: 'jobs.count', description: 'another' }));
  const [summary, counter] = bus.metrics as FakeMetric[];
  summary!.add({}, [1, 2, 3]);
  counter!.add({}, 99);
  const { reader } = observed(bus);
  assert.is(pointOf(named(await reader.metrics(), 'jobs.count')).value, 3);
  assert.match(bus.warnings[0]!.message, 'Metric jobs.count could not be read: the name jobs.count is taken by another one');
  bus.metrics.shift();
  assert.is(pointOf(named(await reader.metrics(), 'jobs.count')).value, 99);
});

test('there are at most 10,000 instruments', () => {
  const bus = fakeBus();
  for (let index = 0; index < 10_100; index++) {
    const metric = fakeMetric({ name: `m${index}` });
    metric.add({}, 1);
    bus.metrics.push(metric);
  }
  let made = 0;
  const create = () => {
    made++;
    return { addCallback() {}, removeCallback() {} };
  };
  const meter = {
    createObservableCounter: create,
    createObservableUpDownCounter: create,
    createObservableGauge: create,
    addBatchObservableCallback() {},
    removeBatchObservableCallback() {},
  };
  observeMetrics(meter, bus);
  assert.is(made, 10_001, 'with the anchor');
  assert.match(bus.warnings[0]!.message, /m10000 could not be read: there are 10000 instruments already/);
});

test('without an SDK nothing happens', () => {
  const { telemetry } = start();
  const end = observeMetrics(createNoopMeter(), telemetry);
  telemetry.execute(shop.job.lost, {}, {});
  end();
});

test('what cannot be read costs that series, is warned about once a minute, and is no error of the SDK', async () => {
  const bus = fakeBus();
  const broken = fakeMetric({ name: 'broken' });
  for (const id of ['1', '2', '3']) broken.add({ id }, 1);
  Object.assign(broken.all[1]!, {
    value: () => {
      throw new Error('worn out');
    },
  });
  bus.metrics.push(broken);
  const { reader } = observed(bus);
  for (let round = 0; round < 3; round++) {
    assert.equal(
      named(await reader.metrics(), 'broken').dataPoints.map(({ attributes }) => attributes.id),
      ['1', '3'],
    );
  }
  assert.equal(bus.warnings, [{ code: 'EXPORT_FAILED', message: 'For OpenTelemetry: A series of broken could not be read: worn out' }]);
  bus.clock.advance('61s');
  await reader.metrics();
  assert.is(bus.warnings.length, 2);
});

test('what comes from elsewhere is waited for before it is read', async () => {
  const bus = fakeBus();
  const remote = fakeMetric({ name: 'remote' });
  const series = remote.add({}, 1);
  bus.metrics.push(remote);
  const prepare = async (): Promise<void> => {
    await Promise.resolve();
    series.set(9);
  };
  const { reader } = observed({ [METRICS_SEAM]: { ...bus[METRICS_SEAM]!, prepare } });
  assert.is(pointOf(named(await reader.metrics(), 'remote')).value, 9);
});

test('a metric whose unit changes goes on in the new one', async () => {
  const metric = { ...fakeMetric({ name: 'changing', type: 'lastValue', unit: 'ms' }) };
  metric.add({}, 2000);
  const { reader } = observed(fakeBus(metric));
  assert.is(pointOf(named(await reader.metrics(), 'changing')).value, 2);
  Object.assign(metric, { unit: 'coin' });
  const values = (await reader.metrics()).map((data) => [data.descriptor.unit, pointOf(data).value]);
  assert.equal(values.at(-1), ['{coin}', 2000]);
});

test('wrong arguments are refused', () => {
  const { telemetry } = start();
  const meter = createNoopMeter();
  const refused = (code: string, build: () => unknown): void => {
    assert.throws(build, (error: unknown) => isTelemetryError(error) && error.code === code);
  };
  for (const wrong of [undefined, null, {}, 'meter']) refused('OPTION_INVALID', () => observeMetrics(wrong as never, telemetry));
  refused('OPTION_INVALID', () => observeMetrics(meter, {}));
  refused('OPTION_INVALID', () => observeMetrics(meter, telemetry, { include: 1 } as never));
  refused('OPTION_UNKNOWN', () => observeMetrics(meter, telemetry, { histograms: 'explicit' } as never));
});

test.run();
