import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineEvent, defineEvents, runWithContext } from '../../lib/index';
import { CORE_FIELDS } from '../../lib/log/record';
import { createLog } from '../support/records';

const DONE = ['app', 'part', 'done'] as const;
const OPEN = ['module', 'function', 'line', 'request_id', 'trace_id', 'span_id', 'error_type'];

for (const name of CORE_FIELDS) {
  const isOpen = OPEN.includes(name);
  test(`metadata called ${name} ${isOpen ? 'takes the free place' : 'gets an underscore and replaces nothing'}`, () => {
    const { telemetry, records } = createLog({ app: 'app' });
    telemetry.execute(DONE);
    telemetry.execute(DONE, {}, { [name]: 'mine' });
    telemetry.execute(DONE, { [name]: 'mine' } as never);
    telemetry.logger('bot').info('line', { [name]: 'mine' });
    telemetry
      .logger('bot')
      .child({ [name]: 'mine' })
      .info('line');
    runWithContext({ [name]: 'mine' }, () => telemetry.execute(DONE));
    const [without, ...found] = records();
    for (const record of found) {
      assert.is(record[isOpen ? name : `${name}_`], 'mine');
      if (!isOpen && name !== 'message' && name !== 'logger' && name !== 'event_name') assert.equal(record[name], without![name]);
    }
  });
}

test('fields of the caller and of an error are not replaced', () => {
  const { telemetry, record } = createLog({ caller: true });
  telemetry
    .logger('bot')
    .error(new TypeError('x'), 'line', { module: 'm', function: 'f', line: -1, error_type: 'T', error_id: 'i', exception: 'e' });
  const { module, module_, function_, line_, error_type, error_type_, error_id_, exception_, exception } = record();
  assert.equal(
    [module, module_, function_, line_, error_type, error_type_, error_id_, exception_],
    ['collisions.test', 'm', 'f', -1, 'TypeError', 'T', 'i', 'e'],
  );
  assert.is(exception!.type, 'TypeError');
});

test("the context's request id wins over a field of that name, which gets an underscore", () => {
  const { telemetry, record } = createLog();
  runWithContext({ request_id: 'true' }, () => telemetry.execute(DONE, {}, { request_id: 'forged' }));
  const { request_id, request_id_ } = record();
  assert.equal([request_id, request_id_], ['true', 'forged']);
});

test('one name in measurements, metadata, child and context stands once for each value', () => {
  const { telemetry, records } = createLog();
  runWithContext({ a: 4 }, () => {
    telemetry.execute(DONE, { a: 1 }, { a: 2 });
    telemetry.logger('bot').child({ a: 3 }).info('line', { a: 2 });
    // Equal values are not repeated.
    telemetry.execute(DONE, { a: 4 }, { a: 4 });
  });
  const own = records().map((record) => Object.entries(record).filter(([key]) => /^a_*$/.test(key)));
  assert.equal(own, [[['a', 1], ['a_', 2], ['a__', 4]], [['a', 2], ['a_', 3], ['a__', 4]], [['a', 4]]]); // biome-ignore format: lists
});

test('names that already have underscores keep what they mean', () => {
  const { telemetry, records } = createLog();
  telemetry.execute(DONE, { a: 1 }, { a_: 2, a: 3 });
  telemetry.execute(DONE, {}, { level_: 1, level: 2, level__: 3 });
  telemetry.execute(DONE, { duration: 1 }, { duration_ms: 2, duration: 3 });
  const [one, two, three] = records();
  assert.equal([one!.a, one!.a_, one!.a__], [1, 2, 3]);
  assert.equal([two!.level, two!.level_, two!.level__, two!.level___], ['INFO', 1, 2, 3]);
  assert.equal([three!.duration_ms, three!.duration_ms_, three!.duration], [1, 2, 3]);
});

test('the length of a private field gives way to a field of that name', () => {
  const events = defineEvents('app', { part: { done: defineEvent({ private: ['prompt'] }) } });
  const { telemetry, record } = createLog({}, { events });
  telemetry.execute(events.part.done, {}, { prompt_length: 'mine', prompt: 'four' });
  const { prompt_length, prompt_length_ } = record();
  assert.equal([prompt_length, prompt_length_], ['mine', 4]);
});

test('own fields under a key collide with nothing but themselves', () => {
  const { telemetry, record } = createLog({ fieldsUnder: 'extra_fields' });
  runWithContext({ request_id: 'r', user: 'ann' }, () =>
    telemetry.execute(DONE, { duration: 5 }, { level: 'mine', module: 'm', user: 'bob', error_type: 'T' }),
  );
  const { level, request_id, extra_fields, module } = record();
  assert.equal([level, request_id, module], ['INFO', 'r', undefined]);
  assert.equal(extra_fields, { duration_ms: 5, level: 'mine', module: 'm', user: 'bob', error_type: 'T', user_: 'ann' });
});

test('without own fields there is no empty object for them', () => {
  const { telemetry, record } = createLog({ fieldsUnder: 'extra_fields' });
  telemetry.execute(DONE);
  assert.not('extra_fields' in record());
});

test('own fields can not be put under a core field', () => {
  assert.throws(() => createLog({ fieldsUnder: 'level' }), /fieldsUnder/);
});

test('no keys whatever make a key stand twice or take a core field', () => {
  const names = fc.oneof(fc.constantFrom(...CORE_FIELDS, 'a', 'a_', 'a__', 'duration', 'duration_ms', 'prompt', 'prompt_length', '…', '__proto__', '__proto___', 'constructor', 'constructor_', ''), fc.string({ maxLength: 3 }));
  const fields = fc.uniqueArray(names, { maxLength: 6 }).chain((keys) => fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), fc.oneof(fc.constant(null), fc.nat(2), fc.string({ maxLength: 2 }), fc.constant({ a: 1 }), fc.constant(new Error('e')))))));
  const object = fields.map((entries) => Object.fromEntries(entries) as Record<string, unknown>);
  const events = defineEvents('app', { part: { done: defineEvent({ private: ['prompt'] }) } });
  const logs = [createLog({}, { events }), createLog({ fieldsUnder: 'own' }, { events }), createLog({ limits: { keys: 5 }, caller: true }, { events })];
  fc.assert(
    fc.property(object, object, object, object, (measurements, metadata, child, context) => {
      for (const { telemetry, records } of logs) {
        runWithContext(context, () => {
          telemetry.execute(events.part.done, measurements, metadata);
          telemetry.logger('bot').child(child).error('line', metadata);
        });
        // Reading them is the test: the reader refuses keys that stand twice.
        const [event, plain] = records();
        assert.equal([event!.level, event!.logger, event!.message], ['INFO', 'app.part', 'app.part.done']);
        assert.equal([plain!.level, plain!.logger, plain!.message, plain!.module], ['ERROR', 'app.bot', 'line', 'collisions.test']);
      }
    }),
    { numRuns: 2000 },
  );
}); // biome-ignore format: long lists

test.run();
