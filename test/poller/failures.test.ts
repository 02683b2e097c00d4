import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memorySink } from '../../lib/index';
import { deferred, pass, SAMPLE, settle, watched } from './watched';

const boom = () => {
  throw new Error('boom');
};

test('a measurement that throws is told of, with the error and when it is tried again, and others go on', async () => {
  const { clock, start, failures } = watched();
  let runs = 0;
  start({
    measurements: [
      { name: 'bad', measure: boom },
      { name: 'good', measure: () => runs++ },
    ],
    period: '1s',
  });
  clock.advance(1);
  assert.is(runs, 1);
  assert.is(failures.length, 1);
  const [{ measurements, metadata }] = failures as [(typeof failures)[0]];
  assert.equal(measurements, { failures: 1, retryInMs: 1000 });
  assert.is(metadata.measurement, 'bad');
  assert.is(metadata.kind, 'error');
  assert.is((metadata.reason as Error).message, 'boom');
});

test('waits double up to 5 minutes, for ever, and a success ends that', async () => {
  const { clock, start, now } = watched();
  const times: number[] = [];
  let isBad = true;
  const poller = start({
    measurements: [
      {
        name: 'a',
        measure() {
          times.push(Math.round(now() / 1000));
          if (isBad) throw new Error('bad');
        },
      },
    ],
    period: '10s',
  });
  await pass(clock, 2_000_000, 1000);
  // 10, 20, 40, 80, 160, then 300 s each.
  assert.equal(times, [0, 10, 30, 70, 150, 310, 610, 910, 1210, 1510, 1810]);
  isBad = false;
  times.length = 0;
  await pass(clock, 140_000, 1000);
  assert.equal(times, [2110, 2120, 2130, 2140]);
  assert.is(poller.stats().measurements.a!.failures, 0);
  assert.is(poller.stats().measurements.a!.failed.error, 11);
});

test('a period above the longest wait is kept, and without back-off every time is tried', async () => {
  const { clock, start, now } = watched();
  const times: Record<string, number[]> = { long: [], eager: [], short: [] };
  const fail = (name: string) => () => {
    times[name]!.push(Math.round(now() / 1000));
    throw new Error(name);
  };
  start({
    measurements: [
      { name: 'long', measure: fail('long'), period: '10m' },
      { name: 'eager', measure: fail('eager'), period: '5m', backOff: false },
      { name: 'short', measure: fail('short'), period: '2m', backOff: '4m' },
    ],
  });
  await pass(clock, 1_801_000, 1000);
  assert.equal(times, {
    long: [0, 600, 1200, 1800],
    eager: [0, 300, 600, 900, 1200, 1500, 1800],
    short: [0, 120, 360, 600, 840, 1080, 1320, 1560, 1800],
  });
});

test('a run that hangs fails at its time-out, its signal is aborted, and what comes late counts for nothing', async () => {
  const { clock, start, failures, samples } = watched();
  const answer = deferred<object>();
  const signals: AbortSignal[] = [];
  const poller = start({
    measurements: [
      {
        name: 'hangs',
        event: SAMPLE,
        measure({ signal }) {
          signals.push(signal);
          return answer.promise;
        },
      },
    ],
    period: '1m',
  });
  await pass(clock, 4900);
  assert.is(signals[0]!.aborted, false);
  await pass(clock, 200);
  assert.is(signals[0]!.aborted, true);
  assert.is((signals[0]!.reason as Error).name, 'TimeoutError');
  assert.equal(
    failures.map(({ metadata: { kind } }) => kind),
    ['timeout'],
  );
  assert.is(poller.stats().measurements.hangs!.abandoned, 1);
  answer.resolve({ size: 1 });
  await settle();
  assert.equal(samples, []);
  const { abandoned, failed, lastSuccess, lastMs } = poller.stats().measurements.hangs!;
  assert.equal(
    { abandoned, failed, lastSuccess, lastMs: Math.round(lastMs!) },
    { abandoned: 0, failed: { error: 0, timeout: 1, value: 0 }, lastSuccess: undefined, lastMs: 5000 },
  );
});

