import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  exports: Record<string, unknown>;
  dependencies: Record<string, string>;
};
const require = createRequire(import.meta.url);

/** The values of each entry. Adding a name is a decision, losing one is a breaking change. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'telemetry-bus': [
    'TelemetryError',
    'bindContext',
    'consoleSink',
    'contextFields',
    'counter',
    'createFormat',
    'createTelemetry',
    'decodeSnapshot',
    'defineEvent',
    'defineEvents',
    'definitionOf',
    'describeConfig',
    'distribution',
    'encodeSnapshot',
    'errorIdOf',
    'isTelemetryError',
    'lastValue',
    'loadConfig',
    'memorySink',
    'mergeSnapshots',
    'runWithContext',
    'sum',
    'summary',
    'systemClock',
    'takeSnapshot',
    'telemetry',
  ],
  'telemetry-bus/core': [
    'TelemetryError',
    'createTelemetry',
    'defineEvent',
    'defineEvents',
    'definitionOf',
    'isTelemetryError',
    'systemClock',
  ],
  'telemetry-bus/testing': ['captureEvents', 'captureRecords', 'fakeClock'],
  'telemetry-bus/catalogues/agent': ['agentEvents', 'defineAgentEvents'],
  'telemetry-bus/catalogues/chat': ['chatEvents', 'defineChatEvents'],
  'telemetry-bus/errors': [
    'USER_ERROR_KINDS',
    'capture',
    'createErrors',
    'createUserMessages',
    'englishMessages',
    'errorIdOf',
    'fingerprintOf',
    'germanMessages',
    'handleErrors',
    'isExpected',
    'kindOf',
    'logAndFormat',
    'logCalls',
    'normaliseMessage',
    'parseStack',
    'report',
    'timed',
    'userMessage',
  ],
  'telemetry-bus/security': ['CHAIN_START', 'SECURITY_EVENTS', 'security', 'securityOf', 'verifyChain'],
  'telemetry-bus/performance': [
    'calibrateThresholds',
    'formatCalibration',
    'recordedDurations',
    'slowRequests',
    'thresholdsInSeconds',
    'watchSlow',
  ],
  'telemetry-bus/poller': ['startPoller'],
  'telemetry-bus/health': [
    'addCheck',
    'handlersCheck',
    'health',
    'healthOf',
    'healthResponse',
    'httpCheck',
    'postgresCheck',
    'redisCheck',
    'sinksCheck',
  ],
  'telemetry-bus/alerts': ['DeliveryError', 'alerts', 'alertsOf', 'failureOf', 'logTarget', 'readyRules'],
  'telemetry-bus/http': [
    'currentRequest',
    'formatTraceparent',
    'honoMiddleware',
    'httpEvents',
    'httpTrackingOf',
    'tracedFetch',
    'trackFetch',
    'trackHttp',
  ],
  'telemetry-bus/prometheus': ['createPrometheusExporter'],
  'telemetry-bus/opentelemetry': [
    'OPENTELEMETRY_HANDLER_ID',
    'SEMANTIC_NAMES',
    'createMetricProducer',
    'declareDomain',
    'observeMetrics',
    'openTelemetryResource',
    'resourceFromEnvironment',
    'startOpenTelemetry',
  ],
  'telemetry-bus/node': [
    'bindContext',
    'chainedSink',
    'contextFields',
    'describeConfig',
    'fileSink',
    'loadConfig',
    'rotateFile',
    'runWithContext',
    'runtimeEvents',
    'runtimeMeasurements',
    'serveMetrics',
    'startMonitor',
    'startTelemetry',
    'systemMeasurements',
    'verifyFiles',
  ],
  'telemetry-bus/node/statsd': ['startStatsd'],
  'telemetry-bus/node/storage': ['StoreError', 'createPostgresStore', 'createSqliteStore', 'startStorage'],
  'telemetry-bus/node/shipping': ['lokiSink', 'otlpSink'],
  'telemetry-bus/node/workers': ['collectWorkers', 'readSnapshot', 'readSnapshots', 'shareMetrics', 'writeSnapshot'],
  'telemetry-bus/node/health': ['diskSpaceCheck', 'eventLoopCheck', 'logFolderCheck', 'memoryCheck'],
  'telemetry-bus/node/alerts': ['emailTarget', 'slackTarget', 'verifyWebhook', 'webhookTarget'],
  'telemetry-bus/node/http': [
    'attachServer',
    'currentRequest',
    'emitFromChannel',
    'expressErrors',
    'expressMiddleware',
    'fastifyPlugin',
    'formatTraceparent',
    'honoMiddleware',
    'httpEvents',
    'httpTrackingOf',
    'instrumentHttp',
    'integrate',
    'koaMiddleware',
    'outgoingStats',
    'publishToChannels',
    'startPropagation',
    'toNodeListener',
    'tracedFetch',
    'trackFetch',
    'trackHttp',
    'trackListener',
  ],
  'telemetry-bus/node/admin': ['createAdmin', 'definePanel', 'serveAdmin'],
};

const importedNames = (specifier: string): string[] =>
  JSON.parse(
    execFileSync(
      process.execPath,
      ['--input-type=module', '-e', `console.log(JSON.stringify(Object.keys(await import('${specifier}'))))`],
      {
        cwd: root,
        encoding: 'utf8',
      },
    ),
  ) as string[];

test('every entry exports exactly the names it is known for, by import and by require', () => {
  const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
  assert.equal(
    entries.map((entry) => entry.replace('.', 'telemetry-bus')),
    Object.keys(NAMES),
  );
  for (const [specifier, names] of Object.entries(NAMES)) {
    assert.equal(importedNames(specifier).sort(), [...names].sort(), specifier);
    assert.equal(Object.keys(require(specifier) as object).sort(), [...names].sort(), specifier);
  }
});

test('every file that the exports name exists', () => {
  const files = JSON.stringify(manifest.exports).match(/\.\/dist\/[^"]+/g) ?? [];
  assert.ok(files.length >= 36);
  for (const file of files) assert.ok(existsSync(root + file), file);
});

test('declarations bring the disposable library along', () => {
  const withDispose = readdirSync(`${root}dist`, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.d\.c?ts$/.test(file) && readFileSync(`${root}dist/${file}`, 'utf8').includes('Disposable'),
  );
  assert.ok(withDispose.length > 0);
  for (const file of ['index.d.ts', 'index.d.cts', 'core/index.d.ts', 'testing/index.d.ts']) {
    assert.match(readFileSync(`${root}dist/${file}`, 'utf8').split('\n')[0]!, 'esnext.disposable');
  }
});

test('importing installs nothing: no handlers, no timers, and what it starts when asked lets the process end by itself', () => {
  const program = `
    const before = process.eventNames().length;
    const { telemetry } = await import('telemetry-bus');
    await import('telemetry-bus/testing');
    const { createPrometheusExporter } = await import('telemetry-bus/prometheus');
    const { startStatsd } = await import('telemetry-bus/node/statsd');
    telemetry.attachMetricsHandler({ history: true });
    createPrometheusExporter(telemetry);
    startStatsd(telemetry, { port: 9 });
    telemetry.execute(['app', 'part', 'action'], { duration: 1 });
    telemetry.measure(['app', 'part'], {}, () => new Promise(() => {}), { heartbeat: 10 });
    console.log(JSON.stringify([process.eventNames().length - before, telemetry.listHandlers().length]));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8', timeout: 10_000 });
  assert.is(output.trim(), '[0,1]');
});

test('run-time dependencies stay few and are installed without scripts', () => {
  assert.equal(Object.keys(manifest.dependencies).sort(), ['hdr-histogram-js', 'loglevel', 'mitt']);
});

test.run();
