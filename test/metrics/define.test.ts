import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  counter,
  createTelemetry,
  defineEvent,
  defineEvents,
  distribution,
  isTelemetryError,
  lastValue,
  sum,
  summary,
  type TelemetryErrorCode,
} from '../../lib/index';

const events = defineEvents('app', {
  job: {
    stop: defineEvent<{ duration: number; bytes: number; share: number; rows: number }, { kind: string; 'user-agent'?: string }>({
      measurements: { duration: { unit: 'us' }, bytes: { unit: 'byte' }, share: { unit: 'percent' } },
    }),
    fail: defineEvent<{ duration: number }, { kind: string }>(),
  },
});
const { stop, fail } = events.job;

function refused(define: () => unknown, code: TelemetryErrorCode, answer: RegExp): void {
  try {
    define();
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    assert.is(error.code, code, error.message);
    assert.match(error.message, answer);
    return;
  }
  assert.unreachable(`${code} ${answer}`);
}

test('a definition is plain, frozen data', () => {
  const bounds = [1, 2];
  const definition = distribution('job.time', [stop, fail], {
    bounds,
    hdr: true,
    tags: ['kind'],
    description: 'Time of jobs',
    unit: ['us', 'ms'],
  });
  assert.ok(
    Object.isFrozen(definition) &&
      Object.isFrozen(definition.bounds) &&
      Object.isFrozen(definition.tags) &&
      Object.isFrozen(definition.events),
  );
  bounds.push(0);
  assert.equal(JSON.parse(JSON.stringify(definition)), {
    type: 'distribution',
    name: 'job.time',
    events: [
      ['app', 'job', 'stop'],
      ['app', 'job', 'fail'],
    ],
    measurement: 'duration',
    tags: ['kind'],
    unit: 'ms',
    from: 'us',
    description: 'Time of jobs',
    monotonic: false,
    bounds: [1, 2],
    hdr: true,
    resolution: 0.001,
  });
});

test('the unit is what the event says of the measurement, unless an option does', () => {
  assert.is(sum('a', stop, { measurement: 'bytes' }).unit, 'byte');
  assert.is(summary('a', stop).unit, 'us');
  assert.is(summary('a', fail).unit, 'ms');
  assert.is(sum('a', stop, { measurement: 'rows' }).unit, undefined);
  assert.is(sum('a', stop, { measurement: 'rows', unit: 'row' }).unit, 'row');
  assert.is(summary('a', stop, { unit: 's' }).unit, 's');
});

test('bounds follow the unit: times, sizes, shares, counts', () => {
  const seconds = distribution('a', stop, { unit: 's' }).bounds!;
  assert.equal([seconds[0], seconds.at(-1)], [0.0001, 300]);
  assert.equal(distribution('a', stop).bounds?.slice(0, 5), [100, 250, 500, 1000, 2500]);
  assert.equal(distribution('a', fail).bounds?.slice(0, 5), [0.1, 0.25, 0.5, 1, 2.5]);
  assert.equal(distribution('a', stop, { measurement: 'bytes' }).bounds?.slice(0, 3), [64, 256, 1024]);
  assert.is(distribution('a', stop, { measurement: 'share' }).bounds?.at(-1), 100);
  assert.equal(distribution('a', stop, { measurement: 'rows' }).bounds?.slice(0, 5), [1, 2, 5, 10, 20]);
});

test('an event named twice counts once', () => {
  assert.is(counter('a', [stop, stop, ['app', 'job', 'stop']]).events.length, 1);
});

const any = (value: unknown) => value as never;

test('unknown options are refused with the nearest name', () => {
  refused(() => counter('a', stop, any({ tag: ['kind'] })), 'OPTION_UNKNOWN', /counter "a" has no option "tag"\. Did you mean "tags"\?/);
  refused(() => sum('a', stop, any({ measurement: 'bytes', bounds: [1] })), 'OPTION_UNKNOWN', /no option "bounds"/);
  refused(() => lastValue('a', stop, any({ measurement: 'bytes', hdr: true })), 'OPTION_UNKNOWN', /no option "hdr"/);
  refused(() => summary('a', stop, any({ bounds: [1] })), 'OPTION_UNKNOWN', /no option "bounds"/);
  refused(() => counter('a', stop, any({ measurement: 'bytes' })), 'OPTION_UNKNOWN', /no option "measurement"/);
  refused(() => sum('a', stop, any({ measurement: 'bytes', expireAfter: '1m' })), 'OPTION_UNKNOWN', /no option "expireAfter"/);
});

