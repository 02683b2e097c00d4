import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SinkStats } from '../../../lib/sinks/sink';
import { fakeClock } from '../../../lib/testing/fake-clock';
import { freshFolder } from '../file/scratch';
import { FakeStore, type Mode } from './fake-store';
import { type Bed, bed, dropped, lineOf, numberOf, turns } from './storages';

/** What can happen to a storage, in any order. */
type Step =
  | { readonly do: 'write'; readonly lines: number; readonly padding: number; readonly level: 'error' | 'critical' }
  | { readonly do: 'mode'; readonly mode: Mode }
  | { readonly do: 'tick'; readonly ms: number }
  | { readonly do: 'flush' }
  | { readonly do: 'restart' }
  | { readonly do: 'refuse'; readonly every: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      lines: fc.integer({ min: 1, max: 150 }),
      padding: fc.integer({ min: 0, max: 900 }),
      level: fc.constantFrom('error' as const, 'critical' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('mode' as const),
      mode: fc.constantFrom<Mode>('ok', 'ok', 'unavailable', 'corrupt', 'ambiguous', 'hang', 'alien'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('tick' as const), ms: fc.integer({ min: 1, max: 5000 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), every: fc.constantFrom(0, 7, 50) }) },
);

const assertBalanced = ({ accepted, written, queued, dropped: reasons }: SinkStats): void => {
  assert.ok(queued >= 0 && written >= 0, `written ${written}, queued ${queued}`);
  assert.is(accepted, written + queued + Object.values(reasons).reduce((sum, lines) => sum + lines, 0));
};

/** Runs the steps, then lets the database work, and returns what became of every line. */
async function play(steps: readonly Step[], hasSpool: boolean): Promise<void> {
  const store = new FakeStore();
  const clock = fakeClock();
  const options = { store, clock, maxQueuedBytes: 65_536, closeDeadlineMs: 15, retention: false as const };
  const spool = hasSpool ? { folder: freshFolder(), maxBytes: 100_000 } : (false as const);
  const begin = (): Promise<Bed> => bed({ ...options, spool });
  let current = await begin();
  let next = 1;
  let lost = 0;
  let recovered = 0;
  let written = 0;
  const end = async (): Promise<void> => {
    const account = await current.storage.stop();
    assertBalanced(account);
    if (!hasSpool) assert.is(account.queued, 0);
    lost += dropped(account) + account.recoveredRefused;
    written += account.written;
    recovered += account.recoveredStored;
  };
  for (const one of steps) {
    if (one.do === 'write') for (let line = 0; line < one.lines; line++) current.sink.write(lineOf(next++, one.padding), one.level);
    if (one.do === 'mode') store.mode = one.mode;
    if (one.do === 'tick') clock.advance(one.ms);
    if (one.do === 'flush' && store.mode !== 'hang') await current.storage.flush();
    if (one.do === 'refuse') store.isRefused = ({ line }) => one.every > 0 && numberOf(line) % one.every === 0;
    if (one.do === 'restart') {
      await end();
      if (store.mode === 'hang') store.mode = 'unavailable';
      current = await begin();
    }
    await turns(2);
    assertBalanced(current.storage.stats());
    assert.ok(store.mostInFlight <= 2, 'one batch of this run, and one of a run that has ended');
  }
  store.mode = 'ok';
  await current.until('nothing waits', () => {
    const { queued, spool: left, recovered: read, recoveredStored, recoveredRefused } = current.storage.stats();
    return queued === 0 && (left?.segments ?? 0) === 0 && read === recoveredStored + recoveredRefused;
  });
  await end();
  // A line that was given up may have been stored all the same: its answer was lost. None is missing without being counted.
  assert.ok(store.rows.size + lost >= next - 1, `${next - 1} lines, ${store.rows.size} stored, ${lost} lost`);
  // A line that is refused just before the end of a run is still in the spool: the next run is refused it again, and tells again.
  const maySayTwice = steps.some((one) => one.do === 'restart') && steps.some((one) => one.do === 'refuse' && one.every > 0);
  const isSure = !maySayTwice && !steps.some((one) => one.do === 'mode' && (one.mode === 'ambiguous' || one.mode === 'hang'));
  if (isSure) assert.is(store.rows.size + lost, next - 1);
  assert.ok(store.rows.size <= next - 1);
  assert.is(new Set(store.stored.map(({ line }) => numberOf(line))).size, store.stored.length, 'each line once');
  assert.ok(written + recovered + lost >= next - 1);
}

for (const hasSpool of [true, false]) {
  test(`whatever happens in whatever order, each line is stored once or counted as lost (${hasSpool ? 'with' : 'without'} a spool)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), (steps) => play(steps, hasSpool)),
      { numRuns: 150 },
    );
  });
}

test('lines arrive in the order they came, whatever happens, as long as nothing is restarted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        step.filter((one) => one.do !== 'restart'),
        { minLength: 3, maxLength: 30 },
      ),
      async (steps) => {
        const current = await bed({ spool: { folder: freshFolder(), maxBytes: 100_000 }, maxQueuedBytes: 65_536, retention: false });
        for (const one of steps) {
          if (one.do === 'write') current.write(one.lines, one.level, one.padding);
          if (one.do === 'mode') current.store.mode = one.mode;
          if (one.do === 'tick') current.clock.advance(one.ms);
          await turns(2);
        }
        current.store.mode = 'ok';
        await current.until('nothing waits', () => current.storage.stats().queued === 0);
        const stored = current.store.stored.map(({ line }) => numberOf(line));
        assert.equal(
          stored,
          [...stored].sort((a, b) => a - b),
        );
        const stats = current.storage.stats();
        assert.is(stored.length + dropped(stats), stats.accepted);
        await current.storage.stop();
      },
    ),
    { numRuns: 100 },
  );
});

test.run();
