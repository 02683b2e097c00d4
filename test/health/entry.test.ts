import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addCheck, handlersCheck, health, healthOf, healthResponse, sinksCheck } from '../../lib/entries/health';
import { createTelemetry, isTelemetryError, memorySink, type Sink, telemetry } from '../../lib/index';
import { fakeClock } from '../../lib/testing/index';

test('each bus has one health, and the default bus its own', () => {
  const bus = createTelemetry();
  assert.is(healthOf(bus), healthOf(bus));
  assert.is.not(healthOf(bus), healthOf(createTelemetry()));
  assert.is(health, healthOf(telemetry));
  const handle = addCheck('default', () => true);
  assert.is(health.stats().checks, 1);
  handle.remove();
  assert.throws(
    () => healthOf({} as never),
    (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID',
  );
});

test('changes are records of the log at their levels, and runs are not', async () => {
  const memory = memorySink();
  const clock = fakeClock();
  const bus = createTelemetry({ clock, log: { sinks: [memory], level: 'debug' } });
  bus.attachLogHandler();
  const names: string[] = [];
  bus.attachPrefix('seen', ['telemetry', 'health'], (event, _, metadata) => {
    names.push(`${event[2]} ${(metadata as { outcome?: string }).outcome ?? ''}`.trim());
  });
  const checks = healthOf(bus);
  let isWell = true;
  checks.configure({ jitter: 0 });
  checks.addCheck('db', () => {
    if (!isWell) throw new Error('no password=hunter2hunter2 today');
  });
  checks.start();
  clock.advance('1m');
  isWell = false;
  clock.advance('3m');
  assert.is(checks.report().checks.db?.status, 'unhealthy');
  assert.not.match(JSON.stringify(checks.report()), 'hunter2');
  assert.equal(names, ['check pass', 'healthy', 'check pass', 'check fail', 'degraded', 'check fail', 'check fail', 'unhealthy']);
  const levels = memory.lines.map((line) => line.split(' ')[0]);
  assert.equal(levels, ['INFO', 'WARNING', 'ERROR']);
  assert.not.match(memory.lines.join(''), 'hunter2');
  checks.stop();
});

test('data of checks are masked as the log masks fields: by the names of keys, also those of the application', async () => {
  const bus = createTelemetry({ log: { sinks: [memorySink()], redact: { keys: ['plate'], allowKeys: ['pin'], replacement: '<gone>' } } });
  const checks = healthOf(bus);
  checks.addCheck('db', () => ({
    status: 'healthy',
    data: {
      password: 'hunter2',
      api_key: 'k-123456',
      credentials: 42,
      plate: 'B-AB 1',
      pin: 7,
      token_count: 3,
      session_id: '0123456789abcdef',
    },
  }));
  await checks.check();
  const data = {
    password: '<gone>',
    api_key: '<gone>',
    credentials: '<gone>',
    plate: '<gone>',
    pin: 7,
    token_count: 3,
    session_id: '01234567<gone>',
  };
  assert.equal(checks.report().checks.db?.data, data);
  const shown = JSON.stringify(healthResponse(checks, 'all', { details: 'always' }));
  assert.not.match(shown, /hunter2|k-123456/);
});

test('where there can be no log, nothing that a check says is shown', async () => {
  const bus = createTelemetry();
  const checks = healthOf(bus);
  checks.addCheck('db', () => ({ status: 'degraded', detail: 'a word', data: { pin: 1234, size: 5 } }));
  const { TELEMETRY_LOG_LEVEL: before } = process.env;
  process.env.TELEMETRY_LOG_LEVEL = 'no level';
  try {
    const { detail, data } = (await checks.check()).checks.db ?? {};
    assert.equal([detail, data], ['', { '': '' }]);
  } finally {
    if (before === undefined) delete process.env.TELEMETRY_LOG_LEVEL;
    else process.env.TELEMETRY_LOG_LEVEL = before;
  }
});

test('a sink that drops lines and a handler that a breaker holds back are seen', async () => {
  const dropped = { overflow: 0 };
  const lossy: Sink = {
    name: 'lossy',
    write: () => void dropped.overflow++,
    stats: () => ({ accepted: dropped.overflow, written: 0, queued: 0, dropped }),
  };
  const bus = createTelemetry({ log: { sinks: [lossy] }, onWarning: () => undefined });
  const checks = healthOf(bus);
  checks.addCheck('log', sinksCheck(bus));
  checks.addCheck('handlers', handlersCheck(bus));
  assert.is((await checks.check()).status, 'healthy');
  bus.logger('app').error('one');
  const failing = (): never => {
    throw new Error('no');
  };
  bus.attach('breaks', ['app', 'x', 'y'], failing, undefined, { onError: 'breaker' });
  for (let turn = 0; turn < 5; turn++) bus.execute(['app', 'x', 'y']);
  const { status, checks: found } = await checks.check(undefined, { maxAge: 0 });
  assert.is(status, 'degraded');
  assert.match(found.log?.detail ?? '', /^lossy: dropped since the last look: 1 \(overflow\)$/);
  assert.is(found.handlers?.detail, 'Held back after failures: breaks');
});

test.run();
