import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, type Telemetry } from '../../lib/index';
import { watchSlow } from '../../lib/performance/watch';
import { fakeClock } from '../../lib/testing/index';
import { CLASSES, coder, hostOf, watching } from './watching';

const { response, plain } = coder.llm;
const REQUEST = { method: 'POST', path: '/path' };

test('a request of a class is told in the texts of the class, at warn and at error', () => {
  const { took, lines } = watching(CLASSES);
  took(plain, 35_200, { ...REQUEST, tools_enabled: true });
  took(plain, 12_000, { ...REQUEST, tools_enabled: false });
  took(plain, 7300, REQUEST);
  took(plain, 61_040, { ...REQUEST, tools_enabled: true });
  assert.equal(
    lines.map(({ level, message }) => [level, message]),
    [
      ['warn', 'Slow request [tools]: POST /path - 35.2s'],
      ['error', 'VERY SLOW REQUEST [non-tools]: POST /path - 12.0s'],
      ['warn', 'Slow request [non-tools]: POST /path - 7.3s'],
      ['error', 'VERY SLOW REQUEST [tools]: POST /path - 61.0s'],
    ],
  );
});

test('without a class, what has a method and a path is a request, all else an operation named by its event', () => {
  const { took, messages } = watching();
  took(response, 6200, { model: 'm1' });
  took(response, 12_000);
  took(response, 6200, REQUEST);
  took(response, 12_000, { method: 'GET', route: '/users/:id' });
  took(response, 6200, { method: 'GET' });
  took(response, 6200, { path: '/path' });
  took(response, 6200, { method: 7, path: '/path' });
  took(response, 6200, { method: 'GET', path: '' });
  assert.equal(messages(), [
    'Slow operation: coder.llm.response - 6.2s',
    'VERY SLOW OPERATION: coder.llm.response - 12.0s',
    'Slow request: POST /path - 6.2s',
    'VERY SLOW REQUEST: GET /users/:id - 12.0s',
    'Slow operation: coder.llm.response - 6.2s',
    'Slow operation: coder.llm.response - 6.2s',
    'Slow operation: coder.llm.response - 6.2s',
    'Slow operation: coder.llm.response - 6.2s',
  ]);
});

test('a path is told without query and fragment, which carry tokens', () => {
  const { took, messages } = watching();
  for (const path of ['/a?token=x', '/a#token', '/a?to\nken', '/a']) took(response, 6000, { method: 'GET', path });
  assert.equal(messages(), Array(4).fill('Slow request: GET /a - 6.0s'));
});

test('a class without method and path is still a request', () => {
  const { took, messages } = watching(CLASSES);
  took(plain, 6000);
  assert.equal(messages(), ['Slow request [non-tools]: coder.llm.plain - 6.0s']);
});

test('the fields of a line say which, how long, and over what', () => {
  const { took, lines } = watching(CLASSES);
  took(plain, 35_200, { ...REQUEST, tools_enabled: true });
  took(plain, 60_000.5, { tools_enabled: true });
  assert.equal(lines[0]?.fields, {
    metric: 'coder.llm.plain',
    duration_ms: 35_200,
    class: 'tools',
    threshold_ms: 30_000,
    severity: 'slow',
    operation: 'POST /path',
  });
  assert.equal(lines[1]?.fields, {
    metric: 'coder.llm.plain',
    duration_ms: 60_000.5,
    class: 'tools',
    threshold_ms: 60_000,
    severity: 'very_slow',
    operation: 'coder.llm.plain',
  });
  const { took: tookAlone, lines: alone } = watching();
  tookAlone(response, 6000);
  assert.equal(Object.keys(alone[0]!.fields), ['metric', 'duration_ms', 'threshold_ms', 'severity', 'operation']);
});

test('a threshold is passed only by what is over it', () => {
  const { took, messages, slow } = watching({ ...CLASSES, events: [plain] });
  for (const duration of [0, 4999.999, 5000]) took(response, duration);
  for (const duration of [5000, 30_000]) took(plain, duration, { tools_enabled: true });
  assert.equal(messages(), []);
  took(response, 5000.001);
  took(response, 10_000);
  took(response, 10_000.001);
  took(plain, 60_000, { tools_enabled: true });
  took(plain, 60_000.001, { tools_enabled: true });
  assert.equal(slow.counts().events, {
    'coder.llm.response': { count: 6, slow: 2, verySlow: 1 },
    'coder.llm.plain': { count: 4, slow: 1, verySlow: 1 },
  });
});

