import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFormat, formatDuration, usesColors } from '../../../lib/log/formats/index';
import type { LogRecord } from '../../../lib/log/record';

const EVENT: LogRecord = {
  timestamp: '2026-02-13T19:06:35.545Z',
  level: 'INFO',
  logger: 'coder.session',
  message: 'coder.session.start',
  event_name: 'coder.session.start',
};
const PLAIN: LogRecord = { timestamp: EVENT.timestamp, level: 'INFO', logger: 'coder.session', message: 'ready' };
/** What says who wrote a record is the same on every line. */
const WHO = {
  app: 'coder',
  environment: 'test',
  instance: 'main',
  port: 8000,
  hostname: 'h',
  pid: 1,
  thread: 'main',
  trace_id: 't',
  span_id: 's',
};
const pretty = createFormat('pretty', { timeZone: 'utc' });
const colored = createFormat('pretty', { timeZone: 'utc', colors: true });
const frames = (count: number, where: string) => Array.from({ length: count }, (_, index) => `at f${index} (${where}:${index}:1)`);

test('an event is one line of columns, without what is the same on every line', () => {
  const record = { ...EVENT, ...WHO, session_id: 's-7f3a', model: 'opus', task: 'fix flaky test', request_id: 'r1', error_id: 'ERR-1' };
  assert.is(
    pretty(record),
    '19:06:35.545 INFO  coder.session.start       session_id=s-7f3a model=opus task="fix flaky test" request_id=r1 error_id=ERR-1',
  );
  assert.is(pretty({ ...EVENT, ...WHO }), '19:06:35.545 INFO  coder.session.start');
});

test('a plain line shows logger and message, an event its own message beside the name', () => {
  assert.is(pretty({ ...PLAIN, n: 1 }), '19:06:35.545 INFO  coder.session             ready  n=1');
  assert.is(pretty({ ...EVENT, message: 'A session began' }), '19:06:35.545 INFO  coder.session.start       A session began');
});

