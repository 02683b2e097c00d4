import { DataPointType, type ExponentialHistogram, type Histogram, MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetricProducer, type MetricProducerOptions } from '../../../../lib/exporters/opentelemetry/metrics';
import { createTelemetry, defineEvent, defineEvents, distribution, isTelemetryError, lastValue, sum, summary } from '../../../../lib/index';
import { METRICS_SEAM, type Metered } from '../../../../lib/metrics/seam';
import { type FakeClock, fakeClock } from '../../../../lib/testing/fake-clock';
import { ManualReader, msOf, named, pointOf } from '../../../support/otel/metrics';
import { fakeBus, fakeMetric } from '../../../support/prometheus/source';

const shop = defineEvents('shop', {
  cart: { paid: defineEvent<{ duration?: number; total?: number; bytes?: number }, { country?: string }>({ tags: ['country'] }) },
  llm: { response: defineEvent<{ tokens?: number }, { model: string; session_id?: string; sessionId?: string }>({ tags: ['model'] }) },
});

function start(clock: FakeClock = fakeClock()) {
  const telemetry = createTelemetry({ events: shop, environment: 'test', clock });
  telemetry.attachMetricsHandler();
  return telemetry;
}

/** Everything that a reader of the SDK gets of a producer. */
function readerOf(telemetry: Metered, options?: MetricProducerOptions): ManualReader {
  const reader = new ManualReader({ metricProducers: [createMetricProducer(telemetry, options)] });
  new MeterProvider({ readers: [reader] });
  return reader;
}

const read = (telemetry: Metered, options?: MetricProducerOptions): Promise<MetricData[]> => readerOf(telemetry, options).metrics();

test('a counter is a monotonic cumulative sum of whole numbers, by tags, since its series began', async () => {
  const clock = fakeClock();
  const telemetry = start(clock);
  telemetry.execute(shop.cart.paid, {}, { country: 'fr' });
  clock.advance('5s');
  telemetry.execute(shop.cart.paid, {}, { country: 'fr' });
  telemetry.execute(shop.cart.paid, {}, {});
  const data = named(await read(telemetry), 'shop.cart.paid');
  assert.is(data.dataPointType, DataPointType.SUM);
  assert.is(data.dataPointType === DataPointType.SUM && data.isMonotonic, true);
  assert.is(data.aggregationTemporality, 1);
  assert.equal(data.descriptor, { name: 'shop.cart.paid', description: 'Events shop.cart.paid', unit: '{event}', valueType: 0 });
  const french = pointOf<number>(data, { country: 'fr' });
  assert.is(french.value, 2);
  assert.is(pointOf<number>(data).value, 1);
  const begin = clock.systemTime() - 5000;
  assert.equal([msOf(french.startTime), msOf(french.endTime)], [begin, begin + 5000]);
});

test('a series that begins during a collection does not end before it begins, and times are exact', async () => {
  const clock = fakeClock(Date.UTC(2026, 0, 1) + 1);
  const telemetry = start(clock);
  telemetry.execute(shop.cart.paid, {}, { country: 'fr' });
  const later = (): boolean => {
    clock.advance(10);
    telemetry.execute(shop.cart.paid, {}, { country: 'de' });
    return true;
  };
  const data = named(await read(telemetry, { include: later }), 'shop.cart.paid');
  const seconds = Date.UTC(2026, 0, 1) / 1000;
  const first = pointOf(data, { country: 'fr' });
  assert.equal(
    [first.startTime, first.endTime],
    [
      [seconds, 1_000_000],
      [seconds, 1_000_000],
    ],
  );
  const second = pointOf(data, { country: 'de' });
  assert.equal(
    [second.startTime, second.endTime],
    [
      [seconds, 11_000_000],
      [seconds, 11_000_000],
    ],
  );
});

