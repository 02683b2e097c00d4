import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startPoller } from '../../lib/entries/poller';
import {
  createTelemetry,
  defineEvent,
  defineEvents,
  isTelemetryError,
  lastValue,
  type Telemetry,
  type ValueSnapshot,
} from '../../lib/index';
import { deferred, pass, SAMPLE, settle, watched } from './watched';

const gaugesOf = (bus: Telemetry): Record<string, unknown[]> =>
  Object.fromEntries(
    bus
      .getMetrics()
      .filter(({ name }) => name.startsWith('queue.') && !name.endsWith('.sample'))
      .map(({ name, series }) => [name, series.map((each) => (each as ValueSnapshot).value)]),
  );

test('gauges follow readings, go when their measurement fails for three periods, and come back with it', async () => {
  const { clock, bus, start } = watched();
  bus.attachMetricsHandler();
  let isBad = false;
  start({
    measurements: [
      {
        name: 'queue',
        event: SAMPLE,
        backOff: false,
        measure() {
          if (isBad) throw new Error('bad');
          return { size: 7 };
        },
        gauges: { size: { unit: 'job' } },
      },
    ],
    period: '10s',
  });
  await pass(clock, 1000);
  assert.equal(gaugesOf(bus), { 'queue.jobs.size': [7] });
  isBad = true;
  await pass(clock, 28_000, 1000);
  assert.equal(gaugesOf(bus), { 'queue.jobs.size': [7] });
  await pass(clock, 2000, 1000);
  assert.equal(gaugesOf(bus), {});
  isBad = false;
  await pass(clock, 10_000, 1000);
  assert.equal(gaugesOf(bus), { 'queue.jobs.size': [7] });
});

test('gauges of a definition have its tags and units', () => {
  const queue = defineEvents('queue', {
    jobs: { sample: defineEvent<{ size: number }, { name: string }>({ tags: ['name'], measurements: { size: { unit: 'job' } } }) },
  });
  const { clock, bus, start } = watched();
  bus.attachMetricsHandler();
  start({
    measurements: [
      {
        name: 'queue',
        event: queue.jobs.sample,
        measure: () => [
          { measurements: { size: 1 }, metadata: { name: 'mail' } },
          { measurements: { size: 2 }, metadata: { name: 'sms' } },
        ],
        gauges: { size: { metric: 'queue.size' } },
        staleAfter: '1h',
      },
    ],
  });
  clock.advance(1);
  const metric = bus.getMetrics().find(({ name }) => name === 'queue.size')!;
  assert.is(metric.unit, 'job');
  assert.equal(
    metric.series.map((each) => [each.tags.name, (each as ValueSnapshot).value]),
    [
      ['mail', 1],
      ['sms', 2],
    ],
  );
});

test('stop aborts what runs, emits nothing more, takes the gauges out, and leaves no timer', async () => {
  const { clock, bus, start, samples, failures } = watched();
  bus.attachMetricsHandler();
  const answer = deferred<object>();
  let [signal, stopped]: [AbortSignal | undefined, number] = [undefined, 0];
  const poller = start({
    measurements: [
      { name: 'quick', event: SAMPLE, measure: () => ({ size: 1 }), gauges: { size: {} } },
      {
        name: 'slow',
        event: SAMPLE,
        measure(context) {
          ({ signal } = context);
          return answer.promise;
        },
        stop: () => {
          stopped++;
          throw new Error('stop throws');
        },
      },
    ],
    period: '1s',
  });
  clock.advance(1);
  const outcome = poller.run('slow');
  assert.is(gaugesOf(bus)['queue.jobs.size']!.length, 1);
  poller.stop();
  poller.stop();
  poller[Symbol.dispose]();
  assert.is(signal!.aborted, true);
  assert.is(stopped, 1);
  answer.resolve({ size: 2 });
  await pass(clock, 5000);
  assert.equal(await outcome, [{ measurement: 'slow', outcome: 'stopped' }]);
  assert.is(samples.length, 1);
  assert.equal(failures, []);
  assert.equal(gaugesOf(bus), {});
  assert.is(clock.timers(), 0);
  assert.is(poller.stats().measurements.slow!.abandoned, 0);
  assert.is(poller.stats().isStopped, true);
  assert.is(poller.stats().measurements.quick!.nextInMs, undefined);
  assert.equal(await poller.run(), [
    { measurement: 'quick', outcome: 'stopped' },
    { measurement: 'slow', outcome: 'stopped' },
  ]);
});

