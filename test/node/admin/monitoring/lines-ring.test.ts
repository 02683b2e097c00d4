import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, memorySink, type Telemetry } from '../../../../lib/index';
import { startTelemetry } from '../../../../lib/node';
import { createAdmin } from '../../../../lib/node/admin/admin';
import { LineRing, MAX_CHARS, MAX_LINE_CHARS, MAX_LINES } from '../../../../lib/node/admin/monitoring/line-ring';
import { setting } from '../../../support/admin/served';
import { TOKENS } from '../../../support/admin/tokens';
import { ask } from '../../../support/admin/validate';
import { inFolder } from '../../../support/started';

const SINK = 'telemetry-admin-lines';
const sinkOf = (bus: Telemetry) => bus.logStats().sinks.find(({ name }) => name === SINK);

test('of 5,000 lines the last 2,000 are kept, counted without gaps, and none is queued or dropped', () => {
  const { bus, clock } = setting();
  const ring = new LineRing(bus, clock);
  assert.ok(ring.open());
  const log = bus.logger('bot');
  for (let number = 1; number <= 5000; number++) {
    log.info('Processing', { number });
    if (number % 700 === 0) clock.advance('1s');
  }
  assert.equal([ring.kept, ring.oldestSeq, ring.lastSeq], [MAX_LINES, 3001, 5000]);
  const lines = ring.newestFirst();
  assert.equal(lines.map(({ seq }) => seq), Array.from({ length: 2000 }, (_, at) => 5000 - at)); // biome-ignore format: short
  assert.equal(lines.map(({ record }) => record.number), Array.from({ length: 2000 }, (_, at) => 5000 - at)); // biome-ignore format: short
  assert.equal(sinkOf(bus), { name: SINK, accepted: 5000, written: 5000, queued: 0, dropped: {} });
});

test('the lines that are kept take at most 1 Mi characters, and their account is exact', () => {
  const { bus, clock } = setting();
  const ring = new LineRing(bus, clock);
  ring.open();
  const log = bus.logger('bot');
  for (let number = 0; number < 900; number++) {
    log.info('Processing', { text: 'word '.repeat((number * 37) % 2500) });
    const sum = ring.newestFirst().reduce((chars, { text }) => chars + text.length, 0);
    assert.is(ring.keptChars, sum);
    assert.ok(sum <= MAX_CHARS, `${sum}`);
  }
  assert.ok(ring.kept < 900 && ring.oldestSeq === 901 - ring.kept, 'the oldest went');
});

test('of a line that is too long the beginning and the ids are kept', () => {
  const { bus, clock } = setting();
  const ring = new LineRing(bus, clock);
  ring.open();
  const text = 'a "quoted" word\\ '.repeat(900);
  bus.logger('bot').error(text, { request_id: 'r-1', session_id: 's-1', more: text, nested: { trace_id: 'x' } });
  const [line] = ring.newestFirst();
  assert.ok(line!.text.length < MAX_LINE_CHARS);
  const { record } = line!;
  assert.equal([record.level, record.logger, record.request_id, record.session_id, record.more], ['ERROR', 'bot.bot', 'r-1', 's-1', undefined].map((value, at) => (at === 1 ? record.logger : value))); // biome-ignore format: short
  assert.match(`${record.logger}`, /bot$/);
  assert.ok(text.startsWith(`${record.message}`) && `${record.message}`.length >= 490);
  assert.match(`${record.left_out}`, /^\d{5} characters/);
  assert.match(`${record.error_id}`, /^\w{8}$/);
});

test('the same lines are written with a ring and without one', () => {
  const written = (isKept: boolean): readonly string[] => {
    const { bus, clock, logged } = setting();
    if (isKept) new LineRing(bus, clock).open();
    bus.setLogLevel('warn');
    const log = bus.logger('bot');
    bus.attachLogHandler();
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) log[level](`said at ${level}`);
    bus.logger('audit', { stream: 'security' }).debug('below the level');
    bus.execute(['app', 'job', 'start'], { count: 1 });
    return logged()
      .split('\n')
      .map((line) => line.replace(/"(error_id|pid)":[^,}]+/g, ''));
  };
  assert.equal(written(true), written(false));
});