test('a counter counts events whatever its unit says', async () => {
  const metric = fakeMetric({ name: 'counted', unit: 'ms' });
  metric.add({}, 3);
  const requests = fakeMetric({ name: 'asked', unit: 'request' });
  requests.add({}, 4);
  const told = (await read(fakeBus(metric, requests))).map((data) => [data.descriptor.unit, pointOf(data).value]);
  assert.equal(told, [
    ['{event}', 3],
    ['{request}', 4],
  ]);
});

test('sums that may fall are plain sums, last values are gauges, in base units', async () => {
  const telemetry = start();
  telemetry.registerMetrics([
    sum('shop.owed', shop.cart.paid, { measurement: 'total', unit: 'coin', monotonic: false }),
    sum('shop.sent', shop.cart.paid, { measurement: 'bytes', unit: 'kB', monotonic: true }),
    lastValue('shop.last', shop.cart.paid, { measurement: 'duration', unit: 'ms' }),
    lastValue('shop.share', shop.cart.paid, { measurement: 'total', unit: 'percent' }),
  ]);
  telemetry.execute(shop.cart.paid, { total: -5, bytes: 2, duration: 2.5 }, {});
  const metrics = await read(telemetry);
  const of = (name: string): unknown[] => {
    const data = named(metrics, name);
    const monotonic = data.dataPointType === DataPointType.SUM ? data.isMonotonic : undefined;
    return [data.dataPointType, monotonic, data.descriptor.unit, pointOf<number>(data).value];
  };
  assert.equal(of('shop.owed'), [DataPointType.SUM, false, '{coin}', -5]);
  assert.equal(of('shop.sent'), [DataPointType.SUM, true, 'By', 2000]);
  assert.equal(of('shop.last'), [DataPointType.GAUGE, undefined, 's', 0.0025]);
  assert.equal(of('shop.share'), [DataPointType.GAUGE, undefined, '1', -0.05]);
});

test('durations are a histogram in seconds with the bounds of the metric, and exact totals', async () => {
  const telemetry = start();
  for (const duration of [0.1, 3, 3, 250, 400_000]) telemetry.execute(shop.cart.paid, { duration }, {});
  const data = named(await read(telemetry), 'shop.cart.paid.duration');
  assert.is(data.dataPointType, DataPointType.HISTOGRAM);
  assert.equal([data.descriptor.unit, data.descriptor.valueType], ['s', 1]);
  const { buckets, ...totals } = pointOf<Histogram>(data).value;
  const stats = telemetry.getDurationStats()['shop.cart.paid']!;
  assert.equal(totals, { count: 5, sum: stats.sum / 1000, min: 0.0001, max: 400 });
  assert.equal(buckets.boundaries.slice(0, 5), [0.0001, 0.00025, 0.0005, 0.001, 0.0025]);
  const full = buckets.counts.flatMap((count, index) => (count === 0 ? [] : [[buckets.boundaries[index] ?? 'above', count]]));
  assert.equal(full, [
    [0.0001, 1],
    [0.005, 2],
    [0.25, 1],
    ['above', 1],
  ]);
});

test('a summary is an exponential histogram, unless it keeps no cells: then it is one bucket', async () => {
  const telemetry = start();
  telemetry.registerMetrics([summary('shop.total', shop.cart.paid, { measurement: 'total', unit: 'coin' })]);
  for (const total of [0, 3, 3, 1000]) telemetry.execute(shop.cart.paid, { total }, {});
  const data = named(await read(telemetry), 'shop.total');
  assert.is(data.dataPointType, DataPointType.EXPONENTIAL_HISTOGRAM);
  const { positive, negative, ...rest } = pointOf<ExponentialHistogram>(data).value;
  assert.equal(rest, { count: 4, scale: 7, zeroCount: 1, sum: 1006, min: 0, max: 1000 });
  assert.equal(negative.bucketCounts, []);
  assert.is(positive.offset, Math.ceil(Math.log2(3) * 128) - 1);
  assert.equal([positive.bucketCounts[0], positive.bucketCounts.at(-1)], [2, 1]);
  const bare = fakeMetric({ name: 'bare', type: 'summary', unit: 'ms' });
  bare.add({}, [1, 5]);
  const { buckets, ...totals } = pointOf<Histogram>(named(await read(fakeBus(bare)), 'bare')).value;
  assert.equal(
    [buckets, totals],
    [
      { boundaries: [], counts: [2] },
      { count: 2, sum: 0.006, min: 0.001, max: 0.005 },
    ],
  );
});