const endAfter = (_stopped: unknown, end: () => object): object => end();
for (const [what, end] of [
  ['returns a reading', () => ({ size: 1 })],
  [
    'throws',
    () => {
      throw new Error('unheard');
    },
  ],
] as [string, () => object][]) {
  test(`a measurement that stops its own poller and ${what} is no success and no failure`, () => {
    const { clock, start, samples, failures } = watched();
    const poller = start({ measurements: [{ name: 'a', event: SAMPLE, measure: () => endAfter(poller.stop(), end) }] });
    clock.advance(1);
    assert.equal([samples, failures], [[], []]);
    const { lastSuccess, lastMs, failures: failed } = poller.stats().measurements.a!;
    assert.equal([lastSuccess, lastMs, failed], [undefined, undefined, 0]);
    assert.is(clock.timers(), 0);
  });
}

test('a handler of a reading that stops the poller gets no other reading', () => {
  const { clock, bus, start, samples } = watched();
  const poller = start({ measurements: [{ name: 'a', event: SAMPLE, measure: () => [{ size: 1 }, { size: 2 }] }] });
  bus.attach('stops', SAMPLE, () => poller.stop());
  clock.advance(1);
  assert.is(samples.length, 1);
});

test('gauges of a measurement with a long time-out are kept for three of it', async () => {
  const { clock, bus, start } = watched();
  bus.attachMetricsHandler();
  let runs = 0;
  start({
    measurements: [
      {
        name: 'a',
        event: SAMPLE,
        timeout: '30s',
        measure: () => (runs++ === 0 ? { size: 7 } : new Promise<never>(() => {})),
        gauges: { size: {} },
      },
    ],
    period: '1s',
  });
  await pass(clock, 85_000, 1000);
  assert.equal(gaugesOf(bus), { 'queue.jobs.size': [7] });
  await pass(clock, 10_000, 1000);
  assert.equal(gaugesOf(bus), {});
});

test('a measurement may stop its own poller, synchronously and before what it returns rejects', async () => {
  const { clock, start, failures } = watched();
  const poller = start({
    measurements: [
      {
        name: 'a',
        measure() {
          poller.stop();
          return Promise.reject(new Error('unheard'));
        },
      },
    ],
  });
  clock.advance(1);
  await settle();
  assert.equal(failures, []);
  assert.is(clock.timers(), 0);
});

test('run runs now, joins a run that is under way, and ends a back-off when it succeeds', async () => {
  const { clock, start } = watched();
  let [runs, isBad] = [0, true];
  const answer = deferred();
  const poller = start({
    measurements: [
      {
        name: 'a',
        measure() {
          runs++;
          if (isBad) throw new Error('bad');
        },
      },
      { name: 'b', measure: () => answer.promise },
    ],
    period: '10s',
  });
  await pass(clock, 1);
  assert.is(runs, 1);
  for (let count = 0; count < 4; count++) assert.equal(await poller.run('a'), [{ measurement: 'a', outcome: 'error' }]);
  assert.ok(poller.stats().measurements.a!.nextInMs! > 100_000);
  isBad = false;
  const both = poller.run();
  answer.resolve();
  assert.equal(await both, [
    { measurement: 'a', outcome: 'ok' },
    { measurement: 'b', outcome: 'ok' },
  ]);
  assert.is(poller.stats().measurements.b!.runs, 1);
  assert.ok(poller.stats().measurements.a!.nextInMs! <= 10_000);
});

test('run refuses a name that there is not', () => {
  const { start } = watched();
  const poller = start({ measurements: [{ name: 'a', measure: () => 1 }] });
  try {
    poller.run('b');
    assert.unreachable();
  } catch (error) {
    assert.ok(isTelemetryError(error) && error.code === 'OPTION_INVALID' && error.message.includes('a'));
  }
});

test('stats tell how long the latest run and the longest one took, and when one succeeded', async () => {
  const { clock, start } = watched();
  const tooks = [290, 90];
  const poller = start({
    measurements: [{ name: 'a', measure: () => new Promise<void>((resolve) => void clock.setTimer(resolve, tooks.shift() ?? 50)) }],
    period: '1s',
  });
  assert.is(poller.stats().measurements.a!.lastMs, undefined);
  await pass(clock, 1500, 50);
  const { lastMs, longestMs, lastSuccess, runs } = poller.stats().measurements.a!;
  assert.equal([Math.round(lastMs!), Math.round(longestMs!), runs], [100, 300, 2]);
  assert.is(lastSuccess, 1e12 + 1000 + 1000);
});

