import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFormat } from '../../../lib/log/formats/index';
import type { LogRecord } from '../../../lib/log/record';

const PLAIN: LogRecord = { timestamp: '2026-02-13T19:06:35.545Z', level: 'INFO', logger: 'app.bot', message: 'message' };
const CALLED: LogRecord = { ...PLAIN, timestamp: '2025-10-10T12:00:00.999Z', instance: 'main', module: 'bot', function: 'run', line: 42 };
const FAILED: LogRecord = {
  ...PLAIN,
  level: 'ERROR',
  error_id: 'ERR-7K3M',
  error_type: 'TypeError',
  exception: {
    type: 'TypeError',
    message: 'x is not a function',
    traceback: ['at run (app/bot.ts:1:2)', 'at node:internal/main:3:4'],
    cause: {
      type: 'AggregateError',
      message: '',
      traceback: [],
      errors: [
        { type: 'Error', message: 'refused', traceback: ['at connect (net.ts:5:6)'], code: 'ECONNREFUSED', address: 'a b' },
        { type: 'Error', message: 'late', traceback: [] },
      ],
    },
  },
  session_id: 's1',
};

const utc = { timeZone: 'utc' } as const;
const text = createFormat('text', utc);
const instance = createFormat('text', { ...utc, instance: true });
const minimal = createFormat('minimal');

test('text is the line that Python programs write', () => {
  assert.is(text(PLAIN), '2026-02-13 19:06:35,545 - app.bot - INFO - message');
  assert.is(text(CALLED), '2025-10-10 12:00:00,999 - app.bot - INFO - message');
});

test('own fields follow as pairs, quoted where a bare word would be mistaken', () => {
  const fields = {
    count: 3,
    ok: true,
    none: null,
    word: 'opus-4.5',
    empty: '',
    space: 'a b',
    quote: 'say "hi"',
    equals: 'a=b',
    brackets: '{}',
    path: 'C:\\x',
    list: [1, { a: 'b c' }],
    'odd key': 1,
    'a="b': 2,
    größe: 'Straße',
  };
  assert.is(
    text({ ...PLAIN, ...fields }),
    '2026-02-13 19:06:35,545 - app.bot - INFO - message count=3 ok=true none=null word=opus-4.5 empty="" space="a b" quote="say \\"hi\\"" ' +
      'equals="a=b" brackets="{}" path="C:\\\\x" list=[1,{"a":"b c"}] "odd key"=1 "a=\\"b"=2 größe=Straße',
  );
});

test('the event is named where the message says something else, the error type where no exception does', () => {
  const event = {
    ...PLAIN,
    event_name: 'app.bot.start',
    error_type: 'timeout',
    request_id: 'r1',
    trace_id: 't1',
    fingerprint: 'f',
    pid: 1,
  };
  assert.is(text(event), '2026-02-13 19:06:35,545 - app.bot - INFO - message event_name=app.bot.start request_id=r1 error_type=timeout');
  assert.is(
    text({ ...PLAIN, message: 'app.bot.start', event_name: 'app.bot.start' }),
    '2026-02-13 19:06:35,545 - app.bot - INFO - app.bot.start',
  );
});

test('an error follows in indented lines, with its causes, the errors it holds and their own fields', () => {
  assert.equal(text(FAILED).split('\n'), [
    '2026-02-13 19:06:35,545 - app.bot - ERROR - message session_id=s1 error_id=ERR-7K3M',
    '    TypeError: x is not a function',
    '        at run (app/bot.ts:1:2)',
    '        at node:internal/main:3:4',
    '    Caused by: AggregateError',
    '        Error 1 of 2: Error: refused (code=ECONNREFUSED address="a b")',
    '            at connect (net.ts:5:6)',
    '        Error 2 of 2: Error: late',
  ]);
});

test('text with instance says who and where, in whole seconds', () => {
  assert.is(instance(CALLED), '2025-10-10 12:00:00 - [main] - app.bot - INFO - [bot:run:42] - message');
  assert.is(
    instance({ ...PLAIN, timestamp: CALLED.timestamp, instance: 'main', module: 'bot', line: 42 }),
    '2025-10-10 12:00:00 - [main] - app.bot - INFO - [bot:-:42] - message',
  );
  assert.is(instance(PLAIN), '2026-02-13 19:06:35 - [-] - app.bot - INFO - [-] - message');
  assert.is(instance({ ...CALLED, n: 1 }), '2025-10-10 12:00:00 - [main] - app.bot - INFO - [bot:run:42] - message n=1');
});

test('times are those of the machine unless UTC is asked for', () => {
  const before = process.env.TZ;
  try {
    process.env.TZ = 'Asia/Kolkata';
    assert.is(createFormat('text')(PLAIN), '2026-02-14 00:36:35,545 - app.bot - INFO - message');
    assert.is(text(PLAIN), '2026-02-13 19:06:35,545 - app.bot - INFO - message');
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});

test('a time that cannot be read is shown as it is', () => {
  for (const timestamp of ['yesterday', '', '+275760-09-13T00:00:00.001Z', '+010000-01-01T00:00:00.000Z']) {
    assert.is(text({ ...PLAIN, timestamp }), `${timestamp} - app.bot - INFO - message`);
  }
  assert.is(text({ ...PLAIN, timestamp: 5 as never }), '5 - app.bot - INFO - message');
});

test('minimal is one line that is the same in every run', () => {
  const warned: LogRecord = { ...PLAIN, level: 'WARNING', logger: 'coder.llm', message: 'coder.llm.error', event_name: 'coder.llm.error' };
  const { level, logger, message, event_name } = warned;
  assert.is(minimal({ ...warned, duration_ms: 3 }), 'WARNING coder.llm.error duration_ms=3');
  assert.is(
    minimal({ ...FAILED, level, logger, message, event_name: event_name! }),
    'WARNING coder.llm.error session_id=s1 TypeError: x is not a function',
  );
  assert.is(minimal({ ...CALLED, event_name: 'a.b.c', request_id: 'r', pid: 1 }), 'INFO app.bot message event_name=a.b.c');
});

test('fields nested under a key are shown like flat ones', () => {
  const nested = { ...PLAIN, method: 'GET', data: { duration_ms: 5, model: 'm' } };
  const options = { ...utc, fieldsUnder: 'data' };
  assert.is(createFormat('text', options)(nested), '2026-02-13 19:06:35,545 - app.bot - INFO - message method=GET duration_ms=5 model=m');
  assert.is(createFormat('minimal', options)(nested), 'INFO app.bot message method=GET duration_ms=5 model=m');
  assert.is(createFormat('pretty', options)(nested), '19:06:35.545 INFO  app.bot                   message  method=GET 5.00 ms model=m');
  assert.is(createFormat('text', options)({ ...PLAIN, data: 'x' }), '2026-02-13 19:06:35,545 - app.bot - INFO - message data=x');
});

test.run();
