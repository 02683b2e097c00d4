/** Reports on a bus: what is one failure counts once, whoever tells of it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ErrorMark } from '../../lib/core/error-mark';
import { createErrors } from '../../lib/entries/errors';
import { createTelemetry, errorIdOf, type Sink, type Warning } from '../../lib/index';
import { createLog } from '../support/records';

const marked = () => {
  const marks: (ErrorMark | undefined)[] = [];
  const log = createLog({ sinks: [{ name: 'marks', write: (_line, _level, mark) => marks.push(mark) } satisfies Sink] });
  const occurrences = () => marks.map((mark) => mark?.occurrences);
  return { ...log, occurrences, counted: () => log.telemetry.errorStats().occurrences, ...createErrors(log.telemetry) };
};
const throws = (thrown: unknown) => (): never => {
  throw thrown;
};
const caught = (fn: () => unknown): unknown => {
  try {
    return fn();
  } catch (thrown) {
    return thrown;
  }
};
const bot = { component: 'bot' };

test('what a scope told of and logAndFormat tells of again, of the same component, is two lines and counts once', () => {
  const { capture, logAndFormat, occurrences, counted } = marked();
  const failure = new Error('x');
  logAndFormat(caught(() => capture(bot, throws(failure))), bot); // biome-ignore format: one line
  assert.equal([occurrences(), counted()], [[1, 0], 1]);
});

test('a failure that passes a wrapper, a report and logAndFormat counts once', () => {
  const { handleErrors, report, logAndFormat, occurrences, counted } = marked();
  for (const failure of [new Error('x'), new Error('y')]) {
    const reason = caught(handleErrors(throws(failure), bot));
    report(reason, bot);
    logAndFormat(reason, bot);
  }
  assert.equal([occurrences(), counted()], [[1, 0, 0, 1, 0, 0], 2]);
});

test('an error that is thrown each time counts each time, though it is one object', () => {
  const { capture, report, logAndFormat, counted, occurrences } = marked();
  const constant = new Error('constant');
  for (let time = 0; time < 3; time++) logAndFormat(caught(() => capture(bot, throws(constant))), bot); // biome-ignore format: one line
  assert.equal([occurrences(), counted()], [[1, 0, 1, 0, 1, 0], 3]);
  for (let time = 0; time < 3; time++) report(constant, bot);
  // The first of them may be of the failure that was told of last.
  assert.equal([occurrences().slice(6), counted()], [[0, 1, 1], 5]);
  for (let time = 0; time < 3; time++) logAndFormat(constant, bot);
  assert.is(counted(), 7);
});

test('report and logAndFormat tell of one failure together, and of the next when the first of them tells again', () => {
  const { report, logAndFormat, occurrences } = marked();
  const constant = new Error('constant');
  for (let time = 0; time < 3; time++) {
    report(constant, bot);
    logAndFormat(constant, bot);
  }
  assert.equal(occurrences(), [1, 0, 1, 0, 1, 0]);
});

test('a failure stays counted whatever levels it is told of at afterwards, and critical counts', () => {
  for (const level of ['error', 'critical'] as const) {
    const { capture, report, logAndFormat, occurrences } = marked();
    const failure = new Error('x');
    caught(() => capture({ ...bot, level }, throws(failure)));
    report(failure, { ...bot, level: 'warn' });
    logAndFormat(failure, bot);
    assert.equal(occurrences(), [1, 0, 0], level);
  }
});

test('a line of the application after a report is its own, and counts as one of that logger does', () => {
  const { logAndFormat, telemetry, counted } = marked();
  const failure = new Error('x');
  logAndFormat(failure, bot);
  telemetry.logger('other').error(failure);
  assert.is(counted(), 1);
  telemetry.logger('bot').error(failure);
  assert.is(counted(), 2);
});

test('what was told of as a warning only counts when it is told of as an error', () => {
  const { capture, logAndFormat, report, occurrences, counted } = marked();
  const failure = new Error('x');
  caught(() => capture({ ...bot, level: 'warn' }, throws(failure)));
  assert.is(counted(), 0);
  logAndFormat(failure, bot);
  report(failure, bot);
  assert.equal([occurrences(), counted()], [[0, 1, 0], 1]);
});

test('a failure that ended in a fallback and is told of afterwards is a new one', () => {
  const { handleErrors, report, counted } = marked();
  const failure = new Error('x');
  handleErrors(throws(failure), { ...bot, fallback: 1 })();
  report(failure, bot);
  assert.is(counted(), 2);
});

test('several createErrors of one bus tell of one failure once; those of another bus tell of it again', () => {
  const { telemetry, occurrences, counted, handleErrors } = marked();
  const second = createErrors(telemetry);
  const other = marked();
  for (const thrown of [new Error('x'), 'text']) {
    const inner = second.handleErrors(throws(thrown), { component: 'inner' });
    const outer = handleErrors(() => second.capture({ component: 'middle' }, () => handleErrors(inner)()), { component: 'outer' });
    assert.is(caught(other.handleErrors(outer)), thrown);
  }
  assert.equal([occurrences(), counted(), other.counted()], [[1, 1], 2, 2]);
});

test('each of several createErrors of one bus sees a failure that began after the last was told of', async () => {
  const { telemetry, counted, handleErrors, logAndFormat } = marked();
  const second = createErrors(telemetry);
  const constant = new Error('constant');
  for (let time = 0; time < 3; time++) {
    caught(handleErrors(throws(constant), bot));
    await second
      .handleErrors(async () => throws(constant)(), bot)()
      .catch(() => {});
  }
  assert.is(counted(), 6);
  // The wrapper of one, the message of the other.
  logAndFormat(caught(second.handleErrors(throws(new Error('x')), bot)), bot);
  assert.is(counted(), 7);
});

test('an id that was given to a person is found in the log, in a storm too, and what occurred is still exact', () => {
  for (const collapse of ['reports', 'all'] as const) {
    const { telemetry, records } = createLog();
    const { logAndFormat, report } = createErrors(telemetry);
    telemetry.configureErrors({ collapse, storm: { burst: 2, period: '1s' } });
    const given: string[] = [];
    for (let time = 0; time < 20; time++) {
      report(new Error('storm'), bot);
      given.push(logAndFormat(new Error('storm'), { ...bot, format: 'json' }).errorId);
      const told = new Error('storm');
      report(told, bot);
      given.push(logAndFormat(told, { ...bot, format: 'json' }).errorId);
      assert.is(given.at(-1), errorIdOf(told));
    }
    const ids = records().map(({ error_id }) => error_id);
    assert.equal(given.filter((id) => !ids.includes(id)), []); // biome-ignore format: one line
    // Twenty by itself and twenty with a report: the reports beyond the burst of two are those collapsed.
    assert.equal([telemetry.errorStats().occurrences, telemetry.errorStats().collapsed, ids.length], [60, 38, 42]);
  }
});

test('a log that can not be made costs no call, and is said once', () => {
  const before = process.env.LOG_LEVEL;
  process.env.LOG_LEVEL = 'bogus';
  try {
    const warnings: Warning[] = [];
    const telemetry = createTelemetry({ onWarning: (warning: Warning) => warnings.push(warning) });
    const { logCalls, report, logAndFormat, timed, capture } = createErrors(telemetry);
    const failure = new Error('x');
    for (let time = 0; time < 3; time++) {
      assert.is(logCalls((value: number) => value)(1), 1);
      assert.is(timed((value: number) => value)(1), 1);
      assert.is(report(failure), errorIdOf(failure));
      assert.match(logAndFormat(failure), errorIdOf(failure));
      assert.is(caught(() => capture({}, throws(failure))), failure); // biome-ignore format: one line
    }
    assert.equal(warnings.map(({ code }) => code), ['CONFIG_INVALID']); // biome-ignore format: one line
    assert.match(warnings[0]!.message, /LOG_LEVEL.*bogus/s);
    assert.not.match(warnings[0]!.message, /CONFIG_INVALID/);
  } finally {
    if (before === undefined) delete process.env.LOG_LEVEL;
    else process.env.LOG_LEVEL = before;
  }
});

test.run();
