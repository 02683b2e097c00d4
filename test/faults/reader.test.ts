import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, fact, inTime, pass } from '../support/faults/fact';
import type { ServicePlan } from '../support/faults/plan';
import { type Program, start } from '../support/faults/program';
import { type StalledPipe, stalledPipe } from '../support/faults/stalled-pipe';

/** What a service tells besides what every program does. */
interface Told {
  readonly accounting: {
    readonly accepted: number;
    readonly written: number;
    readonly queued: number;
    readonly dropped: Readonly<Record<string, number>>;
  };
  readonly slowest: number;
  readonly grown: number;
}

const told = (value: unknown): Told => value as Told;
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, count) => all + count, 0);

/** What the lines about dropped lines say, in all. */
function summed(records: readonly Readonly<Record<string, unknown>>[]): {
  readonly dropped: number;
  readonly levels: Readonly<Record<string, number>>;
} {
  const levels: Record<string, number> = {};
  let dropped = 0;
  for (const record of records) {
    if (record.n !== undefined || record.dropped === undefined) continue;
    dropped += sum(record.dropped as Record<string, number>);
    for (const [level, count] of Object.entries(record.levels as Record<string, number>)) levels[level] = (levels[level] ?? 0) + count;
  }
  return { dropped, levels };
}

/** An application whose only output is a pipe that nobody reads. */
async function onPipe(bench: Bench, plan: Omit<ServicePlan, 'options'>): Promise<{ pipe: StalledPipe; program: Program }> {
  const pipe = stalledPipe(bench);
  const options = {
    values: { logToFile: false, logToConsole: true, logFormat: 'json' },
    environment: 'production',
    level: 'debug',
  } as const;
  const program = await start(bench, 'service', { tellMs: 20, overload: true, ...plan, options }, { stdout: pipe.writeEnd });
  pipe.letGo();
  return { pipe, program };
}

/** Reads until nobody writes any more. */
async function readAll(pipe: StalledPipe): Promise<void> {
  while (pipe.read(1_048_576)) await pass(1);
}

fact(
  '8 · C3 N14 N9',
  'a console that nobody reads: no call waits, memory is bounded, and the process ends within 1.5 s and says how many lines it lost',
  async (bench) => {
    const count = bench.size(300_000, 5_000_000);
    const { pipe, program } = await onPipe(bench, { count, ending: 'stay' });
    const state = told(
      await program.until('all lines are handed over', (now) => told(now).accounting.accepted >= count, bench.size(20_000, 200_000)),
    );
    assert.ok(state.slowest < 500, `a call took ${state.slowest} ms`);
    assert.ok(state.grown <= 64 * 1_048_576, `${state.grown} bytes`);
    const { accepted, written, queued, dropped } = state.accounting;
    assert.is(accepted, written + queued + sum(dropped));
    assert.ok(queued > 0 && sum(dropped) > 0);
    const before = performance.now();
    program.tell('exit');
    const { code, stderr } = await program.ended;
    const ms = performance.now() - before;
    assert.is(code, 0);
    inTime(ms, 1500);
    await readAll(pipe);
    const lines = pipe.text().split('\n');
    const whole = lines.length - 1;
    // What stood in the pipe when the process ended was written; the rest is what it names, those included that were dropped
    // and that no summary told of.
    const [, named] = /\b([\d,]+) lines? /.exec(stderr) ?? [];
    assert.ok(named !== undefined, stderr);
    assert.is(Number(named.replaceAll(',', '')), queued + sum(dropped));
    assert.ok(whole <= written + 1);
    bench.note(
      `${count.toLocaleString('en')} lines: slowest call ${state.slowest.toFixed(1)} ms, resident +${Math.round(state.grown / 1_048_576)} MiB, ended after ${Math.round(ms)} ms, stderr names ${named} lost`,
    );
  },
  { limit: [120_000, 300_000] },
);

fact(
  '8 · C3',
  'a reader that wakes up gets whole lines in order, and a summary of what it missed',
  async (bench) => {
    const count = bench.size(100_000, 1_000_000);
    const { pipe, program } = await onPipe(bench, { count, ending: 'stay' });
    await program.until('all lines are handed over', (now) => told(now).accounting.accepted >= count, 60_000);
    const reading = readAll(pipe);
    const after = told(await program.until('nothing waits', (now) => told(now).accounting.queued === 0, 20_000));
    program.tell('exit');
    const { code } = await program.ended;
    await reading;
    assert.is(code, 0);
    const lines = pipe.text().split('\n');
    assert.is(lines.pop(), '');
    const records = lines.map((line) => JSON.parse(line));
    const numbers = records.flatMap(({ n }) => (n === undefined ? [] : [n]));
    assert.ok(numbers.every((number, index) => index === 0 || number > numbers[index - 1]));
    const { accepted, written, dropped } = after.accounting;
    assert.is(accepted, written + sum(dropped));
    assert.is(records.length, written);
    assert.is(count - numbers.length, sum(dropped));
    assert.equal(summed(records), { dropped: sum(dropped), levels: { info: sum(dropped) } });
    assert.ok(sum(dropped) > 0);
    bench.note(`${numbers.length.toLocaleString('en')} lines read, ${sum(dropped).toLocaleString('en')} dropped, as the summary says`);
  },
  { limit: [120_000, 120_000] },
);

fact(
  '8 · E1 N15',
  'a flood of debug lines and a slow reader: each error arrives, and the summary of what was dropped is exact',
  async (bench) => {
    const errors = bench.size(1000, 1000);
    const errorEach = bench.size(100, 1000);
    const count = errors * errorEach;
    const { pipe, program } = await onPipe(bench, { count, errorEach, ending: 'stay' });
    let isOver = false;
    // About a thousand lines a second, while lines come; then as fast as it can.
    const reading = (async () => {
      while (!isOver) {
        pipe.read(2000);
        await pass(10);
      }
      await readAll(pipe);
    })();
    await program.until('all lines are handed over', (now) => told(now).accounting.accepted >= count, 120_000);
    isOver = true;
    const after = told(await program.until('nothing waits', (now) => told(now).accounting.queued === 0, 30_000));
    program.tell('exit');
    await program.ended;
    await reading;
    const lines = pipe.text().split('\n').slice(0, -1);
    const records = lines.map((line) => JSON.parse(line));
    const { written, dropped, accepted } = after.accounting;
    assert.is(records.filter(({ level, n }) => level === 'ERROR' && n !== undefined).length, errors);
    assert.is(accepted, written + sum(dropped));
    assert.is(records.length, written);
    assert.ok(sum(dropped) > 0);
    const arrived = records.filter(({ n }) => n !== undefined).length;
    assert.is(count - arrived, sum(dropped));
    assert.equal(summed(records), { dropped: sum(dropped), levels: { debug: sum(dropped) } });
    bench.note(`${count.toLocaleString('en')} lines: errors ${errors} of ${errors}, dropped ${sum(dropped).toLocaleString('en')}`);
  },
  { limit: [120_000, 240_000] },
);

fact('8 · D9', 'a reader that goes away costs the lines it did not take, counted, and nothing else', async (bench) => {
  const { pipe, program } = await onPipe(bench, { count: 20_000, ending: 'stay' });
  pipe.close();
  const { accounting } = told(
    await program.until('all have met a fate', (now) => told(now).accounting.accepted >= 20_000 && told(now).accounting.queued === 0),
  );
  assert.is(accounting.written + sum(accounting.dropped), accounting.accepted);
  assert.ok(sum(accounting.dropped) > 0);
  program.tell('exit');
  const { code, signal } = await program.ended;
  assert.equal([code, signal], [0, null]);
});

test.run();
