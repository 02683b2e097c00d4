import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFormat } from '../../../lib/log/formats/index';
import type { LogRecord } from '../../../lib/log/record';

const ACCESS: LogRecord = {
  timestamp: '2026-10-10T13:55:36.123Z',
  level: 'INFO',
  logger: 'app.http',
  message: 'request_complete',
  request_id: 'r1',
  method: 'GET',
  path: '/path',
  status: 200,
  duration_ms: 12,
  content_length: 2326,
  ip: '127.0.0.1',
  user_agent: 'agent',
};
const combined = createFormat('combined', { timeZone: 'utc' });

test('an access record is a line of the combined format', () => {
  assert.is(combined(ACCESS), '127.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET /path HTTP/1.1" 200 2326 "-" "agent"');
  const full = { ...ACCESS, user: 'ann', referer: 'https://a.example/?q=ü', http_version: '2.0', content_length: 0 };
  assert.is(
    combined(full),
    '127.0.0.1 - ann [10/Oct/2026:13:55:36 +0000] "GET /path HTTP/2.0" 200 0 "https://a.example/?q=\\xc3\\xbc" "agent"',
  );
  assert.match(combined({ ...ACCESS, http_version: 'HTTP/3' }), '"GET /path HTTP/3"');
});

test('what is missing is a dash', () => {
  const { ip: _ip, content_length: _length, user_agent: _agent, ...rest } = ACCESS;
  assert.is(combined(rest as LogRecord), '- - - [10/Oct/2026:13:55:36 +0000] "GET /path HTTP/1.1" 200 - "-" "-"');
  assert.is(
    combined({ ...ACCESS, ip: '', user_agent: null, content_length: '5' }),
    '- - - [10/Oct/2026:13:55:36 +0000] "GET /path HTTP/1.1" 200 - "-" "-"',
  );
});

test('quotes, backslashes, controls and what is not ASCII are escaped as Apache does', () => {
  const agent = 'a"b\\c\r\n\t\x1b[31m\u2028\ud800é';
  assert.is(
    combined({ ...ACCESS, ip: '1 2"', path: '/a b"', user_agent: agent }),
    '1\\x202\\" - - [10/Oct/2026:13:55:36 +0000] "GET /a\\x20b\\" HTTP/1.1" 200 2326 "-" ' +
      '"a\\"b\\\\c\\r\\n\\t\\x1b[31m\\xe2\\x80\\xa8\\xef\\xbf\\xbd\\xc3\\xa9"',
  );
});

test('the time has the offset of its zone', () => {
  const before = process.env.TZ;
  const local = createFormat('combined');
  try {
    const times = ['Asia/Kolkata', 'America/St_Johns', 'UTC'].map((zone) => {
      process.env.TZ = zone;
      return /\[(.*?)\]/.exec(local(ACCESS))![1];
    });
    assert.equal(times, ['10/Oct/2026:19:25:36 +0530', '10/Oct/2026:11:25:36 -0230', '10/Oct/2026:13:55:36 +0000']);
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});

test('fields nested under a key are found', () => {
  const { timestamp, level, logger, message, ...http } = ACCESS;
  const nested = { timestamp, level, logger, message, data: http as never };
  assert.is(createFormat('combined', { timeZone: 'utc', fieldsUnder: 'data' })(nested), combined(ACCESS));
});

test('any other record is a line of text', () => {
  assert.is(
    combined({ ...ACCESS, status: 'ok' }).startsWith('2026-10-10 13:55:36,123 - app.http - INFO - request_complete method=GET'),
    true,
  );
});

test.run();
