import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import {
  counter,
  createTelemetry,
  decodeSnapshot,
  distribution,
  encodeSnapshot,
  isTelemetryError,
  lastValue,
  type MetricDefinition,
  type MetricsSnapshot,
  mergeSnapshots,
  sum,
  summary,
  takeSnapshot,
} from '../../../lib/index';
import { METRICS_SEAM, type Metered } from '../../../lib/metrics/seam';
import { fakeClock } from '../../../lib/testing';
import { foreign, meteredOf } from '../../support/metrics/foreign-metric';
import { comparable, createBus, events, type Job, jobOf, record } from '../../support/metrics/sample-buses';

const NAME = ['a', 'b', 'c'] as const;

/** A bus with definitions of its own that saw some emissions. */
function busOf(definitions: readonly MetricDefinition[], emissions: readonly (readonly [object, object])[], time = 1) {
  const clock = fakeClock();
  const bus = createTelemetry({ clock, metrics: { definitions } });
  bus.attachMetricsHandler();
  for (const [measurements, metadata] of emissions) bus.execute(NAME, measurements as never, metadata as never);
  clock.advance(time);
  return bus;
}

const snapshotOf = (...given: Parameters<typeof busOf>): MetricsSnapshot => takeSnapshot(busOf(...given));
const seriesOf = (snapshot: MetricsSnapshot, name: string) => snapshot.getMetrics().find((metric) => metric.name === name)?.series ?? [];
const valuesOf = (snapshot: MetricsSnapshot, name: string) =>
  seriesOf(snapshot, name).map((series) => ('value' in series ? series.value : undefined));

/** What merging keeps exactly, whatever the order. */
function exactOf(source: Metered): object {
  const metrics = [...source[METRICS_SEAM]!.metrics()].map((view) => {
    const series = [...view.series()].map((one) => {
      const cells: [number, number][] = [];
      one.cells?.((cell, count) => cells.push([cell, count]));
      const { count, min, max, buckets } = one.reading() ?? {};
      const value = view.type === 'sum' ? undefined : one.value();
      const tags = [...one.tags].map((pair) => pair.join('=')).sort();
      return { tags: tags.join(), createdAt: one.createdAt, value, count, min, max, buckets: buckets && [...buckets], cells };
    });
    return { name: view.name, series: series.sort((a, b) => (a.tags < b.tags ? -1 : 1)) };
  });
  return metrics.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Sixty-fourths, so that sums are exact in whatever order they are made. */
const exact = (max: number) => fc.integer({ min: 0, max }).map((value) => value / 64);
const job: fc.Arbitrary<Job> = fc.record({
  kind: fc.constantFrom('x', 'y', 'é "1"'),
  host: fc.constantFrom('h1', 'h2'),
  duration: fc.oneof(exact(2 ** 12), exact(2 ** 40), fc.constant(0)),
  bytes: exact(2 ** 30),
  balance: fc.integer({ min: -(2 ** 30), max: 2 ** 30 }),
  depth: fc.integer({ min: -5, max: 5 }),
});

/** So near that only rounding differs. */
function assertNear(value: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number' && path.endsWith('stddev')) {
    assert.ok(Math.abs((value as number) - expected) <= 1e-9 * Math.max(1, expected), `${path}: ${value}, not ${expected}`);
  } else if (typeof expected === 'object' && expected !== null) {
    assert.equal(Object.keys(value as object), Object.keys(expected), path);
    for (const [key, part] of Object.entries(expected)) assertNear((value as Record<string, unknown>)[key], part, `${path}.${key}`);
  } else assert.is(value, expected, path);
}

test('several buses merge into exactly what one bus tells that recorded everything', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), job), { maxLength: 120 }), fc.boolean(), (jobs, isSent) => {
      const whole = createBus();
      const parts = [createBus(), createBus(), createBus(), createBus()];
      for (const [part, one] of jobs) for (const bus of [whole, parts[part]!]) record(bus, one);
      const snapshots = parts.map((bus) => (isSent ? decodeSnapshot(encodeSnapshot(takeSnapshot(bus))) : takeSnapshot(bus)));
      const merged = mergeSnapshots(...snapshots);
      const withoutGauges = (source: Pick<MetricsSnapshot, 'getMetrics'>) =>
        comparable(source.getMetrics().filter(({ type }) => type !== 'lastValue'));
      assertNear(withoutGauges(merged), withoutGauges(whole as never));
      assert.equal(merged.getCounters(), whole.getCounters());
      assertNear(merged.getDurationStats(events.job.stop), whole.getDurationStats(events.job.stop));
      assert.equal([merged.conflicts, merged.sources], [[], 4]);
    }),
    { numRuns: 60 },
  );
});

