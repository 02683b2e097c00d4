import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter, type PrometheusExporter } from '../../lib/exporters/prometheus/index';
import type { ParsedFamily } from '../support/prometheus/exposition';
import { parseOpenMetrics } from '../support/prometheus/openmetrics';
import { fakeBus, fakeMetric } from '../support/prometheus/source';
import { parseText } from '../support/prometheus/text';
import { type ExportedSample, exporterConformance } from './exporter';

/** What is more than counts, sums and values is left out: buckets, quantiles, times of creation. */
function samplesOf(families: readonly ParsedFamily[]): ExportedSample[] {
  return families.flatMap(({ name: family, type, samples }) => {
    const metric = type === 'counter' ? family.replace(/_total$/, '') : family;
    const isDistribution = type === 'histogram' || type === 'summary';
    return samples.flatMap(({ name, labels: { ...labels }, value }): ExportedSample[] => {
      const suffix = name.slice(metric.length);
      if (!isDistribution) return suffix === '_created' ? [] : [{ metric, part: 'value', labels, value }];
      return suffix === '_count' || suffix === '_sum' ? [{ metric, part: suffix === '_sum' ? 'sum' : 'count', labels, value }] : [];
    });
  });
}

const OPEN = 'application/openmetrics-text';
const READ: Readonly<Record<string, (exporter: PrometheusExporter) => Promise<ParsedFamily[]>>> = {
  'exposition 0.0.4': async (exporter) => parseText((await exporter.render()).body),
  'OpenMetrics 1.0': async (exporter) => parseOpenMetrics((await exporter.render(OPEN)).body),
  'OpenMetrics in chunks': async (exporter) => parseOpenMetrics(Buffer.concat((await exporter.chunks(OPEN)).chunks).toString()),
  'fetch, 0.0.4': async (exporter) => parseText(await (await exporter.fetch(new Request('http://localhost/metrics'))).text()),
};

for (const [name, read] of Object.entries(READ)) {
  exporterConformance(
    `Prometheus, ${name}`,
    (source) => {
      const exporter = createPrometheusExporter(source);
      return { scrape: async () => samplesOf(await read(exporter)) };
    },
    { keepsValues: true },
  );
}

test('labels arrive in every way alike', async () => {
  const metric = fakeMetric({ name: 'm' });
  metric.add({ a: '"\\\n' }, 1);
  const exporter = createPrometheusExporter(fakeBus(metric));
  for (const read of Object.values(READ))
    assert.equal(samplesOf(await read(exporter)), [{ metric: 'm', part: 'value', labels: { a: '"\\\n' }, value: 1 }]);
});

test.run();
