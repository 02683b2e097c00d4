import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetricProducer, observeMetrics } from '../../../../lib/exporters/opentelemetry/metrics';
import { createTelemetry, defineEvent, defineEvents, lastValue, sum, summary } from '../../../../lib/index';
import { type Collector, withCollector } from '../../../support/otel/collector';
import { type Found, type OtlpMetric, plainAttributes } from '../../../support/otel/flat';

const shop = defineEvents('shop', {
  job: { stop: defineEvent<{ duration: number; bytes: number; owed: number }, { queue: string }>({ tags: ['queue'] }) },
});
const JOBS = Array.from({ length: 500 }, (_, index) => ({
  measurements: { duration: 1.5 ** (index % 30), bytes: index, owed: 10 - (index % 30) },
  metadata: { queue: index % 3 === 0 ? 'mail' : 'pay' },
}));

function start() {
  const telemetry = createTelemetry({ events: shop, environment: 'test' });
  telemetry.registerMetrics([
    sum('shop.sent', shop.job.stop, { measurement: 'bytes', unit: 'byte', monotonic: true, tags: ['queue'] }),
    sum('shop.owed', shop.job.stop, { measurement: 'owed', monotonic: false }),
    lastValue('shop.last', shop.job.stop, { measurement: 'bytes', unit: 'byte' }),
    summary('shop.size', shop.job.stop, { measurement: 'bytes', unit: 'byte' }),
  ]);
  telemetry.attachMetricsHandler();
  return telemetry;
}

const run = (telemetry: ReturnType<typeof start>): void => {
  for (const { measurements, metadata } of JOBS) telemetry.execute(shop.job.stop, measurements, metadata);
};

function providerFor(collector: Collector, producers: readonly ReturnType<typeof createMetricProducer>[]): MeterProvider {
  const exporter = new OTLPMetricExporter({ url: `${collector.url}/v1/metrics` });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, metricProducers: [...producers] });
  return new MeterProvider({ resource: resourceFromAttributes({ 'service.name': 'shop' }), readers: [reader] });
}

function found(collector: Collector, name: string): OtlpMetric {
  const all: Found<OtlpMetric>[] = collector.metrics().filter(({ item }) => item.name === name);
  assert.is(all.length, 1, `${all.length} metrics ${name}`);
  assert.is(all[0]!.resource['service.name'], 'shop');
  return all[0]!.item;
}

/** The numbers of a metric by the tag queue. */
function numbersOf(metric: OtlpMetric): Record<string, number> {
  const points = (metric.sum ?? metric.gauge)!.dataPoints;
  return Object.fromEntries(points.map((point) => [plainAttributes(point.attributes).queue ?? '', point.asDouble ?? Number(point.asInt)]));
}

test('over OTLP/HTTP a collector reads the values that the bus tells', async () => {
  await withCollector(async (collector) => {
    const telemetry = start();
    const provider = providerFor(collector, [createMetricProducer(telemetry)]);
    run(telemetry);
    await provider.forceFlush();
    const seriesOf = (name: string) =>
      telemetry.getMetrics().find((metric) => metric.name === name)!.series as readonly {
        tags: Readonly<Record<string, string>>;
        value: number;
      }[];
    const told = (name: string) => Object.fromEntries(seriesOf(name).map(({ tags, value }) => [tags.queue ?? '', value]));
    const counted = found(collector, 'shop.job.stop');
    assert.equal([counted.sum?.isMonotonic, counted.sum?.aggregationTemporality, counted.unit], [true, 2, '{event}']);
    for (const name of ['shop.job.stop', 'shop.sent', 'shop.owed', 'shop.last'])
      assert.equal(numbersOf(found(collector, name)), told(name));
    assert.equal(numbersOf(counted), {
      mail: telemetry.getCounters({ tags: { queue: 'mail' } })['shop.job.stop'],
      pay: telemetry.getCounters({ tags: { queue: 'pay' } })['shop.job.stop'],
    });
    assert.equal(
      [found(collector, 'shop.owed').sum?.isMonotonic ?? false, found(collector, 'shop.last').gauge === undefined],
      [false, false],
    );
    for (const point of found(collector, 'shop.job.stop.duration').histogram!.dataPoints) {
      const queue = String(plainAttributes(point.attributes).queue);
      const stats = telemetry.getDurationStats({ tags: { queue } })['shop.job.stop']!;
      assert.equal(
        [Number(point.count), point.sum, point.min, point.max],
        [stats.count, stats.sum / 1000, stats.min / 1000, stats.max / 1000],
      );
      const ms = JOBS.filter(({ metadata }) => metadata.queue === queue).map(({ measurements }) => measurements.duration);
      const bounds = [...point.explicitBounds!, Number.POSITIVE_INFINITY];
      const expected = bounds.map(
        (bound, at) => ms.filter((each) => each / 1000 <= bound && (at === 0 || each / 1000 > bounds[at - 1]!)).length,
      );
      assert.equal(point.bucketCounts!.map(Number), expected);
    }
    const { exponentialHistogram, unit } = found(collector, 'shop.size');
    const [size] = exponentialHistogram!.dataPoints;
    assert.equal([unit, Number(size!.count), Number(size!.zeroCount), size!.sum, size!.max, size!.scale], ['By', 500, 1, 124_750, 499, 7]);
    assert.is(
      size!.positive!.bucketCounts!.reduce((sum, count) => sum + Number(count), 0),
      499,
    );
    assert.is(size!.positive!.offset, -1);
    assert.equal(collector.refused, []);
    await provider.shutdown();
  });
});

test('what was recorded just before the end is in the last export', async () => {
  await withCollector(async (collector) => {
    const telemetry = start();
    const provider = providerFor(collector, [createMetricProducer(telemetry)]);
    observeMetrics(provider.getMeter('observed'), telemetry, { include: ({ name }) => name === 'shop.sent' });
    await provider.forceFlush();
    assert.equal(collector.metrics(), []);
    run(telemetry);
    await provider.shutdown();
    const sent = collector.metrics().filter(({ item }) => item.name === 'shop.sent');
    const scopes = sent.map(({ scope, item }) => [scope.name, numbersOf(item)]);
    const expected = { mail: 41_583, pay: 83_167 };
    assert.equal(scopes, [
      ['observed', expected],
      ['telemetry-bus', expected],
    ]);
  });
});

test.run();
