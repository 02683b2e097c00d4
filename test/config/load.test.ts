import { expectTypeOf } from 'expect-type';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConfigOptions, loadConfig, type TelemetryConfig } from '../../lib/config/load';
import type { LogFormat } from '../../lib/config/row';
import type { Level } from '../../lib/core/level';

const sourceOf = (config: TelemetryConfig, key: string) => {
  const { value, source, variable } = config.explain().find((entry) => entry.key === key)!;
  return [value, source, variable];
};
const load = (env: NonNullable<ConfigOptions['env']> = {}, rest: Omit<ConfigOptions, 'env'> = {}) => loadConfig({ env, ...rest });

test('without anything it is development with the defaults', () => {
  const { explain, warnings, ...values } = load();
  assert.equal(values, {
    app: undefined,
    environment: 'development',
    instance: 'main',
    port: 8000,
    logLevel: 'debug',
    logLevels: {},
    logFormat: 'pretty',
    logSchema: 'default',
    logFieldsUnder: undefined,
    logCaller: true,
    logTimeZone: 'local',
    logStderrFrom: 'silent',
    logToConsole: true,
    logToFile: true,
    enableDiagnostic: true,
    filterSensitiveData: true,
    logDir: 'logs',
    logFile: undefined,
    errorLogFile: undefined,
    logMaxBytes: 52_428_800,
    logBackupCount: 10,
    logFileMode: 0o600,
    logDirMode: 0o700,
    logPreset: 'web',
    slackWebhookUrl: undefined,
    slackBotToken: undefined,
    slackChannelId: undefined,
    monitorMaxSamples: 100,
    monitorSampleInterval: 60,
    monitorRequestLogging: true,
    monitorSystemMetrics: true,
    monitorScheduledChecks: true,
    monitorUnhealthyThreshold: 3,
    monitorHealthCheckInterval: 60,
  });
  assert.equal(warnings, []);
  assert.equal(
    explain().map(({ key }) => key),
    Object.keys(values),
  );
});

test('each environment has the profile that the requirements ask for', () => {
  const profile = (environment: string) => {
    const { logLevel, logFormat, logCaller, enableDiagnostic, logToFile, logToConsole, filterSensitiveData, logDir } = load({
      APP_ENV: environment,
    });
    return [logLevel, logFormat, logCaller, enableDiagnostic, logToFile, logToConsole, filterSensitiveData, logDir];
  };
  assert.equal(profile('development'), ['debug', 'pretty', true, true, true, true, true, 'logs']);
  assert.equal(profile('test'), ['warn', 'minimal', false, false, false, true, true, 'logs']);
  assert.equal(profile('staging'), ['info', 'json', false, false, true, true, true, 'logs']);
  assert.equal(profile('production'), ['info', 'json', false, false, true, false, true, 'auto']);
});

test('an argument wins over a variable, that over the environment, that over the default', () => {
  const env = { APP_ENV: 'production', LOG_LEVEL: 'error' };
  assert.equal(sourceOf(load(env, { values: { logLevel: 'trace' } }), 'logLevel'), ['trace', 'argument', undefined]);
  assert.equal(sourceOf(load(env), 'logLevel'), ['error', 'environment', 'LOG_LEVEL']);
  assert.equal(sourceOf(load({ APP_ENV: 'production' }), 'logLevel'), ['info', 'config', 'config/production']);
  assert.equal(sourceOf(load({ APP_ENV: 'production' }), 'port'), [8000, 'default', undefined]);
});

