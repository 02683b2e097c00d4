import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fileSink } from '../../lib/node/file/file-sink';
import { fact, pass, until } from '../support/faults/fact';
import { type Family, fateOf, lineOf, readFamily } from '../support/faults/lines';
import { STALLED, type StreamPlan, type WriterPlan } from '../support/faults/plan';
import { start } from '../support/faults/program';

const SYNC = 1;
const BUFFERED = 2;

/** Two files: one written line by line, one in batches at 20,000 lines/s, both rotated now and then. */
const streamsIn = (dir: string, run: number, count = Infinity): StreamPlan[] =>
  [
    { writer: SYNC, sink: { path: join(dir, 'errors.log'), sync: true }, perSecond: 4000 },
    { writer: BUFFERED, sink: { path: join(dir, 'app.log') }, perSecond: 20_000 },
  ].map((stream) => ({
    ...stream,
    sink: { ...stream.sink, rotate: { maxBytes: 300_000 }, keep: { files: 1000 } },
    from: run * 1e7 + 1,
    ...(Number.isFinite(count) ? { count } : {}),
  }));

/** Whether a torn text is the beginning of a line, with nothing of another one behind it. */
function isBeginning(text: string, writer: number): boolean {
  const [, number] = /"n":(\d+),/.exec(text) ?? [];
  return number === undefined
    ? lineOf(writer, 1).startsWith(text.slice(0, 10)) && text.length < 30
    : lineOf(writer, Number(number)).startsWith(text);
}

fact(
  '1 · D3 N7',
  'kill -9 at any moment: a synchronous file loses nothing, a buffered one at most 100 ms, and each heals',
  async (bench) => {
    const { random, size, note } = bench;
    const kills = size(12, 200);
    // Each folder sees several deaths, then a program that ends in order.
    const perFolder = size(4, 10);
    // At 20,000 lines a second; the short form runs beside other tests, which may hold the writer up.
    const mostLost = size(8000, 2000);
    let [lostSync, lostMost, tornInAll, written, stalls] = [0, 0, 0, 0, 0];
    for (let folder = 0; folder < kills / perFolder; folder++) {
      const dir = join(bench.dir, `${folder}`);
      const handed: [number, number][] = [];
      // Runs in which the machine kept a line waiting for so long that the synchronous file became buffered, which was told.
      const stalled = new Set<number>();
      for (let run = 0; run < perFolder; run++) {
        const delay = random() * 300;
        const program = await start(bench, 'writer', { streams: streamsIn(dir, run), saysStalls: true } as Partial<WriterPlan>);
        await until('the first line', () => program.handed(0) > 0 && program.handed(1) > 0);
        await pass(delay);
        program.kill('SIGKILL');
        const { signal, stderr } = await program.ended;
        assert.is(signal, 'SIGKILL');
        if (stderr.includes(STALLED)) stalled.add(run);
        handed.push([program.handed(0), program.handed(1)]);
      }
      const last = await start(bench, 'writer', { streams: streamsIn(dir, perFolder, 100), ending: 'empty' } as Partial<WriterPlan>);
      assert.is((await last.ended).code, 0);
      handed.push([perFolder * 1e7 + 100, perFolder * 1e7 + 100]);
      const families: readonly Family[] = [readFamily(join(dir, 'errors.log')), readFamily(join(dir, 'app.log'))];
      for (const [run, upTo] of handed.entries()) {
        const from = run * 1e7 + 1;
        const one = fateOf(families[0]!, SYNC, upTo[0], from);
        const two = fateOf(families[1]!, BUFFERED, upTo[1], from);
        const mostOfSync = stalled.has(run) ? mostLost : 0;
        assert.ok(one.lost <= mostOfSync, `run ${run} of folder ${folder}, sync: ${one.lost} lost`);
        assert.ok(two.lost <= (run === perFolder ? 0 : mostLost), `run ${run} of folder ${folder}, buffered: ${two.lost} lost`);
        if (!stalled.has(run)) lostSync += one.lost;
        lostMost = Math.max(lostMost, two.lost);
        written += upTo[0] + upTo[1] - 2 * (from - 1);
      }
      stalls += stalled.size;
      for (const [index, writer] of [SYNC, BUFFERED].entries()) {
        const family = families[index]!;
        assert.equal([...family.numbers.keys()], [writer]);
        const { duplicate, disordered } = fateOf(family, writer, 0);
        assert.equal([duplicate, disordered], [0, 0]);
        // A death tears one line at most, and what came after it stands on lines of its own.
        assert.ok(family.torn.length <= perFolder, `${family.torn.length} torn`);
        for (const { text } of family.torn) assert.ok(isBeginning(text, writer), text);
        tornInAll += family.torn.length;
      }
    }
    assert.ok(stalls < kills / 2, `the disk stalled in ${stalls} of ${kills} runs`);
    note(
      `${kills} kills, ${written.toLocaleString('en')} lines, lost: sync ${lostSync}, buffered at most ${lostMost}; torn ${tornInAll}, all healed; ${stalls} runs stalled`,
    );
  },
  { limit: [120_000, 300_000] },
);

fact('1 · D2', 'no line of a buffered file waits longer than the window, whatever the pace', async ({ dir, note }) => {
  const windowMs = 200;
  // What comes in a window is, in turn, less than one write takes, somewhat more, almost two, and many.
  for (const perSecond of [1000, 4000, 6200, 20_000]) {
    const sink = fileSink({ path: join(dir, `${perSecond}.log`), flushAfterMs: windowMs });
    const handed: number[] = [];
    let [oldest, lag] = [0, 0];
    const start = performance.now();
    for (let now = start, last = start; now - start < 500; last = now, now = performance.now()) {
      lag = Math.max(lag, now - last);
      for (const due = ((now - start) / 1000) * perSecond; handed.length < due; handed.push(now))
        sink.write(lineOf(1, handed.length + 1), 'info');
      const { written } = sink.stats();
      oldest = Math.max(oldest, now - (handed[written] ?? now));
      await pass(1);
    }
    await sink.close();
    // A turn of the loop for the timer, one for the answer.
    assert.ok(
      oldest <= windowMs + 20 + 2 * lag,
      `${Math.round(oldest)} ms at ${perSecond} lines a second; a turn took up to ${Math.round(lag)} ms`,
    );
    note(`${perSecond.toLocaleString('en')}/s: ${Math.round(oldest)} ms of ${windowMs}`);
  }
});

test.run();
