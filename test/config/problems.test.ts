import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { explainRow } from '../../lib/config/explain';
import { loadConfig } from '../../lib/config/load';
import type { Problem } from '../../lib/config/problem';
import { resolveRow } from '../../lib/config/resolve';
import type { ConfigRow } from '../../lib/config/row';
import { isTelemetryError, type TelemetryError } from '../../lib/core/errors';

function refusal(options: unknown): TelemetryError {
  try {
    loadConfig(options as never);
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    assert.is(error.code, 'CONFIG_INVALID');
    return error;
  }
  return assert.unreachable('CONFIG_INVALID should have been thrown') as never;
}

/** The lines of the problems. */
const problemsOf = (options: unknown): string[] =>
  refusal(options)
    .why.split('\n')
    .slice(1, -1)
    .map((line) => line.trim());

const throwing = (): never => {
  throw new Error('hostile');
};

test('five mistakes are five lines of one error', () => {
  const error = refusal({
    values: { logBackupCount: -1 },
    env: { APP_ENV: 'prod', PORT: '80o0', LOG_LEVEL: 'inof', LOG_TO_FILE: 'ture' },
  });
  assert.is(
    error.message,
    `The configuration is not valid. There are 5 problems:
  APP_ENV: got "prod". Did you mean "production"? Allowed: development, test, staging, production
  PORT: got "80o0". Allowed: a whole number from 0 to 65,535
  LOG_LEVEL: got "inof". Did you mean "info"? Allowed: trace, debug, info, warn, error, critical, silent
  LOG_TO_FILE: got "ture". Did you mean "true"? Allowed: true, false (or 1, 0, yes, no, on, off)
  values.logBackupCount: got -1. Allowed: a whole number from 0 to 10,000
What is not set gets its default. Correct what is listed, or leave it out. [CONFIG_INVALID]`,
  );
  assert.is(error.what, 'The configuration is not valid');
  assert.is(error.fix, 'Correct what is listed, or leave it out');
});

test('one mistake is one line', () => {
  assert.match(refusal({ env: { PORT: 'x' } }).why, /^There is one problem:\n {2}PORT: got "x"/);
});

test('a wrong value does not hide a wrong one under it', () => {
  const lines = problemsOf({
    values: { port: -1 },
    env: { PORT: 'x', TELEMETRY_LOG_SCHEMA: 'a', LOG_SCHEMA: 'b' },
    profiles: { development: { port: 1.5 } },
  });
  assert.equal(
    lines.map((line) => line.split('. ')[0]),
    ['values.port: got -1', 'PORT: got "x"', 'profiles.development.port: got 1.5', 'TELEMETRY_LOG_SCHEMA: got "a"', 'LOG_SCHEMA: got "b"'],
  );
});

test('a wrong NODE_ENV is a problem like any other', () => {
  assert.match(problemsOf({ env: { NODE_ENV: 'ci' } })[0]!, /^NODE_ENV: got "ci"\. Allowed: development, test/);
});

test('every mistake inside one value is listed', () => {
  const lines = problemsOf({
    env: { LOG_LEVEL: 'inof,coder.llm=debgu,a b=info,x=nothing', LOG_FORMAT: '%(levlname)s %(message) %(zz)s 5%' },
  });
  assert.equal(
    lines.map((line) => line.split(/ Allowed/)[0]),
    [
      'LOG_LEVEL: got "inof". Did you mean "info"?',
      'LOG_LEVEL: got "coder.llm=debgu". Did you mean "coder.llm=debug"?',
      'LOG_LEVEL: got "a b".',
      'LOG_LEVEL: got "x=nothing".',
      'LOG_FORMAT: got "%(levlname)s". Did you mean "%(levelname)s"?',
      'LOG_FORMAT: got "%(message)". Did you mean "%(message)s"?',
      'LOG_FORMAT: got "%(zz)s".',
      'LOG_FORMAT: got "%". Did you mean "%%"?',
    ],
  );
});

test('near misses and short forms are recognised, other words are not', () => {
  const meant = (env: object) => /Did you mean "(.*?)"\?/.exec(problemsOf({ env })[0]!)?.[1];
  for (const [word, environment] of Object.entries({
    dev: 'development',
    prod: 'production',
    Prd: undefined,
    stage: 'staging',
    testing: 'test',
    prodution: 'production',
    local: undefined,
  })) {
    assert.is(meant({ APP_ENV: word }), environment, word);
  }
  for (const [word, level] of Object.entries({
    information: 'info',
    warnig: 'warn',
    crit: 'critical',
    verbose: undefined,
    x: undefined,
  })) {
    assert.is(meant({ LOG_LEVEL: word }), level, word);
  }
  assert.is(meant({ LOG_FORMAT: 'JSNO' }), 'json');
  assert.is(meant({ LOG_SCHEMA: 'pion' }), 'pino');
  assert.is(meant({ LOG_CALLER: 'fasle' }), 'false');
  assert.is(meant({ LOG_CALLER: 'y' }), 'yes');
  // Two edits make any word of two letters out of any other.
  assert.is(meant({ LOG_CALLER: 'xx' }), undefined);
});