test('the first of several variables wins and is named', () => {
  const both = { TELEMETRY_LOG_LEVEL: 'error', LOG_LEVEL: 'info,coder=trace' };
  assert.equal(sourceOf(load(both), 'logLevel'), ['error', 'environment', 'TELEMETRY_LOG_LEVEL']);
  assert.equal(sourceOf(load({ APP_NAME: 'a', OTEL_SERVICE_NAME: 'b' }), 'app'), ['a', 'environment', 'APP_NAME']);
  assert.equal(sourceOf(load({ APP_NAME: '', OTEL_SERVICE_NAME: 'b' }), 'app'), ['b', 'environment', 'OTEL_SERVICE_NAME']);
  assert.equal(sourceOf(load({ TELEMETRY_LOG_FORMAT: 'text', LOG_FORMAT: 'json' }), 'logFormat'), [
    'text',
    'environment',
    'TELEMETRY_LOG_FORMAT',
  ]);
  assert.equal(sourceOf(load({ TELEMETRY_LOG_SCHEMA: 'ecs', LOG_SCHEMA: 'pino' }), 'logSchema'), [
    'ecs',
    'environment',
    'TELEMETRY_LOG_SCHEMA',
  ]);
});

test('a level variable is taken as a whole: a weaker one adds no loggers to it', () => {
  const config = load({ TELEMETRY_LOG_LEVEL: 'error', LOG_LEVEL: 'info,coder=trace' });
  assert.equal([config.logLevel, config.logLevels], ['error', {}]);
  const named = load({ TELEMETRY_LOG_LEVEL: 'coder=trace', LOG_LEVEL: 'error' });
  assert.equal([named.logLevel, named.logLevels], ['debug', { coder: 'trace' }]);
});

test('a level variable without loggers leaves those of the profile, one without a level leaves its level', () => {
  const profiles = { development: { logLevel: 'error', logLevels: { bot: 'trace' } } } as const;
  const { logLevel, logLevels } = load({ LOG_LEVEL: 'info' }, { profiles });
  assert.equal([logLevel, logLevels], ['info', { bot: 'trace' }]);
  const named = load({ LOG_LEVEL: 'coder=debug' }, { profiles });
  assert.equal([named.logLevel, named.logLevels], ['error', { coder: 'debug' }]);
});

test('APP_ENV chooses the environment before NODE_ENV, an argument before both', () => {
  const env = { APP_ENV: 'staging', NODE_ENV: 'test' };
  assert.equal(sourceOf(load(env), 'environment'), ['staging', 'environment', 'APP_ENV']);
  assert.equal(sourceOf(load({ NODE_ENV: 'test' }), 'environment'), ['test', 'environment', 'NODE_ENV']);
  const asked = load(env, { values: { environment: 'production' } });
  assert.equal([asked.environment, asked.logToConsole], ['production', false]);
  assert.equal(sourceOf(asked, 'environment'), ['production', 'argument', undefined]);
});

test('what a right value overrides is not looked at', () => {
  const config = load(
    { APP_ENV: 'test', NODE_ENV: 'ci', TELEMETRY_LOG_FORMAT: 'json', LOG_FORMAT: 'common', PORT: '\\\\.\\pipe\\iis' },
    { values: { port: 1 } },
  );
  assert.equal([config.environment, config.logFormat, config.port], ['test', 'json', 1]);
});

test("an application's profile wins over the library's of the same environment, and others are not used", () => {
  const profiles = { production: { logLevel: 'WARNING', logMaxBytes: '1MB' }, test: { port: 1 } } as unknown as NonNullable<
    ConfigOptions['profiles']
  >;
  const config = load({ APP_ENV: 'production' }, { profiles });
  assert.equal(sourceOf(config, 'logLevel'), ['warn', 'config', 'profiles.production']);
  assert.equal(sourceOf(config, 'logMaxBytes'), [1_048_576, 'config', 'profiles.production']);
  assert.equal(sourceOf(config, 'logDir'), ['auto', 'config', 'config/production']);
  assert.is(config.port, 8000);
});

test("without env it reads the process's variables at the call", () => {
  const { LOG_BACKUP_COUNT } = process.env;
  try {
    process.env.LOG_BACKUP_COUNT = '3';
    assert.is(loadConfig().logBackupCount, 3);
    process.env.LOG_BACKUP_COUNT = '4';
    assert.is(loadConfig({ env: undefined }).logBackupCount, 4);
    assert.is(loadConfig({ env: {} }).logBackupCount, 10);
  } finally {
    if (LOG_BACKUP_COUNT === undefined) delete process.env.LOG_BACKUP_COUNT;
    else process.env.LOG_BACKUP_COUNT = LOG_BACKUP_COUNT;
  }
});

