import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import type { Tags } from '../../../lib/metrics/view';
import { randomText } from '../../support/corpus';
import { parseOpenMetrics } from '../../support/prometheus/openmetrics';
import { type FakeMetric, fakeBus, fakeMetric } from '../../support/prometheus/source';
import { parseText } from '../../support/prometheus/text';
import { mulberry32 } from '../../support/secrets';

/** Names, as many labels with values, and as many helps. */
const COUNT = Number(process.env.RECORDS ?? 5_000);
const SEED = Number(process.env.SEED ?? 20_260_305);
const PER_PAGE = 250;
const OPEN = 'application/openmetrics-text';

const NASTY = [
  'le',
  'quantile',
  '__name__',
  '_',
  '',
  '# EOF',
  '\n',
  '\r\n',
  '"',
  '\\',
  '"} 1\n',
  '\n# TYPE x gauge\n',
  '\0',
  '\ud800',
  '\u2028',
  '\ufeff',
  'a\nevil 1\n',
];
const TYPES = ['counter', 'sum', 'lastValue', 'summary', 'distribution'] as const;

function textOf(random: () => number): string {
  const kind = random();
  if (kind < 0.3) return NASTY[Math.floor(random() * NASTY.length)]!;
  if (kind < 0.5) return NASTY[Math.floor(random() * NASTY.length)]! + randomText(random, 10) + NASTY[Math.floor(random() * NASTY.length)]!;
  return randomText(random, 30);
}

function tagsOf(random: () => number): Tags {
  const tags = new Map<string, string>();
  for (let left = Math.floor(random() * 5); left > 0; left--) tags.set(textOf(random), textOf(random));
  return [...tags];
}

function metricOf(random: () => number, index: number): FakeMetric {
  const type = TYPES[index % TYPES.length]!;
  const [name, description] = [textOf(random), textOf(random)];
  const metric = fakeMetric({
    name,
    // Half of the names are told apart by a number, as on a bus; the others may clash.
    exportName: random() < 0.5 ? `${name}_${index}` : name,
    type,
    monotonic: random() < 0.5,
    description,
    unit: random() < 0.3 ? textOf(random) : random() < 0.5 ? 'ms' : undefined,
    bounds: random() < 0.5 ? [0.5, 1, 10] : undefined,
    hdr: true,
  });
  const exemplar = { tags: tagsOf(random), value: 0.25, time: 1_700_000_000_000 };
  const value = type === 'summary' || type === 'distribution' ? [0.1, 5, 50] : random() * 100;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) metric.add(tagsOf(random), value, [exemplar]);
  return metric;
}

test(`${COUNT} names, labels and helps: no line too many, no series twice, nothing a strict parser refuses (seed ${SEED})`, async () => {
  const random = mulberry32(SEED);
  let [families, leftOut] = [0, 0];
  for (let from = 0; from < COUNT; from += PER_PAGE) {
    const metrics = Array.from({ length: Math.min(PER_PAGE, COUNT - from) }, (_, index) => metricOf(random, index));
    const exporter = createPrometheusExporter(fakeBus(...metrics), { labels: { app: textOf(random) } });
    const [text, open] = [(await exporter.render()).body, (await exporter.render(OPEN)).body];
    try {
      const [parsed, parsedOpen] = [parseText(text), parseOpenMetrics(open)];
      const samples = parsed.reduce((sum, family) => sum + family.samples.length, 0);
      assert.is(text.split('\n').length - 1, 2 * parsed.length + samples);
      assert.equal(
        parsedOpen.map(({ name }) => name),
        parsed.map(({ name, type }) => (type === 'counter' ? name.replace(/_total$/, '') : name)),
      );
      assert.is(parsed.length + exporter.stats().leftOut, metrics.length);
      assert.is(exporter.stats().failures, 0);
      families += parsed.length;
      leftOut += exporter.stats().leftOut;
    } catch (error) {
      assert.unreachable(`page ${from} of seed ${SEED}: ${(error as Error).message}`);
    }
  }
  assert.is(families + leftOut, COUNT);
  assert.ok(families > COUNT / 2);
});

test('tags come back as they were, whatever else is on the page', async () => {
  const random = mulberry32(SEED + 1);
  const [metric, values] = [fakeMetric({ name: 'm', type: 'lastValue' }), new Set<string>()];
  while (values.size < COUNT) {
    const value = textOf(random);
    // What has no place in UTF-8, or costs the page in some builds of Prometheus, is replaced.
    if (!/[\0\p{Surrogate}]/u.test(value)) values.add(value);
    else values.add(`${values.size}`);
  }
  for (const value of values) metric.add({ value }, 1);
  const exporter = createPrometheusExporter(fakeBus(metric));
  for (const [accept, parse] of [
    [undefined, parseText],
    [OPEN, parseOpenMetrics],
  ] as const) {
    const found = parse((await exporter.render(accept)).body)[0]!.samples.map(({ labels }) => labels.value);
    assert.equal(found, [...values]);
  }
});

test.run();