test('histograms: exponential makes all of those that keep cells exponential', async () => {
  const telemetry = start();
  telemetry.registerMetrics([distribution('shop.plain', shop.cart.paid, { measurement: 'duration', unit: 'ms', bounds: [1], hdr: false })]);
  telemetry.execute(shop.cart.paid, { duration: 5 }, {});
  const metrics = await read(telemetry, { histograms: 'exponential' });
  assert.is(named(metrics, 'shop.cart.paid.duration').dataPointType, DataPointType.EXPONENTIAL_HISTOGRAM);
  assert.is(named(metrics, 'shop.plain').dataPointType, DataPointType.HISTOGRAM);
});

test('resetCounters leaves histograms as they are, and begins exponential ones anew after the last collection', async () => {
  const clock = fakeClock();
  const telemetry = start(clock);
  const begin = clock.systemTime();
  const [explicit, exponential] = [readerOf(telemetry), readerOf(telemetry, { histograms: 'exponential' })];
  const both = async () => [
    pointOf<Histogram>(named(await explicit.metrics(), 'shop.cart.paid.duration')),
    pointOf<ExponentialHistogram>(named(await exponential.metrics(), 'shop.cart.paid.duration')),
  ];
  telemetry.execute(shop.cart.paid, { duration: 1 }, {});
  await both();
  clock.advance('1s');
  telemetry.execute(shop.cart.paid, { duration: 2 }, {});
  telemetry.resetCounters();
  telemetry.execute(shop.cart.paid, { duration: 4 }, {});
  clock.advance('1s');
  const [one, other] = await both();
  assert.equal([one!.value.count, one!.value.sum, msOf(one!.startTime)], [3, 0.007, begin]);
  const { count, sum, min, max } = other!.value;
  assert.equal([count, sum, min, max, msOf(other!.startTime)], [1, 0.004, 0.004, 0.004, begin]);
  clock.advance('1s');
  telemetry.resetCounters();
  const [, again] = await both();
  assert.equal([again!.value.count, msOf(again!.startTime), msOf(again!.endTime)], [0, begin + 2000, begin + 3000]);
});

test('resetCounters with exports begins every stream anew', async () => {
  const clock = fakeClock();
  const telemetry = start(clock);
  telemetry.execute(shop.cart.paid, { duration: 1 }, {});
  const readers = [readerOf(telemetry), readerOf(telemetry, { histograms: 'exponential' })];
  for (const reader of readers) await reader.metrics();
  clock.advance('7s');
  telemetry.resetCounters({ exports: true });
  telemetry.execute(shop.cart.paid, { duration: 3 }, {});
  for (const reader of readers) {
    const metrics = await reader.metrics();
    assert.is(pointOf(named(metrics, 'shop.cart.paid')).value, 1);
    const durations = pointOf<Histogram>(named(metrics, 'shop.cart.paid.duration'));
    assert.equal([durations.value.count, durations.value.sum], [1, 0.003]);
    for (const data of metrics) for (const { startTime } of data.dataPoints) assert.is(msOf(startTime), clock.systemTime());
  }
});

test('the series for what is beyond the limit has the attribute otel.metric.overflow', async () => {
  const telemetry = createTelemetry({ events: shop, environment: 'test', metrics: { maxSeries: 1 }, onWarning: () => {} });
  telemetry.attachMetricsHandler();
  for (const country of ['fr', 'de', 'it']) telemetry.execute(shop.cart.paid, {}, { country });
  const data = named(await read(telemetry), 'shop.cart.paid');
  assert.is(pointOf<number>(data, { country: 'fr' }).value, 1);
  assert.is(pointOf<number>(data, { 'otel.metric.overflow': true }).value, 2);
});

