import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createTelemetry,
  defineEvent,
  defineEvents,
  isTelemetryError,
  type LogOptions,
  type LogRecord,
  type MemorySink,
  memorySink,
  type SinkOptions,
  type Telemetry,
} from '../../lib/index';
import { captureRecords } from '../../lib/testing/index';

const shop = defineEvents('shop', {
  api: {
    request: defineEvent<{ duration: number }>({ stream: 'access', level: 'debug' }),
    silent: defineEvent({ stream: 'access', level: 'silent' }),
    plain: defineEvent(),
  },
});

interface Fixture {
  readonly telemetry: Telemetry;
  /** The messages a sink was given since last asked. */
  readonly of: (name: string) => string[];
}

/** A bus whose sinks keep what they are given. */
function createSinks(sinks: Readonly<Record<string, Omit<SinkOptions, 'sink'>>>, log: LogOptions = {}): Fixture {
  const memories = new Map<string, MemorySink>();
  const options = Object.entries(sinks).map(([name, rule]) => {
    const sink = memorySink({ name });
    memories.set(name, sink);
    return { sink, format: 'json', ...rule };
  });
  const telemetry = createTelemetry({
    environment: 'test',
    log: { app: 'shop', level: 'info', schema: 'default', diagnostic: true, sinks: options, ...log },
  }) as Telemetry;
  telemetry.attachLogHandler();
  const of = (name: string): string[] => {
    const { lines } = memories.get(name)!;
    const messages = lines.map((line) => (JSON.parse(line) as LogRecord).message);
    memories.get(name)!.clear();
    return messages;
  };
  return { telemetry, of };
}

test('a tagged event reaches the sink of its stream whatever the level of the log is, others only when it passes', () => {
  const { telemetry, of } = createSinks({ access: { stream: 'access' }, other: { stream: 'other' }, all: {} });
  telemetry.execute(shop.api.request, { duration: 1 });
  telemetry.execute(shop.api.plain);
  assert.equal([of('access'), of('other'), of('all')], [['shop.api.request'], [], ['shop.api.plain']]);
  telemetry.setLogLevel('debug');
  telemetry.execute(shop.api.request, { duration: 1 });
  assert.equal([of('access'), of('all')], [['shop.api.request'], ['shop.api.request']]);
  telemetry.setLogLevel('silent');
  telemetry.execute(shop.api.request, { duration: 1 });
  telemetry.execute(shop.api.silent);
  assert.equal([of('access'), of('all')], [['shop.api.request'], []]);
});

test('without a sink for its stream a tagged line is one like others', () => {
  const { telemetry, of } = createSinks({ all: {} });
  const log = telemetry.logger('api', { stream: 'access' });
  telemetry.execute(shop.api.request, { duration: 1 });
  log.debug('below');
  log.info('line');
  assert.equal([log.isEnabled('debug'), log.isEnabled('info')], [false, true]);
  assert.equal(of('all'), ['line']);
});

test('lines of a tagged logger and of its children reach the sink of its stream at every level', () => {
  const { telemetry, of } = createSinks({ access: { stream: 'access' }, all: {} }, { level: 'critical' });
  const log = telemetry.logger('api', { stream: 'access' });
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const) log[level](level);
  log.child({ a: 1 }).debug('child');
  telemetry.logger('api').warn('untagged');
  assert.equal(of('access'), ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'child']);
  assert.equal(of('all'), ['critical']);
  assert.ok(log.isEnabled('trace'));
});

test("a stream's own level range decides, and lines outside of it are not even made", () => {
  const { telemetry, of } = createSinks({ access: { stream: 'access', level: 'info', maxLevel: 'warning' } }, { level: 'silent' });
  const log = telemetry.logger('api', { stream: 'access' });
  let built = 0;
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level, () => ({ built: ++built }));
  assert.equal([of('access'), built, telemetry.logStats().lines], [['info', 'warn'], 2, 2]);
  assert.equal([log.isEnabled('debug'), log.isEnabled('info'), log.isEnabled('error')], [false, true, false]);
});

