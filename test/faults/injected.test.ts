import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FileSinkOptions } from '../../lib/node/file/options';
import { type Bench, fact, pass, until } from '../support/faults/fact';
import { INTACT, intact, readFamily } from '../support/faults/lines';
import type { StreamPlan } from '../support/faults/plan';
import { type Program, start } from '../support/faults/program';

const WRITES = 'write,writev';

/** Runs the writer so that chosen writes to one path fail, or take long. */
function startInjected(
  bench: Bench,
  path: string,
  inject: string,
  sink: Partial<FileSinkOptions>,
  lines: Partial<StreamPlan>,
): Promise<Program> {
  const filter = ['-P', path, '-e', `trace=${WRITES}`, '-e', `inject=${WRITES}:${inject}`];
  return start(
    bench,
    'writer',
    { streams: [{ ...lines, sink: { ...sink, path } }], tellMs: 10 },
    // Calls are counted by thread: one of them writes in the background.
    { under: ['strace', '-f', '--seccomp-bpf', '-o', join(bench.dir, 'trace'), ...filter], env: { UV_THREADPOOL_SIZE: '1' } },
  );
}

for (const sync of [true, false]) {
  for (const code of ['EIO', 'EINTR', 'EAGAIN', 'ENOSPC']) {
    fact(
      '14 · C2 N11',
      `writes that fail with ${code} now and then lose, double and tear nothing (${sync ? 'synchronous' : 'buffered'})`,
      async (bench) => {
        const path = join(bench.dir, 'app.log');
        const count = bench.size(1000, 100_000);
        // One in a hundred. Buffered lines come in few writes: one in seven.
        const each = sync ? 100 : 7;
        const program = await startInjected(
          bench,
          path,
          `error=${code}:when=${each}+${each}`,
          { sync, flushAfterMs: 1 },
          { count, perSecond: bench.size(4000, 10_000) },
        );
        const isDone = ({ accepted, queued }: { accepted: number; queued: number }): boolean => accepted === count && queued === 0;
        const { stats } = await program.until('all lines', ({ stats }) => isDone(stats[0]!), bench.size(20_000, 120_000));
        program.tell('close');
        assert.is((await program.ended).code, 0);
        assert.equal(stats[0]!.dropped, {});
        const failed = stats[0]!.errors[code] ?? 0;
        // An interrupted call may be repeated below the library.
        if (code !== 'EINTR') assert.ok(failed > 0, 'no write failed');
        assert.equal(intact(readFamily(path), count), INTACT);
        bench.note(`${count.toLocaleString('en')} lines, ${failed} failed writes seen: lost 0, duplicate 0, corrupt 0`);
      },
      { needs: ['strace'], limit: [120_000, 180_000] },
    );
  }
}

fact(
  '17 · 4.10',
  'a synchronous file whose write takes long becomes buffered, which is counted; nothing is lost',
  async (bench) => {
    const path = join(bench.dir, 'app.log');
    const program = await startInjected(bench, path, 'delay_enter=80000:when=5', { sync: true }, { count: 4 });
    await program.until('four lines', ({ stats }) => stats[0]!.written === 4);
    program.tell('write 1');
    const slow = await program.until('the slow one', ({ stats }) => stats[0]!.accepted === 5);
    assert.is(slow.stats[0]!.demotions, 1);
    // Buffered: lines are counted before they are written.
    program.tell('write 100');
    await program.until('lines of a buffered file', ({ stats }) => stats[0]!.written === 105);
    program.tell('close');
    assert.is((await program.ended).code, 0);
    const family = readFamily(path);
    assert.equal(intact(family, 105), INTACT);
    bench.note('demotions 1, lost 0');
  },
  { needs: ['strace'], limit: [120_000, 180_000] },
);

fact(
  '17 · 4.10',
  'a file that was demoted is synchronous again after a while',
  async (bench) => {
    const path = join(bench.dir, 'app.log');
    const program = await startInjected(bench, path, 'delay_enter=80000:when=5', { sync: true, flushAfterMs: 5000 }, { count: 5 });
    await program.until('the slow one', ({ stats }) => stats[0]!.demotions === 1);
    // While it is buffered, a line waits for seconds; afterwards for nothing.
    const start = performance.now();
    let number = 5;
    for (let waited = Infinity; waited > 1000; ) {
      assert.ok(performance.now() - start < 60_000, 'it stays buffered');
      number++;
      program.tell('write 1');
      await until('a line', () => program.handed() === number);
      waited = await until('the line in the file', () => readFamily(path).numbers.get(1)!.includes(number), 10_000);
      if (number === 6) assert.ok(waited > 3000, `${waited} ms`);
    }
    const ms = performance.now() - start;
    program.tell('close');
    assert.is((await program.ended).code, 0);
    assert.equal(intact(readFamily(path), number), INTACT);
    bench.note(`back after ${Math.round(ms / 1000)} s`);
  },
  { needs: ['strace'], long: true, limit: [120_000, 120_000] },
);

fact(
  '17 · C3 N14',
  'a disk whose writes take long: emission does not wait for a buffered file, and lines that wait are bounded',
  async (bench) => {
    const path = join(bench.dir, 'app.log');
    const count = bench.size(30_000, 300_000);
    const delay = `delay_enter=${bench.size(2, 8)}000000:when=2`;
    const program = await startInjected(bench, path, delay, { maxQueuedBytes: 2_000_000 }, { count: 1 });
    await program.until('the first line', ({ stats }) => stats[0]!.written === 1);
    program.tell('write 1');
    // Longer than a line waits for others: the write that takes long has begun.
    await pass(200);
    const before = performance.now();
    program.tell(`write ${count - 1}`);
    const { stats, rss } = await program.until('all lines are handed over', ({ stats }) => stats[0]!.accepted === count + 1, 20_000);
    const ms = performance.now() - before;
    // None but the first was written yet: nobody waited for the disk.
    assert.equal([stats[0]!.written, program.handed()], [1, count + 1]);
    assert.ok(stats[0]!.queuedBytes <= 2_000_000 && stats[0]!.dropped.overflow! > 0);
    await program.until('it is seen to be stalled', ({ stats }) => stats[0]!.state === 'stalled');
    const after = await program.until('all that waited', ({ stats }) => stats[0]!.queued === 0, 20_000);
    program.tell('close');
    assert.is((await program.ended).code, 0);
    const { written, dropped } = after.stats[0]!;
    assert.is(written + (dropped.overflow ?? 0), count + 1);
    bench.note(
      `${count.toLocaleString('en')} lines handed over in ${Math.round(ms)} ms while a write took ${bench.size(2, 8)} s; ${Math.round(rss / 1_048_576)} MiB resident`,
    );
  },
  { needs: ['strace'] },
);

test.run();