test('an event may have one of the thresholds only', () => {
  const { took, lines, slow } = watching({ thresholds: { 'coder.llm.plain': { warn: 10 } } });
  took(coder.tool.stop, 2000);
  took(coder.tool.stop, 2001);
  took(plain, 1e9);
  assert.equal(
    lines.map(({ level, fields }) => [level, fields.threshold_ms]),
    [
      ['error', 2000],
      ['warn', 10],
    ],
  );
  assert.equal(slow.counts().total, { count: 3, slow: 1, verySlow: 1 });
});

test('durations are compared in the unit of their event, bigints too', () => {
  const { took, lines } = watching();
  const { nanos, micros, seconds } = coder.tool;
  for (const [event, perMs] of [[nanos, 1e6] as const, [micros, 1e3] as const, [seconds, 1e-3] as const]) took(event, 5000 * perMs);
  assert.is(lines.length, 0);
  took(nanos, 5_000_000_001n);
  took(nanos, 5_000_000_000n);
  took(micros, 5_000_001);
  took(seconds, 9.7);
  took(response, 6000n);
  assert.equal(
    lines.map(({ fields }) => fields.duration_ms),
    [5000.000001, 5000.001, 9700, 6000],
  );
});

test('below a tenth of a second the text is in milliseconds', () => {
  const { took, messages } = watching({ thresholds: { 'coder.llm.plain': { warn: 0.001 } } });
  for (const duration of [100, 99.94, 85.4, 8.46, 0.25, 0.0014, 149.9, 999_949]) took(plain, duration);
  assert.equal(
    messages().map((message) => message.split(' - ')[1]),
    ['0.1s', '100ms', '85ms', '8.5ms', '0.25ms', '0.001ms', '0.1s', '999.9s'],
  );
});

test('classOf decides for the events it is asked for; without an answer the thresholds of the event hold', () => {
  const asked: string[] = [];
  const { took, slow, messages } = watching({
    classes: { batch: { warn: '60s' } },
    classOf: (event, _measurements, metadata) => {
      asked.push(event.join('.'));
      return metadata.batch ? 'batch' : undefined;
    },
    events: [['coder', 'llm']],
  });
  took(response, 20_000, { batch: true });
  took(response, 6000);
  took(plain, 1e6);
  took(coder.tool.stop, 3000, { batch: true });
  assert.equal(asked, ['coder.llm.response', 'coder.llm.response', 'coder.llm.plain']);
  assert.equal(messages(), ['Slow operation: coder.llm.response - 6.0s', 'VERY SLOW OPERATION: coder.tool.stop - 3.0s']);
  assert.equal(slow.counts(), {
    total: { count: 3, slow: 1, verySlow: 1 },
    classes: { batch: { count: 1, slow: 0, verySlow: 0 } },
    events: {
      'coder.llm.response': { count: 2, slow: 1, verySlow: 0 },
      'coder.tool.stop': { count: 1, slow: 0, verySlow: 1 },
    },
    overflow: { count: 0, slow: 0, verySlow: 0 },
    ignored: {},
    faults: { classOf: 0, unknownClass: 0, describe: 0 },
  });
});

test('without a list of events classOf is asked for every event with a duration, undeclared ones too, and for no other', () => {
  let asked = 0;
  const { telemetry, took, slow } = watching({
    ...CLASSES,
    classOf: () => {
      asked++;
      return 'tools';
    },
  });
  took(['other', 'job', 'done'], 31_000);
  telemetry.execute(['other', 'job', 'begun'], { systemTime: 1 });
  telemetry.execute(response, {} as never);
  assert.is(asked, 1);
  assert.equal(slow.counts().classes.tools, { count: 1, slow: 1, verySlow: 0 });
});

test('a class without thresholds counts and records, and finds nothing slow', () => {
  const { took, slow, messages } = watching({ classes: { batch: {} }, classOf: () => 'batch' });
  took(response, 1e6);
  assert.equal(messages(), []);
  assert.equal(slow.counts().classes, { batch: { count: 1, slow: 0, verySlow: 0 } });
  assert.is(slow.measured()[0]?.durations?.max, 1e6);
});

