import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ExceptionRecord, LogRecord } from '../../lib/index';
import { createLog } from '../support/records';

const DONE = ['app', 'part', 'done'] as const;
const log = createLog({ app: 'app' });
const { telemetry, record } = log;
const logger = telemetry.logger('bot');

/** The record of an error logged first. */
function recordOf(error: unknown): LogRecord {
  logger.error(error, 'failed');
  return record();
}
const exceptionOf = (error: unknown): ExceptionRecord => recordOf(error).exception!;

const PLACES: readonly (readonly [string, (error: Error) => void])[] = [
  ['the first argument', (error) => logger.error(error)],
  ['the first argument before a message', (error) => logger.error(error, 'failed', { a: 1 })],
  ['the first argument before fields', (error) => logger.error(error, { a: 1 } as never)],
  ['the second argument', (error) => logger.error('failed', error)],
  ['a field called error', (error) => logger.error('failed', { error, a: 1 })],
  ['a field of any name', (error) => logger.info('failed', { a: 1, whatever: error })],
  ['a child field', (error) => logger.child({ err: error }).info('failed')],
  ['fields made lazily', (error) => logger.info('failed', () => ({ cause: error }))],
  ['the metadata itself', (error) => telemetry.execute(DONE, {}, error)],
  ['a metadata field', (error) => telemetry.execute(DONE, {}, { a: 1, reason: error })],
  ['a measurement', (error) => telemetry.execute(DONE, { error } as never)],
  ["a span's exception", (error) => { try { telemetry.span(['app', 'job'], {}, () => { throw error; }); } catch {} log.memory.clear(); telemetry.execute(['app', 'job', 'exception'], {}, { kind: 'error', reason: error, stacktrace: error.stack }); }],
]; // biome-ignore format: a table

for (const [place, put] of PLACES) {
  test(`an error is the record's exception when it is ${place}`, () => {
    const error = new RangeError('too far');
    log.memory.clear();
    put(error);
    const { exception, error_type, error_id, ...rest } = record();
    assert.equal([error_type, exception!.type, exception!.message], ['RangeError', 'RangeError', 'too far']);
    assert.match(error_id!, /^[0-9a-hjkmnp-tv-z]{8}$/);
    assert.match(exception!.traceback[0]!, /^at .*errors\.test\.ts:\d+:\d+\)?$/);
    // Nowhere else.
    assert.not.match(JSON.stringify(rest).replace('"message":"too far"', ''), /too far/);
  });
}

test('errors nested in objects and arrays are exceptions of their own; the record has none', () => {
  telemetry.execute(DONE, {}, { list: [new TypeError('one')], map: new Map([['k', { deep: new TypeError('two') }]]) });
  const { list, map, exception, error_id } = record() as { list?: ExceptionRecord[]; map?: { k: { deep: ExceptionRecord } } } & LogRecord;
  assert.equal(
    [list![0]!.type, list![0]!.message, map!.k.deep.message, exception, error_id],
    ['TypeError', 'one', 'two', undefined, undefined],
  );
  assert.ok(list![0]!.traceback.length > 0);
});

test('of several errors the first is the exception, the others stay fields', () => {
  telemetry.execute(DONE, {}, { one: new Error('1'), two: new Error('2') });
  const { exception, one, two } = record() as LogRecord & { two?: ExceptionRecord };
  assert.equal([exception!.message, one, two!.message], ['1', undefined, '2']);
});

test('a span that fails writes its error once', () => {
  assert.throws(() => telemetry.measure(['app', 'job'], { task: 't' }, () => { throw new TypeError('broken'); }), /broken/); // biome-ignore format: short
  const [, failed] = log.records();
  assert.equal(
    [failed!.event_name, failed!.level, failed!.kind, failed!.task, failed!.error_type],
    ['app.job.exception', 'ERROR', 'error', 't', 'TypeError'],
  );
  assert.equal(['reason' in failed!, 'stacktrace' in failed!], [false, false]);
  assert.is(failed!.exception!.message, 'broken');
});

