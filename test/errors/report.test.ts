import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createErrorFunctions, type ErrorOptions } from '../../lib/errors/errors';
import { germanMessages } from '../../lib/errors/messages/german';
import { errorIdOf } from '../../lib/index';
import { recordingHost } from './recording-host';

const start = (options: ErrorOptions = {}) => {
  const host = recordingHost();
  return { host, ...createErrorFunctions(host, options) };
};

test('an error is reported with what is said of it; its id is returned', () => {
  const { host, report } = start();
  const error = new Error('disk full');
  assert.is(
    report(error, { component: 'cache', level: 'critical', fields: { path_kind: 'tmp' }, message: 'Could not write' }),
    errorIdOf(error),
  );
  assert.equal(host.errors, [
    {
      level: 'critical',
      logger: 'cache',
      message: 'Could not write',
      fields: { component: 'cache', path_kind: 'tmp' },
      error: { thrown: error },
      mark: { id: errorIdOf(error), fingerprint: '0123456789ab', occurrences: 1 },
      context: undefined,
    },
  ]);
  report(error);
  assert.equal([host.errors[1]!.level, host.errors[1]!.logger, host.errors[1]!.message], ['error', 'errors', 'disk full']);
});

test('an expected failure is reported as a warning, unless a level is said', () => {
  const { host, report } = start();
  report({ issues: [1] });
  report({ issues: [1] }, { level: 'error' });
  assert.equal(
    host.errors.map(({ level }) => level),
    ['warn', 'error'],
  );
});

test('what was reported within a wrapper is not reported by it again', async () => {
  const { host, report, handleErrors, logAndFormat } = start();
  for (const tell of [report, logAndFormat]) {
    for (const thrown of [new Error('x'), 'text']) {
      const fail = handleErrors(() => {
        tell(thrown);
        throw thrown;
      });
      assert.throws(fail, (reason: unknown) => reason === thrown);
    }
  }
  assert.is(host.errors.length, 4);
});

test('wrong options of a report are ignored and said; the error is reported', () => {
  const { host, report, logAndFormat } = start();
  const error = new Error('x');
  const trap = new Proxy({}, { get: () => { throw new Error('trap'); }, ownKeys: () => { throw new Error('trap'); } }); // biome-ignore format: one line
  const wrong = [
    null,
    5,
    'text',
    [],
    { level: 'loud' },
    { level: 'silent' },
    { component: 7 },
    { message: '' },
    { fields: 'x' },
    { unknown: 1 },
    trap,
  ];
  for (const options of wrong) {
    assert.is(report(error, options as never), errorIdOf(error));
    assert.match(logAndFormat(error, options as never), errorIdOf(error));
  }
  assert.is(host.errors.length, 2 * wrong.length);
  for (const { level, logger, message, fields } of host.errors)
    assert.equal([level, logger, message, fields], ['error', 'errors', 'x', {}]);
  assert.ok(host.warnings.length >= 8);
});

test('logAndFormat gives the line and the message one id, for what has no identity, too', () => {
  const { host, logAndFormat } = start();
  for (const thrown of [new Error('x'), 'text', undefined, null, Symbol('s'), 5]) {
    const { errorId, kind } = logAndFormat(thrown, { format: 'json' });
    assert.is(host.errors.at(-1)!.mark!.id, errorId);
    assert.is(host.errors.at(-1)!.error!.thrown, thrown);
    assert.is(kind, 'unknown');
  }
  assert.is(new Set(host.errors.map(({ mark }) => mark!.id)).size, 6);
});

test('logAndFormat takes what the line says, and how the message is written', () => {
  const { host, logAndFormat } = start({ messages: { de: germanMessages } });
  const error = new Error('x');
  const text = logAndFormat(error, {
    component: 'bot',
    message: 'Call failed',
    fields: { a: 1 },
    level: 'warn',
    kind: 'timeout',
    format: 'markdown',
    locale: 'de',
  });
  assert.ok(text.startsWith(`**${germanMessages.timeout.title}**`));
  const [{ level, logger, message, fields }] = host.errors as [(typeof host.errors)[0]];
  assert.equal([level, logger, message, fields], ['warn', 'bot', 'Call failed', { component: 'bot', a: 1 }]);
  logAndFormat({ issues: [1] });
  assert.is(host.errors[1]!.level, 'warn');
});

test('format and language of a bus count where none is said', () => {
  const { userMessage, logAndFormat } = createErrorFunctions(recordingHost(), {
    format: 'json',
    locale: 'de',
    messages: { de: germanMessages },
  });
  assert.is(userMessage(new Error('x')).title, germanMessages.unknown.title);
  assert.is(logAndFormat(new Error('x')).title, germanMessages.unknown.title);
  assert.match(userMessage(new Error('x'), { format: 'text', locale: 'en' }), /^Something went wrong\n/);
});

test('a report that can not be written has its id all the same', () => {
  const { host, report, logAndFormat } = start();
  Object.assign(host, { writeError: () => { throw new Error('host'); } }); // biome-ignore format: one line
  const error = new Error('x');
  assert.is(report(error), errorIdOf(error));
  Object.assign(host.watch, { report: () => { throw new Error('host'); } }); // biome-ignore format: one line
  assert.is(report(error), errorIdOf(error));
  assert.match(logAndFormat(error), errorIdOf(error));
});

test('the functions can be used by themselves, and not be replaced', () => {
  const functions = createErrorFunctions(recordingHost());
  assert.ok(Object.isFrozen(functions));
  assert.equal(Object.keys(functions).sort(), [
    'capture',
    'handleErrors',
    'isExpected',
    'kindOf',
    'logAndFormat',
    'logCalls',
    'report',
    'timed',
    'userMessage',
  ]);
});

test.run();
