import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import {
  counter,
  createTelemetry,
  distribution,
  encodeSnapshot,
  isTelemetryError,
  type MetricView,
  sum,
  takeSnapshot,
} from '../../../lib/index';
import { METRICS_SEAM, type Metered } from '../../../lib/metrics/seam';
import { fakeClock } from '../../../lib/testing';
import { foreign, meteredOf } from '../../support/metrics/foreign-metric';
import { createBus, events, jobOf, record } from '../../support/metrics/sample-buses';

function filled(jobs = 200) {
  const clock = fakeClock();
  const bus = createBus({ clock });
  for (let index = 0; index < jobs; index++) {
    if (index % 50 === 0) clock.advance(1_000);
    record(bus, jobOf(index));
  }
  return { bus, clock };
}

/** What takes no clock and no other reading into account. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function pageOf(source: Metered): Promise<string> {
  const { body } = await createPrometheusExporter(source, { quantiles: [0, 0.5, 0.99, 1] }).render('application/openmetrics-text');
  return body;
}

test('a snapshot tells what the bus tells: metrics, counters, durations, and the same page for Prometheus', async () => {
  const { bus, clock } = filled();
  const snapshot = takeSnapshot(bus);
  assert.equal(plain(snapshot.getMetrics()), plain(bus.getMetrics()));
  assert.equal(snapshot.getCounters(), bus.getCounters());
  const [durations, expected] = [snapshot.getDurationStats(), bus.getDurationStats()];
  assert.equal(Object.keys(durations), Object.keys(expected));
  for (const [event, { sum, mean, stddev, ...exact }] of Object.entries(expected)) {
    const { sum: itsSum, mean: itsMean, stddev: itsStddev, ...its } = durations[event]!;
    assert.equal(its, exact);
    assert.ok(Math.abs(itsSum / sum - 1) < 1e-12 && Math.abs(itsMean / mean - 1) < 1e-12 && Math.abs(itsStddev / stddev - 1) < 1e-12);
  }
  assert.equal(snapshot.getDurationStats(events.job.stop), durations['app.job.stop']);
  assert.is(snapshot.getDurationStats(events.job.idle), undefined);
  assert.is(await pageOf(snapshot), await pageOf(bus));
  assert.equal([snapshot.takenAt, snapshot.sources, snapshot.conflicts], [clock.systemTime(), 1, []]);
});

test('a snapshot stays as it is when its bus goes on', () => {
  const { bus } = filled();
  const snapshot = takeSnapshot(bus);
  const before = plain(snapshot.getMetrics());
  record(bus, jobOf(1));
  bus.resetCounters({ exports: true });
  assert.equal(plain(snapshot.getMetrics()), before);
});

test('a snapshot of a snapshot is that snapshot', () => {
  const snapshot = takeSnapshot(filled().bus);
  assert.is(takeSnapshot(snapshot), snapshot);
});

test('after a reset totals go on and percentiles begin anew, as what the bus exports', async () => {
  for (const history of [false, true]) {
    const clock = fakeClock();
    const bus = createBus({ clock });
    bus.configureMetrics({ history });
    for (let index = 0; index < 100; index++) record(bus, jobOf(index));
    clock.advance(1_500);
    bus.resetCounters();
    for (let index = 0; index < 7; index++) record(bus, jobOf(index));
    const snapshot = takeSnapshot(bus);
    assert.equal(plain(snapshot.getMetrics()), plain(bus.getMetrics()));
    assert.is(await pageOf(snapshot), await pageOf(bus));
    assert.is(snapshot.getCounters()['app.job.stop'], 107);
    assert.is(snapshot.getDurationStats(events.job.stop)?.count, 107);
    assert.is(snapshot.getDurationStats(events.job.stop)?.p999, bus.getDurationStats(events.job.stop)?.p999);
    bus.resetCounters();
    assert.is(takeSnapshot(bus).getDurationStats(events.job.stop), undefined);
    bus.detachAll();
  }
});

test('what was folded and rejected is told', () => {
  const bus = createTelemetry({ metrics: { definitions: [counter('few', ['a', 'b', 'c'], { tags: ['kind'], maxSeries: 2 })] } });
  bus.attachMetricsHandler();
  for (let index = 0; index < 5; index++) bus.execute(['a', 'b', 'c'], { duration: Number.NaN }, { kind: index });
  const told = takeSnapshot(bus).getMetrics();
  const by = (name: string) => told.find((metric) => metric.name === name)!;
  assert.is(by('few').folded, 3);
  assert.equal(by('a.b.c').rejected, { nan: 5 });
  assert.equal(plain(told), plain(bus.getMetrics()));
});

test('sums keep what rounding took', () => {
  const definitions = [sum('total', ['a', 'b', 'c'], { measurement: 'x', monotonic: false })];
  const bus = createTelemetry({ metrics: { definitions } });
  bus.attachMetricsHandler();
  for (const x of [1e16, 1, -1e16, 1]) bus.execute(['a', 'b', 'c'], { x });
  const [metric] = takeSnapshot(bus)
    .getMetrics()
    .filter(({ name }) => name === 'total');
  assert.equal(
    metric?.series.map((series) => ('value' in series ? series.value : undefined)),
    [2],
  );
});

test('sums of absurd values stay numbers', () => {
  const definitions = [sum('total', ['a', 'b', 'c'], { measurement: 'duration' }), distribution('times', ['a', 'b', 'c'], { bounds: [1] })];
  const bus = createTelemetry({ metrics: { definitions } });
  bus.attachMetricsHandler();
  for (let index = 0; index < 3; index++) bus.execute(['a', 'b', 'c'], { duration: 1.7e308 });
  const snapshot = takeSnapshot(bus);
  assert.equal(snapshot.conflicts, []);
  assert.is(snapshot.getDurationStats(['a', 'b', 'c'])?.sum, Number.MAX_VALUE);
  assert.is(snapshot.getDurationStats(['a', 'b', 'c'])?.max, 1.7e308);
});

test('exemplars stay with the bus', () => {
  const bus = createBus();
  bus.configureMetrics({ exemplars: true });
  bus.execute(events.job.stop, { duration: 1 }, { trace_id: '0af7651916cd43dd8448eb211c80319c' });
  const of = (source: Metered) => [...source[METRICS_SEAM]!.metrics()].flatMap((view) => [...view.series()]);
  assert.ok(of(bus).some((series) => series.exemplar(0) !== undefined));
  assert.ok(of(takeSnapshot(bus)).every((series) => series.exemplar(0) === undefined && series.exemplar(1) === undefined));
});

test('what has no metrics is refused', () => {
  for (const given of [undefined, null, 1, {}, []]) {
    assert.throws(
      () => takeSnapshot(given as never),
      (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID',
    );
  }
});

test('a metric that can not be carried is left out and told, and the others are there', () => {
  const good = foreign({ name: 'good', exportName: 'good' }, { tags: [['a', 'x']] });
  const summary = { type: 'summary', monotonic: false } as const;
  const wrong: readonly MetricView[] = [
    foreign({ name: '__proto__' }, {}),
    foreign({ exportName: 'a\nb' }, {}),
    foreign({}, { value: () => 0.5 }),
    foreign({}, { value: () => -1 }),
    foreign({}, { value: () => Number.NaN }),
    foreign({ type: 'lastValue', monotonic: false }, { value: () => Number.POSITIVE_INFINITY }),
    foreign({ type: 'sum' }, { value: () => -1 }),
    foreign({}, { tags: [['a', 'x']] }, { tags: [['a', 'x']] }),
    foreign(
      {},
      {
        tags: [
          ['a', 'x'],
          ['b', 'y'],
        ],
      },
      {
        tags: [
          ['b', 'y'],
          ['a', 'x'],
        ],
      },
    ),
    foreign(
      {},
      {
        tags: [
          ['a', 'x'],
          ['a', 'y'],
        ],
      },
    ),
    foreign({}, { tags: [['a\0x\0\0b', 'y']] }),
    foreign({}, { tags: [['a', 'x'.repeat(300)]] }),
    foreign({}, { tags: Array.from({ length: 65 }, (_, index) => [`tag${index}`, 'x'] as const) }),
    foreign(summary, {}),
    foreign({ ...summary, hdr: true }, {}),
    foreign({ type: 'distribution', monotonic: false, bounds: [2, 1] }, {}),
    foreign(
      {},
      {
        value: () => {
          throw new Error('secret');
        },
      },
    ),
  ];
  for (const metric of wrong) {
    const snapshot = takeSnapshot(meteredOf(good, metric, { ...good, name: 'good.too', exportName: 'good_too' }));
    assert.equal(
      snapshot.getMetrics().map(({ name }) => name),
      ['good', 'good.too'],
    );
    assert.is(snapshot.conflicts.length, 1);
    assert.is(snapshot.conflicts[0]?.name, metric.name);
    assert.not.match(snapshot.conflicts[0]!.why, 'secret');
  }
});

test('of a metric that is left out half-way, nothing is left behind', () => {
  const tags = [['a', 'x']] as const;
  const broken = foreign({}, { tags }, { tags: [['b', 'y']], value: () => Number.NaN });
  const good = foreign({ name: 'good', exportName: 'good' }, { tags }, { tags: [['b', 'y']] }, { tags: [['a', 'y']] });
  const snapshot = takeSnapshot(meteredOf(broken, good));
  assert.equal(snapshot.conflicts, [{ name: 'odd', why: 'it counts NaN' }]);
  assert.equal(
    snapshot.getMetrics()[0]?.series.map((series) => series.tags),
    [{ a: 'x' }, { b: 'y' }, { a: 'y' }],
  );
  assert.equal(
    encodeSnapshot(snapshot).length,
    encodeSnapshot(takeSnapshot(meteredOf(good))).length + 'odd'.length + 'it counts NaN'.length + 4,
  );
});

test('of a distribution that says only what it comes to, that is taken', () => {
  const reading = {
    count: 4,
    sum: 10,
    min: 1,
    max: 4,
    mean: 2.5,
    stddev: Math.sqrt(1.25),
    buckets: Float64Array.of(1, 3),
    quantiles: () => [],
  };
  const view = foreign({ type: 'distribution', monotonic: false, bounds: [1] }, { reading: () => reading });
  const [metric] = takeSnapshot(meteredOf(view)).getMetrics();
  const { stddev, ...series } = metric!.series[0] as never as Record<string, number>;
  assert.ok(Math.abs(stddev! - reading.stddev) < 1e-12);
  assert.equal(series, {
    tags: {},
    createdAt: 0,
    count: 4,
    sum: 10,
    min: 1,
    max: 4,
    mean: 2.5,
    quantiles: undefined,
    buckets: [
      { le: 1, count: 1 },
      { le: Number.POSITIVE_INFINITY, count: 3 },
    ],
  });
});

test('more than ten thousand metrics are not carried, and that is told once for each up to a thousand', () => {
  const many = Array.from({ length: 11_500 }, (_, index) => foreign({ name: `m${index}`, exportName: `m${index}` }, {}));
  const snapshot = takeSnapshot(meteredOf(...many));
  assert.is(snapshot.getMetrics().length, 10_000);
  assert.is(snapshot.conflicts.length, 1_000);
  assert.equal(snapshot.conflicts[0], { name: 'm10000', why: 'a snapshot has room for 10000 metrics' });
  assert.equal(snapshot.conflicts.at(-1), { name: '…', why: 'and others' });
});

test('long descriptions are cut, halves of characters replaced, and all else is as it was', () => {
  const [long, mark, half] = takeSnapshot(
    meteredOf(
      foreign({ description: '€'.repeat(2_000) }, {}),
      foreign({ name: 'mark', exportName: 'mark', description: '\ufeffmark' }, {}),
      foreign({ name: 'half', exportName: 'half', description: 'a\ud800b', unit: '\udc00' }, {}),
    ),
  ).getMetrics();
  assert.is(long?.description, `${'€'.repeat(999)}…`);
  assert.is(mark?.description, '\ufeffmark');
  assert.equal([half?.description, half?.unit], ['a\ufffdb', '\ufffd']);
});

test.run();
