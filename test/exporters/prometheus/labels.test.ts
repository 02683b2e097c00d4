import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import type { Exemplar, Tags } from '../../../lib/metrics/view';
import { parseOpenMetrics } from '../../support/prometheus/openmetrics';
import { fakeBus, fakeMetric } from '../../support/prometheus/source';
import { parseText } from '../../support/prometheus/text';

const OPEN = 'application/openmetrics-text';

/** The labels of each series of a metric. */
async function labelsOf(all: readonly Tags[], labels: Record<string, string> = {}): Promise<Record<string, string>[]> {
  const metric = fakeMetric({ name: 'm', type: 'lastValue' });
  for (const tags of all) metric.add(tags, 1);
  const exporter = createPrometheusExporter(fakeBus(metric), { labels });
  const parsed = [parseText((await exporter.render()).body), parseOpenMetrics((await exporter.render(OPEN)).body)];
  const [text, open] = parsed.map(([family]) => family!.samples.map((sample) => ({ ...sample.labels })));
  assert.equal(text, open);
  return text!;
}

test('every value comes back as it was', async () => {
  const values = [
    '',
    ' ',
    '\\',
    '\\\\n',
    '"',
    '\n',
    '\r\n',
    '\t',
    '{}',
    'a="b",c="d"} 1',
    '#',
    '# EOF',
    'é',
    '日本',
    '😀',
    '\u2028',
    '\ufeff',
    '\u0001',
  ];
  assert.equal(
    await labelsOf(values.map((value) => [['v', value]])),
    values.map((v) => ({ v })),
  );
});

test('what would cost the whole page is replaced: lone surrogates and NUL', async () => {
  assert.equal(await labelsOf([[['v', 'a\ud800b']], [['v', '\udc00\ud800']], [['v', 'x\0y']]]), [
    { v: 'a\ufffdb' },
    { v: '\ufffd\ufffd' },
    { v: 'x\ufffdy' },
  ]);
});

test('values that are the same when replaced are one series, not two', async () => {
  assert.equal(await labelsOf([[['v', '\ud800']], [['v', '\ud801']]]), [{ v: '\ufffd' }]);
});

test('names are sanitised, reserved ones renamed', async () => {
  const tags = ['a.b', 'http-status', '1st', 'le', 'quantile', '__name__', '__', 'ü', '', '_', 'ok_1', 'A'];
  const [labels] = await labelsOf([tags.map((name) => [name, name])], { _: 'constant' });
  const names = '_ a_b http_status _1st le_ quantile_ tag__name__ tag__ tag_ tag__2 tag__3 ok_1 A'.split(' ');
  assert.equal(Object.keys(labels!).sort(), names.sort());
  assert.is(labels!.tag__name__, '__name__');
});

test('names that are equal when sanitised stay apart, in all series of the metric alike', async () => {
  assert.equal(
    await labelsOf([
      [
        ['a.b', '1'],
        ['a-b', '2'],
        ['a_b', '3'],
        ['a_b_', '4'],
      ],
      [['a-b', '1']],
      [['a.b', '1']],
    ]),
    [{ a_b: '1', a_b_: '2', a_b_2: '3', a_b__: '4' }, { a_b_: '1' }, { a_b: '1' }],
  );
});

test('tags are kept apart, whatever they look like', async () => {
  assert.equal(
    await labelsOf([
      [['a', '1,b:2']],
      [
        ['a', '1'],
        ['b', '2'],
      ],
      [
        ['a', '1"'],
        ['b', ''],
      ],
      [['a', '1",b="2']],
    ]),
    [{ a: '1,b:2' }, { a: '1', b: '2' }, { a: '1"', b: '' }, { a: '1",b="2' }],
  );
});