test('whatever order snapshots are merged in, counts, buckets, cells, minima, maxima and gauges are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), job), { maxLength: 60 }), (jobs) => {
      const buses = [0, 1, 2].map((index) => {
        const clock = fakeClock();
        const bus = createBus({ clock });
        clock.advance((index + 1) * 1_000);
        for (const [part, one] of jobs) if (part === index) record(bus, one);
        return bus;
      });
      const [a, b, c] = buses.map(takeSnapshot) as [MetricsSnapshot, MetricsSnapshot, MetricsSnapshot];
      const expected = exactOf(mergeSnapshots(a, b, c));
      for (const merged of [
        mergeSnapshots(mergeSnapshots(a, b), c),
        mergeSnapshots(a, mergeSnapshots(b, c)),
        mergeSnapshots(c, b, a),
        mergeSnapshots(mergeSnapshots(c), mergeSnapshots(), mergeSnapshots(b, a)),
      ]) {
        assert.equal(exactOf(merged), expected);
        assert.equal([merged.takenAt, merged.sources], [c.takenAt, 3]);
      }
    }),
    { numRuns: 60 },
  );
});

test('the page for Prometheus of merged snapshots is that of one bus', async () => {
  const whole = createBus();
  const parts = [createBus(), createBus(), createBus()];
  for (let index = 0; index < 300; index++) for (const bus of [whole, parts[Math.floor(index / 100)]!]) record(bus, jobOf(index));
  const pageOf = async (source: Metered) => {
    const { body } = await createPrometheusExporter(source, { created: false }).render('application/openmetrics-text');
    return body;
  };
  const page = await pageOf(mergeSnapshots(parts.map(takeSnapshot)));
  assert.ok(page.split('\n').length > 100);
  assert.is(page, await pageOf(whole));
});

test('what rounding took from sums is added up as well', () => {
  const definitions = [sum('total', NAME, { measurement: 'n', monotonic: false })];
  const parts = [[1e16, 1], [-1e16, 1], [0.25]].map((all) =>
    snapshotOf(
      definitions,
      all.map((n) => [{ n }, {}] as const),
    ),
  );
  assert.equal(valuesOf(mergeSnapshots(parts), 'total'), [2.25]);
  assert.equal(valuesOf(mergeSnapshots(parts[2]!, mergeSnapshots(parts[1]!, parts[0]!)), 'total'), [2.25]);
});

test('a series begins when its earliest part began', () => {
  const clock = fakeClock();
  const [one, other] = [createBus({ clock }), createBus({ clock })];
  const began = clock.systemTime();
  record(one, jobOf(0));
  clock.advance(5_000);
  record(other, jobOf(0));
  for (const merged of [mergeSnapshots(takeSnapshot(one), takeSnapshot(other)), mergeSnapshots(takeSnapshot(other), takeSnapshot(one))]) {
    assert.equal([...new Set(merged.getMetrics().flatMap(({ series }) => series.map(({ createdAt }) => createdAt)))], [began]);
  }
});

test('series belong together whatever the order of their tags', () => {
  const [one, other] = [
    ['x', 'y'],
    ['y', 'x'],
  ].map((tags) => snapshotOf([counter('seen', NAME, { tags })], [[{}, { x: 1, y: 2 }]]));
  assert.equal(
    seriesOf(mergeSnapshots(one!, other!), 'seen').map((series) => ({ ...series, createdAt: 0 })),
    [{ tags: { x: '1', y: '2' }, createdAt: 0, value: 2 }],
  );
});

test('tags that look alike when joined are different series', () => {
  const definitions = [counter('seen', NAME, { tags: ['x', 'y'] })];
  const snapshot = snapshotOf(definitions, [
    [{}, { x: 'a,y=b' }],
    [{}, { x: 'a', y: 'b' }],
    [{}, { x: 'ab' }],
    [{}, { y: 'ab' }],
  ]);
  assert.equal(valuesOf(mergeSnapshots(snapshot, snapshot), 'seen'), [2, 2, 2, 2]);
});