test('levels take five columns', () => {
  const shown = (['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const).map((level) =>
    pretty({ ...EVENT, level }).slice(13, 19),
  );
  assert.equal(shown, ['TRACE ', 'DEBUG ', 'INFO  ', 'WARN  ', 'ERROR ', 'CRIT  ']);
});

test('durations are readable, dates in milliseconds are left alone', () => {
  const record = { ...EVENT, duration_ms: 5038, ttft_ms: 812, wait_ms: 0.25, at_ms: 1771009595545, text_ms: 'x', count: 5038 };
  assert.is(
    pretty(record),
    '19:06:35.545 INFO  coder.session.start       5.04 s ttft=812 ms wait=250 µs at_ms=1771009595545 text_ms=x count=5038',
  );
  assert.equal([0, 0.25, 999.7, 61_000, -1500].map(formatDuration), ['0 µs', '250 µs', '1.00 s', '61.0 s', '-1.50 s']);
});

test('wide and combining characters keep the columns', () => {
  const column = (event_name: string) =>
    pretty({ ...EVENT, event_name, message: event_name, x: 1 })
      .slice(19)
      .replace(/ {2}x=1$/, '');
  assert.is(column('東京.a.b'), '東京.a.b                ');
  assert.is(column('e\u0301.a.b'), 'e\u0301.a.b                   ');
  assert.is(column('👩‍👩‍👧.a.b'), '👩‍👩‍👧.a.b                  ');
  assert.is(column('❤️.a.b'), '❤️.a.b                  ');
});

test('a long value is cut visibly at half of the width, never inside of a character', () => {
  const narrow = createFormat('pretty', { timeZone: 'utc', width: 40 });
  const value = (text: string) => narrow({ ...EVENT, v: text }).slice('19:06:35.545 INFO  coder.session.start       v='.length);
  assert.is(value('x'.repeat(20)), 'x'.repeat(20));
  assert.is(value('x'.repeat(21)), `${'x'.repeat(19)}…`);
  assert.is(value('東'.repeat(11)), `${'東'.repeat(9)}…`);
  assert.is(value('👩‍👩‍👧'.repeat(11)), `${'👩‍👩‍👧'.repeat(9)}…`);
  assert.not.match(value(`e${'\u0301'.repeat(318)}${'😀'.repeat(30)}`), /\p{Cs}/u);
  assert.is(value(`e${'\u0301'.repeat(5000)}`.repeat(30)).length < 500, true);
  assert.is(value(`e${'\u0301'.repeat(5000)}`).length < 500, true);
  assert.is(pretty({ ...EVENT, v: 'x'.repeat(300) }).slice(-200), `${'x'.repeat(199)}…`);
  assert.is(pretty({ ...EVENT, message: 'x'.repeat(300) }).endsWith('x'.repeat(300)), true);
  assert.is(createFormat('pretty', { timeZone: 'utc', width: 1 })({ ...EVENT, v: 'x'.repeat(21) }).endsWith(` v=${'x'.repeat(19)}…`), true);
});

test('errors show ten frames each, their causes and the errors they hold', () => {
  const exception = {
    type: 'TypeError',
    message: 'two\nlines',
    traceback: frames(12, 'app/a.ts'),
    cause: { type: 'Error', message: 'refused', traceback: frames(11, 'b.ts'), code: 'E1' },
    errors: [{ type: 'RangeError', message: '', traceback: frames(1, 'c.ts') }],
  };
  assert.equal(pretty({ ...EVENT, level: 'ERROR', exception }).split('\n'), [
    '19:06:35.545 ERROR coder.session.start',
    '    TypeError: two\\nlines',
    ...frames(10, 'app/a.ts').map((frame) => `        ${frame}`),
    '        … 2 more',
    '        error 1 of 1: RangeError',
    '            at f0 (c.ts:0:1)',
    '    caused by Error: refused (code=E1)',
    ...frames(10, 'b.ts').map((frame) => `        ${frame}`),
    '        … 1 more',
  ]);
});

test('colours tell levels, and step back what is not the application', () => {
  const traceback = ['at run (app/node_modules_of_mine/a.ts:1:2)', 'at b (/x/node_modules/b/i.js:1:1)', 'at node:internal/main:1:1'];
  const record: LogRecord = { ...EVENT, level: 'ERROR', model: 'opus', exception: { type: 'E', message: 'm', traceback } };
  assert.equal(colored(record).replaceAll('\x1b', '').split('\n'), [
    '[2m19:06:35.545[0m [31mERROR[0m coder.session.start       [2mmodel=[0mopus',
    '    [31mE: m[0m',
    '        at run (app/node_modules_of_mine/a.ts:1:2)',
    '        [2mat b (/x/node_modules/b/i.js:1:1)[0m',
    '        [2mat node:internal/main:1:1[0m',
  ]);
  const codes = (['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const).map(
    (level) =>
      colored({ ...EVENT, level })
        .split('\x1b')[3]!
        .split('m')[0],
  );
  assert.equal(codes, ['[90', '[36', '[32', '[33', '[31', '[1;97;41']);
});

test('NO_COLOR, then FORCE_COLOR, then TERM=dumb, then the stream decides about colours', () => {
  for (const NO_COLOR of [undefined, '', '0', '1'])
    for (const FORCE_COLOR of [undefined, '', '0', '1', '3', 'true'])
      for (const TERM of [undefined, 'xterm', 'dumb'])
        for (const isTTY of [true, false]) {
          const byStream = isTTY && TERM !== 'dumb';
          const byForce = FORCE_COLOR === undefined || FORCE_COLOR === '' ? byStream : FORCE_COLOR !== '0';
          const expected = NO_COLOR === undefined || NO_COLOR === '' ? byForce : false;
          const env = { NO_COLOR, FORCE_COLOR, TERM };
          assert.is(usesColors(env, { isTTY }), expected, JSON.stringify([env, isTTY]));
        }
  assert.is(usesColors({}, {}), false);
});

test.run();
