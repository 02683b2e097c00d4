import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../lib/index';
import { createLog } from '../support/records';

test('the nearest name above decides, else the level for all', () => {
  const { telemetry } = createLog({ level: 'info', levels: { coder: 'error', 'coder.llm': 'debug' } });
  const levels = ['coder', 'coder.llm', 'coder.llm.openai', 'coder.session', 'coders', 'other', ''].map((name) =>
    telemetry.getLogLevel(name),
  );
  assert.equal(levels, ['error', 'debug', 'debug', 'error', 'info', 'info', 'info']);
  assert.is(telemetry.getLogLevel(), 'info');
});

test('levels hold for events by app.component, and change while the program runs', () => {
  const { telemetry, records } = createLog({ level: 'info' });
  const emit = telemetry.emitter(['coder', 'llm', 'cache_hit']);
  emit();
  telemetry.setLogLevel('debug', 'coder');
  emit();
  telemetry.setLogLevel('warn', 'coder.llm');
  emit();
  telemetry.setLogLevel('inherit', 'coder.llm');
  emit();
  telemetry.setLogLevel('inherit', 'coder');
  emit();
  assert.is(records().length, 2);
  assert.equal(telemetry.getLogLevels(), { '': 'info' });
});

test('a level for all leaves those of names alone', () => {
  const { telemetry } = createLog({ level: 'info' });
  telemetry.setLogLevel('debug', 'coder');
  telemetry.setLogLevel('FATAL' as never);
  assert.equal([telemetry.getLogLevel('coder.llm'), telemetry.getLogLevel('other')], ['debug', 'critical']);
  assert.equal(telemetry.getLogLevels(), { '': 'critical', coder: 'debug' });
});

test('critical passes critical only, silent nothing', () => {
  const { telemetry, records } = createLog();
  const log = telemetry.logger('bot');
  telemetry.setLogLevel('critical');
  log.error('below');
  telemetry.execute(['app', 'part', 'failed']);
  log.critical('line');
  telemetry.setLogLevel('error', 'app.bot');
  log.error('again');
  telemetry.setLogLevel('silent', 'app.bot');
  log.critical('below');
  assert.equal(records().map(({ message }) => message), ['line', 'again']); // biome-ignore format: short
});

test('wrong levels and names are refused and change nothing', () => {
  const { telemetry } = createLog({ level: 'info' });
  const before = telemetry.getLogLevels();
  const isInvalid = (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID';
  for (const level of ['loud', '', 5, null, undefined, 'inherit']) assert.throws(() => telemetry.setLogLevel(level as never), isInvalid);
  for (const name of ['', 'a..b', 'a b', 5, null, 'a\n']) assert.throws(() => telemetry.setLogLevel('debug', name as never), isInvalid);
  assert.equal(telemetry.getLogLevels(), before);
});

test('configuring the log again forgets levels set at run time', () => {
  const { telemetry } = createLog({ level: 'info' });
  telemetry.setLogLevel('error');
  telemetry.setLogLevel('error', 'coder');
  telemetry.configureLog({ levels: { shop: 'warn' } });
  assert.equal(telemetry.getLogLevels(), { '': 'info', shop: 'warn' });
});

test('10,000 loggers and 10,000 events work, and what is remembered of their levels is bounded', () => {
  const { telemetry, records } = createLog({ level: 'info' });
  for (let index = 0; index < 10_000; index++) {
    telemetry.logger(`name${index}`).info('line');
    telemetry.execute(['app', `part${index}`, 'done']);
  }
  const found = records();
  assert.is(found.length, 20_000);
  assert.equal([found.at(-2)!.logger, found.at(-1)!.logger], ['app.name9999', 'app.part9999']);
  telemetry.setLogLevel('error');
  telemetry.logger('name9999').info('below');
  telemetry.execute(['app', 'part9999', 'done']);
  assert.is(records().length, 0);
  for (let index = 0; index < 1000; index++) telemetry.setLogLevel('debug', `app.n${index}`);
  assert.throws(() => telemetry.setLogLevel('debug', 'app.onemore'), /1000 have one/);
  telemetry.setLogLevel('error', 'app.n1');
  assert.is(Object.keys(telemetry.getLogLevels()).length, 1001);
});

test('20,000 names more hold no more memory', () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const { telemetry } = createLog({ level: 'info' });
  const use = (prefix: string, count: number): number => {
    for (let index = 0; index < count; index++) telemetry.logger(`${prefix}${index}`).debug('below');
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = use('some', 2500);
  const growth = use('more', 20_000) - before;
  telemetry.logStats();
  assert.ok(growth < 4 * 1_048_576, `${growth} bytes`);
});

test('each bus has its own levels', () => {
  const [one, two] = [createLog({ level: 'info' }), createLog({ level: 'error' })];
  one.telemetry.setLogLevel('debug', 'app.bot');
  assert.equal([one.telemetry.getLogLevel('app.bot'), two.telemetry.getLogLevel('app.bot')], ['debug', 'error']);
  two.telemetry.logger('bot').debug('below');
  assert.is(two.records().length, 0);
});

test.run();