test('one record goes to every sink whose rule it meets', () => {
  const { telemetry, of } = createSinks({
    all: {},
    errors: { level: 'error' },
    quiet: { maxLevel: 'info' },
    payment: { loggers: ['shop.payment'] },
    where: { where: ({ user }) => user === 'u1' },
  });
  telemetry.logger('payment').error('one', { user: 'u1' });
  telemetry.logger('payment.card').info('two');
  telemetry.logger('payments').info('three');
  assert.equal(['all', 'errors', 'quiet', 'payment', 'where'].map(of), [
    ['one', 'two', 'three'],
    ['one'],
    ['two', 'three'],
    ['one', 'two'],
    ['one'],
  ]);
});

test('a sink for some loggers takes their tagged lines, too, and events by app and component', () => {
  const { telemetry, of } = createSinks(
    { api: { loggers: ['shop.api'] }, both: { loggers: ['shop.api'], stream: 'access' } },
    { level: 'debug' },
  );
  telemetry.execute(shop.api.request, { duration: 1 });
  telemetry.execute(shop.api.plain);
  telemetry.logger('cart', { stream: 'access' }).info('cart');
  assert.equal([of('api'), of('both')], [['shop.api.request', 'shop.api.plain'], ['shop.api.request']]);
});

test('a condition that throws takes the line; what a condition refuses is not accepted', () => {
  const { telemetry, of } = createSinks({
    throwing: { where: () => { throw new Error('no'); } }, // biome-ignore format: short
    none: { where: () => false },
    shut: { when: () => false },
    open: { when: () => { throw new Error('no'); } }, // biome-ignore format: short
  });
  telemetry.logger('bot').info('line');
  assert.equal(['throwing', 'none', 'shut', 'open'].map(of), [['line'], [], [], ['line']]);
  assert.equal(telemetry.logStats().sinks.map(({ accepted }) => accepted), [1, 0, 0, 1]); // biome-ignore format: short
});

test('a sink that is shut by `when` costs no formatting', () => {
  let formatted = 0;
  let isOpen = false;
  const { telemetry } = createSinks({ all: { when: () => isOpen, format: () => String(++formatted) } });
  telemetry.logger('bot').info('line');
  assert.is(formatted, 0);
  isOpen = true;
  telemetry.logger('bot').info('line');
  assert.is(formatted, 1);
});

test('diagnostic lines go to the diagnostic stream; others take them only when debug passes', () => {
  const { telemetry, of } = createSinks({ diagnostic: { stream: 'diagnostic' }, all: {}, access: { stream: 'access' } });
  const log = telemetry.logger('bot', { stream: 'access' });
  log.diagnostic('one');
  assert.equal([of('diagnostic'), of('all'), of('access')], [['one'], [], []]);
  telemetry.setLogLevel('debug');
  log.diagnostic('two');
  assert.equal([of('diagnostic'), of('all')], [['two'], ['two']]);
});

test('without a diagnostic stream diagnostic lines go where all lines go', () => {
  const { telemetry, of } = createSinks({ all: {}, errors: { level: 'error' } }, { level: 'silent' });
  telemetry.logger('bot').diagnostic('one');
  assert.equal([of('all'), of('errors')], [['one'], []]);
  assert.is(telemetry.logger('bot', { stream: 'diagnostic' }).isEnabled('error'), false);
});

test('a sink for a stream that is added later is heeded at once, and so is its going', () => {
  const { telemetry, of } = createSinks({ all: {} });
  const log = telemetry.logger('api', { stream: 'access' });
  log.debug('before');
  telemetry.execute(shop.api.request, { duration: 1 });
  const memory = memorySink();
  const added = telemetry.addSink({ sink: memory, stream: 'access', format: 'minimal' });
  log.debug('during');
  telemetry.execute(shop.api.request, { duration: 1 });
  added.detach();
  log.debug('after');
  telemetry.execute(shop.api.request, { duration: 1 });
  assert.equal(memory.lines, ['DEBUG shop.api during\n', 'DEBUG shop.api.request duration_ms=1\n']);
  assert.equal(of('all'), []);
});

