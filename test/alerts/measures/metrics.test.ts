import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SeenHistory, SeenSeries } from '../../../lib/alerts/host';
import { lastValue } from '../../../lib/index';
import { createBench } from './measured';

const series = (tags: Record<string, string>, value: number): SeenSeries => ({ tags: Object.entries(tags), value: () => value });
const history = (columns: SeenHistory['columns'], tags: Record<string, string> = {}): SeenHistory => ({ tags, times: [], columns });

test('each series of a metric is a group, named by its tags; one without tags has no group', () => {
  const bench = createBench({
    series: (metric) =>
      metric === 'disk'
        ? [series({ mount: '/', device: 'a' }, 0.5), series({ mount: '/data', device: 'b' }, 0.95)]
        : metric === 'cpu'
          ? [series({}, 0.9)]
          : [],
  });
  assert.equal(bench.measure('value("disk") > 90%').groups(), { 'mount=/, device=a': 0.5, 'mount=/data, device=b': 0.95 });
  assert.equal(bench.measure('value("disk"{mount="/"}) > 90%').groups(), { 'mount=/, device=a': 0.5 });
  assert.equal(bench.measure('value("cpu") > 80%').read(), [{ group: undefined, value: 0.9 }]);
  assert.equal(bench.measure('value("none") > 80%').read(), []);
});

test('grouped by a tag, the worst of the series that share it is told', () => {
  const bench = createBench({
    series: () => [series({ host: 'a', cpu: '0' }, 0.2), series({ host: 'a', cpu: '1' }, 0.9), series({ cpu: '2' }, 0.4)],
  });
  assert.equal(bench.measure('value("cpu") > 80% by host').groups(), { a: 0.9, '(none)': 0.4 });
  assert.equal(bench.measure('value("cpu") < 30% by host').groups(), { a: 0.2, '(none)': 0.4 });
});

test('a series that has no number is left out, and a metric that fails stops nothing', () => {
  const broken = {
    tags: [],
    value: () => {
      throw new Error('no');
    },
  };
  assert.equal(
    createBench({ series: () => [series({}, Number.NaN)] })
      .measure('value("x") > 1')
      .read(),
    [],
  );
  assert.equal(
    createBench({ series: () => [series({ a: '1' }, 5), broken] })
      .measure('value("x") > 1')
      .groups(),
    { 'a=1': 5 },
  );
});

test('of more than 1,000 series the others are one group, the worst of them', () => {
  const bench = createBench({ series: () => Array.from({ length: 1500 }, (_, index) => series({ id: String(index) }, index)) });
  const rule = bench.measure('value("x") > 1');
  const groups = rule.groups();
  assert.equal([Object.keys(groups).length, groups['(others)'], rule.measure.overflow], [1001, 1499, 500]);
});

test('a history is averaged over its rows, by their samples where they have several', () => {
  const gauge = createBench({ history: () => [history({ value: [1, null, 3] })] });
  assert.equal(
    ['avg', 'min', 'max'].map((of) => gauge.measure(`${of}("x") > 1 in 10m`).value()),
    [2, 1, 3],
  );
  const spread = createBench({ history: () => [history({ count: [1, 0, 3], sum: [10, 0, 6], mean: [10, null, 2], max: [10, null, 5] })] });
  assert.equal(
    ['avg', 'min', 'max'].map((of) => spread.measure(`${of}("x") > 1 in 10m`).value()),
    [4, 2, 10],
  );
  const counted = createBench({ history: () => [history({ count: [10, 30], rate: [1, 3] })] });
  assert.equal(
    ['avg', 'min', 'max'].map((of) => counted.measure(`${of}("x") > 1 in 10m`).value()),
    [2, 1, 3],
  );
});

test('no history, no rows and rows without numbers tell nothing', () => {
  for (const found of [
    undefined,
    [],
    [history({})],
    [history({ value: [null, null] })],
    [history({ count: [0], sum: [0], mean: [null] })],
  ]) {
    assert.equal(
      createBench({ history: () => found })
        .measure('avg("x") > 1 in 10m')
        .read(),
      [],
    );
  }
});

test('a gauge of a bus is read as it is now, and its history as it was', () => {
  const bench = createBench({}, { metrics: { history: true } } as never);
  const { telemetry, clock } = bench;
  telemetry.attachMetricsHandler();
  telemetry.registerMetrics([lastValue('queue.size', ['app', 'queue', 'sampled'], { measurement: 'size', tags: ['queue'] })]);
  const [now, average, other] = [
    bench.measure('value("queue.size") > 5'),
    bench.measure('avg("queue.size"{queue="q"}) > 5 in 1m'),
    bench.measure('value("app.queue.sampled") > 3'),
  ];
  for (const size of [2, 4, 9, 9, 9, 9]) {
    telemetry.execute(['app', 'queue', 'sampled'], { size }, { queue: 'q' });
    clock.advance('10s');
  }
  assert.equal(now.groups(), { 'queue=q': 9 });
  assert.equal(now.states(), { 'queue=q': 'warning' });
  const [averaged] = average.read();
  assert.is(averaged?.group, 'queue=q');
  assert.ok(averaged!.value! >= 2 && averaged!.value! <= 9, String(averaged?.value));
  assert.is(other.value(), 6);
});

test.run();
