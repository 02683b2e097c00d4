import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../../lib/core/clock';
import { Storms } from '../../lib/errors/storm';
import type { StormSummary } from '../../lib/errors/storm-summary';
import { fakeClock } from '../../lib/testing/fake-clock';

const START = Date.UTC(2026, 0, 1);
/** What no summary may say: only what is shown. */
const RAW = { type: 'Raw', message: 'raw', raw: 'raw' };
const SHOWN = { type: 'E', message: '' };

function create({ burst = 3, periodMs = 1000, maxPeriods = 100 } = {}, fake = fakeClock()) {
  const summaries: (StormSummary & { readonly at: number })[] = [];
  const storms = new Storms(fake, (summary) => summaries.push({ ...summary, at: fake.monotonicTime() }), { burst, periodMs }, maxPeriods);
  let ids = 0;
  const occur = (fingerprint = 'a', isTracked = true, event: string | undefined = undefined) => {
    const now = fake.monotonicTime();
    const place = { level: 'error', logger: 'app.bot', event, message: 'secret 1' } as const;
    return storms.admit(
      { fingerprint, ...RAW, id: `id${ids++}`, place, now, time: START + now },
      isTracked ? { type: 'TypeError', message: 'secret <*>' } : undefined,
    );
  };
  return { clock: fake, storms, summaries, occur };
}
const times = (count: number, run: () => boolean) => Array.from({ length: count }, run).filter(Boolean).length;

test('of one error the first few in a period are written, and a summary of the others at its end', () => {
  const { clock, storms, summaries, occur } = create();
  assert.is(
    times(3, () => occur()),
    3,
  );
  assert.is(clock.pendingTimers(), 0);
  clock.advance(100);
  assert.not(occur());
  clock.advance(200);
  assert.not(occur('a', true, 'app.llm.error'));
  assert.is(clock.pendingTimers(), 1);
  clock.advance(699);
  assert.equal(summaries, []);
  clock.advance(1);
  assert.equal(summaries, [
    {
      fingerprint: 'a',
      type: 'TypeError',
      logger: 'app.bot',
      event: 'app.llm.error',
      level: 'error',
      message: 'secret <*>',
      count: 2,
      firstSeen: START + 100,
      lastSeen: START + 300,
      errorIds: ['id3', 'id4'],
      sampleId: 'id2',
      at: 1000,
    },
  ]);
  assert.is(clock.pendingTimers(), 0);
  assert.equal([storms.collapsed, storms.summaries], [2, 1]);
  assert.ok(occur());
});

test('a period begins with the first occurrence after the one before', () => {
  const { clock, occur } = create({ burst: 1 });
  assert.ok(occur());
  clock.advance(999);
  assert.not(occur());
  clock.advance(500);
  assert.ok(occur());
  clock.advance(999);
  assert.not(occur());
  clock.advance(1);
  assert.ok(occur());
});

test('errors have periods of their own', () => {
  const { clock, summaries, occur } = create({ burst: 1 });
  assert.ok(occur('a'));
  clock.advance(10);
  assert.ok(occur('b'));
  assert.not(occur('b'));
  assert.not(occur('a'));
  clock.advance(1000);
  assert.equal(
    summaries.map(({ fingerprint, at }) => [fingerprint, at]),
    [
      ['a', 1000],
      ['b', 1010],
    ],
  );
});

test('an occurrence after a jump of the clock that no timer saw ends the period first', () => {
  let now = 0;
  const timers: (() => void)[] = [];
  const clock: Clock = {
    monotonicTime: () => now,
    systemTime: () => START + now,
    setTimer: (run) => {
      timers.push(run);
      return () => timers.splice(timers.indexOf(run), 1);
    },
  };
  const summaries: StormSummary[] = [];
  const storms = new Storms(clock, (summary) => summaries.push(summary), { burst: 1, periodMs: 1000 }, 10);
  const place = { level: 'error', logger: 'app', event: undefined, message: '' } as const;
  const occur = () => storms.admit({ fingerprint: 'a', ...RAW, id: 'i', place, now, time: START + now }, SHOWN);
  occur();
  occur();
  assert.is(timers.length, 1);
  now = 3_600_000;
  assert.ok(occur());
  assert.equal(
    summaries.map(({ count }) => count),
    [1],
  );
  assert.is(timers.length, 0);
});

test('a timer that comes early waits for the rest of the period', () => {
  let now = 0;
  let run = () => {};
  let set = 0;
  const clock: Clock = {
    monotonicTime: () => now,
    systemTime: () => now,
    setTimer: (callback) => {
      run = callback;
      set++;
      return () => {};
    },
  };
  const summaries: StormSummary[] = [];
  const storms = new Storms(clock, (summary) => summaries.push(summary), { burst: 1, periodMs: 1000 }, 10);
  const place = { level: 'error', logger: 'app', event: undefined, message: '' } as const;
  for (let at = 0; at < 2; at++) storms.admit({ fingerprint: 'a', ...RAW, id: 'i', place, now, time: now }, SHOWN);
  now = 999.5;
  run();
  assert.equal([summaries.length, set], [0, 2]);
  now = 1000;
  run();
  assert.equal([summaries.length, set], [1, 2]);
});

