import pinoPretty from 'pino-pretty';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFormat } from '../../../lib/log/formats/index';
import type { LogRecord } from '../../../lib/log/record';

const format = createFormat('json', { schema: 'pino' });
const read = pinoPretty.prettyFactory({ colorize: false, translateTime: 'UTC:yyyy-mm-dd HH:MM:ss.l' });
const RECORD: LogRecord = {
  timestamp: '2026-02-13T19:06:35.545Z',
  level: 'INFO',
  logger: 'app.bot',
  message: 'ready',
  hostname: 'host',
  pid: 42,
};

test('pino-pretty knows time, level, name, process and message', () => {
  assert.is(read(`${format(RECORD)}\n`), '[2026-02-13 19:06:35.545] INFO (app.bot/42): ready\n');
  const levels = (['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const).map(
    (level) => /\] (\w+) /.exec(read(format({ ...RECORD, level })))![1],
  );
  assert.equal(levels, ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);
});

test('pino-pretty shows own fields and prints an error as an error', () => {
  const exception = {
    type: 'TypeError',
    message: 'x',
    traceback: ['at a (b.ts:1:2)'],
    cause: { type: 'Error', message: 'y', traceback: ['at c (d.ts:3:4)'] },
    code: 'E1',
  };
  const lines = read(format({ ...RECORD, level: 'ERROR', exception, model: 'opus' })).split('\n');
  assert.is(lines[0], '[2026-02-13 19:06:35.545] ERROR (app.bot/42): ready');
  const shown = lines.map((line) => line.trim());
  for (const line of [
    'model: "opus"',
    'err: {',
    '"type": "TypeError",',
    '"message": "x",',
    '"stack":',
    'at a (b.ts:1:2)',
    '"code": "E1"',
  ]) {
    assert.ok(shown.includes(line), `${line} is not in\n${lines.join('\n')}`);
  }
  assert.ok(shown.some((line) => line.startsWith('Caused by: Error: y')));
});

test.run();
