import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bindContext, contextFields, runWithContext } from '../../lib/index';
import { Grid } from '../../lib/poller/grid';
import { deferred, pass, settle, watched } from './watched';

test('the first run begins in a timer, not in the caller', () => {
  const { clock, start } = watched();
  let runs = 0;
  start({ measurements: [{ name: 'a', measure: () => runs++ }], period: '1s' });
  assert.is(runs, 0);
  clock.advance(1);
  assert.is(runs, 1);
});

test('runs are in no scope, whoever began the poller or asked for a run', async () => {
  const { clock, start } = watched();
  // As timers of the platform do it.
  const { setTimer } = clock;
  Object.assign(clock, { setTimer: (callback: () => void, ms: number) => setTimer(bindContext(callback), ms) });
  const scopes: unknown[] = [];
  const measure = () => {
    scopes.push(contextFields());
    throw new Error('no');
  };
  const begin = () => start({ measurements: [{ name: 'a', measure, backOff: false }], period: '1s' });
  const poller = runWithContext({ user: 'ann' }, begin);
  await pass(clock, 2000);
  await runWithContext({ user: 'ben' }, () => poller.run());
  await pass(clock, 1000);
  assert.equal(scopes, [undefined, undefined, undefined, { user: 'ben' }, undefined], 'but the one that was asked for there');
});

test('each measurement has a period of its own, and work that takes time moves no later run', async () => {
  const { clock, start, now } = watched();
  const times: Record<string, number[]> = { fast: [], slow: [] };
  const take = (name: string) => async () => {
    times[name]!.push(Math.round(now()));
    await new Promise<void>((resolve) => void clock.setTimer(resolve, 300));
  };
  start({
    measurements: [
      { name: 'fast', measure: take('fast') },
      { name: 'slow', measure: take('slow'), period: '2.5s' },
    ],
    period: '1s',
  });
  await pass(clock, 5050, 50);
  assert.equal(times, { fast: [0, 1000, 2000, 3000, 4000, 5000], slow: [0, 2500, 5000] });
});

test('runs begin 10 s apart unless a period is given', async () => {
  const { clock, start } = watched();
  let runs = 0;
  const poller = start({ measurements: [{ name: 'a', measure: () => runs++ }] });
  await pass(clock, 30_100);
  assert.is(runs, 4);
  assert.equal(poller.list(), [{ name: 'a', periodMs: 10_000, timeoutMs: 5000, event: undefined, gauges: [] }]);
});

test('an initial delay puts off the whole grid', async () => {
  const { clock, start, now } = watched();
  const times: number[] = [];
  start({ measurements: [{ name: 'a', measure: () => times.push(Math.round(now())) }], period: 1000, initialDelay: '1.5s' });
  await pass(clock, 4000);
  assert.equal(times, [1500, 2500, 3500]);
});

test('a run that takes longer than its period is not overlapped, and the times it skips are counted', async () => {
  const { clock, start } = watched();
  let [running, most] = [0, 0];
  const poller = start({
    measurements: [
      {
        name: 'slow',
        timeout: '10s',
        async measure() {
          most = Math.max(most, ++running);
          await new Promise<void>((resolve) => void clock.setTimer(resolve, 2500));
          running--;
        },
      },
    ],
    period: '1s',
  });
  await pass(clock, 6050, 50);
  assert.is(most, 1);
  const { runs, skipped, missed, failures } = poller.stats().measurements.slow!;
  assert.equal({ runs, skipped, missed, failures }, { runs: 3, skipped: 4, missed: 0, failures: 0 });
});

test('after a suspension of 10 minutes there is one run, then the grid goes on, and the gap is told', async () => {
  const { clock, start, now } = watched();
  const times: number[] = [];
  const poller = start({ measurements: [{ name: 'a', measure: () => times.push(Math.round(now())) }], period: '10s' });
  await pass(clock, 15_000);
  clock.suspend(600_000);
  await pass(clock, 20_000);
  assert.equal(times, [0, 10_000, 615_000, 620_000, 630_000]);
  const { missed, gap } = poller.stats().measurements.a!;
  assert.is(missed, 59);
  assert.is(Math.round(gap!.ms), 595_000);
  assert.is(Math.round(gap!.since), Math.floor(1e12 + 1000 + 20_000));
});