test('thresholds of the options stand instead of those of definitions; an empty object takes them away', () => {
  const { took, messages, slow } = watching({ thresholds: { 'coder.llm.response': {}, 'coder.llm.plain': { warn: '1s' } } });
  took(response, 1e6);
  took(plain, 1500);
  assert.equal(messages(), ['Slow operation: coder.llm.plain - 1.5s']);
  assert.equal(slow.thresholds().events['coder.llm.plain'], { warn: 1000 });
  assert.not('coder.llm.response' in slow.thresholds().events);
});

test('thresholds of a definition that arrives after its event hold from then on', () => {
  const clock = fakeClock();
  const telemetry = createTelemetry({ clock, environment: 'test' }) as Telemetry;
  const said: string[] = [];
  const host = hostOf(telemetry, { clock, write: (_level, message) => void said.push(message), warn: () => undefined });
  const slow = watchSlow(host);
  telemetry.execute(['coder', 'llm', 'response'], { duration: 6000 });
  telemetry.declareEvents(coder);
  telemetry.execute(['coder', 'llm', 'response'], { duration: 6000 });
  assert.equal(said, ['Slow operation: coder.llm.response - 6.0s']);
  assert.equal(slow.thresholds().events['coder.llm.response'], { warn: 5000, error: 10_000 });
});

test('an event without thresholds that no class is asked for gets a function that reads nothing', () => {
  const { telemetry, slow } = watching();
  let reads = 0;
  const measurements = {
    get duration() {
      return ++reads;
    },
  };
  telemetry.execute(plain, measurements as never);
  assert.is(reads, 0);
  telemetry.execute(response, measurements as never);
  assert.is(reads, 1);
  assert.equal(Object.keys(slow.counts().events), ['coder.llm.response']);
});

test('thresholds can be changed while the watch runs; what was counted stays', () => {
  const { took, slow, messages } = watching({ ...CLASSES, events: [plain] });
  took(response, 6000);
  took(plain, 6000);
  slow.setThresholds({
    classes: { 'non-tools': { warn: '8s' } },
    thresholds: { 'coder.llm.response': {}, 'coder.tool.stop': { warn: 1 } },
  });
  took(response, 6000);
  took(plain, 6000);
  took(plain, 9000);
  took(plain, 31_000, { tools_enabled: true });
  took(coder.tool.stop, 2);
  assert.equal(messages(), [
    'Slow operation: coder.llm.response - 6.0s',
    'Slow request [non-tools]: coder.llm.plain - 6.0s',
    'Slow request [non-tools]: coder.llm.plain - 9.0s',
    'Slow request [tools]: coder.llm.plain - 31.0s',
    'Slow operation: coder.tool.stop - 2ms',
  ]);
  assert.equal(slow.thresholds().classes, { 'non-tools': { warn: 8000 }, tools: { warn: 30_000, error: 60_000 } });
  assert.equal(slow.counts().events['coder.llm.plain'], { count: 4, slow: 3, verySlow: 0 });
});

test('thresholds that are not named in a change stay', () => {
  const { took, slow, messages } = watching({ thresholds: { 'coder.llm.plain': { warn: '1s' } } });
  slow.setThresholds({ thresholds: { 'coder.tool.stop': { warn: '1s' } } });
  took(plain, 1500);
  took(coder.tool.stop, 1500);
  assert.is(messages().length, 2);
});

test('a change of classes leaves the handler its place', () => {
  const { telemetry, slow } = watching(CLASSES);
  telemetry.attachPrefix('later', [], () => undefined);
  slow.setThresholds({ classes: { tools: { warn: 1 } } });
  assert.equal(
    telemetry.listHandlers().map(({ id }) => id),
    ['telemetry-slow', 'later'],
  );
});

test('thresholds of an event that had none are watched once they are set', () => {
  const { took, slow, messages } = watching();
  took(plain, 6000);
  slow.setThresholds({ thresholds: { 'coder.llm.plain': { warn: '1s' } } });
  took(plain, 6000);
  took(response, 6000);
  assert.equal(messages(), ['Slow operation: coder.llm.plain - 6.0s', 'Slow operation: coder.llm.response - 6.0s']);
});