test('two pollers may keep the same gauge; it goes with the last of them', async () => {
  const { clock, bus, start } = watched();
  bus.attachMetricsHandler();
  const measurement = { name: 'queue', event: SAMPLE, measure: () => ({ size: 7 }), gauges: { size: {} } };
  const [one, other] = [start({ measurements: [measurement] }), start({ measurements: [measurement] })];
  clock.advance(1);
  one.stop();
  await pass(clock, 10_100);
  assert.equal(gaugesOf(bus), { 'queue.jobs.size': [7] });
  other.stop();
  assert.equal(gaugesOf(bus), {});
  start({ measurements: [measurement] });
  clock.advance(1);
  assert.equal(gaugesOf(bus), { 'queue.jobs.size': [7] });
});

test('two pollers that would keep different gauges of one name can’t be; the first one goes on', async () => {
  const { clock, bus, start } = watched();
  bus.attachMetricsHandler();
  const measurement = { name: 'queue', event: SAMPLE, measure: () => ({ size: 7 }), gauges: { size: {} } };
  const first = start({ measurements: [measurement] });
  try {
    start({ measurements: [{ ...measurement, period: '1s' }] });
    assert.unreachable();
  } catch (error) {
    assert.ok(isTelemetryError(error) && error.code === 'METRIC_CONFLICT');
  }
  clock.advance(1);
  assert.equal(gaugesOf(bus), { 'queue.jobs.size': [7] });
  first.stop();
  assert.equal(gaugesOf(bus), {});
});

test('a gauge that another metric is in the way of refuses the poller, and leaves nothing behind', () => {
  const { clock, bus, start } = watched();
  bus.registerMetrics([lastValue('queue.second', SAMPLE, { measurement: 'other' })]);
  const measurement = {
    name: 'queue',
    event: SAMPLE,
    measure: () => ({ size: 7 }),
    gauges: { first: { metric: 'queue.first' }, size: { metric: 'queue.second' } },
  };
  try {
    start({ measurements: [measurement] });
    assert.unreachable();
  } catch (error) {
    assert.ok(isTelemetryError(error) && error.code === 'METRIC_CONFLICT');
  }
  assert.is(clock.timers(), 0);
  bus.registerMetrics([lastValue('queue.first', SAMPLE, { measurement: 'other' })]);
});

test('a plain function is a measurement of its name', async () => {
  const { clock, bus, start, samples } = watched();
  function queueSize(): void {
    bus.execute(SAMPLE, { size: 3 });
  }
  const poller = start({ measurements: [queueSize] });
  clock.advance(1);
  assert.equal(
    poller.list().map(({ name }) => name),
    ['queueSize'],
  );
  assert.is(samples.length, 1);
});

test('a measurement is called without the settings of its poller', () => {
  const { clock, start } = watched();
  let seen: unknown = 'nothing';
  function measure(this: unknown): void {
    seen = this;
  }
  start({ measurements: [{ name: 'a', measure }] });
  clock.advance(1);
  assert.is(seen, undefined);
});

