import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runWithContext } from '../../lib/index';
import { watchSlow } from '../../lib/performance/watch';
import { createLog, type TestLog } from '../support/records';
import { CLASSES, hostOf } from './watching';

/** A watch whose lines go through the log of a bus. */
function logged(format: 'json' | 'text'): TestLog {
  const log = createLog({ app: 'app', format, timeZone: 'utc' });
  const logger = log.telemetry.logger('performance', { stream: 'performance' });
  const warn = (warning: (typeof log.warnings)[number]) => void log.warnings.push(warning);
  watchSlow(hostOf(log.telemetry, { clock: log.clock, warn, write: (level, message, fields) => logger[level](message, fields) }), CLASSES);
  log.telemetry.detachLogHandler();
  return log;
}

const REQUEST = { method: 'POST', path: '/path' };

test('the lines of the text format are those that were asked for, byte for byte', () => {
  const { telemetry, lines } = logged('text');
  telemetry.execute(['app', 'http', 'stop'], { duration: 35_200 }, { ...REQUEST, tools_enabled: true });
  telemetry.execute(['app', 'http', 'stop'], { duration: 12_000 }, REQUEST);
  const time = '2026-01-01 00:00:00,000 - app.performance';
  const fields = 'metric=app.http.stop duration_ms';
  // A line at error has an id, which is another one each time.
  const written = lines().map((line) => line.replace(/ error_id=\w+/, ''));
  assert.equal(written, [
    `${time} - WARNING - Slow request [tools]: POST /path - 35.2s ${fields}=35200 class=tools threshold_ms=30000 severity=slow operation="POST /path"\n`,
    `${time} - ERROR - VERY SLOW REQUEST [non-tools]: POST /path - 12.0s ${fields}=12000 class=non-tools threshold_ms=10000 severity=very_slow operation="POST /path"\n`,
  ]);
});

test('a record of JSON has the fields, and the ids of its scope', () => {
  const { telemetry, record } = logged('json');
  runWithContext({ request_id: 'r-1' }, () =>
    telemetry.execute(['app', 'http', 'stop'], { duration: 35_200 }, { ...REQUEST, tools_enabled: true }),
  );
  const { level, logger, message, metric, duration_ms, threshold_ms, severity, operation, request_id, class: name } = record();
  assert.equal(
    { level, logger, message, metric, duration_ms, threshold_ms, severity, operation, request_id, name },
    {
      level: 'WARNING',
      logger: 'app.performance',
      message: 'Slow request [tools]: POST /path - 35.2s',
      metric: 'app.http.stop',
      duration_ms: 35_200,
      threshold_ms: 30_000,
      severity: 'slow',
      operation: 'POST /path',
      request_id: 'r-1',
      name: 'tools',
    },
  );
});

test('what a path holds stays on one line', () => {
  const { telemetry, lines } = logged('text');
  telemetry.execute(['app', 'http', 'stop'], { duration: 35_200 }, { method: 'POST', path: '/a\nERROR - forged\u001b[31m' });
  assert.is(lines().join('').match(/\n/g)?.length, 1);
});

test.run();