test('a flush hands over what waits, and writes no more lines for it in this period', () => {
  const { clock, storms, summaries, occur } = create({ burst: 1 });
  times(3, () => occur());
  storms.flush();
  assert.equal(
    summaries.map(({ count }) => count),
    [2],
  );
  assert.is(clock.pendingTimers(), 0);
  assert.not(occur());
  storms.flush();
  storms.flush();
  assert.equal(
    summaries.map(({ count }) => count),
    [2, 1],
  );
  assert.is(summaries[1]!.sampleId, 'id0');
});

test('at most 100 ids are in a summary, and 10,000 wait in all', () => {
  const { storms, summaries, occur } = create({ burst: 1, maxPeriods: 1000 });
  for (let error = 0; error < 200; error++) times(121, () => occur(`e${error}`));
  storms.flush();
  assert.equal(new Set(summaries.map(({ count }) => count)), new Set([120]));
  assert.equal(new Set(summaries.map(({ errorIds }) => errorIds.length)), new Set([100, 0]));
  assert.is(
    summaries.reduce((sum, { errorIds }) => sum + errorIds.length, 0),
    10_000,
  );
  times(2, () => occur('e0'));
  storms.flush();
  assert.is(summaries.at(-1)!.errorIds.length, 2);
});

test('what is not tracked by itself, and what is one error too many, has one period together', () => {
  const { storms, summaries, occur } = create({ burst: 2, maxPeriods: 1 });
  assert.ok(occur('a'));
  assert.is(
    times(5, () => occur('b')),
    2,
  );
  assert.not(occur('c', false));
  assert.ok(occur('a'));
  storms.flush();
  assert.equal(
    summaries.map(({ fingerprint, type, message, count }) => [fingerprint, type, message, count]),
    [['000000000000', 'various', 'Errors of too many kinds to be told one by one', 4]],
  );
});

test('without limits everything is written; new limits end what waits', () => {
  const { clock, storms, summaries, occur } = create({ burst: 1 });
  times(3, () => occur());
  storms.configure(undefined, 10);
  assert.equal(
    summaries.map(({ count }) => count),
    [2],
  );
  assert.is(
    times(50, () => occur()),
    50,
  );
  storms.configure({ burst: 2, periodMs: 10 }, 10);
  assert.is(
    times(50, () => occur()),
    2,
  );
  assert.is(clock.pendingTimers(), 1);
});

test('a receiver that reports errors itself ends, and what it reports is counted', () => {
  const clock = fakeClock();
  const place = { level: 'error', logger: 'app', event: undefined, message: '' } as const;
  let [written, counted, occurred] = [0, 0, 0];
  const occur = () => {
    occurred++;
    const now = clock.monotonicTime();
    written += Number(storms.admit({ fingerprint: 'a', ...RAW, id: 'i', place, now, time: now }, SHOWN));
  };
  const storms: Storms = new Storms(
    clock,
    ({ count }) => {
      counted += count;
      for (let at = 0; at < 3; at++) occur();
    },
    { burst: 1, periodMs: 1000 },
    10,
  );
  for (let at = 0; at < 5; at++) occur();
  storms.flush();
  clock.advance(5000);
  storms.configure(undefined, 1);
  assert.is(written + counted, occurred);
});

test('lines written and counts of summaries make up all occurrences, whatever happens when, and no period has too many lines', () => {
  const step = fc.record({
    error: fc.nat(5),
    isTracked: fc.boolean(),
    times: fc.nat(20),
    wait: fc.oneof(fc.constant(0), fc.nat(50), fc.nat(5000)),
    isFlush: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      (steps, burst, maxPeriods) => {
        const { clock, storms, summaries, occur } = create({ burst, maxPeriods, periodMs: 1000 });
        let [written, occurred] = [0, 0];
        for (const { error, isTracked, times: count, wait, isFlush } of steps) {
          occurred += count;
          written += times(count, () => occur(`e${error}`, isTracked));
          if (wait > 0) clock.advance(wait);
          const sum = summaries.reduce((all, summary) => all + summary.count, 0);
          assert.ok(written + sum <= occurred);
          assert.is(clock.pendingTimers(), storms.collapsed > sum ? 1 : 0);
          if (isFlush) storms.flush();
        }
        storms.flush();
        assert.is(clock.pendingTimers(), 0);
        assert.is(written + summaries.reduce((all, { count }) => all + count, 0), occurred);
        assert.is(storms.collapsed + written, occurred);
        assert.is(storms.summaries, summaries.length);
        for (const { count, errorIds, firstSeen, lastSeen } of summaries)
          assert.ok(count > 0 && errorIds.length <= count && firstSeen <= lastSeen);
      },
    ),
  );
});

test.run();
