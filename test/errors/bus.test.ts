/** Errors on a bus: what its lines say of them, what it counts, and what becomes of storms. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ErrorMark } from '../../lib/core/error-mark';
import { createErrors } from '../../lib/entries/errors';
import { createTelemetry, errorIdOf, isTelemetryError, type Sink } from '../../lib/index';
import { createLog } from '../support/records';

const fail = (message: string): Error => new RangeError(message);

test('every line about an error has its id and its fingerprint, and the same error the same ones', () => {
  const { telemetry, records } = createLog();
  const error = fail('no such user 7');
  telemetry.logger('bot').warn(error);
  telemetry.logger('bot').error(error);
  telemetry.execute(['app', 'job', 'failed'], {}, { reason: error });
  telemetry.logger('bot').error(fail('no such user 8'));
  const all = records();
  assert.is(new Set(all.map(({ fingerprint }) => fingerprint)).size, 1);
  assert.match(all[0]!.fingerprint!, /^[0-9a-f]{12}$/);
  assert.equal(
    all.map(({ error_id }) => error_id === errorIdOf(error)),
    [true, true, true, false],
  );
});

test('a line of level error without an error has a fingerprint of its own, one below has none', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  log.error('Cache 7 is down');
  log.error('Cache 8 is down');
  telemetry.logger('other').error('Cache 8 is down');
  log.info('Cache 8 is down');
  const [one, two, other, info] = records();
  assert.is(one!.fingerprint, two!.fingerprint);
  assert.is.not(one!.fingerprint, other!.fingerprint);
  assert.is(info!.fingerprint, undefined);
});

test('the bus counts what is an error: by fingerprint, with times and ids', () => {
  const { telemetry, clock } = createLog();
  for (const user of [1, 2, 3]) {
    telemetry.logger('bot').error(fail(`no such user ${user}`));
    clock.advance('25m');
  }
  telemetry.logger('bot').warn(fail('expected'));
  const [group, ...others] = telemetry.getErrors();
  assert.is(others.length, 0);
  const { type, message, total, countLastHour, level, logger, firstSeen, lastSeen } = group!;
  assert.equal([type, message, total, countLastHour, level, logger], ['RangeError', 'no such user <*>', 3, 2, 'error', 'app.bot']);
  assert.is(lastSeen - firstSeen, 3_000_000);
  assert.equal(telemetry.getErrorSummary(), { [group!.fingerprint]: { count_last_hour: 2, last_seen: Math.floor(lastSeen / 1000) } });
  assert.equal(telemetry.getError(group!.fingerprint), group);
  assert.is(telemetry.errorStats().occurrences, 3);
});

test('a failure that passes several spans is one occurrence, told by each of them', () => {
  const { telemetry, records } = createLog();
  const error = fail('inner');
  assert.throws(() =>
    telemetry.measure(['app', 'session'], {}, () =>
      telemetry.measure(['app', 'tool'], {}, () => {
        throw error;
      }),
    ),
  );
  assert.is(records().filter(({ error_id }) => error_id === errorIdOf(error)).length, 2);
  assert.is(telemetry.errorStats().occurrences, 1);
});

test('sinks are told how many occurrences a line stands for', () => {
  const marks: (ErrorMark | undefined)[] = [];
  const { telemetry } = createLog({ sinks: [{ name: 'marks', write: (_line, _level, mark) => marks.push(mark) } satisfies Sink] });
  const error = fail('once');
  telemetry.logger('bot').error(error);
  telemetry.logger('other').error(error);
  telemetry.logger('bot').info('nothing');
  assert.equal(
    marks.map((mark) => mark && [mark.id === errorIdOf(error), mark.occurrences]),
    [[true, 1], [true, 0], undefined],
  );
});

test('a field whose getter logs an error leaves the mark of its own line alone', () => {
  const marks: (ErrorMark | undefined)[] = [];
  const { telemetry } = createLog({ sinks: [{ name: 'marks', write: (_line, _level, mark) => marks.push(mark) } satisfies Sink] });
  const log = telemetry.logger('bot');
  const [outer, inner] = [fail('outer'), fail('inner')];
  log.error(outer, 'outer', {
    get field() {
      log.error(inner);
      return 1;
    },
  });
  log.info('no error', {
    get field() {
      log.error(inner);
      return 1;
    },
  });
  assert.equal(
    marks.map((mark) => mark?.id),
    [errorIdOf(inner), errorIdOf(outer), errorIdOf(inner), undefined],
  );
});

test('lines that a program writes itself are all written, however many there are', () => {
  const { telemetry, lines } = createLog();
  for (let call = 0; call < 1000; call++) telemetry.logger('bot').error(fail('storm'));
  assert.is(lines().length, 1000);
});

test('a storm of reports is ten lines and a summary with the exact rest; nothing is lost of the count', () => {
  const { telemetry, records, clock } = createLog();
  const { report } = createErrors(telemetry);
  const ids = Array.from({ length: 1000 }, () => report(fail('storm')));
  assert.is(records().length, 10);
  clock.advance('10s');
  const [summary, ...more] = records();
  assert.is(more.length, 0);
  assert.equal(
    [summary!.level, summary!.logger, summary!.message, summary!.repeated, summary!.error_id],
    ['ERROR', 'app.errors', '990 more of the same: RangeError', 990, ids[9]],
  );
  assert.is(summary!.error_ids, ids.slice(10, 110).join(' '));
  assert.equal([summary!.first_seen, summary!.last_seen], ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z']);
  assert.is(summary!.fingerprint, telemetry.getErrors()[0]!.fingerprint);
  assert.equal([telemetry.getErrors()[0]!.total, telemetry.errorStats().occurrences], [1000, 1000]);
});

test('the summary is told to sinks as what it stands for, and counts as no error itself', () => {
  let occurrences = 0;
  const { telemetry, clock } = createLog({
    sinks: [{ name: 'sum', write: (_line, _level, mark) => (occurrences += mark?.occurrences ?? 0) } satisfies Sink],
  });
  const { report } = createErrors(telemetry);
  for (let call = 0; call < 1000; call++) report(fail('storm'));
  clock.advance('10s');
  assert.equal([occurrences, telemetry.errorStats().occurrences, telemetry.getErrors().length], [1000, 1000, 1]);
});

test('where it is asked for, storms of the log are collapsed, too, but for lines without an error', () => {
  const { telemetry, lines, clock } = createLog({}, { errors: { collapse: 'all', storm: { burst: 3, period: '1m' } } });
  for (let call = 0; call < 100; call++) {
    telemetry.logger('bot').error(fail('storm'));
    telemetry.logger('bot').error('plain');
  }
  assert.is(lines().length, 103);
  assert.is(telemetry.logStats().collapsed, 97);
  clock.advance('1m');
  assert.is(lines().length, 1);
});

test('a level that keeps errors out of the log keeps them out of the count, but not what is reported', () => {
  const { telemetry } = createLog({ level: 'silent' });
  telemetry.logger('bot').error(fail('unheard'));
  assert.is(telemetry.errorStats().occurrences, 0);
  createErrors(telemetry).report(fail('reported'));
  assert.is(telemetry.errorStats().occurrences, 1);
});

test('what the table shows is redacted', () => {
  const { telemetry } = createLog();
  telemetry.logger('bot').error(new Error('login failed: password=correcthorse'));
  assert.match(telemetry.getErrors()[0]!.message, 'password=***');
});

test("what the table and summaries show has passed the application's own rules, too", () => {
  const rule = /SSN \d{3}-\d{2}-\d{4} of \w+/;
  const { telemetry, records, clock } = createLog({ redact: { rules: [rule] } });
  const { report } = createErrors(telemetry);
  for (let call = 0; call < 20; call++) report(new Error('lookup failed for SSN 123-45-6789 of Alice'));
  clock.advance('10s');
  assert.not.match(JSON.stringify([telemetry.getErrors(), records()]), 'Alice');
  assert.is(telemetry.getErrors()[0]!.total, 20);
});

test('an error decides about its fingerprint, and so does the bus', () => {
  const { telemetry, records } = createLog(
    {},
    { errors: { fingerprint: (error) => ((error as Error).message === 'bus' ? ['mine'] : undefined) } },
  );
  telemetry.logger('bot').error(Object.assign(fail('own'), { fingerprint: 'c0ffee123456' }));
  telemetry.logger('bot').error(fail('bus'));
  telemetry.logger('other').error(new TypeError('bus'));
  const [own, one, two] = records().map(({ fingerprint }) => fingerprint);
  assert.is(own, 'c0ffee123456');
  assert.is(one, two);
});

test('wrong options are refused when the bus is made, and later', () => {
  const code = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return isTelemetryError(error) ? error.code : error;
    }
  };
  const { telemetry } = createLog();
  assert.is(code(() => createTelemetry({ errors: { maxGroups: 0 } })), 'OPTION_INVALID'); // biome-ignore format: short
  assert.is(code(() => createTelemetry({ errors: { burst: 1 } as never })), 'OPTION_UNKNOWN'); // biome-ignore format: short
  assert.is(code(() => telemetry.configureErrors({ collapse: 'some' as never })), 'OPTION_INVALID'); // biome-ignore format: short
  assert.is(code(() => createErrors({})), 'OPTION_INVALID'); // biome-ignore format: short
});

test('a capture reports through the bus, its scope in every line within', () => {
  const { telemetry, records } = createLog();
  const { capture } = createErrors(telemetry);
  const error = fail('inside');
  const result = capture({ component: 'cart', rethrow: false, fields: { order: 7 } }, () => {
    telemetry.logger('bot').info('working');
    throw error;
  });
  const [info, reported] = records();
  assert.is(result, undefined);
  assert.equal([info!.component, info!.order], ['cart', 7]);
  assert.equal([reported!.logger, reported!.error_id, reported!.component, reported!.order], ['app.cart', errorIdOf(error), 'cart', 7]);
});

test.run();