test('a span in which something else than an error was thrown has it as its exception', async () => {
  await telemetry.measure(['app', 'job'], {}, () => Promise.reject('no')).catch(() => undefined);
  const [, failed] = log.records();
  assert.equal([failed!.error_type, failed!.exception], ['string', { type: 'string', message: 'no', traceback: [] }]);
});

test('reason and stacktrace without a kind are fields like others', () => {
  telemetry.execute(DONE, {}, { reason: 'closed', stacktrace: 'text' });
  const { reason, stacktrace, exception } = record();
  assert.equal([reason, stacktrace, exception], ['closed', 'text', undefined]);
});

test('the chain of causes is written, to its eighth link', () => {
  const chain = (length: number): Error => new Error(`link ${length}`, length > 0 ? { cause: chain(length - 1) } : {});
  const messages: string[] = [];
  for (let at: ExceptionRecord | undefined = exceptionOf(chain(20)); at !== undefined; at = at.cause) messages.push(at.message);
  assert.equal(messages, [...Array.from({ length: 8 }, (_, link) => `link ${20 - link}`), 'further causes are left out']);
});

test('a cause may be anything', () => {
  for (const [cause, written] of [['text', 'text'], [5, '5'], [{ message: 'm', code: 1 }, 'm']] as const) {
    assert.is(exceptionOf(new Error('x', { cause })).cause!.message, written);
  }
  assert.not('cause' in exceptionOf(new Error('x', { cause: null })));
}); // biome-ignore format: pairs

test('an error that is its own cause, or among its own errors, ends', () => {
  const error = new AggregateError([], 'round') as AggregateError & { cause?: unknown };
  error.cause = error;
  error.errors.push(error, new Error('inner', { cause: error }));
  const { cause, errors } = exceptionOf(error);
  assert.is(cause!.type, '[Circular]');
  assert.equal(errors!.map(({ type, message }) => [type, message]), [['[Circular]', ''], ['Error', 'inner']]); // biome-ignore format: short
});

test('the errors of an AggregateError are written, ten of them', () => {
  const errors = Array.from({ length: 25 }, (_, index) => new TypeError(`e${index}`));
  const written = exceptionOf(new AggregateError(errors, 'all')).errors!;
  assert.equal(
    written.map(({ message }) => message).slice(0, 10),
    Array.from({ length: 10 }, (_, index) => `e${index}`),
  );
  assert.equal([written.length, written[10]!.type], [11, '[+15 more]']);
});

test('own fields of an error stand in its exception, masked', () => {
  const error = Object.assign(new Error('failed: Bearer abcdefghijklmnop12345'), {
    code: 'E_X',
    statusCode: 502,
    password: 'hunter22',
    headers: { authorization: 'Basic dXNlcjpwYXNz' },
    type: 'mine',
  });
  const { code, statusCode, password, headers, type_, type, message } = exceptionOf(error);
  assert.equal([code, statusCode, password, headers, type_, type], ['E_X', 502, '***', { authorization: '***' }, 'mine', 'Error']);
  assert.is(message, 'failed: Bearer ***');
});

test('the type is the name, else the class', () => {
  class QuotaError extends Error {}
  class NamedError extends Error {
    override name = 'Named';
  }
  const bare = Object.assign(new (class extends Error {})('x'));
  const types = [
    new QuotaError('x'),
    new NamedError('x'),
    bare,
    new DOMException('x', 'AbortError'),
    Object.assign(new Error('x'), { name: '' }),
  ].map((error) => exceptionOf(error).type);
  assert.equal(types, ['QuotaError', 'Named', 'Error', 'AbortError', 'Error']);
});