test("tags have OpenTelemetry's names where it has some, and their own where two would be one", async () => {
  const telemetry = start();
  telemetry.execute(shop.llm.response, {}, { model: 'm1' });
  const name = 'shop.llm.response';
  assert.is(pointOf<number>(named(await read(telemetry), name), { 'gen_ai.request.model': 'm1' }).value, 1);
  assert.is(pointOf<number>(named(await read(telemetry, { semanticNames: false }), name), { model: 'm1' }).value, 1);
  const double = fakeMetric({ name: 'shop.llm.used' });
  double.add({ session_id: 'a', sessionId: 'b' }, 1);
  pointOf(named(await read(fakeBus(double)), 'shop.llm.used'), { 'gen_ai.conversation.id': 'a', sessionId: 'b' });
  const http = fakeMetric({ name: 'http.server.request.duration' });
  http.add({ http_response_status_code: '404' }, 1);
  pointOf(named(await read(fakeBus(http)), 'http.server.request.duration'), { 'http.response.status_code': 404 });
});

test('what has another name in the conventions is called by it, unless the name is taken', async () => {
  const metrics = [fakeMetric({ name: 'v8js.gc.duration' }), fakeMetric({ name: 'nodejs.gc.pause.duration' })];
  for (const metric of metrics) metric.add({}, 1);
  const namesOf = async (...given: readonly (typeof metrics)[number][]) =>
    (await read(fakeBus(...given))).map(({ descriptor }) => descriptor.name);
  assert.equal(await namesOf(metrics[1]!), ['v8js.gc.duration']);
  assert.equal(await namesOf(...metrics), ['v8js.gc.duration', 'nodejs.gc.pause.duration']);
});

test('names and units are ones that OpenTelemetry accepts, whatever ours are', async () => {
  const odd = fakeMetric({ name: `9 ä/${'x'.repeat(300)}`, type: 'sum', unit: `{a b}${'é'.repeat(40)}` });
  odd.add({}, 1);
  const [{ descriptor } = { descriptor: undefined }] = await read(fakeBus(odd));
  assert.match(descriptor!.name, /^[A-Za-z][\w.\-/]{0,254}$/);
  assert.match(descriptor!.unit, /^\{[!-z|~]{1,61}\}$/);
  assert.is(descriptor!.description, '');
});

test('bounds that are the same in the base unit are one bucket', async () => {
  const metric = fakeMetric({ name: 'tiny', type: 'distribution', unit: 'ns', bounds: [1, 5e-324, 1e-323, 2, 3].sort((a, b) => a - b) });
  metric.add({}, [0, 5e-324, 1, 2, 9]);
  const { buckets, count } = pointOf<Histogram>(named(await read(fakeBus(metric)), 'tiny')).value;
  assert.equal(buckets, { boundaries: [0, 1e-9, 2e-9, 3e-9], counts: [2, 1, 1, 0, 1] });
  assert.is(count, 5);
});

test('include chooses; what it throws, and what a series throws, costs that metric or series and is told', async () => {
  const telemetry = start();
  telemetry.execute(shop.cart.paid, { duration: 1 }, {});
  const chosen = await read(telemetry, { include: ({ type }) => type === 'counter' });
  assert.equal(
    chosen.map(({ descriptor }) => descriptor.name),
    ['shop.cart.paid'],
  );
  const broken = fakeMetric({ name: 'broken' });
  for (const id of ['1', '2', '3']) broken.add({ id }, 1);
  Object.assign(broken.all[1]!, {
    value: () => {
      throw new Error('worn out');
    },
  });
  const refused = fakeMetric({ name: 'refused' });
  refused.add({}, 1);
  const include = ({ name }: { readonly name: string }): boolean => {
    if (name === 'refused') throw new Error('cannot tell');
    return true;
  };
  const { resourceMetrics, errors } = await readerOf(fakeBus(refused, broken), { include }).collect();
  const points = resourceMetrics.scopeMetrics[0]!.metrics[0]!.dataPoints;
  assert.equal(
    points.map(({ attributes }) => attributes.id),
    ['1', '3'],
  );
  assert.equal(
    errors.map((error) => (error as Error).message),
    ['Metric refused could not be read: cannot tell', 'A series of broken could not be read: worn out'],
  );
});

