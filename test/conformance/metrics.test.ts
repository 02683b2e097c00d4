import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as source from '../../lib/index';
import { METRICS_SEAM } from '../../lib/metrics/seam';
import { metricsConformance } from './metrics';

const root = new URL('../../', import.meta.url);
if (!existsSync(new URL('dist/index.js', root))) throw new Error('dist is missing: npm run build first');
const esm = (await import(new URL('dist/index.js', root).href)) as typeof source;
const cjs = createRequire(import.meta.url)('../../dist/index.cjs') as typeof source;

function subject(library: typeof source, options: Partial<source.MetricsOptions> = {}, defining: typeof source = library) {
  return {
    library: defining,
    create(definitions: readonly source.MetricDefinition[], maxSeries = 2000) {
      const telemetry = library.createTelemetry({ metrics: { definitions, maxSeries, ...options }, onWarning: () => {} });
      telemetry.attachMetricsHandler();
      return telemetry;
    },
  };
}

metricsConformance('the sources', subject(source));
metricsConformance('the sources, with a history', subject(source, { history: true }));
metricsConformance('the sources, with exemplars', subject(source, { exemplars: true }));
metricsConformance('the built ESM', subject(esm));
metricsConformance('the built CJS', subject(cjs, { history: { series: 3 } }));
metricsConformance('both builds: bus of ESM, definitions of CJS', subject(esm, {}, cjs));

test('what one build counts, exporters of another can read', () => {
  for (const { createTelemetry } of [esm, cjs]) {
    const telemetry = createTelemetry();
    telemetry.attachMetricsHandler();
    telemetry.execute(['app', 'web', 'hit'], { duration: 1 });
    const names = [...telemetry[METRICS_SEAM]!.metrics()].map(({ exportName }) => exportName);
    assert.equal(names, ['app_web_hit', 'app_web_hit_duration_seconds']);
  }
});

test.run();
