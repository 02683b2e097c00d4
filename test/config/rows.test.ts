import { expectTypeOf } from 'expect-type';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { describeConfig } from '../../lib/config/explain';
import { loadConfig } from '../../lib/config/load';
import type { ConfigRow } from '../../lib/config/row';
import { CONFIG_ROWS, type ConfigInput, type ConfigKey } from '../../lib/config/table';
import { isTelemetryError } from '../../lib/core/errors';

interface Case {
  /** What variables hold, and what becomes of it. */
  readonly reads: readonly (readonly [text: string, value: unknown])[];
  readonly refuses: readonly string[];
  /** Arguments of the row's own type. */
  readonly takes: readonly unknown[];
  readonly refusesArguments: readonly unknown[];
}

const FLAG: Case = {
  reads: [
    ...['true', 'TRUE', '1', 'yes', 'Yes', 'on', ' on '].map((text) => [text, true] as const),
    ...['false', 'False', '0', 'no', 'NO', 'off'].map((text) => [text, false] as const),
  ],
  refuses: ['2', 'y', 'ture', 'enabled', '-1'],
  takes: [true, false],
  refusesArguments: [1, 0, null, '', [], {}],
};
const LEVEL: Case = {
  reads: [
    ['trace', 'trace'],
    ['DEBUG', 'debug'],
    ['Info', 'info'],
    ['warn', 'warn'],
    ['WARNING', 'warn'],
    ['error', 'error'],
    ['fatal', 'critical'],
    ['CRITICAL', 'critical'],
    ['off', 'silent'],
    [' silent ', 'silent'],
  ],
  refuses: ['verbose', '10', 'information', 'in fo'],
  takes: ['trace', 'silent'],
  refusesArguments: [20, null, '', true, ['info']],
};
const TEXT: Case = {
  reads: [
    ['shop', 'shop'],
    [' two words ', 'two words'],
    ['@scope/süß 👩‍💻', '@scope/süß 👩‍💻'],
    ['x'.repeat(128), 'x'.repeat(128)],
  ],
  refuses: ['x'.repeat(129), 'two\nlines', 'a\0b', 'a\u2028b', 'a\u202eb', 'a\u001b[31m', '\ud800'],
  takes: ['shop'],
  refusesArguments: ['', ' ', 5, null, {}],
};
const PATH: Case = {
  reads: [
    ['logs', 'logs'],
    ['/var/log/my app', '/var/log/my app'],
    ['C:\\logs\\app.log', 'C:\\logs\\app.log'],
    ['x'.repeat(1024), 'x'.repeat(1024)],
  ],
  refuses: ['x'.repeat(1025), 'a\0b', 'a\nb'],
  takes: ['./logs'],
  refusesArguments: ['', 5, null],
};

/** A row that counts something. */
function counts(min: number, max: number): Case {
  return {
    reads: [
      [String(min), min],
      [` ${max} `, max],
    ],
    refuses: [String(min - 1), String(max + 1), '1.5', '60s', 'many', '-1'],
    takes: [min, max],
    refusesArguments: [min - 1, max + 1, 1.5, Number.NaN, null, '', true],
  };
}

