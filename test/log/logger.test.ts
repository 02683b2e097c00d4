import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, isTelemetryError, type LogRecord } from '../../lib/index';
import { createLog } from '../support/records';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;
const own = ({ message, ...rest }: LogRecord): unknown[] => [message, rest.error_type, rest.a, rest.b];

test('every call form is understood', () => {
  const { telemetry, record } = createLog();
  const log = telemetry.logger('bot');
  const error = new TypeError('reason');
  const forms: readonly [() => void, readonly unknown[]][] = [
    [() => log.info('text'), ['text', undefined, undefined, undefined]],
    [() => log.info('text', { a: 1 }), ['text', undefined, 1, undefined]],
    [() => log.info('text', () => ({ a: 1 })), ['text', undefined, 1, undefined]],
    [() => log.info('text', error), ['text', 'TypeError', undefined, undefined]],
    [() => log.info('text', { a: 1, b: error }), ['text', 'TypeError', 1, undefined]],
    [() => log.info(error), ['reason', 'TypeError', undefined, undefined]],
    [() => log.info(error, 'text'), ['text', 'TypeError', undefined, undefined]],
    [() => log.info(error, 'text', { a: 1 }), ['text', 'TypeError', 1, undefined]],
    [() => log.info(error, 'text', () => ({ a: 1 })), ['text', 'TypeError', 1, undefined]],
    [() => log.info(error, undefined, { a: 1 }), ['reason', 'TypeError', 1, undefined]],
    [() => log.info({ a: 1 }), ['', undefined, 1, undefined]],
    [() => log.info({ a: 1 }, 'text'), ['text', undefined, 1, undefined]],
    [() => log.info({ a: 1, error }, 'text'), ['text', 'TypeError', 1, undefined]],
    [() => log.info('thrown', 'text'), ['text', 'string', undefined, undefined]],
    [() => log.info('thrown', 'text', { a: 1 }), ['text', 'string', 1, undefined]],
    [() => log.info(404, 'text', { a: 1 }), ['text', 'number', 1, undefined]],
    [() => log.info(undefined, 'text', { a: 1 }), ['text', undefined, 1, undefined]],
    [() => log.info(null, 'text'), ['text', undefined, undefined, undefined]],
    [() => log.info(404 as never), ['404', undefined, undefined, undefined]],
    [() => (log.info as () => void)(), ['undefined', undefined, undefined, undefined]],
  ];
  for (const [index, [call, expected]] of forms.entries()) {
    call();
    assert.equal(own(record()), expected, `form ${index}`);
  }
});

test('every method writes its level, below it builds and formats nothing', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  const labels = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];
  for (const [threshold, level] of [...LEVELS, 'silent' as const].entries()) {
    telemetry.setLogLevel(level);
    let built = 0;
    for (const method of LEVELS) log[method]('line', () => ({ built: ++built }));
    assert.equal(records().map((record) => record.level), labels.slice(threshold), level); // biome-ignore format: short
    assert.is(built, LEVELS.length - threshold);
    assert.equal(LEVELS.map((method) => log.isEnabled(method)), LEVELS.map((_, index) => index >= threshold), level); // biome-ignore format: short
  }
});

