import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry as createBus } from '../../lib/core/index';
import { createTelemetry, isTelemetryError } from '../../lib/index';
import { captureRecords } from '../../lib/testing/index';
import { createLog } from '../support/records';

const DONE = ['app', 'part', 'done'] as const;
const isAttached = (telemetry: { listHandlers(): readonly { id: string }[] }): boolean =>
  telemetry.listHandlers().some(({ id }) => id === 'telemetry-log');

test('it captures records of events and loggers of every level, redacted, and sinks see none of them', () => {
  const { telemetry, lines } = createLog({ level: 'error' });
  telemetry.detachLogHandler();
  const captured = captureRecords(telemetry);
  const log = telemetry.logger('bot');
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const) log[level]('line', { password: 'pw' });
  telemetry.execute(DONE, { n: 1 });
  telemetry.execute(['app', 'part', 'heartbeat']);
  assert.is(captured.records.length, 8);
  assert.ok(captured.of('line').every(({ password }) => password === '***'));
  assert.equal(captured.of('app.part.done').map(({ n }) => n), [1]); // biome-ignore format: short
  assert.equal(captured.lines.map((line) => JSON.parse(line)), captured.records); // biome-ignore format: short
  assert.is(lines().length, 0);
  captured.stop();
  captured.stop();
  log.info('below');
  log.error('after');
  assert.equal([captured.records.length, lines().length, isAttached(telemetry)], [8, 1, false]);
});

test('it attaches the log handler for as long as it takes, or leaves the one there is', () => {
  for (const was of [true, false]) {
    const { telemetry } = createLog();
    if (!was) telemetry.detachLogHandler();
    {
      using _captured = captureRecords(telemetry);
      assert.is(isAttached(telemetry), true);
    }
    assert.is(isAttached(telemetry), was);
  }
  const { telemetry } = createLog();
  telemetry.detachLogHandler();
  using captured = captureRecords(telemetry, { events: false });
  telemetry.execute(DONE);
  telemetry.logger('bot').info('line');
  assert.equal([isAttached(telemetry), captured.records.length], [false, 1]);
});

test('with passThrough sinks see what their levels let through', () => {
  const { telemetry, records } = createLog({ level: 'warn' });
  using captured = captureRecords(telemetry, { passThrough: true });
  telemetry.logger('bot').info('below');
  telemetry.logger('bot').warn('line');
  assert.equal([captured.records.length, records().map(({ message }) => message)], [2, ['line']]);
});

test('what is captured is enabled, and diagnostics pass through whatever the levels are', () => {
  const { telemetry, lines } = createLog({ level: 'error', diagnostic: true });
  const log = telemetry.logger('bot');
  {
    using captured = captureRecords(telemetry, { passThrough: true });
    assert.equal([log.isEnabled('debug'), log.isEnabled('silent')], [true, false]);
    log.diagnostic('line');
    assert.equal([captured.records.length, lines().length], [1, 1]);
  }
  assert.is(log.isEnabled('debug'), false);
});

test('levels are what they were after a capture', () => {
  const { telemetry, lines } = createLog({ level: 'warn' });
  captureRecords(telemetry).stop();
  telemetry.logger('bot').info('below');
  assert.is(lines().length, 0);
});

test('tests that run at once do not see the records of each other', async () => {
  const { telemetry } = createLog();
  const run = async (name: string): Promise<string[]> => {
    using captured = captureRecords(telemetry);
    for (let step = 0; step < 20; step++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
      telemetry.logger('bot').info(name);
      telemetry.execute(DONE, {}, { name });
    }
    return captured.records.map((record) => (record.name ?? record.message) as string);
  };
  const all = await Promise.all(['a', 'b', 'c', 'd'].map(run));
  assert.equal(all, ['a', 'b', 'c', 'd'].map((name) => new Array(40).fill(name))); // biome-ignore format: short
});

test('captures that are not scoped see all', async () => {
  const { telemetry } = createLog();
  using all = captureRecords(telemetry, { scoped: false });
  await (async () => {
    using own = captureRecords(telemetry);
    telemetry.logger('bot').info('line');
    assert.is(own.records.length, 1);
  })();
  assert.is(all.records.length, 1);
});

test('waitFor resolves with a count or the first record that meets a condition, now or later', async () => {
  const { telemetry } = createLog();
  using captured = captureRecords(telemetry);
  const log = telemetry.logger('bot');
  log.info('one', { n: 1 });
  assert.is((await captured.waitFor(1)).length, 1);
  setTimeout(() => log.info('two', { n: 2 }), 1);
  assert.is((await captured.waitFor(({ n }) => n === 2)).message, 'two');
  assert.is((await captured.waitFor(2, { timeout: '1s' })).length, 2);
});

test('waitFor that times out says what there was instead', async () => {
  const { telemetry } = createLog();
  using captured = captureRecords(telemetry);
  telemetry.logger('bot').info('one');
  for (const [condition, pattern] of [[5, /Waited 1 ms for 5 records\. Captured 1: \["one"\]\./], [() => false, /for a record that meets the condition/]] as const) {
    try {
      await captured.waitFor(condition as number, { timeout: 1 });
      assert.unreachable();
    } catch (error) {
      assert.ok(isTelemetryError(error) && error.code === 'CAPTURE_TIMEOUT', String(error));
      assert.match(error.message, pattern);
    }
  }
}); // biome-ignore format: pairs

test('a condition that throws rejects', async () => {
  const { telemetry } = createLog();
  using captured = captureRecords(telemetry);
  telemetry.logger('bot').info('one');
  const error = await captured.waitFor(() => { throw new Error('mine'); }).then(() => undefined, (reason) => reason); // biome-ignore format: short
  assert.is(error.message, 'mine');
});

test('a bus without a log is refused, and so are wrong options', () => {
  const refused = (run: () => unknown, code: string): void => assert.throws(run, (error: unknown) => isTelemetryError(error) && error.code === code); // biome-ignore format: short
  refused(() => captureRecords(createBus() as never), 'OPTION_INVALID');
  refused(() => captureRecords(createLog().telemetry, { scope: true } as never), 'OPTION_UNKNOWN');
});

test('of two captures that overlap, the first to end leaves the log handler to the other', () => {
  const telemetry = createTelemetry({ environment: 'test' });
  const first = captureRecords(telemetry, { scoped: false });
  const second = captureRecords(telemetry, { scoped: false });
  first.stop();
  first.stop();
  telemetry.execute(['app', 'job', 'done']);
  assert.is(second.records.length, 1);
  second.stop();
  assert.equal(telemetry.listHandlers(), []);
});

test.run();