test('changing thresholds does not attach a watch again that was detached', () => {
  const { telemetry, took, slow, messages } = watching();
  assert.equal(
    telemetry.listHandlers().map(({ id, onError }) => [id, onError]),
    [['telemetry-slow', 'keep']],
  );
  took(response, 6000);
  assert.is(slow.detach(), true);
  slow.setThresholds({ thresholds: { 'coder.llm.response': { warn: 1 } } });
  took(response, 6000);
  assert.is(slow.detach(), false);
  assert.is(messages().length, 1);
  assert.equal(telemetry.listHandlers(), []);
  assert.is(slow.slowest().length, 1);
  assert.is(slow.counts().total.count, 1);
});

test('the watch stays attached when its thresholds change, and one call detaches it', () => {
  const { telemetry, took, slow, messages } = watching();
  slow.setThresholds({ thresholds: { 'coder.llm.response': { warn: 1 } } });
  assert.is(telemetry.listHandlers().length, 1);
  slow[Symbol.dispose]();
  took(response, 6000);
  assert.equal(messages(), []);
});

test('a bus has one watch', () => {
  const { host } = watching();
  assert.throws(() => watchSlow(host), /HANDLER_EXISTS/);
});

test('reset forgets what was counted, recorded and kept, and goes on counting', () => {
  const { took, slow } = watching({
    ...CLASSES,
    classOf: (_event, _measurements, { unknown }) => (unknown ? 'unknown' : 'tools'),
    events: [plain],
    maxEvents: 1,
    thresholds: { 'coder.llm.plain': { warn: '1s' } },
  });
  const emit = () => {
    took(plain, 6000);
    took(response, 6000);
    took(response, Number.NaN);
    took(plain, 1, { unknown: true });
  };
  emit();
  const before = slow.counts();
  assert.equal(before.total, { count: 3, slow: 1, verySlow: 0 });
  assert.equal(before.overflow, { count: 1, slow: 1, verySlow: 0 });
  assert.is(before.faults.unknownClass, 1);
  slow.reset();
  const none = { count: 0, slow: 0, verySlow: 0 };
  assert.equal(slow.counts(), {
    total: none,
    classes: { 'non-tools': none, tools: none },
    events: {},
    overflow: none,
    ignored: {},
    faults: { classOf: 0, unknownClass: 0, describe: 0 },
  });
  assert.is(before.faults.unknownClass, 1);
  assert.equal(slow.slowest(), []);
  assert.is(slow.calibrate()[0]?.count, 0);
  emit();
  assert.equal(slow.counts(), before);
});

test('events beyond the limit are counted together, which is said once', () => {
  const { took, slow, warnings, messages } = watching({
    maxEvents: 2,
    thresholds: Object.fromEntries(['a', 'b', 'c', 'd'].map((action) => [`app.job.${action}`, { warn: '1s' }])),
  });
  for (const action of ['a', 'b', 'c', 'd', 'c', 'a']) took(['app', 'job', action], 2000);
  const { events, overflow, total } = slow.counts();
  assert.equal(events, { 'app.job.a': { count: 2, slow: 2, verySlow: 0 }, 'app.job.b': { count: 1, slow: 1, verySlow: 0 } });
  assert.equal(overflow, { count: 3, slow: 3, verySlow: 0 });
  assert.equal(total, { count: 6, slow: 6, verySlow: 0 });
  assert.is(messages().length, 6);
  assert.equal(
    warnings.map(({ code }) => code),
    ['SERIES_LIMIT'],
  );
  assert.match(warnings[0]!.message, 'app.job.c');
  assert.equal(
    slow.measured().map(({ event }) => event),
    ['app.job.a', 'app.job.b'],
  );
});

test('operations of a class are counted among the rest as well', () => {
  const { took, slow } = watching({ ...CLASSES, maxEvents: 1 });
  took(response, 1);
  took(plain, 6000);
  took(plain, 1);
  assert.equal(slow.counts().overflow, { count: 2, slow: 1, verySlow: 0 });
  assert.equal(slow.counts().classes['non-tools'], { count: 3, slow: 1, verySlow: 0 });
});

test('names that are never emitted take no place among the events that are counted', () => {
  const { telemetry, took, slow } = watching({ maxEvents: 1 });
  telemetry.emitter(coder.tool.stop);
  took(response, 1);
  assert.equal(Object.keys(slow.counts().events), ['coder.llm.response']);
});

test.run();