test('isEnabled takes any spelling, is false for silent, and refuses what is no level', () => {
  const { telemetry } = createLog({ level: 'warn' });
  const log = telemetry.logger('bot');
  assert.equal([log.isEnabled('warning'), log.isEnabled('FATAL' as never), log.isEnabled('info')], [true, true, false]);
  assert.equal([log.isEnabled('silent'), log.isEnabled('off')], [false, false]);
  assert.throws(() => log.isEnabled('loud' as never), (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID'); // biome-ignore format: short
});

test('a lazy function is called once, and one that throws leaves a line that says so', () => {
  const { telemetry, record } = createLog();
  let calls = 0;
  telemetry.logger('bot').info('line', () => ({ calls: ++calls }));
  assert.equal([record().calls, calls], [1, 1]);
  telemetry.logger('bot').info('line', () => {
    throw new Error('no fields');
  });
  const { message, fields_error } = record();
  assert.equal([message, fields_error], ['line', 'no fields']);
});

test('child fields are in every line, those of a child of a child, too; inner ones win', () => {
  const { telemetry, record } = createLog();
  const parent = telemetry.logger('bot');
  const child = parent.child({ a: 1, b: 1 });
  const grandchild = child.child({ b: 2, c: 3 });
  grandchild.info('line');
  const { a, b, c, logger } = record();
  assert.equal([a, b, c, logger, grandchild.name], [1, 2, 3, 'app.bot', 'app.bot']);
  child.info('line');
  assert.not('c' in record());
  parent.info('line');
  assert.not('a' in record());
});

test('child fields are read once, when the child is made', () => {
  const { telemetry, records } = createLog();
  let reads = 0;
  const fields = { get a() { return ++reads; }, b: 'then', get bad(): never { throw new Error('no'); } }; // biome-ignore format: short
  const child = telemetry.logger('bot').child(fields);
  fields.b = 'later';
  child.info('one');
  child.info('two');
  assert.equal(records().map(({ a, b, bad }) => [a, b, bad]), [[1, 'then', undefined], [1, 'then', undefined]]); // biome-ignore format: short
  assert.is(reads, 1);
  for (const wrong of ['text', 5, null, undefined, [1]])
    assert.throws(() => telemetry.logger('bot').child(wrong as never), /child: fields/);
});

test('diagnostic writes whatever the level is when it is on, else nothing', () => {
  for (const diagnostic of [true, false]) {
    const { telemetry, records } = createLog({ diagnostic, level: 'silent' });
    let built = 0;
    telemetry.logger('bot').diagnostic('line', () => ({ a: ++built }));
    assert.equal(records().map(({ level, a }) => [level, a]), diagnostic ? [['DEBUG', 1]] : []); // biome-ignore format: short
    assert.is(built, diagnostic ? 1 : 0);
  }
});

test('names that can not be one are refused', () => {
  const telemetry = createTelemetry({ environment: 'test' });
  for (const name of [
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a b',
    'a/b',
    '../a',
    'a\nb',
    'é',
    'x'.repeat(65),
    'a.b.c.d.e.f.g.h.i',
    5,
    null,
    undefined,
    {},
  ]) {
    assert.throws(() => telemetry.logger(name as string), (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID', String(name)); // biome-ignore format: short
  }
});

for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '$scope', '$', 'a-b.c_d', 'bot.telegram', '1']) {
  test(`${name} is a name like others, for loggers and for levels`, () => {
    const { telemetry, records } = createLog({ level: 'info' });
    const log = telemetry.logger(name);
    log.debug('below');
    telemetry.setLogLevel('debug', `app.${name}`);
    log.debug('line');
    telemetry.logger('other').debug('below');
    assert.equal(records().map(({ logger, message }) => [logger, message]), [[`app.${name}`, 'line']]); // biome-ignore format: short
    telemetry.setLogLevel('error', name);
    assert.is(telemetry.getLogLevel(name), 'error');
    assert.is(telemetry.getLogLevels()[name], 'error');
    assert.not('polluted' in {});
  });
}

test('methods work on their own, before and after a change of levels', () => {
  const { telemetry, records } = createLog({ level: 'warn' });
  const { debug, error, child } = telemetry.logger('bot');
  const { info } = child({ a: 1 });
  debug('below');
  info('below');
  error('one');
  telemetry.setLogLevel('debug');
  debug('two');
  info('three');
  telemetry.configureLog({ level: 'info' });
  debug('below');
  info('four');
  assert.equal(records().map(({ message }) => message), ['one', 'two', 'three', 'four']); // biome-ignore format: short
});

test('a logger is frozen, and two of a name write the same', () => {
  const { telemetry, lines } = createLog();
  const [one, two] = [telemetry.logger('bot'), telemetry.logger('bot')];
  assert.ok(Object.isFrozen(one));
  one.info('line', { a: 1 });
  two.info('line', { a: 1 });
  const [first, second] = lines();
  assert.is(first, second);
});

test('a getter that logs writes its line before, and harms neither', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  const fields = { a: 1, get b() { log.info('inner', { a: 'x', c: { d: 1 } }); return 2; }, c: { d: 3 } }; // biome-ignore format: short
  for (const _ of [1, 2]) log.info('outer', fields);
  assert.equal(records().map(({ message, a, b, c }) => [message, a, b, c]), [['inner', 'x', undefined, { d: 1 }], ['outer', 1, 2, { d: 3 }], ['inner', 'x', undefined, { d: 1 }], ['outer', 1, 2, { d: 3 }]]); // biome-ignore format: short
});

test('fields with and without some keys, in turn, stay apart', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  const shapes: Record<string, unknown>[] = [{ a: 1, b: 2 }, { a: 1 }, {}, { b: 2, a: 1 }, { a: 1, c: 3 }, Object.create({ a: 'inherited' })]; // biome-ignore format: short
  for (let round = 0; round < 50; round++) for (const fields of shapes) log.info('line', { ...fields, [`k${round}`]: round });
  for (const [index, { message, ...rest }] of records().entries()) {
    const found = Object.fromEntries(Object.entries(rest).slice(-9).filter(([key]) => /^[abc]$|^k\d+$/.test(key))); // biome-ignore format: short
    assert.equal(found, { ...shapes[index % shapes.length], [`k${Math.floor(index / shapes.length)}`]: Math.floor(index / shapes.length) });
  }
});

test('a message that is said again is as it was said first, at its level; secrets in it are masked and counted each time', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('again');
  const long = `${'x'.repeat(300)} end`;
  const messages = ['plain', 'plain', 'say "it"\n', 'say "it"\n', 'für', 'für', 'password=hunter22', 'password=hunter22', long, long];
  for (const message of messages) log.info(message, { n: 1 });
  log.warn('plain');
  log.info('plain');
  const said = records().map(({ level, message }) => [level, message]);
  const expected = messages.map((message) => ['INFO', message.startsWith('password') ? 'password=***' : message]);
  assert.equal(said, [...expected, ['WARNING', 'plain'], ['INFO', 'plain']]);
  assert.is(telemetry.logStats().redaction.masked, 2);
});

test('rules of the application see a message each time it is said', () => {
  let asked = 0;
  const rule = (text: string): string | undefined => (text === 'said' ? `${++asked}` : undefined);
  const { telemetry, records } = createLog({ redact: { rules: [rule] } });
  for (let turn = 0; turn < 3; turn++) telemetry.logger('again').info('said');
  assert.equal(
    records().map(({ message }) => message),
    ['1', '2', '3'],
  );
});

test('inherited fields are not written, whatever the line before had', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  log.info('line', { a: 1 });
  log.info('line', Object.create({ a: 'inherited' }));
  log.info('line', { a: 1 });
  log.info('line', Object.create({ b: 'inherited' }, { a: { value: 2, enumerable: true } }));
  assert.equal(records().map(({ a, b }) => [a, b]), [[1, undefined], [undefined, undefined], [1, undefined], [2, undefined]]); // biome-ignore format: short
});

test.run();
