import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, isTelemetryError, type LogRecord, memorySink, type Sink, type Telemetry, type Warning } from '../../lib/index';
import { createLog } from '../support/records';

const DONE = ['app', 'part', 'done'] as const;
const ids = (telemetry: Telemetry): string[] => telemetry.listHandlers().map(({ id }) => id);
const throwing = (): never => {
  throw new Error('broken');
};

test('attached twice it is one handler with one handle', () => {
  const { telemetry, lines } = createLog();
  assert.is(telemetry.attachLogHandler(), telemetry.attachLogHandler());
  assert.is(telemetry.attachLogHandler({ level: 'info' }), telemetry.attachLogHandler());
  assert.equal(ids(telemetry), ['telemetry-log']);
  telemetry.execute(DONE);
  assert.is(lines().length, 1);
});

test('attachAll attaches log and metrics, twice the same handle, which detaches both', () => {
  const telemetry = createTelemetry({ environment: 'test', log: { sinks: [memorySink()] } });
  const handle = telemetry.attachAll();
  assert.is(telemetry.attachAll(), handle);
  assert.equal(ids(telemetry), ['telemetry-log', 'telemetry-metrics']);
  assert.equal([handle.detach(), handle.detach(), ids(telemetry)], [true, false, []]);
  telemetry.attachAll();
  telemetry.detachLogHandler();
  telemetry.attachAll();
  assert.is(ids(telemetry).length, 2);
  assert.equal([telemetry.detachAll(), telemetry.detachAll()], [true, false]);
});

test('detached it writes nothing, loggers go on; attached again it writes again', () => {
  const { telemetry, records } = createLog();
  const emit = telemetry.emitter(DONE);
  emit();
  assert.equal([telemetry.detachLogHandler(), telemetry.detachLogHandler()], [true, false]);
  emit();
  telemetry.logger('bot').info('line');
  telemetry.attachLogHandler();
  emit();
  assert.equal(records().map(({ message }) => message), ['app.part.done', 'line', 'app.part.done']); // biome-ignore format: short
});

test('a failure of another handler is a record, and no warning then', () => {
  const { telemetry, records, warnings } = createLog();
  telemetry.attach('broken', DONE, throwing);
  telemetry.execute(DONE);
  const failure = records().find(({ event_name }) => event_name === 'telemetry.handler.failure')!;
  assert.equal([failure.level, failure.handlerId, failure.exception!.message, failure.kind], ['ERROR', 'broken', 'broken', 'error']);
  assert.equal(failure.eventName, [...DONE]);
  assert.equal(warnings, []);
});

test('without the log handler the failure is a warning', () => {
  const { telemetry, lines, warnings } = createLog();
  telemetry.detachLogHandler();
  telemetry.attach('broken', DONE, throwing);
  telemetry.execute(DONE);
  assert.equal([lines().length, warnings.map(({ code }) => code)], [0, ['HANDLER_FAILED']]);
});

test('a sink that throws loses nothing for the others and reaches nobody', () => {
  const [first, last] = [memorySink({ name: 'first' }), memorySink({ name: 'last' })];
  const broken: Sink = { name: 'broken', write: throwing };
  const { telemetry } = createLog({ sinks: [first, broken, last] });
  const log = telemetry.logger('bot');
  for (let line = 0; line < 100; line++) {
    telemetry.execute(DONE);
    log.error('line');
  }
  assert.equal([first.lines.length, last.lines.length, telemetry.stats().failures], [200, 200, 0]);
  assert.equal(telemetry.logStats().sinks[1], { name: 'broken', accepted: 200, written: 0, queued: 0, dropped: { threw: 200 } });
  assert.equal(ids(telemetry), ['telemetry-log']);
});

test('a sink that logs or emits does not go on for ever; what is nested too deep is counted', () => {
  for (const speak of ['log', 'emit'] as const) {
    let calls = 0;
    const talkative: Sink = {
      name: 'talkative',
      write() {
        calls++;
        if (speak === 'log') telemetry.logger('bot').info('from the sink');
        else telemetry.execute(DONE);
      },
    };
    const { telemetry } = createLog({ sinks: [talkative] });
    telemetry.execute(DONE);
    assert.equal([calls, telemetry.logStats().dropped.nested], [4, 1]);
    telemetry.execute(DONE);
    assert.equal([calls, telemetry.logStats().dropped.nested, telemetry.logStats().lines], [8, 2, 8]);
  }
});

test('a format that throws, or returns no text, gives way to JSON', () => {
  for (const format of [throwing, () => 5, () => undefined]) {
    const memory = memorySink();
    const { telemetry } = createLog({ sinks: [{ sink: memory, format: format as never }] });
    telemetry.execute(DONE, {}, { a: 1 });
    assert.is(JSON.parse(memory.lines[0]!).a, 1);
  }
});

test('a format of the application is given the record, redacted, and a copy of its own', () => {
  const [changed, json] = [memorySink(), memorySink()];
  const format = (record: LogRecord): string => {
    (record as { message: string }).message = 'changed';
    return `${record.level} ${record.message} ${record.password}`;
  };
  const { telemetry } = createLog({ sinks: [{ sink: changed, format }, json] });
  telemetry.execute(DONE, {}, { password: 'secret' });
  assert.equal(changed.lines, ['INFO changed ***\n']);
  assert.is(JSON.parse(json.lines[0]!).message, 'app.part.done');
});

