import { spawnSync } from 'node:child_process';
import * as prom from 'prom-client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import { fakeBus, fakeMetric } from '../../support/prometheus/source';
import { testWith } from '../../support/test-with';

const TOOL = 'promtool';
const check = (page: string): ReturnType<typeof spawnSync> => spawnSync(TOOL, ['check', 'metrics'], { input: page, encoding: 'utf8' });

testWith([TOOL], 'promtool finds nothing wrong with a page of every kind of metric, and of a registry', async () => {
  const metrics = [
    fakeMetric({ name: 'llm.answers', description: 'Answers' }),
    fakeMetric({ name: 'llm.busy', exportName: 'llm_busy_seconds', type: 'sum', monotonic: true, unit: 'ms', description: 'Busy' }),
    fakeMetric({ name: 'queue.length', type: 'lastValue', description: 'Waiting' }),
    fakeMetric({ name: 'body.size', exportName: 'body_size_bytes', type: 'summary', unit: 'byte', description: 'Sizes' }),
    fakeMetric({
      name: 'llm.latency',
      exportName: 'llm_latency_seconds',
      type: 'distribution',
      unit: 'ms',
      bounds: [1, 1000],
      description: 'Latency "of" \\ models\nall of them',
    }),
  ];
  const tags = { model: 'a "b" \\ c\nd é 😀 \r\0\ud800', le: '1', 'http.route': '/' };
  for (const metric of metrics) {
    const value = metric.type === 'summary' || metric.type === 'distribution' ? [1, 500, 5000] : 3;
    metric.add(tags, value);
    metric.add({}, value);
  }
  const registry = new prom.Registry();
  prom.collectDefaultMetrics({ register: registry });
  const exporter = createPrometheusExporter(fakeBus(...metrics), { labels: { app: 'shop' }, registries: [registry] });
  const { status, stdout, stderr } = check((await exporter.render()).body);
  // Its advice about names of prom-client's own is not about us.
  assert.equal(
    `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !/^(nodejs|process)_/.test(line)),
    [],
  );
  assert.ok(status === 0 || status === 3, `${status}`);
  const alone = createPrometheusExporter(fakeBus(...metrics), { labels: { app: 'shop' } });
  assert.equal(check((await alone.render()).body).status, 0);
});

testWith([TOOL], 'promtool refuses what our parser refuses, so that it would notice', async () => {
  for (const page of ['# TYPE g gauge\ng{a="\\t"} 1\n', '# TYPE g gauge\ng{a="1"} 1\ng{a="1"} 1\n', 'g one\n']) {
    assert.is.not(check(page).status, 0, page);
  }
});

test.run();
