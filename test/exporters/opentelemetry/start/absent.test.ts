import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder } from '../../../support/started';

const ENTRY = pathToFileURL(resolve('lib/entries/opentelemetry.ts')).href;
const INDEX = pathToFileURL(resolve('lib/index.ts')).href;

/** Makes packages whose names begin so look as if they were not installed. */
const hook = (absent: string): string => `
  import { register } from 'node:module';
  const source = \`export async function resolve(specifier, context, next) {
    if (specifier.startsWith('${absent}')) throw Object.assign(new Error('Cannot find package ' + specifier), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(specifier, context);
  }\`;
  register('data:text/javascript,' + encodeURIComponent(source));
`;

const program = (options: string): string => `
  import { startOpenTelemetry } from '${ENTRY}';
  import { createTelemetry } from '${INDEX}';
  const warnings = [];
  const telemetry = createTelemetry({ environment: 'test', onWarning: (warning) => warnings.push(warning), log: { sinks: [] } });
  const told = await startOpenTelemetry(telemetry, ${options}).then(
    ({ isDisabled, signals }) => ({ isDisabled, signals }),
    ({ code, message }) => ({ code, message }),
  );
  console.log(JSON.stringify({ ...told, warnings }));
`;

/** What a program says that starts where some packages are absent. */
async function startedWithout(absent: string, options = '{}', env: Record<string, string> = {}): Promise<Record<string, unknown>> {
  return inFolder(async (dir) => {
    writeFileSync(join(dir, 'hook.mjs'), hook(absent));
    writeFileSync(join(dir, 'program.mts'), program(options));
    const args = ['--import', 'tsx', '--import', pathToFileURL(join(dir, 'hook.mjs')).href, join(dir, 'program.mts')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env }, timeout: 60_000 });
    return JSON.parse(stdout) as Record<string, unknown>;
  });
}

test('without the packages the error says what is missing and what to install', async () => {
  const { code, message } = await startedWithout('@opentelemetry/');
  assert.is(code, 'PEER_MISSING');
  assert.is(
    message,
    'OpenTelemetry was not started. The package @opentelemetry/api is not installed. Install it with "npm install @opentelemetry/api ' +
      '@opentelemetry/api-logs", or, in a bundle, hand it in: startOpenTelemetry(telemetry, { api }). [PEER_MISSING]',
  );
});

test('where it is disabled nothing is missing, since nothing is loaded', async () => {
  const told = await startedWithout('@opentelemetry/', '{}', { OTEL_SDK_DISABLED: 'true' });
  assert.equal(told, { isDisabled: true, signals: [], warnings: [] });
});

test('without the package of the logs, the other signals are told and a warning names it; who insists on logs gets the error', async () => {
  const told = await startedWithout('@opentelemetry/api-logs', '{ requireSdk: false }');
  assert.equal(told.signals, ['spans']);
  assert.match(JSON.stringify(told.warnings), /metrics and logs are not told: the package @opentelemetry\/api-logs is not installed/);
  const refused = await startedWithout('@opentelemetry/api-logs', '{ requireSdk: false, logs: true }');
  assert.is(refused.code, 'PEER_MISSING');
  assert.match(String(refused.message), /The package @opentelemetry\/api-logs is not installed/);
});

test('with the packages and without an SDK the error says that none is registered', async () => {
  const { code, message } = await startedWithout('nothing');
  assert.is(code, 'PEER_MISSING');
  assert.match(String(message), /no OpenTelemetry SDK is registered/);
});

test.run();