const measure = () => 1;
const REFUSED: [string, unknown, string, RegExp][] = [
  ['no options', undefined, 'OPTION_INVALID', /measurements/],
  ['no measurements', {}, 'OPTION_INVALID', /measurements/],
  ['an unknown option', { measurements: [], perod: 5 }, 'OPTION_UNKNOWN', /"period"/],
  ['a period of 0', { measurements: [], period: 0 }, 'OPTION_INVALID', /period/],
  ['a period that timers can’t hold', { measurements: [], period: '30d' }, 'OPTION_INVALID', /24 days/],
  ['jitter above 1', { measurements: [], jitter: 1.1 }, 'OPTION_INVALID', /jitter/],
  ['a negative initial delay', { measurements: [], initialDelay: -1 }, 'OPTION_INVALID', /initialDelay/],
  ['a time-out of 0', { measurements: [], timeout: 0 }, 'OPTION_INVALID', /timeout/],
  ['a time-out of text', { measurements: [], timeout: 'soon' }, 'OPTION_INVALID', /timeout/],
  [
    '1,001 measurements',
    { measurements: Array.from({ length: 1001 }, (_, index) => ({ name: `m${index}`, measure })) },
    'OPTION_INVALID',
    /1000/,
  ],
  [
    'a name twice',
    {
      measurements: [
        { name: 'a', measure },
        { name: 'a', measure },
      ],
    },
    'OPTION_INVALID',
    /no other one has/,
  ],
  [
    'a function without a name',
    {
      measurements: [
        (
          () => () =>
            1
        )(),
      ],
    },
    'OPTION_INVALID',
    /name/,
  ],
  ['a measurement that is text', { measurements: ['a'] }, 'OPTION_INVALID', /measurements\[0\]/],
  ['a hole in the list', { measurements: [undefined] }, 'OPTION_INVALID', /measurements\[0\]/],
  ['a measurement without a name', { measurements: [{ measure }] }, 'OPTION_INVALID', /name/],
  ['a measurement without a function', { measurements: [{ name: 'a' }] }, 'OPTION_INVALID', /measure/],
  ['a name with a line feed', { measurements: [{ name: 'a\nb', measure }] }, 'OPTION_INVALID', /name/],
  ['a misspelled option of a measurement', { measurements: [{ name: 'a', measure, gauge: {} }] }, 'OPTION_UNKNOWN', /"gauges"/],
  ['gauges without an event', { measurements: [{ name: 'a', measure, gauges: {} }] }, 'OPTION_INVALID', /event/],
  ['staleAfter without an event', { measurements: [{ name: 'a', measure, staleAfter: 5 }] }, 'OPTION_INVALID', /event/],
  ['an event that is none', { measurements: [{ name: 'a', measure, event: ['a'] }] }, 'OPTION_INVALID', /event/],
  [
    'a gauge that is no object',
    { measurements: [{ name: 'a', measure, event: SAMPLE, gauges: { size: true } }] },
    'OPTION_INVALID',
    /gauges\.size/,
  ],
  [
    'a gauge with a misspelled option',
    { measurements: [{ name: 'a', measure, event: SAMPLE, gauges: { size: { units: 'B' } } }] },
    'OPTION_UNKNOWN',
    /"unit"/,
  ],
  [
    'a gauge with a name that can’t be',
    { measurements: [{ name: 'a', measure, event: SAMPLE, gauges: { size: { metric: '9' } } }] },
    'METRIC_INVALID',
    /name/,
  ],
  [
    '101 gauges',
    {
      measurements: [
        { name: 'a', measure, event: SAMPLE, gauges: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`m${index}`, {}])) },
      ],
    },
    'OPTION_INVALID',
    /at most 100/,
  ],
  ['a back-off of true', { measurements: [{ name: 'a', measure, backOff: true }] }, 'OPTION_INVALID', /backOff/],
];
for (const [what, options, code, message] of REFUSED) {
  test(`${what} is refused`, () => {
    const { bus, clock } = watched();
    try {
      startPoller((options === undefined ? undefined : { bus, ...(options as object) }) as never);
    } catch (error) {
      assert.ok(isTelemetryError(error), String(error));
      assert.is(error.code, code);
      assert.match(error.message, message);
      assert.is(clock.timers(), 0);
      return;
    }
    assert.unreachable();
  });
}

test('gauges of the longest period are kept as long as can be', () => {
  const { start } = watched();
  start({ measurements: [{ name: 'a', measure: () => ({ size: 1 }), event: SAMPLE, gauges: { size: {} } }], period: '24d' }).stop();
});

test('what is no bus is refused', () => {
  try {
    startPoller({ bus: {} as never, measurements: [] });
    assert.unreachable();
  } catch (error) {
    assert.ok(isTelemetryError(error) && error.code === 'OPTION_INVALID');
  }
});

test('a thousand measurements run at once', () => {
  const clock = watched();
  let runs = 0;
  clock.start({ measurements: Array.from({ length: 1000 }, (_, index) => ({ name: `m${index}`, measure: () => runs++ })), period: '1s' });
  clock.clock.advance(1);
  assert.is(runs, 1000);
});

test('a bus has its failure event typed', () => {
  const telemetry = createTelemetry();
  telemetry.attach(
    'failures',
    ['telemetry', 'poller', 'failure'],
    (_event, measurements) => void (measurements.failures satisfies unknown),
  );
  telemetry.detach('failures');
});

test.run();
