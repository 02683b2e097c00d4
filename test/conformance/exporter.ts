import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Metered } from '../../lib/metrics/seam';
import { OVERFLOW_TAG } from '../../lib/metrics/view';
import { type FakeBus, fakeBus, fakeMetric } from '../support/prometheus/source';

/** What a receiver holds after a scrape, whatever the format: cumulative, an exporter of deltas adds them up. */
export interface ExportedSample {
  /** The export name of the metric, without what the format puts behind it. */
  readonly metric: string;
  /** `count` and `sum` of summaries and distributions, `value` of everything else. Whatever else is exported is left out. */
  readonly part: 'value' | 'count' | 'sum';
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An exporter and what arrives from it. */
export interface ExporterSubject {
  /** Exports everything once and gives what the receiver has by then. */
  scrape(): Promise<readonly ExportedSample[]>;
}

export interface ExporterTraits {
  /** Values of labels arrive as they are; else they may be replaced, but must stay apart. */
  readonly keepsValues: boolean;
}

/** What an exporter promises. Registers one uvu suite. */
export function exporterConformance(name: string, create: (source: Metered) => ExporterSubject, { keepsValues }: ExporterTraits): void {
  const test = suite(`exporter ${name}`);
  const keyOf = ({ metric, part, labels }: ExportedSample): string =>
    JSON.stringify([metric, part, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const table = (samples: readonly ExportedSample[]): Record<string, number> =>
    Object.fromEntries(samples.map((sample) => [keyOf(sample), sample.value]));
  const sumOf = (samples: readonly ExportedSample[], part: ExportedSample['part'] = 'value'): number =>
    samples.reduce((sum, sample) => (sample.part === part ? sum + sample.value : sum), 0);
  const sample = (metric: string, value: number, labels = {}, part: ExportedSample['part'] = 'value'): ExportedSample => ({
    metric,
    part,
    labels,
    value,
  });
  const scrape = (bus: FakeBus): Promise<readonly ExportedSample[]> => create(bus).scrape();

  test('nothing to export is exported as nothing', async () => {
    assert.equal(await scrape(fakeBus()), []);
    assert.equal(await scrape(fakeBus(fakeMetric({ name: 'empty' }))), []);
  });

  test('counters arrive, and grow', async () => {
    const metric = fakeMetric({ name: 'jobs' });
    const [plain, tagged] = [metric.add({}, 1), metric.add({ queue: 'mail' }, 2)];
    const subject = create(fakeBus(metric));
    const expected = (one: number, two: number) => table([sample('jobs', one), sample('jobs', two, { queue: 'mail' })]);
    assert.equal(table(await subject.scrape()), expected(1, 2));
    assert.equal(table(await subject.scrape()), expected(1, 2));
    plain.set(5);
    tagged.set(7);
    assert.equal(table(await subject.scrape()), expected(5, 7));
  });

  test('sums arrive, rising ones and others', async () => {
    const [rising, other] = [fakeMetric({ name: 'up', type: 'sum', monotonic: true }), fakeMetric({ name: 'free', type: 'sum' })];
    const [first, second] = [rising.add({}, 2.5), other.add({}, 10)];
    const subject = create(fakeBus(rising, other));
    assert.equal(table(await subject.scrape()), table([sample('up', 2.5), sample('free', 10)]));
    first.set(3.25);
    second.set(-4);
    assert.equal(table(await subject.scrape()), table([sample('up', 3.25), sample('free', -4)]));
  });

  test('gauges arrive as they are last', async () => {
    const metric = fakeMetric({ name: 'depth', type: 'lastValue' });
    const series = metric.add({ queue: 'mail' }, 3);
    const subject = create(fakeBus(metric));
    for (const value of [3, 0, -2.5, 1e15]) {
      series.set(value);
      assert.equal(table(await subject.scrape()), table([sample('depth', value, { queue: 'mail' })]));
    }
  });

  test('count and sum of distributions and summaries arrive', async () => {
    const [one, two] = [
      fakeMetric({ name: 'd', type: 'distribution', bounds: [1, 5] }),
      fakeMetric({ name: 's', type: 'summary', hdr: true }),
    ];
    const series = one.add({ model: 'm1' }, [1, 2, 8]);
    two.add({}, [0.5, 0.25]);
    const subject = create(fakeBus(one, two));
    const labels = { model: 'm1' };
    const summary = [sample('s', 2, {}, 'count'), sample('s', 0.75, {}, 'sum')];
    assert.equal(table(await subject.scrape()), table([sample('d', 3, labels, 'count'), sample('d', 11, labels, 'sum'), ...summary]));
    series.set([1, 2, 8, 4]);
    assert.equal(table(await subject.scrape()), table([sample('d', 4, labels, 'count'), sample('d', 15, labels, 'sum'), ...summary]));
  });

  test('tags are kept apart, whatever their values look like', async () => {
    const sets = [
      { a: '1,b:2' },
      { a: '1', b: '2' },
      { a: '1"', b: '' },
      { a: '1",b="2' },
      { a: '1' },
      { b: '1' },
      { a: '\\' },
      { a: '\\\\' },
      { a: '\n' },
      { a: '\\n' },
      { a: '|#a:1' },
      { a: '1|c' },
      { a: 'é' },
      { a: 'É' },
      { a: '😀' },
    ];
    const metric = fakeMetric({ name: 'm' });
    for (const [index, tags] of sets.entries()) metric.add(tags, 2 ** index);
    const samples = await scrape(fakeBus(metric));
    assert.is(new Set(samples.map(keyOf)).size, sets.length);
    assert.is(sumOf(samples), 2 ** sets.length - 1);
    if (keepsValues) assert.equal(table(samples), table(sets.map((labels, index) => sample('m', 2 ** index, labels))));
  });

  test('the series that takes what is beyond the limit is exported like the others', async () => {
    const metric = fakeMetric({ name: 'm' });
    metric.add({ id: '1' }, 1);
    metric.add({ [OVERFLOW_TAG]: 'true' }, 41);
    const samples = await scrape(fakeBus(metric));
    assert.is(sumOf(samples), 42);
    assert.is(samples.find(({ labels }) => labels[OVERFLOW_TAG] === 'true')?.value, 41);
  });

  test('sums are conserved over any number of metrics, series and scrapes', async () => {
    const counts = fc.array(fc.array(fc.nat(1_000_000), { maxLength: 30 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(counts, fc.array(fc.nat(1000), { maxLength: 5 }), async (metrics, growth) => {
        const all = metrics.map((values, index) => {
          const metric = fakeMetric({ name: `m${index}` });
          for (const [at, value] of values.entries()) metric.add({ at: `${at}`, odd: `${at % 2}` }, value);
          return metric;
        });
        const subject = create(fakeBus(...all));
        for (const more of [0, ...growth]) {
          for (const metric of all) for (const series of metric.all) series.set(series.value() + more);
          const expected = all.flatMap((metric) => metric.all.map((series) => series.value())).reduce((sum, value) => sum + value, 0);
          assert.is(sumOf(await subject.scrape()), expected);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('hostile names are no reason to throw, or to lose a number', async () => {
    const names = [
      '',
      ' ',
      '1',
      'a b',
      'é',
      '"',
      '\n',
      '\\',
      '{}',
      '|',
      '#',
      ':',
      '__name__',
      'le',
      'quantile',
      '\ud800',
      '\0',
      'x'.repeat(10_000),
    ];
    const metrics = names.map((name, index) => {
      const metric = fakeMetric({ name, exportName: `${name}_${index}`, description: name, unit: name });
      metric.add([[name, name]], 2 ** index);
      return metric;
    });
    const samples = await scrape(fakeBus(...metrics));
    assert.is(sumOf(samples), 2 ** names.length - 1);
  });

  test('two tags whose names look the same outside stay two', async () => {
    const metric = fakeMetric({ name: 'm' });
    const pairs = [
      ['a.b', '1'],
      ['a-b', '1'],
      ['a_b', '1'],
      ['a b', '1'],
    ] as const;
    for (const [index, pair] of pairs.entries()) metric.add([pair], 2 ** index);
    metric.add(pairs, 16);
    const samples = await scrape(fakeBus(metric));
    assert.equal([new Set(samples.map(keyOf)).size, sumOf(samples)], [5, 31]);
  });

  test.run();
}