test('options of a wrong kind are refused with what is accepted', () => {
  for (const [options, answer] of [
    [{ tags: 'kind' }, /a list of metadata keys, an object of names and metadata keys, or a function/],
    [{ tags: [1] }, /a list of metadata keys, an object of names and metadata keys, or a function/],
    [{ keep: true }, /function/],
    [{ description: 5 }, /string/],
    [{ maxSeries: 0 }, /1 to 1,000,000/],
    [{ maxSeries: Number.POSITIVE_INFINITY }, /1 to 1,000,000/],
    [{ measurement: '' }, /a key of the measurements/],
    [{ unit: ['ms'] }, /a pair of them/],
    [{ unit: '' }, /a unit such as/],
    [{ resolution: 0 }, /a number above 0/],
    [{ resolution: Number.NaN }, /a number above 0/],
    [{ bounds: [] }, /ascending finite numbers/],
    [{ bounds: [2, 1] }, /ascending finite numbers/],
    [{ bounds: [1, 1] }, /ascending finite numbers/],
    [{ bounds: [-1, 1] }, /not negative/],
    [{ bounds: [1, Number.POSITIVE_INFINITY] }, /finite/],
    [{ bounds: [1, '2'] }, /ascending finite numbers/],
    [{ bounds: Array.from({ length: 201 }, (_, index) => index) }, /from 1 to 200/],
    [{ hdr: 'yes' }, /boolean/],
  ] as const) {
    refused(() => distribution('a', stop, any(options)), 'OPTION_INVALID', answer);
  }
  refused(() => lastValue('a', stop, any({ measurement: 'bytes', expireAfter: 'soon' })), 'OPTION_INVALID', /expireAfter/);
});

test('combinations that can’t be are refused', () => {
  const never = () => false;
  refused(() => counter('a', stop, { keep: never, drop: never }), 'METRIC_INVALID', /keep and drop/);
  refused(() => distribution('a', stop, { resolution: 1 }), 'METRIC_INVALID', /resolution without quantiles/);
  refused(() => sum('a', stop, any({})), 'METRIC_INVALID', /no measurement/);
  refused(() => lastValue('a', stop, any(undefined)), 'METRIC_INVALID', /no measurement/);
  refused(() => summary('a', stop, { unit: ['ms', 'byte'] }), 'METRIC_INVALID', /Got \["ms","byte"\].*two units of time, of size/);
  refused(() => summary('a', stop, { unit: ['parsec', 's'] }), 'METRIC_INVALID', /conversion/);
  refused(() => summary('a', stop, { unit: 'byte' }), 'METRIC_INVALID', /\["us","byte"\]/);
});

test('names and events that can’t be are refused', () => {
  for (const name of [
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '1a',
    'a b',
    'a"b',
    'ä',
    '__proto__.',
    'a\nb',
    'x'.repeat(201),
    5,
    null,
    undefined,
    ['a'],
    Symbol('s'),
  ]) {
    refused(() => counter(any(name), stop), 'METRIC_INVALID', /name/);
  }
  for (const given of [[], 'app.job.stop', null, undefined, 5])
    refused(() => counter('a', any(given)), 'METRIC_INVALID', /an event, or a list/);
  for (const given of [[['app', 'job']], [stop, null], [['app', 'job', 'x y']]])
    refused(() => counter('a', any(given)), 'EVENT_NAME_INVALID', /app, component, action/);
});

test('metadata that is private can’t be a tag, of a definition or by itself', () => {
  const chat = defineEvents('chat', {
    prompt: {
      sent: defineEvent<{ tokens: number }, { model: string; prompt: string }>({ private: ['prompt'], tags: ['model', 'prompt'] }),
    },
  });
  refused(() => counter('a', chat.prompt.sent, { tags: ['prompt'] }), 'METRIC_INVALID', /the tag "prompt", which its event keeps private/);
  refused(() => counter('a', chat.prompt.sent, { tags: { asked: 'prompt' } }), 'METRIC_INVALID', /the tag "prompt", which its event keeps/);
  const telemetry = createTelemetry({ events: chat });
  telemetry.attachMetricsHandler();
  telemetry.execute(chat.prompt.sent, { tokens: 1 }, { model: 'm1', prompt: 'my secret' });
  assert.equal(
    telemetry.getMetrics().map(({ series }) => series[0]?.tags),
    [{ model: 'm1' }],
  );
});

test('tags that exporters need for themselves, or can’t tell apart, are refused', () => {
  for (const tag of ['le', 'quantile', '__name__', '', 'telemetry_overflow', '--'])
    refused(() => counter('a', stop, any({ tags: [tag] })), 'METRIC_INVALID', /tag/);
  refused(
    () => counter('a', stop, any({ tags: ['user-agent', 'user_agent'] })),
    'METRIC_INVALID',
    /two tags that are "user_agent" outside/,
  );
  refused(() => counter('a', stop, { tags: ['kind', 'kind'] }), 'METRIC_INVALID', /two tags/);
  refused(() => counter('a', stop, { tags: { le: 'kind' } }), 'METRIC_INVALID', /tag/);
  refused(() => counter('a', stop, { tags: { 'a-b': 'kind', a_b: 'kind' } }), 'METRIC_INVALID', /two tags that are "a_b" outside/);
  for (const tags of [{ a: 1 }, { a: undefined }, null, 'kind', 7])
    refused(() => counter('a', stop, any({ tags })), 'OPTION_INVALID', /tags/);
});

test.run();
