import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import { createFormat, PATTERN_FIELDS } from '../../../lib/log/formats/index';
import type { LogRecord } from '../../../lib/log/record';

const RECORD: LogRecord = {
  timestamp: '2026-02-13T19:06:35.045Z',
  level: 'INFO',
  logger: 'app.bot',
  message: 'hello world',
  event_name: 'app.bot.hello',
  app: 'my_app',
  environment: 'test',
  instance: 'main',
  port: 8000,
  hostname: 'host',
  pid: 7,
  thread: 'worker-1',
  module: 'bot',
  function: 'run',
  line: 42,
  request_id: 'r1',
  trace_id: 't1',
  span_id: 's1',
  error_id: 'ERR-1',
  error_type: 'TypeError',
  exception: { type: 'TypeError', message: 'x', traceback: ['at a (b:1:2)'], cause: { type: 'Error', message: 'y', traceback: [] } },
  model: 'opus',
};
const BARE: LogRecord = { timestamp: RECORD.timestamp, level: 'TRACE', logger: 'app.bot', message: '' };
const { exception: _exception, ...CALM } = RECORD;
const show = (pattern: string, record: LogRecord = CALM as LogRecord) => createFormat(pattern, { timeZone: 'utc' })(record);

function refuses(pattern: string, expected: RegExp): void {
  try {
    createFormat(pattern);
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    assert.is(error.code, 'OPTION_INVALID');
    assert.match(error.message, expected);
    return;
  }
  assert.unreachable(`${JSON.stringify(pattern)} should have been refused`);
}

test('the usual pattern writes the usual line, an error below it', () => {
  const pattern = '%(asctime)s - %(name)s - %(levelname)s - %(message)s';
  assert.is(show(pattern), '2026-02-13 19:06:35,045 - app.bot - INFO - hello world');
  assert.is(
    show(pattern, RECORD),
    '2026-02-13 19:06:35,045 - app.bot - INFO - hello world\n    TypeError: x\n        at a (b:1:2)\n    Caused by: Error: y',
  );
});

test('every placeholder is filled, and is - where the record has nothing', () => {
  const full: Readonly<Record<string, string>> = {
    asctime: '2026-02-13 19:06:35,045',
    created: '1771009595.045',
    msecs: '45',
    name: 'app.bot',
    levelname: 'INFO',
    levelno: '20',
    message: 'hello world',
    module: 'bot',
    funcName: 'run',
    function: 'run',
    lineno: '42',
    line: '42',
    process: '7',
    processName: 'my_app',
    thread: 'worker-1',
    threadName: 'worker-1',
    hostname: 'host',
    instance: 'main',
    port: '8000',
    app: 'my_app',
    environment: 'test',
    request_id: 'r1',
    trace_id: 't1',
    span_id: 's1',
    error_id: 'ERR-1',
    error_type: 'TypeError',
    event_name: 'app.bot.hello',
    fields: 'model=opus event_name=app.bot.hello request_id=r1 error_id=ERR-1',
    exception: 'TypeError: x | at a (b:1:2) | Caused by: Error: y',
  };
  assert.equal([...PATTERN_FIELDS].sort(), Object.keys(full).sort());
  const always = ['asctime', 'created', 'msecs', 'name', 'levelname', 'levelno'];
  for (const name of PATTERN_FIELDS) {
    assert.is(show(`%(${name})s`, RECORD).split('\n')[0], full[name], name);
    const nothing = ['message', 'fields', 'exception'].includes(name) ? '' : '-';
    if (!always.includes(name)) assert.is(show(`%(${name})s`, BARE), nothing, name);
  }
  const levels = (['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const).map((level) =>
    show('%(levelno)d', { ...BARE, level }),
  );
  assert.is(show('%(levelno)s', { ...BARE, level: 'constructor' as never }), '-');
  assert.equal(levels, ['5', '10', '20', '30', '40', '50']);
});

// What Python 3 prints for the same patterns.
test('flags, width and precision are those of Python', () => {
  const printed: Readonly<Record<string, string>> = {
    '[%(levelname)-8s]': '[INFO    ]',
    '[%(levelname)8s]': '[    INFO]',
    '[%(levelname)08s]': '[    INFO]',
    '[%(levelname).2s]': '[IN]',
    '[%(levelname)-6.2s]': '[IN    ]',
    '[%(levelname).0s]': '[]',
    '[%(lineno)d]': '[42]',
    '[%(lineno)5d]': '[   42]',
    '[%(lineno)05d]': '[00042]',
    '[%(lineno)-05d]': '[42   ]',
    '[%(lineno)8.3d]': '[     042]',
    '[%(lineno).1s]': '[4]',
    '[%(lineno)f]': '[42.000000]',
    '[%(msecs)03d]': '[045]',
    '[%(created).2f]': '[1771009595.05]',
    '[%(created)d]': '[1771009595]',
    '100%% [%(lineno)i]': '100% [42]',
    '%%(lineno)d %(lineno)d': '%(lineno)d 42',
  };
  for (const [pattern, line] of Object.entries(printed)) assert.is(show(pattern), line, pattern);
  assert.is(show('[%(lineno)05d]', { ...BARE, line: -4 }), '[-0004]');
  assert.is(show('[%(lineno)05d]', BARE), '[    -]');
  assert.is(show('[%(message)6s][%(message).3s]', { ...BARE, message: '東京' }), '[  東京][東]');
});

test('an error stands where the pattern says, on one line', () => {
  assert.is(show('%(message)s! %(exception)s.', RECORD), 'hello world! TypeError: x | at a (b:1:2) | Caused by: Error: y.');
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is data
test('text that looks like a placeholder is written as it is', () => {
  assert.is(show('%(message)s', { ...BARE, message: '%(name)s %s %d ${jndi:ldap://x} {{x}}' }), '%(name)s %s %d ${jndi:ldap://x} {{x}}');
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is data

test('what is wrong with a pattern is said, with the nearest placeholder', () => {
  refuses('%(levelnam)s', /There is no placeholder "levelnam"\. Did you mean %\(levelname\)s\?\. Placeholders are asctime, created/);
  refuses('%(zzzzzzzzz)s', /There is no placeholder "zzzzzzzzz"\. Placeholders are/);
  refuses('%(constructor)s', /no placeholder "constructor"/);
  refuses('%()s', /no placeholder ""/);
  refuses('%(name) - %(message)s', /Got "%\(name\) - %\(message\)"\. A placeholder is %\(name\)s/);
  refuses('%(name)x', /A placeholder is/);
  refuses('%(name)s 100%', /Got "%"/);
  refuses('%(name)1001s', /at most 1000/);
  refuses('%(name).1001s', /at most 1000/);
  refuses('%(name)s\n%(message)s', /Leave line ends and control characters out/);
  refuses('\x1b[31m%(name)s', /control characters/);
  assert.is(show('%(name)s\t%(levelname)s'), 'app.bot\tINFO');
});

test.run();
