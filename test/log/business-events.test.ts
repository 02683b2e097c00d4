import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chatEvents, defineChatEvents } from '../../lib/catalogues/chat';
import { createTelemetry, defineEvent, defineEvents, isTelemetryError, memorySink, runWithContext } from '../../lib/index';
import type { LogOptions } from '../../lib/log/options';

function create(log: LogOptions = {}) {
  const memory = memorySink();
  const telemetry = createTelemetry({
    events: chatEvents,
    log: { instance: 'eu-1', port: 8001, level: 'debug', format: 'json', sinks: [memory], ...log },
  });
  telemetry.attachLogHandler();
  return { telemetry, memory, records: () => memory.lines.map((line) => JSON.parse(line)) };
}

test("a completion's record is a business event in the shape of D8, its duration in seconds", () => {
  const { telemetry, records } = create();
  telemetry.execute(
    chatEvents.completion.stop,
    { duration: 2345, message_count: 3, tokens: 150 },
    { session_id: 'abcdefghijk', model: 'm1', stream: true, tools_enabled: false },
  );
  const { timestamp, hostname, pid, ...record } = records()[0];
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT/);
  assert.equal(record, {
    level: 'INFO',
    logger: 'chat.completion',
    message: 'EVENT: chat_completion',
    event_name: 'chat.completion.stop',
    app: 'chat',
    environment: 'test',
    instance: 'eu-1',
    port: 8001,
    thread: 'main',
    event_type: 'chat_completion',
    event_action: 'stop',
    data: {
      duration_seconds: 2.345,
      message_count: 3,
      tokens: 150,
      session_id: 'abcdefgh***',
      model: 'm1',
      stream: true,
      tools_enabled: false,
    },
  });
});

test('each business event says its type and its action', () => {
  const { telemetry, records } = create();
  const { authentication, session, rate_limit, error } = chatEvents;
  telemetry.execute(authentication.success, {}, { user: 'u1' });
  telemetry.execute(authentication.failure, {}, { user: 'u1', reason: 'wrong password' });
  telemetry.execute(session.created, {}, { session_id: 's1' });
  telemetry.execute(session.updated, {}, { session_id: 's1' });
  telemetry.execute(session.deleted, {}, { session_id: 's1' });
  telemetry.execute(rate_limit.exceeded, { limit: 10 }, { ip: '10.0.0.1' });
  telemetry.execute(error.raised, {}, { reason: new Error('boom') });
  assert.equal(
    records().map((record) => [record.level, record.message, record.event_type, record.event_action]),
    [
      ['INFO', 'EVENT: authentication', 'authentication', 'success'],
      ['WARNING', 'EVENT: authentication', 'authentication', 'failure'],
      ['INFO', 'EVENT: session_management', 'session_management', 'created'],
      ['INFO', 'EVENT: session_management', 'session_management', 'updated'],
      ['INFO', 'EVENT: session_management', 'session_management', 'deleted'],
      ['WARNING', 'EVENT: rate_limit', 'rate_limit', 'exceeded'],
      ['ERROR', 'EVENT: error', 'error', 'raised'],
    ],
  );
});

test('a completion is a span: it starts, and what ends it says how', () => {
  const { telemetry, records } = create();
  telemetry.measure(['chat', 'completion'], { model: 'm1' }, (span) => span.add({ tokens: 7 }));
  assert.throws(() =>
    telemetry.measure(['chat', 'completion'], { model: 'm1' }, () => {
      throw new TypeError('no answer');
    }),
  );
  const [start, stop, again, failed] = records();
  assert.is(start.event_type, undefined);
  assert.equal([stop.event_type, stop.data.tokens], ['chat_completion', 7]);
  assert.is(again.event_name, 'chat.completion.start');
  assert.equal([failed.event_type, failed.error_type, failed.exception.message], ['chat_completion_error', 'TypeError', 'no answer']);
  assert.type(failed.data.duration_seconds, 'number');
  assert.is(failed.data.reason, undefined);
});

test('the context stands where it belongs: ids of requests among the core fields, the rest in data', () => {
  const { telemetry, records } = create();
  runWithContext({ request_id: 'r-1', tenant: 't1' }, () => telemetry.execute(chatEvents.session.created, {}, { session_id: 's1' }));
  const [record] = records();
  assert.is(record.request_id, 'r-1');
  assert.equal(record.data, { session_id: 's1', tenant: 't1' });
});

test('an event without fields has no data', () => {
  const { telemetry, records } = create();
  telemetry.execute(chatEvents.authentication.success, {}, {});
  assert.is(records()[0].data, undefined);
});

test('data is data, wherever other records keep their fields', () => {
  const { telemetry, records } = create({ fieldsUnder: 'fields' });
  telemetry.execute(chatEvents.session.created, {}, { session_id: 's1' });
  telemetry.logger('bot').info('hello', { a: 1 });
  const [event, line] = records();
  assert.equal([event.data, event.fields], [{ session_id: 's1' }, undefined]);
  assert.equal([line.data, line.fields], [undefined, { a: 1 }]);
});

test('fields of the name of a core field need no other name inside of data', () => {
  const other = defineEvents('shop', { cart: { add: defineEvent<object, { event_type: string; level: number }>({ eventType: 'cart' }) } });
  const { telemetry, records } = create();
  telemetry.declareEvents(other).execute(other.cart.add, {}, { event_type: 'x', level: 3 });
  assert.is(records()[0].event_type, 'cart');
  assert.equal(records()[0].data, { event_type: 'x', level: 3 });
});

test('durations of another unit are seconds all the same', () => {
  const other = defineEvents('shop', {
    cart: { paid: defineEvent<{ duration: number }>({ eventType: 'paid', measurements: { duration: { unit: 'us' } } }) },
  });
  const { telemetry, records } = create();
  telemetry.declareEvents(other).execute(other.cart.paid, { duration: 1_500_000 }, {});
  assert.equal(records()[0].data, { duration_seconds: 1.5 });
});

test('in text the message names the type and the data follow', () => {
  const { telemetry, memory } = create({ format: 'text' });
  telemetry.execute(chatEvents.session.deleted, {}, { session_id: 's1' });
  assert.match(
    memory.lines[0]!,
    / - chat\.session - INFO - \[-\] - EVENT: session_management event_type=session_management .*data=\{"session_id":"s1"\}/,
  );
});

test('a type is a name, not data', () => {
  for (const eventType of ['', 'two words', 'x'.repeat(65), 7]) {
    assert.throws(
      () => defineEvent({ eventType: eventType as string }),
      (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID',
    );
  }
});

test('the catalogue takes a name of its own', () => {
  assert.equal([...defineChatEvents('my_chat').completion.stop], ['my_chat', 'completion', 'stop']);
});

test.run();
