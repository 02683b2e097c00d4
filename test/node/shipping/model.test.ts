import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bed, balance, bed, dropped, type Kind, newReceiver, numbersIn } from '../../support/shipping/bed';
import type { Behaviour, Receiver } from '../../support/shipping/receiver';
import { freshFolder } from '../file/scratch';

/** After each of them it is certain whether lines were taken; without that, some come twice. */
const BEHAVIOURS: Readonly<Record<string, Behaviour | undefined>> = {
  ok: undefined,
  busy: { status: 503 },
  wait: { status: 429, headers: { 'retry-after': '2' } },
  away: { status: 404 },
  reset: 'reset',
  huge: { status: 413 },
};
type Mode = keyof typeof BEHAVIOURS;

/** What can happen to a sink, in any order. */
type Step =
  | { readonly do: 'write'; readonly lines: number; readonly padding: number; readonly level: 'info' | 'critical' }
  | { readonly do: 'mode'; readonly mode: Mode }
  | { readonly do: 'tick'; readonly ms: number }
  | { readonly do: 'flush' }
  | { readonly do: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      lines: fc.integer({ min: 1, max: 150 }),
      padding: fc.integer({ min: 0, max: 900 }),
      level: fc.constantFrom('info' as const, 'critical' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('mode' as const), mode: fc.constantFrom('ok', ...Object.keys(BEHAVIOURS)) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('tick' as const), ms: fc.integer({ min: 1, max: 5000 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Runs the steps on one receiver, then lets it work, and looks at what became of every line. */
async function play(kind: Kind, receiver: Receiver, steps: readonly Step[], hasSpool: boolean): Promise<void> {
  const [from, poison] = [receiver.taken.length, 11];
  let mode: Mode = 'ok';
  const isPoisoned = (numbers: readonly number[]): boolean => mode === 'huge' && numbers.some((n) => n % poison === 0);
  receiver.behave = (got) => (mode === 'huge' && !isPoisoned(numbersIn(kind, got)) ? undefined : BEHAVIOURS[mode]);
  const spool = hasSpool ? { folder: freshFolder(), maxBytes: 100_000 } : (false as const);
  const begin = (): Promise<Bed> => bed(kind, { receiver, spool, maxQueuedBytes: 65_536, compression: 'none' });
  let current = await begin();
  let [lost, accepted, mostly] = [0, 0, 0];
  let isRestarted = false;
  for (const one of steps) {
    if (one.do === 'write') current.write(one.lines, one.level, one.padding);
    if (one.do === 'mode') mode = one.mode;
    if (one.do === 'tick') current.clock.advance(one.ms);
    if (one.do === 'flush') await current.sink.flush();
    if (one.do === 'restart' && hasSpool) {
      isRestarted = true;
      await current.sink.close();
      const stats = current.sink.stats();
      balance(stats);
      lost += dropped(stats) + stats.recoveredRefused;
      accepted += stats.accepted;
      mostly = accepted;
      const next = await begin();
      // Numbers go on, so that each line has one of its own.
      current = { ...next, write: (lines, level, padding) => numbered(next, lines, level, padding) };
    }
    await turns(2);
    balance(current.sink.stats());
  }
  mode = 'ok';
  await current.until('nothing waits', () => {
    const { queued, spool: left, recovered, recoveredWritten, recoveredRefused } = current.sink.stats();
    return queued === 0 && (left?.segments ?? 0) === 0 && recovered === recoveredWritten + recoveredRefused;
  });
  await current.sink.close();
  const stats = current.sink.stats();
  balance(stats);
  lost += dropped(stats) + stats.recoveredRefused;
  accepted += stats.accepted;
  const arrived = receiver.taken.slice(from).flatMap((got) => numbersIn(kind, got));
  assert.is(new Set(arrived).size, arrived.length, 'each line once');
  // A line that is refused just before the end of a run is still in the spool: the next run is refused it again, and tells again.
  if (isRestarted)
    assert.ok(arrived.length + lost >= accepted && arrived.length <= accepted, `${accepted}: ${arrived.length}, ${lost} lost`);
  else assert.is(arrived.length + lost, accepted);
  if (!isRestarted) {
    assert.equal(
      arrived,
      [...arrived].sort((a, b) => a - b),
    );
  }
  assert.ok(receiver.mostAtOnce() <= 2, 'one request, and one that was given up');

  function numbered(next: Bed, lines: number, level: 'info' | 'critical' = 'info', padding = 0): void {
    for (let line = 0; line < lines; line++) {
      const n = mostly + next.sink.stats().accepted + 1;
      next.sink.write(
        `{"timestamp":"2026-02-13T19:06:35.545Z","level":"INFO","message":"line","n":${n},"p":"${'x'.repeat(padding)}"}\n`,
        level,
      );
    }
  }
}

for (const [kind, hasSpool] of [
  ['otlp', true],
  ['otlp', false],
  ['loki', true],
] as const) {
  test(`${kind}: whatever happens in whatever order, each line arrives once or is counted as lost (${hasSpool ? 'with' : 'without'} a spool)`, async () => {
    const receiver = await newReceiver(kind);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), (steps) => play(kind, receiver, steps, hasSpool)),
      { numRuns: 40 },
    );
    await receiver.goDown();
  });
}

test.run();