test('the traceback holds frames only, whatever the message looks like', () => {
  const message = 'one\n    at forged (nowhere.ts:1:1)\ntwo';
  const late = new Error(message);
  // The stack is made when it is first read.
  assert.match(late.stack!, /^Error: one/);
  late.name = 'SetLater';
  for (const error of [new Error(message), late, new TypeError(message)]) {
    const { traceback, message: written } = exceptionOf(error);
    assert.is(written, message);
    assert.ok(traceback.length > 0 && traceback.every((frame) => /^at /.test(frame) && !frame.includes('forged')), traceback.join('\n'));
    assert.match(traceback[0]!, /errors\.test\.ts/);
  }
  const empty = Object.assign(new Error(''), { name: 'AVeryLongNameIndeedThatIsLongerThanTheFrame' });
  assert.match(exceptionOf(empty).traceback[0]!, /errors\.test\.ts/);
});

test('what was thrown without being an error has type and message', () => {
  const thrown: readonly [unknown, string, string][] = [
    ['text', 'string', 'text'],
    [5, 'number', '5'],
    [10n, 'bigint', '10'],
    [Symbol('s'), 'symbol', 'Symbol(s)'],
    [false, 'boolean', 'false'],
  ];
  for (const [value, type, message] of thrown) assert.equal(exceptionOf(value), { type, message, traceback: [] });
  for (const nothing of [null, undefined]) assert.not('exception' in recordOf(nothing));
  logger.error({ code: 1, message: 'no error' }, 'failed');
  const { code, message, message_, exception } = record();
  assert.equal([code, message, message_, exception], [1, 'failed', 'no error', undefined]);
});

test('a list given first is a field, with and without a message', () => {
  for (const message of [undefined, 'line']) {
    logger.info([1, { a: 2 }], message);
    assert.match(JSON.stringify(record()), '[1,{"a":2}]');
  }
});

test('errors of other realms and frozen ones are errors', () => {
  const foreign = runInNewContext('new TypeError("elsewhere")');
  assert.equal([exceptionOf(foreign).type, exceptionOf(foreign).message], ['TypeError', 'elsewhere']);
  logger.info('line', { foreign });
  assert.is(record().exception!.message, 'elsewhere');
  assert.is(exceptionOf(Object.freeze(new Error('cold'))).message, 'cold');
});

test('an error whose parts throw is still written, with what can be read', () => {
  for (const part of ['name', 'message', 'cause', 'code', 'errors']) {
    const error = new TypeError('readable');
    Object.defineProperty(error, part, { enumerable: true, get: () => { throw new Error('no'); } }); // biome-ignore format: short
    const { exception, error_id } = recordOf(error);
    assert.equal([typeof exception!.type, exception!.message, typeof error_id], ['string', part === 'message' ? '' : 'readable', 'string']);
  }
  const stackless = Object.defineProperty(new Error('x'), 'stack', { get: () => { throw new Error('no'); } }); // biome-ignore format: short
  assert.equal(exceptionOf(stackless).traceback, []);
});

test('long stacks are cut after 50 frames', () => {
  const error = new Error('deep');
  error.stack = `Error: deep\n${Array.from({ length: 80 }, (_, line) => `    at f${line} (a.ts:${line}:1)`).join('\n')}`;
  const { traceback } = exceptionOf(error);
  assert.equal([traceback.length, traceback[0], traceback[50]], [51, 'at f0 (a.ts:0:1)', '[+30 more]']);
});

test('the fields of a record do not crowd out its error', () => {
  logger.error(
    new Error('the reason'),
    'failed',
    Object.fromEntries(Array.from({ length: 50 }, (_, key) => [`k${key}`, 'x'.repeat(10_000)])),
  );
  assert.is(record().exception!.message, 'the reason');
});

test('an error does not crowd out all the fields', () => {
  const huge = Object.assign(
    new Error('x'.repeat(30_000)),
    Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`k${key}`, 'x'.repeat(10_000)])),
  );
  logger.error(huge, 'failed', { user: 'ann' });
  assert.is(record().user, 'ann');
});

test.run();
