import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bestId, fieldsOf, filterBy, idsOf, levelOf, messageOf, sourceOf, toneOf } from '../../lib/dashboard/page/views/log-record';

const RECORD = {
  timestamp: '2026-02-13T19:06:35.545Z',
  level: 'WARNING',
  logger: 'coder.llm',
  message: 'coder.llm.response',
  event_name: 'coder.llm.response',
  hostname: 'web-1',
  request_id: 'r-17',
  duration_ms: 1503.2,
  model: 'm1',
  data: { sessionId: 's1', tokens: 3 },
};

test('levels are known by how records spell them', () => {
  assert.is(levelOf(RECORD), 'warn');
  assert.is(levelOf({ level: 'CRITICAL' }), 'critical');
  assert.is(levelOf({ level: 'toString' }), undefined);
  assert.is(levelOf({ level: 30 }), undefined);
  assert.equal(['trace', 'warn', 'error', 'critical'].map((level) => toneOf(level as never)), ['neutral', 'warn', 'bad', 'bad']); // biome-ignore format: short
});

test('the name of an event stands once', () => {
  assert.is(sourceOf(RECORD), 'coder.llm.response');
  assert.is(messageOf(RECORD), '');
  assert.is(sourceOf({ logger: 'a.b', message: 'hello' }), 'a.b');
  assert.is(messageOf({ logger: 'a.b', message: 'hello' }), 'hello');
  assert.is(sourceOf({}), '');
});

test('what else a line says has neither ids nor what every line has', () => {
  assert.is(fieldsOf(RECORD), 'duration_ms=1503.2 model=m1 data={"sessionId":"s1","tokens":3}');
  assert.is(fieldsOf({ error_type: 'E', fingerprint: 'f', exception: { type: 'E', message: 'no' } }), 'E: no');
  assert.is(fieldsOf({ exception: null, a: null }), '');
  assert.is(fieldsOf({ exception: 'odd' }), ': ');
  assert.is(fieldsOf(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`f${at}`, at]))).split(' ').length, 8);
  assert.ok(fieldsOf({ a: 'x'.repeat(9999) }).length < 80);
});

test('ids are those of the record and of objects in it', () => {
  assert.equal(idsOf(RECORD), [
    ['request_id', 'r-17'],
    ['session_id', 's1'],
  ]);
  assert.equal(idsOf({ user_id: 7, trace_id: '', error_id: 'x'.repeat(129), list: [{ request_id: 'no' }] }), [['user_id', '7']]);
});

test('the request tells most of a story, then the trace', () => {
  assert.is(bestId({ trace_id: 't', request_id: 'r' }), 'r');
  assert.is(bestId({ session_id: 's', trace_id: 't' }), 't');
  assert.is(bestId({}), undefined);
});

test('a value filters by its own parameter where it has one, else by how the line has it', () => {
  assert.equal(filterBy('logger', 'coder.llm'), { logger: 'coder.llm' });
  assert.equal(filterBy('event_name', 'a.b.c'), { event: 'a.b.c' });
  assert.equal(filterBy('level', 'WARNING'), { level: 'warn' });
  assert.equal(filterBy('sessionId', 's1'), { id: 's1' });
  assert.equal(filterBy('model', 'm"1'), { text: '"model":"m\\"1"' });
  assert.equal(filterBy('tokens', 150), { text: '"tokens":150' });
  assert.equal(filterBy('ok', null), { text: '"ok":null' });
  assert.equal(filterBy('text', 'x'.repeat(500)), { text: 'x'.repeat(200) });
});

test.run();