test('a configuration is frozen throughout and keeps nothing of the arguments', () => {
  const logLevels: Record<string, Level> = { coder: 'debug' };
  const config = load({ TELEMETRY_X: '1' }, { values: { logLevels } });
  logLevels.coder = 'error';
  assert.equal(config.logLevels, { coder: 'debug' });
  for (const part of [config, config.logLevels, config.warnings, config.explain(), ...config.explain()]) assert.ok(Object.isFrozen(part));
});

test('an unknown TELEMETRY_ variable is a warning with the nearest name, others are none of ours', () => {
  assert.equal(
    load({ TELEMETRY_LOG_LEVLE: 'info', TELEMETRY_LOG_DIR: 'x', TELEMETRY_WHATEVER: 'x', LOG_LEVLE: 'x', OTEL_X: 'x' }).warnings,
    [
      'Variable "TELEMETRY_LOG_LEVLE" is not known and has no effect. Did you mean "TELEMETRY_LOG_LEVEL"?',
      'Variable "TELEMETRY_LOG_DIR" is not known and has no effect. Did you mean "LOG_DIR"?',
      'Variable "TELEMETRY_WHATEVER" is not known and has no effect.',
    ],
  );
  assert.equal(load({ TELEMETRY_LOG_LEVEL: 'info', TELEMETRY_LOG_FORMAT: 'json', TELEMETRY_LOG_SCHEMA: 'ecs' }).warnings, []);
});

test('redaction can be switched off outside production, with a warning', () => {
  for (const APP_ENV of ['development', 'test', 'staging']) {
    for (const config of [load({ APP_ENV, FILTER_SENSITIVE_DATA: 'off' }), load({ APP_ENV }, { values: { filterSensitiveData: false } })]) {
      assert.is(config.filterSensitiveData, false);
      assert.equal(config.warnings, ['filterSensitiveData is false: sensitive data is written to the logs as it is.']);
    }
  }
});

test('redaction stays on in production whoever asks, with a warning', () => {
  const off = { filterSensitiveData: false };
  for (const config of [
    load({ APP_ENV: 'production', FILTER_SENSITIVE_DATA: 'false' }),
    load({ NODE_ENV: 'PRODUCTION' }, { values: off }),
    load({ FILTER_SENSITIVE_DATA: '0' }, { values: { environment: 'production' } }),
    load({ APP_ENV: 'production' }, { profiles: { production: off } }),
  ]) {
    assert.is(config.filterSensitiveData, true);
    assert.equal(sourceOf(config, 'filterSensitiveData'), [true, 'default', undefined]);
    assert.equal(config.warnings, ['filterSensitiveData is false, which has no effect in production: sensitive data stays masked.']);
  }
});

test('the values are typed by the table', () => {
  const config = load();
  expectTypeOf(config.port).toEqualTypeOf<number>();
  expectTypeOf(config.app).toEqualTypeOf<string | undefined>();
  expectTypeOf(config.logDir).toEqualTypeOf<string>();
  expectTypeOf(config.logLevel).toEqualTypeOf<Level>();
  expectTypeOf(config.logLevels).toEqualTypeOf<Readonly<Record<string, Level>>>();
  expectTypeOf(config.logFormat).toEqualTypeOf<LogFormat>();
  expectTypeOf(config.logSchema).toEqualTypeOf<'default' | 'pino' | 'ecs' | 'otel'>();
  expectTypeOf(config.logMaxBytes).toEqualTypeOf<number>();
  expectTypeOf(config.logCaller).toEqualTypeOf<boolean>();
  load({}, { values: { logMaxBytes: '50MB', logLevel: 'warning', logFormat: '%(message)s', port: undefined } });
  // @ts-expect-error no such value
  assert.throws(() => load({}, { values: { prot: 1 } }));
  // @ts-expect-error neither a format nor a pattern
  assert.throws(() => load({}, { values: { logFormat: 'logfmt' } }));
});

test.run();