test('each sink has its level and its format', () => {
  const [all, errors] = [memorySink(), memorySink()];
  const { telemetry } = createLog({ sinks: [all, { sink: errors, level: 'error', format: 'minimal' }] });
  telemetry.logger('bot').info('one');
  telemetry.logger('bot').critical('two');
  assert.is(all.lines.length, 2);
  assert.match(errors.lines.join(''), /^CRITICAL app\.bot two\n$/);
});

test('configuring the log again keeps loggers, handler and emitters working', () => {
  const { telemetry, records, memory } = createLog({ app: 'one' });
  const log = telemetry.logger('bot').child({ a: 1 });
  const emit = telemetry.emitter(DONE);
  log.info('line');
  emit();
  telemetry.configureLog({ app: 'two', fieldsUnder: 'own' });
  log.info('line');
  emit({}, { b: 2 });
  assert.equal(log.name, 'two.bot');
  const [, , plain, event] = records();
  assert.equal([plain!.app, plain!.logger, plain!.own, event!.app, event!.own], ['two', 'two.bot', { a: 1 }, 'two', { b: 2 }]);
  const other = memorySink();
  telemetry.configureLog({ sinks: [other] });
  log.info('line');
  assert.equal([memory.lines.length, other.lines.length], [0, 1]);
});

test('a configuration that is refused leaves the log as it was', () => {
  const { telemetry, records } = createLog({ app: 'one', level: 'info' });
  const wrong = [{ level: 'loud' }, { sinks: 5 }, { sinks: [{}] }, { nope: 1 }, { format: '%(nope' }, { limits: { keys: 0 } }, { app: 'two', schema: 'xml' }, { redact: { keys: [''] } }, { sinks: [memorySink(), { sink: memorySink(), level: 'loud' }] }];
  for (const options of wrong) assert.throws(() => telemetry.configureLog(options as never), isTelemetryError, JSON.stringify(options));
  for (const options of wrong) assert.throws(() => telemetry.attachLogHandler(options as never), isTelemetryError);
  telemetry.logger('bot').info('line');
  telemetry.logger('bot').debug('below');
  assert.equal(records().map(({ app }) => app), ['one']); // biome-ignore format: short
  telemetry.configureLog({});
  assert.is(telemetry.getLogLevel(), 'info');
}); // biome-ignore format: a long list

test('a sink that is added stays until its handle takes it out, whatever is configured meanwhile', () => {
  const { telemetry } = createLog();
  const [added, other] = [memorySink(), memorySink({ name: 'other' })];
  const handle = telemetry.addSink({ sink: added, level: 'warn', format: 'minimal' });
  telemetry.addSink(other);
  const log = telemetry.logger('bot');
  log.warn('one');
  log.info('below');
  telemetry.configureLog({ level: 'debug' });
  log.warn('two');
  assert.equal(telemetry.logStats().sinks.map(({ name }) => name), ['memory', 'memory', 'other']); // biome-ignore format: short
  assert.equal([handle.id, handle.detach(), handle.detach()], ['memory', true, false]);
  log.warn('three');
  assert.equal([added.lines.length, other.lines.length], [2, 4]);
  for (const wrong of [
    null,
    5,
    {},
    { sink: {} },
    { sink: added, level: 'loud' },
    { sink: added, formats: 'x' },
    { sink: added, format: 5 },
  ]) {
    assert.throws(() => telemetry.addSink(wrong as never), isTelemetryError);
  }
});

test('of every sink accepted is written, queued and dropped together', () => {
  const memory = memorySink({ maxLines: 10 });
  const { telemetry } = createLog({
    sinks: [memory, { name: 'half', write: (line) => (line.includes('"n":1') ? throwing() : undefined) }],
  });
  for (let n = 0; n < 100; n++) telemetry.logger('bot').info('line', { n });
  for (const { accepted, written, queued, dropped } of telemetry.logStats().sinks) {
    assert.is(accepted, 100);
    assert.is(accepted, written + queued + Object.values(dropped).reduce((sum, count) => sum + count, 0));
  }
  assert.equal(telemetry.logStats().sinks.map(({ dropped }) => dropped), [{ evicted: 90 }, { threw: 11 }]); // biome-ignore format: short
});

test('redaction switched off works outside production and says so; in production it stays on and says so', () => {
  for (const environment of ['staging', 'production'] as const) {
    const memory = memorySink();
    const warnings: Warning[] = [];
    const telemetry = createTelemetry({ environment, onWarning: (warning) => warnings.push(warning) });
    telemetry.configureLog({ level: 'info', format: 'json', sinks: [memory], redact: false });
    telemetry.logger('bot').info('line', { password: 'pw' });
    assert.is(JSON.parse(memory.lines[0]!).password, environment === 'production' ? '***' : 'pw');
    assert.equal(warnings.map(({ code }) => code), ['CONFIG_DOUBTFUL']); // biome-ignore format: short
    assert.match(warnings[0]!.message, /filterSensitiveData is false/);
    telemetry.configureLog({ redact: {} });
    telemetry.logger('bot').info('line', { password: 'pw' });
    assert.is(JSON.parse(memory.lines[1]!).password, '***');
  }
});

test.run();