test('constant labels are on every sample, and a tag of that name is renamed', async () => {
  assert.equal(
    await labelsOf(
      [
        [],
        [
          ['app', 'mine'],
          ['x', '1'],
        ],
      ],
      { app: 'sh"op', zone: 'a' },
    ),
    [
      { app: 'sh"op', zone: 'a' },
      { app: 'sh"op', zone: 'a', app_: 'mine', x: '1' },
    ],
  );
  const metric = fakeMetric({ name: 'h', type: 'distribution', bounds: [1] });
  metric.add({}, [1]);
  const exporter = createPrometheusExporter(fakeBus(metric), { labels: { app: 'shop' } });
  for (const { labels } of parseOpenMetrics((await exporter.render(OPEN)).body)[0]!.samples) assert.is(labels.app, 'shop');
});

test('more names of tags than a family can remember: it begins anew, and all stay apart', async () => {
  const metric = fakeMetric({ name: 'm', type: 'lastValue' });
  const exporter = createPrometheusExporter(fakeBus(metric));
  for (let round = 0; round < 5; round++) {
    metric.all.length = 0;
    for (let index = 0; index < 400; index++) metric.add({ [`t-${round}-${index}`]: 'x', [`t.${round}.${index}`]: 'y' }, 1);
    assert.is(parseText((await exporter.render()).body)[0]!.samples.length, 400);
  }
  metric.all.length = 0;
  metric.add({ 't.0.0': 'x' }, 1);
  assert.equal({ ...parseText((await exporter.render()).body)[0]!.samples[0]!.labels }, { t_0_0: 'x' });
});

const exemplar = (tags: Tags, value = 2): Exemplar => ({ tags, value, time: 1_767_225_600_123 });

test('exemplars are written in OpenMetrics only, behind counters and buckets, in base units', async () => {
  const counter = fakeMetric({ name: 'c' });
  const histogram = fakeMetric({ name: 'h', exportName: 'h_seconds', type: 'distribution', unit: 'ms', bounds: [1, 5] });
  const [gauge, summary] = [fakeMetric({ name: 'g', type: 'lastValue' }), fakeMetric({ name: 's', type: 'summary' })];
  const all = [exemplar([['trace_id', 'x"\n']], 1), exemplar([['trace_id', 'b']], 3), exemplar([], 9)];
  counter.add({}, 1, all);
  histogram.add({ a: 'b' }, [1, 3, 9], all);
  gauge.add({}, 1, all);
  summary.add({}, [1], all);
  const exporter = createPrometheusExporter(fakeBus(counter, histogram, gauge, summary));
  const text = (await exporter.render()).body;
  parseText(text);
  assert.not.match(text, 'trace_id');
  const open = (await exporter.render(OPEN)).body;
  parseOpenMetrics(open);
  assert.equal(open.match(/.*[^E] # .*/g), [
    'c_total 1 # {trace_id="x\\"\\n"} 1 1767225600.123',
    'h_seconds_bucket{a="b",le="0.001"} 1 # {trace_id="x\\"\\n"} 0.001 1767225600.123',
    'h_seconds_bucket{a="b",le="0.005"} 2 # {trace_id="b"} 0.003 1767225600.123',
    'h_seconds_bucket{a="b",le="+Inf"} 3 # {} 0.009 1767225600.123',
  ]);
});

test('an exemplar of more than 128 characters is left out', async () => {
  const cases: readonly (readonly [Tags, boolean])[] = [
    [[['id', 'x'.repeat(126)]], true],
    [[['id', 'x'.repeat(127)]], false],
    [[['id', '😀'.repeat(126)]], true],
    [[['id', '😀'.repeat(127)]], false],
    [[['id', 'x'.repeat(100_000)]], false],
    [Array.from({ length: 64 }, (_, index) => [String.fromCharCode(0x41 + index), 'x'] as const), false],
  ];
  for (const [tags, isWritten] of cases) {
    const metric = fakeMetric({ name: 'c' });
    metric.add({}, 1, [exemplar(tags)]);
    const { body } = await createPrometheusExporter(fakeBus(metric)).render(OPEN);
    assert.is(parseOpenMetrics(body)[0]!.samples[0]!.exemplar !== undefined, isWritten);
  }
});

test.run();
