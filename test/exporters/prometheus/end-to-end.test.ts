import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import { counter, createTelemetry, defineEvent, defineEvents, distribution, lastValue, sum, summary } from '../../../lib/index';
import { fakeClock } from '../../../lib/testing/index';
import { parseOpenMetrics } from '../../support/prometheus/openmetrics';
import { parseText } from '../../support/prometheus/text';

const OPEN = 'application/openmetrics-text';

const coder = defineEvents('coder', {
  llm: {
    response: defineEvent<{ duration: number; tokens: number }, { model: string }>({ doc: 'The model answered', tags: ['model'] }),
    error: defineEvent<{ duration: number }, { model: string; reason?: unknown }>(),
  },
});

/** The value of each sample, by name and labels. */
async function valuesOf(exporter: ReturnType<typeof createPrometheusExporter>): Promise<Record<string, number>> {
  const [text, open] = [parseText((await exporter.render()).body), parseOpenMetrics((await exporter.render(OPEN)).body)];
  const values = (families: typeof text): Record<string, number> =>
    Object.fromEntries(
      families.flatMap(({ samples }) =>
        samples
          .filter(({ name }) => !name.endsWith('_created'))
          .map(({ name, labels, value }) => [[name, ...Object.entries(labels).map((pair) => pair.join('='))].join(' '), value]),
      ),
    );
  assert.equal(values(text), values(open));
  return values(text);
}

test('what the metrics handler counts by itself is on the page, in seconds, by the tags of the event', async () => {
  const telemetry = createTelemetry({ events: coder, clock: fakeClock() });
  telemetry.attachMetricsHandler();
  const exporter = createPrometheusExporter(telemetry);
  for (const duration of [2, 30, 400]) telemetry.execute(coder.llm.response, { duration, tokens: 1 }, { model: 'm"1' });
  const values = await valuesOf(exporter);
  assert.is(values['coder_llm_response_total model=m"1'], 3);
  assert.is(values['coder_llm_response_duration_seconds_count model=m"1'], 3);
  assert.is(values['coder_llm_response_duration_seconds_sum model=m"1'], 0.432);
  assert.is(values['coder_llm_response_duration_seconds_bucket model=m"1 le=+Inf'], 3);
  const open = parseOpenMetrics((await exporter.render(OPEN)).body);
  assert.equal(open.find(({ name }) => name === 'coder_llm_response_duration_seconds')!.unit, 'seconds');
  telemetry.execute(coder.llm.response, { duration: 1, tokens: 1 }, { model: 'm"1' });
  assert.is((await valuesOf(exporter))['coder_llm_response_total model=m"1'], 4);
});

test('definitions of every kind are on the page, and go on from where they were after resetCounters', async () => {
  const definitions = [
    counter('llm.answers', coder.llm.response, { tags: ['model'] }),
    sum('llm.tokens', coder.llm.response, { measurement: 'tokens', unit: 'token' }),
    lastValue('llm.last', coder.llm.response, { measurement: 'tokens' }),
    summary('llm.spread', coder.llm.response, { measurement: 'tokens' }),
    distribution('llm.latency', coder.llm.response, { measurement: 'duration', unit: 'ms', bounds: [100, 1000] }),
  ];
  const telemetry = createTelemetry({ events: coder, metrics: { definitions } });
  telemetry.attachMetricsHandler();
  const exporter = createPrometheusExporter(telemetry, { include: ({ automatic }) => !automatic, quantiles: [0.5] });
  telemetry.execute(coder.llm.response, { duration: 50, tokens: 10 }, { model: 'm1' });
  telemetry.execute(coder.llm.response, { duration: 500, tokens: 30 }, { model: 'm2' });
  const values = await valuesOf(exporter);
  assert.is(values['llm_answers_total model=m1'], 1);
  assert.is(values.llm_tokens_total, 40);
  assert.is(values.llm_last, 30);
  assert.equal([values.llm_spread_count, values.llm_spread_sum, values['llm_spread quantile=0.5']], [2, 40, 10]);
  assert.is(values['llm_latency_seconds_bucket le=0.1'], 1);
  assert.is(values.llm_latency_seconds_sum, 0.55);
  telemetry.resetCounters();
  telemetry.execute(coder.llm.response, { duration: 50, tokens: 10 }, { model: 'm1' });
  const after = await valuesOf(exporter);
  assert.equal([after['llm_answers_total model=m1'], after.llm_tokens_total, after.llm_latency_seconds_count], [2, 50, 3]);
  telemetry.resetCounters({ exports: true });
  telemetry.execute(coder.llm.response, { duration: 50, tokens: 10 }, { model: 'm1' });
  const anew = await valuesOf(exporter);
  assert.equal([anew['llm_answers_total model=m1'], anew.llm_tokens_total, anew.llm_latency_seconds_count], [1, 10, 1]);
});

test('exemplars of errors are on OpenMetrics pages', async () => {
  const telemetry = createTelemetry({ events: coder, metrics: { exemplars: true } });
  telemetry.attachMetricsHandler();
  telemetry.execute(coder.llm.error, { duration: 700 }, { model: 'm1', reason: new Error('no') });
  const { body } = await createPrometheusExporter(telemetry).render(OPEN);
  const samples = parseOpenMetrics(body).flatMap((family) => family.samples.filter(({ exemplar }) => exemplar !== undefined));
  assert.ok(samples.some(({ name }) => name === 'coder_llm_error_duration_seconds_bucket'));
  for (const { exemplar } of samples) assert.ok(exemplar!.labels.error_id!.length > 0);
});

test('what is beyond the limit of a metric is on the page as one series, and nothing is lost', async () => {
  const metric = counter('c', coder.llm.response, { tags: ['model'] });
  const telemetry = createTelemetry({ events: coder, metrics: { definitions: [metric] }, onWarning: () => {} });
  telemetry.attachMetricsHandler();
  for (let index = 0; index < 5000; index++) telemetry.execute(coder.llm.response, { duration: 1, tokens: 1 }, { model: `m${index}` });
  const { body } = await createPrometheusExporter(telemetry, { include: ({ name }) => name === 'c' }).render();
  const [family] = parseText(body);
  assert.ok(family!.samples.length <= 2001);
  assert.is(
    family!.samples.reduce((total, { value }) => total + value, 0),
    5000,
  );
  assert.ok(family!.samples.some(({ labels }) => labels.telemetry_overflow !== undefined));
});

test.run();