const CASES: Readonly<Record<ConfigKey, Case>> = {
  app: TEXT,
  instance: TEXT,
  environment: {
    reads: [
      ['development', 'development'],
      ['Test', 'test'],
      ['STAGING', 'staging'],
      [' production ', 'production'],
    ],
    refuses: ['prod', 'dev', 'stage', 'testing', 'local', '1'],
    takes: ['test'],
    refusesArguments: ['', 'prod', null, 1],
  },
  port: {
    reads: [
      ['0', 0],
      ['8080', 8080],
      [' 65535 ', 65_535],
    ],
    refuses: ['65536', '-1', '80.5', '1e3', '0x50', '80 80', 'http', '\\\\.\\pipe\\x', '9'.repeat(400)],
    takes: [0, 3000],
    refusesArguments: [-1, 65_536, 80.5, Number.NaN, Number.POSITIVE_INFINITY, 80n, true, null, ''],
  },
  logLevel: {
    ...LEVEL,
    refuses: [...LEVEL.refuses, 'info,warn', ',', 'coder.llm'],
    refusesArguments: [...LEVEL.refusesArguments, 'info,a=debug'],
  },
  logStderrFrom: { ...LEVEL, refuses: [...LEVEL.refuses, 'info,a=debug'] },
  logLevels: {
    reads: [
      ['coder.llm=debug', { 'coder.llm': 'debug' }],
      ['info,coder.llm=debug,my_app.bot=warn', { 'coder.llm': 'debug', 'my_app.bot': 'warn' }],
      [' coder = WARNING , , info, x-y.1=fatal', { coder: 'warn', 'x-y.1': 'critical' }],
      ['a=debug,a=off', { a: 'silent' }],
      ['constructor=debug', { constructor: 'debug' }],
      [
        Array.from({ length: 1000 }, (_, index) => `a${index}=info`).join(),
        Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`a${index}`, 'info'])),
      ],
    ],
    refuses: [
      'a=verbose',
      'a=',
      '=debug',
      'a=b=debug',
      'a b=debug',
      'a..b=debug',
      '__proto__=debug',
      Array.from({ length: 1001 }, (_, index) => `a${index}=info`).join(),
    ],
    takes: [{}, { 'coder.llm': 'debug' }],
    refusesArguments: [null, 5, [], '', { a: 'verbose' }, { a: 5 }, { 'a b': 'info' }, JSON.parse('{"__proto__":"info"}')],
  },
  logFormat: {
    reads: [
      ...['json', 'text', 'pretty', 'minimal', 'combined'].map((name) => [name.toUpperCase(), name] as const),
      ['%(asctime)s - %(name)s - %(levelname)s - %(message)s', '%(asctime)s - %(name)s - %(levelname)s - %(message)s'],
      ['%(levelname)-8s\t%(msecs)03d 100%% %(created).3f', '%(levelname)-8s\t%(msecs)03d 100%% %(created).3f'],
    ],
    refuses: [
      'jsn',
      'logfmt',
      '%s',
      '%(message)',
      '%(message',
      '%()s',
      '%(nope)s',
      '%(message)x',
      '%(message)s 100%',
      '%(message)1001s',
      '%(message)s\n',
      '%(message)s\u202e',
    ].map((text) => (text.endsWith('\n') ? `${text}%(name)s` : text)),
    takes: ['json', '%(message)s'],
    refusesArguments: ['', null, 5, ['json'], `%(message)s${'x'.repeat(1000)}`],
  },
  logSchema: {
    reads: [
      ['default', 'default'],
      ['PINO', 'pino'],
      ['ecs', 'ecs'],
      ['otel', 'otel'],
    ],
    refuses: ['otlp', 'elastic'],
    takes: ['ecs'],
    refusesArguments: ['', null, 1],
  },
  logFieldsUnder: {
    reads: [
      ['fields', 'fields'],
      ['@fields', '@fields'],
      ['_my.own-1', '_my.own-1'],
    ],
    refuses: ['1st', 'a b', '__proto__', 'x'.repeat(65), 'ä'],
    takes: ['data'],
    refusesArguments: ['', ' __proto__ ', null, 5],
  },
  logTimeZone: {
    reads: [
      ['local', 'local'],
      ['UTC', 'utc'],
    ],
    refuses: ['gmt', 'Europe/Berlin'],
    takes: ['utc'],
    refusesArguments: ['', null],
  },
  logCaller: FLAG,
  logToConsole: FLAG,
  logToFile: FLAG,
  enableDiagnostic: FLAG,
  filterSensitiveData: FLAG,
  logDir: PATH,
  logFile: PATH,
  errorLogFile: PATH,
  logMaxBytes: {
    reads: [
      ['52428800', 52_428_800],
      ['1024', 1024],
      ['2048B', 2048],
      ['1kb', 1024],
      ['50MB', 52_428_800],
      ['50 MiB', 52_428_800],
      ['50m', 52_428_800],
      ['1.5GB', 1_610_612_736],
      ['1024g', 1_099_511_627_776],
    ],
    refuses: ['1023', '50', '0', '-1', '1025GB', '50TB', '1.0001K', 'MB', '5 0MB', '1e6', 'fifty', 'unlimited'],
    takes: [1024, 52_428_800],
    refusesArguments: [0, 1024.5, Number.POSITIVE_INFINITY, null, ''],
  },
  logBackupCount: {
    reads: [
      ['0', 0],
      ['168', 168],
      ['10000', 10_000],
    ],
    refuses: ['10001', '-1', 'ten', '1.5'],
    takes: [0, 10],
    refusesArguments: [-1, 10_001, 2.5, null, ''],
  },
  logPreset: {
    reads: [
      ['bot', 'bot'],
      ['Web', 'web'],
      ['wrapper', 'wrapper'],
      [' PLATFORM ', 'platform'],
    ],
    refuses: ['webb', 'default', '1', 'bot,web'],
    takes: ['bot'],
    refusesArguments: ['', 'all', null, 1],
  },
  logFileMode: {
    reads: [
      ['0600', 0o600],
      ['640', 0o640],
      ['0o644', 0o644],
      [' 0777 ', 0o777],
    ],
    refuses: ['0500', '000', '1600', '00640', '6400', '0x1a0', 'rw-r-----', '680', '-640'],
    takes: [0o600, 0o640],
    refusesArguments: [640, 0o1600, 0o400, -1, 0.5, null, '', true],
  },
  logDirMode: {
    reads: [
      ['0700', 0o700],
      ['755', 0o755],
    ],
    refuses: ['0600', '01777', 'drwx------'],
    takes: [0o700],
    refusesArguments: [755, 0o600, 0o1777, null, ''],
  },
  slackWebhookUrl: {
    reads: [
      [' https://hooks.example/services/T0/B0/x ', 'https://hooks.example/services/T0/B0/x'],
      ['HTTPS://hooks.example', 'HTTPS://hooks.example'],
      ['http://127.0.0.1:8080/hook', 'http://127.0.0.1:8080/hook'],
      ['http://localhost/hook', 'http://localhost/hook'],
      ['http://[::1]:9/hook', 'http://[::1]:9/hook'],
      [`https://${'x'.repeat(1022)}/y`, `https://${'x'.repeat(1022)}/y`],
    ],
    refuses: [
      'hooks.example/services',
      'http://hooks.example/x',
      'http://127.0.0.1.example/x',
      'http://localhost:pw@hooks.example/x',
      'http://127.0.0.1:80@hooks.example/x',
      'http://hooks.example\\@localhost/x',
      'https://somebody:secret@hooks.example/x',
      'https://somebody@hooks.example/x',
      'https://',
      'https:hooks.example',
      'https://[::1',
      'https://hooks.example:99999/',
      'https://hooks.example/a b',
      'https://hooks.example/\u0000',
      'https://hooks.exämple/',
      `https://${'x'.repeat(1025)}`,
      'file:///etc/passwd',
      'javascript://hooks.example',
    ],
    takes: ['https://hooks.example/services'],
    refusesArguments: ['', null, 5, true, {}, ['https://hooks.example']],
  },
  slackBotToken: {
    reads: [
      ['xoxb-1234567890-abc', 'xoxb-1234567890-abc'],
      [' 12345678 ', '12345678'],
      ['x'.repeat(512), 'x'.repeat(512)],
    ],
    refuses: ['1234567', 'x'.repeat(513), 'xoxb 1234567', 'xoxb-1234\nX-Other: 1', 'xoxb-1234ü', 'xoxb-1234\u0000'],
    takes: ['xoxb-1234567890-abc'],
    refusesArguments: ['', null, 12_345_678, {}],
  },
  slackChannelId: TEXT,
  monitorMaxSamples: counts(1, 100_000),
  monitorSampleInterval: counts(1, 86_400),
  monitorRequestLogging: FLAG,
  monitorSystemMetrics: FLAG,
  monitorScheduledChecks: FLAG,
  monitorUnhealthyThreshold: counts(1, 1000),
  monitorHealthCheckInterval: counts(1, 86_400),
};

