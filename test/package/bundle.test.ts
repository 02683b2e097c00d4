import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles an entry of the built package as an application for browsers would. */
async function bundle(entry: string, contents = `export * from './dist/${entry}.js'`) {
  const result = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'bundled',
    platform: 'browser',
    target: 'es2022',
    treeShaking: true,
    write: false,
    metafile: true,
    logLevel: 'silent',
    // hdr-histogram-js asks for zlib behind an eval and does without it.
    external: [],
  });
  const code = result.outputFiles[0]!.text;
  const inputs = Object.keys(result.metafile.inputs);
  return { code, inputs, gzip: gzipSync(code, { level: 9 }).length };
}

/** What every browser has and a bare context lacks. No process, no Buffer, no require, and no code from strings. */
function browserLike() {
  const context = createContext(
    { performance, setTimeout, clearTimeout, AbortController, TextDecoder, TextEncoder },
    { codeGeneration: { strings: false, wasm: false } },
  );
  return (code: string): unknown => runInContext(code, context);
}

const entries = [
  ...['index', 'core/index', 'testing/index', 'catalogues/agent', 'catalogues/chat'],
  ...[
    'errors/index',
    'security/index',
    'performance/index',
    'poller/index',
    'health/index',
    'alerts/index',
    'http/index',
    'prometheus/index',
    'opentelemetry/index',
  ],
];

for (const entry of entries) {
  test(`telemetry-bus ${entry} bundles for a browser without Node built-ins and runs there`, async () => {
    const { code, gzip } = await bundle(entry);
    console.log(`\n  ${entry}: ${code.length.toLocaleString('en')} B minified, ${gzip.toLocaleString('en')} B gzip`);
    // Asked for at run time, where there is somebody to ask.
    assert.not.match(code, /(?<!getBuiltinModule\?\.\()["']node:/);
    const run = browserLike();
    run(code);
    assert.ok((run('Object.keys(bundled).length') as number) > 0);
  });
}

test('in a bare browser context the bus counts, measures and keeps its tests apart as far as it can', async () => {
  const { code } = await bundle('index', `export * from './dist/index.js'; export { captureEvents } from './dist/testing/index.js'`);
  const run = browserLike();
  run(code);
  const told = run(`
    const telemetry = bundled.createTelemetry();
    const captured = bundled.captureEvents(telemetry);
    telemetry.attachMetricsHandler();
    telemetry.measure(['app', 'job'], {}, () => 1);
    telemetry.execute(['app', 'job', 'stop'], { duration: 60000 });
    captured.stop();
    JSON.stringify([telemetry.getCounters(), telemetry.getDurationStats()['app.job.stop'].max, captured.events.length])
  `);
  assert.equal(JSON.parse(told as string), [{ 'app.job.start': 1, 'app.job.stop': 2 }, 60_000, 3]);
});

test('in a bare browser context a log line is made, redacted and handed over, and a scope holds while its function runs', async () => {
  const { code } = await bundle('index');
  const run = browserLike();
  run(code);
  const told = run(`
    const lines = [];
    const telemetry = bundled.createTelemetry({ log: { format: 'json', level: 'debug', sinks: [{ name: 'list', write: (line) => lines.push(line) }] } });
    telemetry.attachAll();
    bundled.runWithContext({ request_id: 'r1' }, () => telemetry.execute(['app', 'job', 'failed'], { duration: 5 }, { password: 'x', map: new Map([['k', 1]]) }));
    telemetry.logger('bot').error(new TypeError('bad'));
    bundled.consoleSink({ print: (line) => lines.push('printed ' + line) }).write('a line\\n', 'info');
    lines.join('')
  `) as string;
  const [event, plain, printed] = told.split('\n');
  const { timestamp, error_id, fingerprint, ...record } = JSON.parse(event!) as Record<string, unknown>;
  assert.match(`${timestamp} ${error_id} ${fingerprint}`, /^\d{4}-.*Z [0-9a-z]{8} [0-9a-f]{12}$/);
  assert.equal(record, {
    level: 'ERROR',
    logger: 'app.job',
    message: 'app.job.failed',
    event_name: 'app.job.failed',
    app: 'app',
    environment: 'development',
    instance: 'main',
    port: 8000,
    request_id: 'r1',
    duration_ms: 5,
    password: '***',
    map: { k: 1 },
  });
  assert.is((JSON.parse(plain!) as { exception: { type: string } }).exception.type, 'TypeError');
  assert.is(printed, 'printed a line');
});

test('core brings mitt and nothing else', async () => {
  const { inputs } = await bundle('core/index');
  assert.equal(
    inputs.filter((input) => input.includes('node_modules')).map((input) => /node_modules\/([^/]+)/.exec(input)?.[1]),
    ['mitt'],
  );
});

test('what is not used is not bundled: defining a catalogue brings no bus, no histogram', async () => {
  const { code } = await bundle(
    'index',
    `import { defineEvent, defineEvents } from './dist/core/index.js'; console.log(defineEvents('a', { b: { c: defineEvent() } }))`,
  );
  assert.not.match(code, 'HANDLER_EXISTS');
  assert.not.match(code, 'subBucket');
});

test.run();