test('a collection never rejects, and says at most a hundred things', async () => {
  const source = {
    ...fakeBus()[METRICS_SEAM]!,
    metrics: () => Promise.reject() as never,
    prepare: () => Promise.reject(new Error('gone')),
  };
  const lost = await createMetricProducer({ [METRICS_SEAM]: source }).collect();
  assert.equal(lost.resourceMetrics.scopeMetrics, []);
  assert.match((lost.errors[0] as Error).message, /gone/);
  const many = fakeMetric({ name: 'many' });
  for (let id = 0; id < 200; id++) Object.assign(many.add({ id: `${id}` }, 1), { tags: null });
  assert.is((await createMetricProducer(fakeBus(many)).collect()).errors.length, 100);
});

test('what comes from elsewhere is waited for', async () => {
  const bus = fakeBus();
  const late = fakeMetric({ name: 'late' });
  late.add({}, 7);
  const prepare = async (): Promise<void> => {
    await Promise.resolve();
    bus.metrics.push(late);
  };
  assert.is(pointOf<number>(named(await read({ [METRICS_SEAM]: { ...bus[METRICS_SEAM]!, prepare } }), 'late')).value, 7);
});

test('the event loop turns while many series are read', async () => {
  const many = fakeMetric({ name: 'many' });
  for (let id = 0; id < 4000; id++) many.add({ id: `${id}` }, id);
  let busy = true;
  let turns = 0;
  const turn = (): void => {
    turns++;
    if (busy) setImmediate(turn);
  };
  for (const series of many.all) {
    const { value } = series;
    Object.assign(series, {
      value: () => {
        for (const until = performance.now() + 0.01; performance.now() < until; );
        return value();
      },
    });
  }
  setImmediate(turn);
  const data = await read(fakeBus(many));
  busy = false;
  assert.is(data[0]!.dataPoints.length, 4000);
  assert.ok(turns > 10, `${turns} turns in 40 ms of work`);
});

test('the resource is that of the SDK; the scope is ours', async () => {
  const telemetry = start();
  telemetry.execute(shop.cart.paid, {}, {});
  for (const [options, expected] of [
    [{}, 'telemetry-bus'],
    [{ scope: 'shop' }, 'shop'],
  ] as const) {
    const { resourceMetrics } = await readerOf(telemetry, options).collect();
    assert.is(resourceMetrics.resource.attributes['telemetry.sdk.language'], 'nodejs');
    assert.equal(
      resourceMetrics.scopeMetrics.map(({ scope }) => scope.name),
      [expected],
    );
  }
  const { resource } = (await createMetricProducer(telemetry).collect()).resourceMetrics;
  assert.equal(
    [resource.attributes, resource.getRawAttributes(), resource.merge(null), resource.merge(resource)],
    [{}, [], resource, resource],
  );
});

test('wrong options and what has no metrics are refused', () => {
  const refused = (code: string, pattern: RegExp, build: () => unknown): void => {
    assert.throws(build, (error: unknown) => isTelemetryError(error) && error.code === code && pattern.test(error.message));
  };
  const telemetry = start();
  refused('OPTION_UNKNOWN', /histogram/, () => createMetricProducer(telemetry, { histogram: 'explicit' } as never));
  for (const options of [
    { histograms: 'native' },
    { maxBuckets: 1 },
    { maxBuckets: 2.5 },
    { scope: '' },
    { include: true },
    { semanticNames: 1 },
  ]) {
    refused('OPTION_INVALID', /createMetricProducer/, () => createMetricProducer(telemetry, options as never));
  }
  for (const bus of [{}, null, undefined]) refused('OPTION_INVALID', /found no metrics/, () => createMetricProducer(bus as never));
});

test.run();
