/** The demo's metrics, looked at by a real Prometheus. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentEvents } from '../../../lib/catalogues/agent';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import { createTelemetry } from '../../../lib/index';
import { runDemo } from '../../../lib/node/cli/demo/demo';
import type { Plan } from '../../../lib/node/cli/demo/view';
import { fileSink, serveMetrics } from '../../../lib/node/index';
import { startPrometheus } from '../../support/prometheus/server';
import { testWith } from '../../support/test-with';
import { createRecordingView } from './recording-view';
import { makeSampleTree } from './sample-tree';

const SCRAPED = 'a real Prometheus scrapes the demo while it runs and answers with the very numbers it ends with';

testWith(['prometheus'], SCRAPED, async () => {
  const tree = makeSampleTree();
  const telemetry = createTelemetry({ events: agentEvents, metrics: { exemplars: true } });
  await using page = await serveMetrics(createPrometheusExporter(telemetry), { port: 0 });
  const prometheus = await startPrometheus(`127.0.0.1:${page.port}`);
  try {
    const log = fileSink({ path: join(tree.folder, 'events.jsonl'), sync: true });
    const run = runDemo({ folder: tree.folder, forMs: 6000, log, view: createRecordingView().view, telemetry });
    // It is scraped while it runs, more than once.
    await prometheus.queryUntil('count_over_time(agent_session_start_total[1m])', (values) =>
      Object.values(values).some((count) => count >= 2),
    );
    await run;
    await log.close?.();

    const counters = telemetry.getCounters();
    const sum = (values: Record<string, number>) => Object.values(values).reduce((all, value) => all + value, 0);
    for (const [key, name] of [
      ['agent.session.start', 'agent_session_start_total'],
      ['agent.llm.response', 'agent_llm_response_total'],
      ['agent.context.cache_hit', 'agent_context_cache_hit_total'],
    ] as const) {
      const expected = counters[key] ?? 0;
      assert.ok(expected > 0, key);
      await prometheus.queryUntil(`sum(${name})`, (values) => sum(values) === expected);
    }

    const stats = telemetry.getDurationStats(agentEvents.llm.response)!;
    assert.is(sum(await prometheus.query('sum(agent_llm_response_duration_seconds_count)')), stats.count);
    const seconds = sum(await prometheus.query('sum(agent_llm_response_duration_seconds_sum)'));
    assert.ok(Math.abs(seconds - stats.sum / 1000) < 1e-9 * stats.sum, `${seconds} s for ${stats.sum} ms`);
    const p95 = sum(await prometheus.query('histogram_quantile(0.95, sum by (le) (agent_llm_response_duration_seconds_bucket))'));
    assert.ok(p95 > 0 && p95 <= 300, `p95 ${p95}`);
    const bucket = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10].find((bound) => stats.p95 / 1000 <= bound)!;
    assert.ok(p95 <= bucket, `p95 of ${stats.p95} ms is told as ${p95} s`);
    assert.equal(await prometheus.targetErrors(), ['']);
  } finally {
    await prometheus.stop();
    tree.remove();
  }
});

test('asked to, the demo serves its metrics on the loopback for as long as it runs, and says where', async () => {
  const tree = makeSampleTree();
  const log = fileSink({ path: join(tree.folder, 'events.jsonl'), sync: true });
  const { view, lines } = createRecordingView();
  let page: Promise<string> | undefined;
  let url = '';
  const begin = (plan: Plan): void => {
    url = plan.metricsUrl!;
    page = fetch(url).then((answer) => answer.text());
    view.begin(plan);
  };
  await runDemo({ folder: tree.folder, forMs: 1500, log, metricsPort: 0, view: { ...view, begin } });
  await log.close?.();
  tree.remove();
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  assert.type(await page, 'string');
  assert.ok(lines.length > 0);
  await fetch(url).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(String(error.cause), /ECONNREFUSED|other side closed/),
  );
});

test.run();
