import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, defineEvent, defineEvents, memorySink, type SinkOptions } from '../../lib/index';

const guard = defineEvents('shop', { guard: { blocked: defineEvent<object, { rule: string }>({ stream: 'security', level: 'info' }) } });

function create(options: Omit<SinkOptions, 'sink'> = {}) {
  const memory = memorySink();
  const telemetry = createTelemetry({ events: guard, log: { level: 'info', sinks: [{ sink: memory, format: 'minimal', ...options }] } });
  telemetry.attachLogHandler();
  return { telemetry, memory, log: telemetry.logger('security', { stream: 'security' }) };
}

test('no level set at run time silences the security stream', () => {
  const { telemetry, memory, log } = create();
  telemetry.setLogLevel('silent');
  telemetry.setLogLevel('silent', 'app.security');
  telemetry.setLogLevel('silent', 'shop');
  log.info('Security event: authz_fail');
  telemetry.execute(guard.guard.blocked, {}, { rule: 'r1' });
  telemetry.logger('bot').critical('silent');
  assert.equal(memory.lines, ['INFO app.security Security event: authz_fail\n', 'INFO shop.guard.blocked rule=r1\n']);
  assert.ok(log.isEnabled('trace'));
});

test('what a sink was told to take when it was made still holds', () => {
  const { memory, log } = create({ level: 'error' });
  log.info('Security event: sys_startup');
  log.error('Security event: authz_fail');
  assert.is(memory.lines.length, 1);
});

test('with a sink of its own the stream is there, and the others hear what passes', () => {
  const { telemetry, memory, log } = create();
  const own = memorySink();
  const added = telemetry.addSink({ sink: own, stream: 'security', format: 'minimal' });
  telemetry.setLogLevel('silent');
  log.info('one');
  assert.equal([own.lines.length, memory.lines.length], [1, 0]);
  // Without it the others take over.
  added.detach();
  log.info('two');
  assert.equal([own.lines.length, memory.lines.length], [1, 1]);
});

test('a sink that leaves lines out takes none of the others', () => {
  for (const options of [{ when: () => false }, { where: () => false }, { level: 'critical' }, { maxLevel: 'debug' }] as const) {
    const { telemetry, memory, log } = create();
    const own = memorySink();
    telemetry.addSink({ sink: own, stream: 'security', ...options });
    telemetry.setLogLevel('silent');
    log.info('one');
    assert.equal([own.lines.length, memory.lines.length], [0, 1], JSON.stringify(options));
  }
});

test('no storm keeps a line of it out', () => {
  const { telemetry, memory, log } = create();
  telemetry.configureErrors({ collapse: 'all', storm: { burst: 1, period: '1h' } });
  for (let count = 0; count < 20; count++) log.error(new Error('denied'));
  assert.is(memory.lines.length, 20);
  for (let count = 0; count < 20; count++) telemetry.logger('bot').error(new Error('broken'));
  assert.is(memory.lines.length, 21);
});

test('a new configuration does not switch it off either', () => {
  const { telemetry, memory, log } = create();
  telemetry.configureLog({ level: 'silent', levels: { 'app.security': 'silent' } });
  log.info('Security event: authz_fail');
  assert.is(memory.lines.length, 1);
});

test('other tags are as loud as their level', () => {
  const { telemetry, memory } = create();
  telemetry.setLogLevel('silent');
  telemetry.logger('audit', { stream: 'audit' }).info('no');
  assert.is(memory.lines.length, 0);
});

test.run();