test('what is secret is shown nowhere: not in errors, sources, tables or warnings', () => {
  const secrets = Object.entries(CONFIG_ROWS as Readonly<Record<string, ConfigRow>>).filter(([, { secret }]) => secret);
  assert.equal(
    secrets.map(([key]) => key),
    ['slackWebhookUrl', 'slackBotToken'],
  );
  const right: ConfigInput = { slackWebhookUrl: 'https://canary.example/canary', slackBotToken: 'xoxb-canary' };
  for (const [key, { variables }] of secrets) {
    const value = (right as Readonly<Record<string, string>>)[key]!;
    for (const options of [{ values: { [key]: value }, env: {} }, { env: { [variables[0]!]: value, TELEMETRY_CANARY: value } }]) {
      const config = loadConfig(options as never);
      assert.is(config.explain().find((row) => row.key === key)?.value, '***');
      const shown = `${JSON.stringify([config.explain(), config.warnings])}${describeConfig(config)}`;
      assert.not.match(shown, 'canary');
      assert.match(describeConfig(config), new RegExp(`${key} +\\*\\*\\* `));
    }
    for (const wrong of ['http://canary /', ' canary canary ', { canary: 1 }, ['canary']]) {
      const text = messageOf(() => loadConfig({ values: { [key]: wrong } as never, env: {} }));
      assert.match(text, `values.${key}: got ***. Allowed: `);
      assert.not.match(text, 'canary');
    }
    assert.not.match(
      messageOf(() => loadConfig({ env: { [variables[0]!]: 'canary canary' } })),
      'canary',
    );
  }
});