test('a run that waits while the process is suspended has a moment more, because its answer may be there already', async () => {
  const { clock, start, failures, samples } = watched();
  const answer = deferred<object>();
  const poller = start({
    measurements: [{ name: 'a', event: ['queue', 'jobs', 'sample'], measure: () => answer.promise }],
    period: '1m',
    timeout: '2s',
  });
  clock.advance(1);
  clock.suspend(600_000);
  answer.resolve({ size: 1 });
  await settle();
  assert.is(samples.length, 1);
  assert.equal(failures, []);
  assert.is(poller.stats().measurements.a!.failures, 0);
});

test('a run that has no answer after that moment has failed', async () => {
  const { clock, start, failures } = watched();
  start({ measurements: [{ name: 'a', measure: () => new Promise(() => {}) }], period: '1m', timeout: '2s' });
  clock.advance(1);
  clock.suspend(30_000);
  await settle();
  assert.is(failures.length, 0);
  await pass(clock, 1100);
  assert.equal(
    failures.map(({ metadata }) => metadata.kind),
    ['timeout'],
  );
});

/** Starts with given draws, the last of them for ever. */
function withDraws(draws: number[], body: () => void): void {
  const { random } = Math;
  try {
    Math.random = () => (draws.length > 1 ? draws.shift()! : draws[0]!);
    body();
  } finally {
    Math.random = random;
  }
}

test('a time in 45 days, of a period of 24 days and its jitter, is waited for in timers that can hold it', () => {
  const { clock, start, now } = watched();
  const times: number[] = [];
  withDraws([0.9], () => {
    start({ measurements: [{ name: 'a', measure: () => times.push(now() / 86_400_000) }], period: '24d', jitter: 1 });
    clock.advance(50 * 86_400_000);
  });
  assert.equal(
    times.map((days) => Math.round(days * 10) / 10),
    [0, 45.6],
  );
});

test('a success after a failure is not followed by another run of the same time', () => {
  const { clock, start, now } = watched();
  const times: number[] = [];
  withDraws([0, 0, 0.9], () => {
    start({
      measurements: [
        {
          name: 'a',
          measure() {
            times.push(Math.round(now()));
            if (times.length === 1) throw new Error('once');
          },
        },
      ],
      period: '1s',
      jitter: 0.5,
    });
    clock.advance(3000);
  });
  assert.equal(times, [0, 1000, 2450]);
});

test('the next time is in the future, on the grid, and jitter never adds up', () => {
  const ms = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(
      ms,
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(ms, { maxLength: 20 }),
      fc.integer(),
      (begin, period, jitter, lates, seed) => {
        let state = Math.abs(seed) + 1;
        const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_648;
        const grid = new Grid(begin, period, jitter, random);
        let tick = grid.first();
        for (const late of lates) {
          const now = tick.due + late;
          const next = grid.next(now, tick.number + 1);
          assert.ok(next.number > tick.number);
          assert.ok(next.due >= now - 1e-3);
          const offset = next.due - begin - next.number * period;
          assert.ok(offset >= -1e-3 && offset <= jitter * period + 1e-3, `${offset}`);
          // No tick between was still to come.
          assert.ok(next.number === tick.number + 1 || begin + (next.number - 1) * period <= now + 1e-3);
          tick = next;
        }
      },
    ),
  );
});

test('jitter puts runs off by up to its share of the period', async () => {
  const { clock, bus, now } = watched();
  const { startPoller } = await import('../../lib/entries/poller');
  const times: number[] = [];
  startPoller({ bus, measurements: [{ name: 'a', measure: () => times.push(now()) }], period: '1s', jitter: 0.5 });
  await pass(clock, 50_000, 1000);
  const offsets = times.map((time) => time % 1000);
  assert.is(times.length, 50);
  assert.ok(
    offsets.every((offset) => offset < 501),
    `${offsets}`,
  );
  assert.ok(new Set(offsets.map(Math.round)).size > 10);
});

test.run();