test('a metric that is another one there is left out and told: the first one counts', () => {
  const measured = { measurement: 'n' } as const;
  const first = [distribution('same', NAME, { ...measured, bounds: [1, 2], unit: 'ms' })];
  const others: readonly (readonly [MetricDefinition, string])[] = [
    [summary('same', NAME, { ...measured, unit: 'ms' }), 'type'],
    [distribution('same', NAME, { ...measured, bounds: [1, 2], unit: 's' }), 'unit'],
    [distribution('same', NAME, { ...measured, bounds: [1, 3], unit: 'ms' }), 'bounds'],
    [distribution('same', NAME, { ...measured, bounds: [1], unit: 'ms' }), 'bounds'],
    [distribution('same', NAME, { ...measured, bounds: [1, 2], unit: 'ms', hdr: true }), 'quantiles'],
  ];
  for (const [definition] of others) {
    const merged = mergeSnapshots(
      snapshotOf(first, [[{ n: 1 }, {}]]),
      snapshotOf([definition], [[{ n: 1 }, {}]]),
      snapshotOf(first, [[{ n: 1 }, {}]]),
    );
    assert.equal(
      merged.conflicts.map(({ name }) => name),
      ['same'],
      definition.type,
    );
    assert.equal(
      seriesOf(merged, 'same').map((series) => ('count' in series ? series.count : undefined)),
      [2],
    );
    assert.is(merged.getCounters()['a.b.c'], 3);
    const again = mergeSnapshots(merged, decodeSnapshot(encodeSnapshot(merged)));
    assert.equal(again.conflicts, merged.conflicts);
  }
  const resolution = (value: number) => snapshotOf([summary('fine', NAME, { ...measured, resolution: value })], [[{ n: 1 }, {}]]);
  assert.equal(mergeSnapshots(resolution(0.5), resolution(0.25)).conflicts, [
    { name: 'fine', why: 'its resolution is 0.25 here and 0.5 there' },
  ]);
  const rising = (monotonic: boolean) => snapshotOf([sum('up', NAME, { ...measured, monotonic })], [[{ n: 1 }, {}]]);
  assert.is(mergeSnapshots(rising(true), rising(false)).conflicts.length, 1);
});

test('two metrics that exporters can not tell apart are not both there', () => {
  const merged = mergeSnapshots(snapshotOf([counter('x.y', NAME)], [[{}, {}]]), snapshotOf([counter('x_y', NAME)], [[{}, {}]]));
  assert.equal(merged.conflicts, [{ name: 'x_y', why: 'it is exported as x_y, like x.y' }]);
  assert.equal(valuesOf(merged, 'x.y'), [1]);
});

test('gauges are the last, the sum, the lowest or the highest, for all or by name', () => {
  const definitions = [
    lastValue('one', NAME, { measurement: 'n' }),
    lastValue('__proto__x'.replace(/_/g, 'p'), NAME, { measurement: 'n' }),
  ];
  const [late, early] = [snapshotOf(definitions, [[{ n: 3 }, {}]], 10_000), snapshotOf(definitions, [[{ n: 5 }, {}]])];
  const both = [late, early];
  assert.equal(valuesOf(mergeSnapshots(both), 'one'), [3]);
  assert.equal(valuesOf(mergeSnapshots(early, late), 'one'), [3]);
  for (const [gauges, value] of [
    ['last', 3],
    ['sum', 8],
    ['min', 3],
    ['max', 5],
  ] as const) {
    assert.equal(valuesOf(mergeSnapshots(both, { gauges }), 'one'), [value]);
    assert.equal(valuesOf(mergeSnapshots(both, { gauges: { one: gauges } }), 'one'), [value]);
    assert.equal(valuesOf(mergeSnapshots(both, { gauges: { one: gauges } }), definitions[1]!.name), [3]);
  }
});

test('a gauge that only an early snapshot has is as old as that one, also after a merge', () => {
  const definitions = [lastValue('depth', NAME, { measurement: 'n', tags: ['x'] })];
  const early = snapshotOf(definitions, [[{ n: 1 }, { x: 'a' }]]);
  const middle = snapshotOf(definitions, [[{ n: 2 }, { x: 'a' }]], 5_000);
  const late = snapshotOf(definitions, [[{ n: 9 }, { x: 'b' }]], 10_000);
  assert.equal(valuesOf(mergeSnapshots(mergeSnapshots(early, late), middle), 'depth'), [2, 9]);
});

test('beyond the limit series are added up in the one for the rest, and every sum stays true', () => {
  const definitions = [
    counter('seen', NAME, { tags: ['x'], maxSeries: 4 }),
    distribution('times', NAME, { measurement: 'n', tags: ['x'], bounds: [3, 6], hdr: true }),
  ];
  const [one, other] = [0, 3].map((from) =>
    snapshotOf(
      definitions,
      Array.from({ length: 6 }, (_, index) => [{ n: index + from }, { x: index + from }]),
    ),
  );
  const merged = mergeSnapshots([one!, other!], { maxSeries: 5 });
  const seen = seriesOf(merged, 'seen').map((series) => [Object.values(series.tags)[0], 'value' in series && series.value]);
  // Two are beyond the limit of each bus, and two more beyond that of both together.
  assert.equal(seen, [
    ['0', 1],
    ['1', 1],
    ['2', 1],
    ['3', 2],
    ['4', 1],
    ['true', 6],
  ]);
  const times = seriesOf(merged, 'times');
  assert.is(times.length, 6);
  assert.equal(times.at(-1)?.tags, { telemetry_overflow: 'true' });
  const total = (pick: (series: (typeof times)[number]) => number) => times.reduce((all, series) => all + pick(series), 0);
  assert.is(
    total((series) => ('count' in series ? series.count : 0)),
    12,
  );
  assert.is(
    total((series) => ('sum' in series ? series.sum : 0)),
    15 + 33,
  );
  assert.equal(
    mergeSnapshots([merged, merged], { maxSeries: 5 })
      .getMetrics()
      .map(({ series }) => series.length),
    merged.getMetrics().map(({ series }) => series.length),
  );
});