test('no row has a misspelled property', () => {
  type Rows = typeof CONFIG_ROWS;
  // The table cannot say `satisfies` under isolatedDeclarations.
  expectTypeOf<Exclude<{ [Key in keyof Rows]: keyof Rows[Key] }[keyof Rows], keyof ConfigRow>>().toEqualTypeOf<never>();
  const rows: Readonly<Record<string, ConfigRow>> = CONFIG_ROWS;
  for (const [key, { variables, kind, of }] of Object.entries(rows)) {
    assert.ok(variables.length > 0 && variables.every((name) => /^[A-Z][A-Z_]+$/.test(name)), key);
    assert.is(kind === 'choice', of !== undefined, key);
  }
});

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'fine';
  } catch (error) {
    return isTelemetryError(error) ? error.code : String(error);
  }
};
const messageOf = (run: () => unknown): string => {
  try {
    run();
    return 'fine';
  } catch (error) {
    return String(error);
  }
};
const byArgument = (key: ConfigKey, value: unknown) => loadConfig({ values: { [key]: value } as ConfigInput, env: {} });

for (const key of Object.keys(CASES) as ConfigKey[]) {
  const { reads, refuses, takes, refusesArguments } = CASES[key];

  test(`${key} is read from each of its variables`, () => {
    for (const variable of CONFIG_ROWS[key].variables) {
      for (const [text, value] of reads) assert.equal(loadConfig({ env: { [variable]: text } })[key], value, `${variable}=${text}`);
    }
  });

  test(`${key} is refused in each of its variables, by name`, () => {
    for (const variable of CONFIG_ROWS[key].variables) {
      for (const text of refuses) {
        assert.throws(
          () => loadConfig({ env: { [variable]: text } }),
          new RegExp(`\\n  ${variable}: got .*\\[CONFIG_INVALID\\]`, 's'),
          `${variable}=${text}`,
        );
      }
    }
  });

  test(`${key} is read from an argument as from a variable, and refused likewise`, () => {
    for (const value of takes) assert.equal(byArgument(key, value)[key], value);
    for (const value of refusesArguments)
      assert.is(
        codeOf(() => byArgument(key, value)),
        'CONFIG_INVALID',
        `${key} ${String(value)}`,
      );
  });

  test(`${key} is not set by a blank variable nor by an undefined argument`, () => {
    const unset = loadConfig({ env: {} });
    for (const blank of ['', ' \t']) {
      const env = Object.fromEntries(CONFIG_ROWS[key].variables.map((variable) => [variable, blank]));
      assert.equal(loadConfig({ values: { [key]: undefined }, env })[key], unset[key]);
    }
  });
}

test.run();