test('unknown arguments, options and environments are refused with the nearest name', () => {
  assert.match(
    problemsOf({ values: { prot: 1 }, env: {} })[0]!,
    /^values: has no "prot"\. Did you mean "port"\? Allowed: app, environment/,
  );
  assert.match(problemsOf({ evn: {} })[0]!, /^loadConfig: has no "evn"\. Did you mean "env"\? Allowed: values, env, profiles$/);
  assert.match(problemsOf({ env: {}, profiles: { prodution: {} } })[0]!, /^profiles: has no "prodution"\. Did you mean "production"\?/);
  assert.match(problemsOf({ env: {}, profiles: { development: { lgoFile: 'x' } } })[0]!, /^profiles\.development: has no "lgoFile"/);
  assert.match(
    problemsOf({ env: {}, profiles: { development: { environment: 'test' } } })[0]!,
    /^profiles\.development: has no "environment"/,
  );
});

test('what must be an object and is none is refused', () => {
  for (const wrong of [null, 5, 'x', [], () => {}]) {
    assert.match(problemsOf(wrong)[0]!, /^loadConfig: got .*\. Allowed: an object$/);
    for (const name of ['values', 'env', 'profiles']) assert.match(problemsOf({ env: {}, [name]: wrong })[0]!, new RegExp(`^${name}: got`));
    assert.match(problemsOf({ env: {}, profiles: { development: wrong } })[0]!, /^profiles\.development: got/);
  }
});

test('names of the prototype are names like any other, and pollute nothing', () => {
  const values = JSON.parse('{"__proto__":{"port":1},"constructor":{"prototype":{"port":1}},"toString":"x"}');
  assert.equal(
    problemsOf({ values, env: {} }).map((line) => line.split('.')[0]),
    ['values: has no "__proto__"', 'values: has no "constructor"', 'values: has no "toString"'],
  );
  assert.is(({} as { port?: unknown }).port, undefined);
  assert.is(loadConfig({ values: Object.create({ port: 1 }), env: Object.create({ LOG_BACKUP_COUNT: '1' }) }).port, 8000);
  assert.is(loadConfig({ env: JSON.parse('{"__proto__":{"PORT":"1"}}') }).port, 8000);
});

test('getters that throw are told by name, with everything else', () => {
  const values = Object.defineProperty({ logBackupCount: -1 }, 'port', { enumerable: true, get: throwing });
  assert.equal(
    problemsOf({ values, env: { LOG_LEVEL: 'inof' } }).map((line) => line.split('. ')[0]),
    ['values.port: throws when it is read', 'LOG_LEVEL: got "inof"', 'values.logBackupCount: got -1'],
  );
  const inside = Object.defineProperty({}, 'coder', { enumerable: true, get: throwing });
  assert.match(problemsOf({ values: { logLevels: inside }, env: {} })[0]!, /^values\.logLevels: throws when it is read/);
  assert.match(problemsOf(Object.defineProperty({}, 'env', { enumerable: true, get: throwing }))[0]!, /^env: throws when it is read/);
});

test('proxies that refuse everything are refused', () => {
  const traps = { get: throwing, has: throwing, ownKeys: throwing, getOwnPropertyDescriptor: throwing, getPrototypeOf: throwing };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const hostile of [new Proxy({}, traps), revoked.proxy]) {
    for (const options of [hostile, { values: hostile, env: {} }, { env: hostile }, { env: {}, profiles: hostile }]) refusal(options);
    refusal({ env: {}, profiles: { development: hostile } });
    for (const key of ['port', 'logLevels', 'app', 'logFormat']) refusal({ values: { [key]: hostile }, env: {} });
  }
});

test('a value is read once: a getter cannot change its mind after the check', () => {
  let reads = 0;
  const values = Object.defineProperty({}, 'port', { enumerable: true, get: () => (reads++ === 0 ? 80 : -1) });
  assert.is(loadConfig({ values, env: {} }).port, 80);
  assert.is(reads, 1);
});

test('thousands of problems do not make thousands of lines', () => {
  const values = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`unknown${index}`, 1]));
  const lines = problemsOf({ values, env: {} });
  assert.is(lines.length, 101);
  assert.is(lines[100], 'and 4900 more');
});

test('a long or unprintable value is shown in part and escaped', () => {
  const [line = ''] = problemsOf({ env: { PORT: `\u001b[31m\n${'9'.repeat(5000)}` } });
  assert.ok(line.startsWith('PORT: got "\\u001b[31m\\n999') && line.length < 200, line);
});

test('a secret is masked in problems, with nothing that hints at it, and in explain', () => {
  const row: ConfigRow = { variables: ['SECRET_WORD'], kind: 'choice', of: ['hunter2'], doc: '', secret: true };
  const resolve = (env: object): [string, string] => {
    const problems: Problem[] = [];
    const resolved = resolveRow('secretWord', row, [{ source: 'environment', name: 'env', values: env }], problems);
    return [JSON.stringify(problems), JSON.stringify(explainRow('secretWord', row, resolved))];
  };
  assert.equal(resolve({ SECRET_WORD: 'hunter3' })[0], '[{"at":"SECRET_WORD","said":"got ***","allowed":"hunter2"}]');
  assert.equal(resolve({ SECRET_WORD: 'hunter2' }), [
    '[]',
    '{"key":"secretWord","value":"***","source":"environment","variable":"SECRET_WORD"}',
  ]);
  assert.equal(resolve({}), ['[]', '{"key":"secretWord","source":"default"}']);
});

test.run();