test('merging changes none of its snapshots, and none at all make an empty one', () => {
  const [one, other] = [createBus(), createBus()];
  for (let index = 0; index < 50; index++) for (const bus of [one, other]) record(bus, jobOf(index));
  const snapshots = [takeSnapshot(one), takeSnapshot(other)];
  const before = snapshots.map((snapshot) => encodeSnapshot(snapshot));
  mergeSnapshots(snapshots);
  mergeSnapshots(snapshots, { maxSeries: 1, gauges: 'sum' });
  assert.equal(
    snapshots.map((snapshot) => encodeSnapshot(snapshot)),
    before,
  );
  for (const empty of [mergeSnapshots(), mergeSnapshots([])]) {
    assert.equal([empty.getMetrics(), empty.getCounters(), empty.getDurationStats(), empty.sources, empty.takenAt], [[], {}, {}, 0, 0]);
    assert.equal(decodeSnapshot(encodeSnapshot(empty)).getMetrics(), []);
  }
});

test('counts above 2^53 can not be told exactly, so their metric is left out and told', () => {
  const [most, one] = [Number.MAX_SAFE_INTEGER, 1].map((value) =>
    takeSnapshot(meteredOf(foreign({ name: 'huge', exportName: 'huge' }, { value: () => value }))),
  ) as [MetricsSnapshot, MetricsSnapshot];
  assert.equal(valuesOf(most, 'huge'), [Number.MAX_SAFE_INTEGER]);
  const merged = mergeSnapshots(most, one);
  assert.equal(
    merged.conflicts.map(({ name }) => name),
    ['huge'],
  );
  assert.equal(merged.getMetrics(), []);
});

test('a snapshot that another copy of the library took is one', () => {
  const snapshot = snapshotOf([counter('seen', NAME)], [[{}, {}]]);
  const key = Object.getOwnPropertySymbols(snapshot).find((symbol) => Symbol.keyFor(symbol) === 'telemetry-bus/snapshot')!;
  const theirs = { [key]: (snapshot as never as Record<symbol, Uint8Array>)[key] } as never;
  assert.equal(valuesOf(mergeSnapshots(theirs, snapshot), 'seen'), [2]);
  assert.equal(encodeSnapshot(takeSnapshot(theirs)), encodeSnapshot(snapshot));
});

test('what another copy of the library wrote in another way is refused', () => {
  const bytes = encodeSnapshot(snapshotOf([counter('seen', NAME)], [[{}, {}]]));
  bytes[4] = 2;
  const theirs = { [Symbol.for('telemetry-bus/snapshot')]: bytes } as never;
  for (const use of [() => mergeSnapshots(theirs), () => encodeSnapshot(theirs), () => takeSnapshot(theirs)]) {
    assert.throws(use, (error: unknown) => isTelemetryError(error) && error.code === 'SNAPSHOT_INVALID' && error.why.includes('version 2'));
  }
});

test('what is no snapshot, and options that can not be, are refused', () => {
  const refused = (merge: () => unknown, code: string) =>
    assert.throws(merge, (error: unknown) => isTelemetryError(error) && error.code === code);
  refused(() => mergeSnapshots(createBus() as never), 'OPTION_INVALID');
  refused(() => mergeSnapshots([undefined] as never), 'OPTION_INVALID');
  refused(() => encodeSnapshot({} as never), 'OPTION_INVALID');
  refused(() => mergeSnapshots([], { gauges: 'mean' as never }), 'OPTION_INVALID');
  refused(() => mergeSnapshots([], { gauges: { depth: 'mean' as never } }), 'OPTION_INVALID');
  refused(() => mergeSnapshots([], { maxSeries: 0 }), 'OPTION_INVALID');
  refused(() => mergeSnapshots([], { gauge: 'sum' } as never), 'OPTION_UNKNOWN');
});

test.run();