test('three runs that never end are borne; then the measurement waits, says so once, and goes on when one of them ends', async () => {
  const { clock, start, warnings } = watched();
  const answers: ReturnType<typeof deferred>[] = [];
  const poller = start({
    measurements: [
      {
        name: 'hangs',
        backOff: false,
        measure() {
          const answer = deferred();
          answers.push(answer);
          return answer.promise;
        },
      },
    ],
    period: '1s',
    timeout: 500,
  });
  await pass(clock, 10_000);
  assert.is(answers.length, 3);
  const { runs, skipped, abandoned } = poller.stats().measurements.hangs!;
  assert.equal({ runs, abandoned }, { runs: 3, abandoned: 3 });
  assert.ok(skipped >= 6, `${skipped}`);
  assert.equal(
    warnings.map(({ code }) => code),
    ['SAMPLE_FAILED'],
  );
  assert.match(warnings[0]!.message, '"hangs" waits');
  assert.equal(await poller.run('hangs'), [{ measurement: 'hangs', outcome: 'skipped' }]);
  answers[1]!.reject(new Error('at last'));
  await pass(clock, 1000);
  assert.is(answers.length, 4);
});

test('an event is emitted for each reading, with its metadata, and nothing for nothing', async () => {
  const { clock, start, samples, failures } = watched();
  const answers: unknown[] = [
    { size: 1 },
    { measurements: { size: 2n, gone: undefined }, metadata: { name: 'mail' } },
    [{ size: 3 }, { measurements: { size: 4 } }, { gone: undefined }],
    undefined,
    [],
    { measurements: 5 },
  ];
  start({ measurements: [{ name: 'a', event: SAMPLE, measure: () => answers.shift() as never }], period: '1s' });
  await pass(clock, 5500);
  assert.equal(
    samples.map(({ measurements, metadata }) => [measurements, metadata]),
    [
      [{ size: 1 }, {}],
      [{ size: 2n }, { name: 'mail' }],
      [{ size: 3 }, {}],
      [{ size: 4 }, {}],
      [{ measurements: 5 }, {}],
    ],
  );
  assert.equal(failures, []);
});

const unreadable = {
  get size(): number {
    throw new Error('unreadable');
  },
};
const hostile = new Proxy({}, { ownKeys: boom });
const unusable: [string, unknown][] = [
  ['text', 'secret'],
  ['a number', 5],
  ['null', null],
  ['a function', () => 5],
  ['NaN', { size: Number.NaN }],
  ['infinity', { size: Number.POSITIVE_INFINITY }],
  ['text as a measurement', { size: 'secret' }],
  ['nested measurements', { size: { of: 1 } }],
  ['metadata that is text', { measurements: { size: 1 }, metadata: 'secret' }],
  ['a list with one bad reading', [{ size: 1 }, 'secret']],
  ['a list of lists', [[{ size: 1 }]]],
  ['a getter that throws', unreadable],
  ['a proxy that can’t be read', hostile],
  ['1,001 readings', Array.from({ length: 1001 }, () => ({ size: 1 }))],
  ['101 measurements', Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`m${index}`, index]))],
];
for (const [what, value] of unusable) {
  test(`${what} can't be emitted: nothing is, the run failed by its value, and the value is not quoted`, async () => {
    const { clock, start, samples, failures } = watched();
    start({ measurements: [{ name: 'a', event: SAMPLE, measure: (async () => value) as never }], period: '1s' });
    clock.advance(1);
    await settle();
    assert.equal(samples, []);
    assert.is(failures.length, 1);
    assert.is(failures[0]!.metadata.kind, 'value');
    assert.not.match(String(failures[0]!.metadata.reason), 'secret');
  });
}

const THENABLES: [string, () => unknown][] = [
  ['whose then can’t be read', () => Object.defineProperty({}, 'then', { get: () => boom() })],
  ['whose then throws', () => ({ then: boom })],
  ['that rejects', () => Promise.reject(new Error('boom'))],
  [
    'that throws after it settled',
    () => ({
      then(resolve: (value: unknown) => void) {
        resolve(Promise.reject(new Error('boom')));
        boom();
      },
    }),
  ],
];
for (const [what, measure] of THENABLES) {
  test(`a thenable ${what} is a failure, once`, async () => {
    const { clock, start, failures } = watched();
    start({ measurements: [{ name: 'a', measure }], period: '1m' });
    clock.advance(1);
    await settle();
    assert.equal(
      failures.map(({ metadata: { kind } }) => kind),
      ['error'],
    );
  });
}

test('a failure is a record at level warn, and the default bus needs no declaration of it', async () => {
  const { clock, bus, start } = watched();
  const memory = memorySink();
  bus.configureLog({ sinks: [memory], format: 'json', level: 'debug' });
  bus.attachLogHandler();
  start({ measurements: [{ name: 'bad', measure: boom }], period: '1s' });
  clock.advance(1);
  const records = memory.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const record = records.find(({ event }) => String(event).includes('poller')) ?? records[0]!;
  assert.match(String(record.level), /warn/i);
});

test.run();
