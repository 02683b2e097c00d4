import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compile } from '../support/compile';

const PREAMBLE = `
import { counter, createTelemetry, defineEvent, defineEvents, distribution, lastValue, sum, summary } from 'telemetry-bus';
import { captureEvents } from 'telemetry-bus/testing';
const coder = defineEvents('coder', {
  session: {
    start: defineEvent<{ count: number }, { sessionId: string }>(),
    stop: defineEvent<{ duration: number }, { sessionId: string; status: 'ok' | 'error' }>(),
  },
  tool: { start: defineEvent<{ systemTime: number }, { name: string }>(), stop: defineEvent<{ duration: number; files?: number }, { name: string; cached?: boolean }>() },
  loose: { any: defineEvent() },
});
const other = defineEvents('other', { part: { event: defineEvent<{ x: number }, { y: string }>() } });
const telemetry = createTelemetry({ events: [coder, other] });
const untyped = createTelemetry();
const emit = telemetry.emitter(coder.session.start);
`;

/** What people get wrong, and what the compiler answers. */
const MISTAKES: readonly (readonly [mistake: string, code: string, answer: RegExp])[] = [
  [
    'a misspelled action of a tuple',
    `telemetry.execute(['coder', 'session', 'strat'], { count: 1 }, { sessionId: 's' });`,
    /"strat".*Did you mean '"start"'\?/,
  ],
  [
    'a misspelled component of a tuple',
    `telemetry.execute(['coder', 'sesion', 'start'], { count: 1 }, { sessionId: 's' });`,
    /"sesion".*Did you mean '"session"'\?/,
  ],
  [
    'a misspelled app of a tuple',
    `telemetry.execute(['codr', 'session', 'start'], { count: 1 }, { sessionId: 's' });`,
    /"codr".*Did you mean '"coder"'\?/,
  ],
  [
    'a misspelled event of a catalogue',
    `telemetry.execute(coder.session.strat, { count: 1 }, { sessionId: 's' });`,
    /Property 'strat' does not exist.*Did you mean 'start'\?/s,
  ],
  [
    'a misspelled measurement',
    `telemetry.execute(coder.session.start, { cuont: 1 }, { sessionId: 's' });`,
    /'cuont'.*Did you mean to write 'count'\?/,
  ],
  [
    'a misspelled metadata key',
    `telemetry.execute(coder.session.start, { count: 1 }, { sesionId: 's' });`,
    /'sesionId'.*Did you mean to write 'sessionId'\?/,
  ],
  ['a misspelled key through an emitter', `emit({ count: 1 }, { sesionId: 's' });`, /'sesionId'.*Did you mean to write 'sessionId'\?/],
  [
    'a misspelled key by definition on an untyped bus',
    `untyped.execute(coder.session.start, { cuont: 1 }, { sessionId: 's' });`,
    /'cuont'.*Did you mean to write 'count'\?/,
  ],
  [
    'a forgotten metadata key',
    `telemetry.execute(coder.session.stop, { duration: 1 }, { sessionId: 's' });`,
    /Property 'status' is missing/,
  ],
  ['forgotten metadata', `telemetry.execute(coder.session.start, { count: 1 });`, /Expected 3 arguments, but got 2/],
  ['forgotten measurements and metadata', `telemetry.execute(coder.session.start);`, /Expected 3 arguments, but got 1/],
  [
    'a value of the wrong type',
    `telemetry.execute(coder.session.start, { count: 'one' }, { sessionId: 's' });`,
    /Type 'string' is not assignable to type 'number'/,
  ],
  [
    'a value that is not in the union',
    `telemetry.execute(coder.session.stop, { duration: 1 }, { sessionId: 's', status: 'okay' });`,
    /"okay".*"ok"/,
  ],
  [
    'reading a misspelled measurement in a handler',
    `telemetry.attach('id', coder.session.start, (_event, { cuont }) => cuont);`,
    /Property 'cuont' does not exist/,
  ],
  [
    'reading a misspelled metadata key in a handler',
    `telemetry.attach('id', coder.session.start, (_event, _m, metadata) => metadata.sesionId);`,
    /'sesionId'.*Did you mean 'sessionId'\?/s,
  ],
  [
    'a handler that wants more than the event has',
    `telemetry.attach('id', coder.session.start, (_event, _m: { count: number; more: string }) => {});`,
    /Property 'more' is missing/,
  ],
  ['attaching to a misspelled event', `telemetry.attach('id', ['coder', 'session', 'strat'], () => {});`, /Did you mean '"start"'\?/],
  [
    'one misspelled event among several',
    `telemetry.attachMany('id', [coder.session.start, ['coder', 'session', 'stopp']], () => {});`,
    /Did you mean '"stop"'\?/,
  ],
  [
    'a misspelled option',
    `telemetry.attach('id', coder.session.start, () => {}, undefined, { onConflct: 'replace' });`,
    /Did you mean to write 'onConflict'\?/,
  ],
  [
    'a misspelled event of the library',
    `telemetry.attach('id', ['telemetry', 'handler', 'failur'], () => {});`,
    /Did you mean '"failure"'\?/,
  ],
  [
    'a tag that is no metadata key',
    `defineEvent<{ count: number }, { sessionId: string; status: string }>({ tags: ['sesionId'] });`,
    /"sesionId".*Did you mean '"sessionId"'\?/,
  ],
  [
    'a unit that is none',
    `defineEvent<{ duration: number }, object>({ measurements: { duration: { unit: 'min' } } });`,
    /"min".*"s" \| "ns" \| "us" \| "ms"/,
  ],
  ['a misspelled option of an event', `defineEvent({ levl: 'info' });`, /Did you mean to write 'level'\?/],
  ['a misspelled span', `telemetry.measure(['coder', 'toool'], { name: 'wc' }, () => 1);`, /"toool".*not assignable to type '"tool"/],
  [
    'a span of a component without start and stop',
    `telemetry.measure(['coder', 'loose'], {}, () => 1);`,
    /not assignable to type '"tool" \| "session"|"loose".*not assignable/,
  ],
  [
    'a misspelled key of start metadata',
    `telemetry.measure(['coder', 'tool'], { namme: 'wc' }, () => 1);`,
    /'namme'.*Did you mean to write 'name'\?/,
  ],
  [
    'a misspelled measurement added to a span',
    `telemetry.measure(['coder', 'tool'], { name: 'wc' }, (span) => span.add({ fils: 1 }));`,
    /'fils'.*Did you mean to write 'files'\?/,
  ],
  [
    'a misspelled metadata key set on a span',
    `telemetry.measure(['coder', 'tool'], { name: 'wc' }, (span) => span.set({ cachd: true }));`,
    /'cachd'.*Did you mean to write 'cached'\?/,
  ],
  [
    'a misspelled key in the pair of a span',
    `telemetry.span(['coder', 'tool'], { name: 'wc' }, () => [1, { cachd: true }]);`,
    /cachd.*no properties in common/s,
  ],
  [
    'a misspelled key of executeWithTelemetry',
    `telemetry.executeWithTelemetry(coder.session.stop, { sesionId: 's', status: 'ok' }, () => 1);`,
    /Did you mean to write 'sessionId'\?/,
  ],
  ['statistics of a misspelled event', `telemetry.getDurationStats(['coder', 'session', 'stopp']);`, /Did you mean '"stop"'\?/],
  ['capturing a misspelled event', `captureEvents(telemetry, [['coder', 'session', 'strat']]);`, /Did you mean '"start"'\?/],
  [
    'a metric of a misspelled measurement',
    `sum('x', coder.tool.stop, { measurement: 'fils' });`,
    /"fils".*(Did you mean '"files"'\?|not assignable)/s,
  ],
  [
    'a metric by a misspelled key of a tag',
    `counter('x', coder.session.stop, { tags: { state: 'statuss' } });`,
    /Did you mean '"status"'\?/,
  ],
  ['a metric by a misspelled tag', `counter('x', coder.session.stop, { tags: ['statuss'] });`, /Did you mean '"status"'\?/],
  ['a metric without the measurement it needs', `lastValue('x', coder.tool.stop, {});`, /no overload|measurement|not assignable/i],
  ['an option that a kind of metric does not have', `counter('x', coder.tool.stop, { bounds: [1] });`, /'bounds' does not exist/],
  ['a misspelled option of a metric', `summary('x', coder.tool.stop, { descripton: 'x' });`, /Did you mean to write 'description'\?/],
  [
    'reading what a metric’s event has not',
    `distribution('x', coder.tool.stop, { keep: (_m, { cachd }) => cachd });`,
    /Property 'cachd' does not exist/,
  ],
  ['a metric of no event', `counter('x', ['coder', 'session']);`, /not assignable/],
  ['a window that is none', `telemetry.getCounters({ window: 'day' });`, /"day".*"minute" \| "hour"|"hour" \| "minute"/s],
  ['a misspelled option of the bus', `createTelemetry({ evnts: coder });`, /Did you mean to write 'events'\?/],
];

test('the commonest mistakes do not compile, and the compiler names what is right', () => {
  const lines = PREAMBLE.split('\n').length;
  const { errors } = compile(`${PREAMBLE}\n${MISTAKES.map(([, code]) => code).join('\n')}\n`);
  const preamble = errors.filter(({ line }) => line <= lines);
  assert.equal(preamble, [], 'the preamble compiles');
  const unhelpful = MISTAKES.flatMap(([mistake, code, answer], index) => {
    const messages = errors.filter(({ line }) => line === lines + 1 + index).map(({ message }) => message);
    return messages.some((message) => answer.test(message)) ? [] : [{ mistake, code, messages }];
  });
  assert.equal(unhelpful, []);
});

const COMPONENTS = 50;
const ACTIONS = 10;

/** A large application: 500 events of four fields each, 200 calls of four kinds. */
function largeProgram(): string {
  const components = Array.from({ length: COMPONENTS }, (_, component) => {
    const actions = Array.from(
      { length: ACTIONS },
      (_, action) =>
        `act${action}: defineEvent<{ duration: number; f${component}_${action}: number }, { id: string; k${action}: 'x' | 'y' }>({ tags: ['k${action}'] }),`,
    );
    return `comp${component}: {\n${actions.join('\n')}\n},`;
  });
  const calls = Array.from({ length: 200 }, (_, index) => {
    const [component, action] = [index % COMPONENTS, (index * 7) % ACTIONS];
    const event = `app.comp${component}.act${action}`;
    const payload = `{ duration: 1, f${component}_${action}: 2 }, { id: 'a', k${action}: 'x' }`;
    return [
      `bus.execute(${event}, ${payload});`,
      `bus.execute(['app', 'comp${component}', 'act${action}'], ${payload});`,
      `bus.attach('h${index}', ${event}, (_event, measurements) => { const x: number = measurements.f${component}_${action}; return x; });`,
      `bus.emitter(${event})(${payload});`,
    ][index % 4];
  });
  return `import { createTelemetry, defineEvent, defineEvents } from 'telemetry-bus';
const app = defineEvents('app', {\n${components.join('\n')}\n});
const bus = createTelemetry({ events: app });
${calls.join('\n')}`;
}

test('500 events and 200 calls stay within 75,000 instantiations', () => {
  const { errors, instantiations } = compile(largeProgram());
  assert.equal(errors, []);
  assert.ok(instantiations <= 75_000, `${instantiations} instantiations`);
});

test.run();
