import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fact, inTime, pass, until } from '../support/faults/fact';
import { assertCounted, INTACT, intact, readFamily } from '../support/faults/lines';
import { system } from '../support/faults/machine';
import { type Program, start } from '../support/faults/program';

const limit = (program: Program, what: 'fsize' | 'nofile', soft: number | 'unlimited'): void =>
  system('prlimit', '--pid', String(program.pid), `--${what}=${soft}:`);
const descriptors = (program: Program): number[] => readdirSync(`/proc/${program.pid}/fd`).map(Number);
/** No descriptor is free below the limit any more. */
const noneFree = (program: Program): void => {
  const used = new Set(descriptors(program));
  let free = 0;
  while (used.has(free)) free++;
  limit(program, 'nofile', free);
};

for (const sync of [false, true]) {
  const kind = sync ? 'synchronous' : 'buffered';
  const writer = (path: string, more: object = {}): object => ({ streams: [{ sink: { path, sync, ...more }, count: 100 }], tellMs: 10 });

  fact(
    '5 · C1',
    `a file that may not grow (EFBIG) is written on once it may, without a new line (${kind})`,
    async (bench) => {
      const path = join(bench.dir, 'app.log');
      const program = await start(bench, 'writer', writer(path));
      await program.until('100 lines', ({ stats }) => stats[0]!.written === 100);
      limit(program, 'fsize', 15_050);
      program.tell('write 1000');
      const { stats } = await program.until('EFBIG', ({ stats }) => stats[0]!.errors.EFBIG! > 0 && stats[0]!.state === 'failing');
      assert.ok(stats[0]!.queued >= 900, `${stats[0]!.queued} wait`);
      limit(program, 'fsize', 'unlimited');
      const before = performance.now();
      await program.until('all lines', ({ stats }) => stats[0]!.written === 1100 && stats[0]!.queued === 0);
      const ms = performance.now() - before;
      inTime(ms, 1100);
      assert.equal(intact(readFamily(path), 1100), INTACT);
      bench.note(`recovered after ${Math.round(ms)} ms, lost 0`);
    },
    { needs: ['limits'] },
  );

  fact(
    '5 · C5',
    `a file deleted while no descriptor is free (EMFILE) is made again once one is, without a new line (${kind})`,
    async (bench) => {
      const path = join(bench.dir, 'app.log');
      const program = await start(bench, 'writer', writer(path));
      await program.until('100 lines', ({ stats }) => stats[0]!.written === 100);
      // What counts as written, whatever becomes of the file: it was looked at since.
      await pass(300);
      program.tell('write 1');
      await program.until('one more', ({ stats }) => stats[0]!.written === 101);
      noneFree(program);
      unlinkSync(path);
      let handed = 101;
      const write = (count: number): void => {
        program.tell(`write ${count}`);
        handed += count;
      };
      await program.until('it knows', ({ stats: [stats] }) => {
        write(1);
        return stats!.errors.EMFILE! > 0 || stats!.reopens > 0;
      });
      write(1000);
      limit(program, 'nofile', 1024);
      const before = performance.now();
      const { stats } = await program.until('all lines', ({ stats: [stats] }) => stats!.accepted === handed && stats!.queued === 0);
      const ms = performance.now() - before;
      inTime(ms, 1100);
      await until('the file', () => readdirSync(bench.dir).includes('app.log'));
      const family = readFamily(path);
      const { deleted = 0, ...others } = stats[0]!.dropped;
      assert.equal(others, {});
      assertCounted(family, handed, deleted);
      bench.note(`recovered after ${Math.round(ms)} ms; lost ${deleted}, counted`);
    },
    { needs: ['limits'] },
  );

  fact(
    '5 · C5',
    `rotation while no descriptor is free loses nothing (${kind})`,
    async (bench) => {
      const path = join(bench.dir, 'app.log');
      const program = await start(bench, 'writer', writer(path, { rotate: { maxBytes: 20_000 }, keep: { files: 1000 } }));
      await program.until('100 lines', ({ stats }) => stats[0]!.written === 100);
      noneFree(program);
      program.tell('write 1000');
      await program.until('it fails', ({ stats: [stats] }) => Object.keys(stats!.errors).length > 0);
      limit(program, 'nofile', 1024);
      const before = performance.now();
      await program.until('all lines', ({ stats: [stats] }) => stats!.written === 1100 && stats!.queued === 0);
      const ms = performance.now() - before;
      inTime(ms, 1100);
      let handed = 1100;
      const { stats } = await program.until('it rotates', ({ stats: [stats] }) => {
        program.tell('write 10');
        handed += 10;
        return stats!.rotations > 0;
      });
      assert.equal(stats[0]!.dropped, {});
      program.tell('close');
      assert.is((await program.ended).code, 0);
      assert.equal(intact(readFamily(path), handed), INTACT);
      bench.note(`recovered after ${Math.round(ms)} ms, lost 0`);
    },
    { needs: ['limits'] },
  );
}

test.run();