test('a diagnostic stream that is added later takes the diagnostic lines of loggers that are there', () => {
  const { telemetry, of } = createSinks({ all: {} });
  const log = telemetry.logger('bot');
  log.diagnostic('before');
  const memory = memorySink();
  using _added = telemetry.addSink({ sink: memory, stream: 'diagnostic', format: 'minimal' });
  log.diagnostic('during');
  assert.equal([of('all'), memory.lines], [['before'], ['DEBUG shop.bot during\n']]);
});

test('events of a bus whose log is configured anew go where the new rules say', () => {
  const { telemetry, of } = createSinks({ all: {} });
  telemetry.execute(shop.api.plain);
  const memory = memorySink();
  telemetry.configureLog({ sinks: [{ sink: memory, loggers: ['shop.api'], format: 'minimal' }] });
  telemetry.execute(shop.api.plain);
  assert.equal([of('all'), memory.lines], [['shop.api.plain'], ['INFO shop.api.plain\n']]);
});

test('captured records are those of all streams, and what passes through goes only where it belongs', () => {
  const { telemetry, of } = createSinks({ access: { stream: 'access' }, all: {} });
  const log = telemetry.logger('api', { stream: 'access' });
  {
    using captured = captureRecords(telemetry, { passThrough: true });
    telemetry.execute(shop.api.request, { duration: 1 });
    log.trace('tagged');
    telemetry.logger('bot').trace('untagged');
    assert.equal(captured.records.map(({ message }) => message), ['shop.api.request', 'tagged', 'untagged']); // biome-ignore format: short
  }
  assert.equal([of('access'), of('all')], [['shop.api.request', 'tagged'], []]);
});

test('tags and rules that can not be one are refused', () => {
  const sink = memorySink();
  const telemetry = createTelemetry({ environment: 'test' });
  const codeOf = (run: () => unknown): string => {
    try {
      run();
      return 'fine';
    } catch (error) {
      return isTelemetryError(error) ? error.code : String(error);
    }
  };
  const wrong: readonly (() => unknown)[] = [
    ...['', '1st', 'a b', '../x', 5, null].map((stream) => () => defineEvent({ stream: stream as string })),
    ...['', 'a/b', {}].map((stream) => () => telemetry.logger('bot', { stream: stream as string })),
    ...[{ stream: 'a b' }, { loggers: 'shop' }, { loggers: ['a b'] }, { where: true }, { when: 1 }, { maxLevel: 'loud' }].map(
      (rule) => () => telemetry.addSink({ sink, ...rule } as SinkOptions),
    ),
  ];
  for (const [index, run] of wrong.entries()) assert.is(codeOf(run), 'OPTION_INVALID', `${index}`);
  assert.is(codeOf(() => telemetry.logger('bot', { steam: 'a' } as never)), 'OPTION_UNKNOWN'); // biome-ignore format: short
});

test('the log may be told what to load its configuration from; its options win', () => {
  const memory = memorySink();
  const config = {
    values: { app: 'shop', logFormat: 'minimal', environment: 'staging' },
    env: { LOG_LEVEL: 'error', INSTANCE_NAME: 'two' },
    profiles: { staging: { port: 9000 } },
  };
  const telemetry = createTelemetry({ environment: 'test', log: { config, level: 'warn', sinks: [{ sink: memory, format: 'json' }] } });
  telemetry.logger('bot').info('below');
  telemetry.logger('bot').warn('line');
  const { app, environment, instance, port } = JSON.parse(memory.lines.join('')) as LogRecord;
  assert.equal([app, environment, instance, port], ['shop', 'staging', 'two', 9000]);
  assert.throws(() => telemetry.configureLog({ config: { values: { logLevl: 'info' } } }), /has no "logLevl"/);
  assert.throws(() => telemetry.configureLog({ config: { vals: {} } as never }), /OPTION_UNKNOWN/);
});

test.run();