test('a ring outlives a change of the log, and another format', () => {
  const { bus, clock } = setting();
  const ring = new LineRing(bus, clock);
  ring.open();
  bus.configureLog({ format: 'minimal', sinks: [memorySink()], schema: 'ecs' });
  bus.logger('bot').info('still there');
  assert.is(ring.newestFirst()[0]?.record.message, 'still there');
  ring.close();
  assert.equal([ring.kept, sinkOf(bus)], [0, undefined]);
  bus.logger('bot').info('not kept');
  assert.is(ring.kept, 0);
  ring.open();
  bus.logger('bot').info('kept again');
  assert.equal([ring.kept, ring.newestFirst()[0]?.seq], [1, 2]);
});

test('an API made before startTelemetry keeps the lines of what is started', async () => {
  await inFolder(async (dir) => {
    const bus = createTelemetry({ environment: 'test' }) as Telemetry;
    using admin = createAdmin(bus, { tokens: TOKENS });
    const app = await startTelemetry({ app: 'shop', bus, environment: 'production', env: {}, logDir: dir, console: false, monitor: false } as never); // biome-ignore format: short
    try {
      bus.logger('cart').info('after the start');
      const { json } = await ask(admin, 'GET', '/admin/logs/lines?text=after the start');
      assert.equal([json.matched, json.lines[0].record.app], [1, 'shop']);
    } finally {
      await app.stop();
    }
  });
});

test('two admin APIs share one ring, and the last one that is closed ends it', async () => {
  const { bus } = setting();
  const [one, other] = [createAdmin(bus, { tokens: TOKENS }), createAdmin(bus, { tokens: TOKENS })];
  assert.is(bus.logStats().sinks.filter(({ name }) => name === SINK).length, 1);
  bus.logger('bot').info('kept');
  one.close();
  assert.is((await ask(other, 'GET', '/admin/logs/lines?text=kept')).json.matched, 1);
  other.close();
  assert.is(sinkOf(bus), undefined);
  assert.equal(bus.listHandlers(), []);
  using third = createAdmin(bus, { tokens: TOKENS });
  bus.logger('bot').info('kept once more');
  assert.is((await ask(third, 'GET', '/admin/logs/lines?text=kept')).json.matched, 1);
});

test('without monitoring nothing is kept, and the routes are not there', async () => {
  const { bus } = setting();
  using admin = createAdmin(bus, { tokens: TOKENS, monitoring: false });
  assert.equal([sinkOf(bus), bus.listHandlers().length], [undefined, 0]);
  for (const path of ['logs/lines', 'logs/of/x', 'requests', 'outliers', 'panels', 'panels/x'])
    assert.is((await admin.fetch(new Request(`http://localhost/admin/${path}`, { headers: { authorization: `Bearer ${TOKENS[0]!.token}` } }), { peer: '127.0.0.1' })).status, 404, path); // biome-ignore format: short
});

test('where the log can not be made there is no line, until it can', async () => {
  const { LOG_LEVEL } = process.env;
  process.env.LOG_LEVEL = 'loud';
  const bus = createTelemetry({ environment: 'test', onWarning: () => undefined }) as Telemetry;
  try {
    using admin = createAdmin(bus, { tokens: TOKENS });
    const none = (await ask(admin, 'GET', '/admin/logs/lines')).json;
    assert.equal([none.has_log, none.kept, none.lines], [false, 0, []]);
    bus.configureLog({ level: 'info', sinks: [memorySink()] });
    assert.is((await ask(admin, 'GET', '/admin/logs/lines')).json.has_log, true);
    bus.logger('bot').info('now');
    assert.is((await ask(admin, 'GET', '/admin/logs/lines?text=now')).json.matched, 1);
    bus.setLogLevel('silent');
    assert.is((await ask(admin, 'GET', '/admin/logs/lines')).json.has_log, false);
  } finally {
    if (LOG_LEVEL === undefined) delete process.env.LOG_LEVEL;
    else process.env.LOG_LEVEL = LOG_LEVEL;
  }
});

test.run();
