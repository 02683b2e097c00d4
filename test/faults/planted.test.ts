import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../lib/index';
import { fileSink } from '../../lib/node/file/file-sink';
import { fact, inTime, pass, until } from '../support/faults/fact';
import { assertCounted, fateOf, INTACT, intact, readFamily } from '../support/faults/lines';
import { system } from '../support/faults/machine';
import type { Need } from '../support/faults/needs';
import { start } from '../support/faults/program';
import { watchedSink } from '../support/faults/watched';

/** Things that may stand at a path; `target` is a file of somebody else. */
const PLANTED: readonly (readonly [what: string, plant: (path: string, target: string) => void, needs?: Need])[] = [
  ['a symbolic link', (path, target) => symlinkSync(target, path)],
  ['a symbolic link to nothing', (path, target) => symlinkSync(`${target}-missing`, path)],
  ['a hard link', (path, target) => linkSync(target, path)],
  ['a directory', (path) => mkdirSync(path)],
  ['a pipe', (path) => system('mkfifo', path)],
  ['a device', (path) => system('mknod', path, 'c', '1', '3'), 'devices'],
];

for (const [what, plant, need] of PLANTED) {
  const needs = need === undefined ? [] : [need];

  fact(
    '11 · C13',
    `${what} at the file's name is refused at creation`,
    ({ dir }) => {
      const [path, target] = [join(dir, 'app.log'), join(dir, 'target')];
      writeFileSync(target, 'theirs\n');
      plant(path, target);
      const before = lstatSync(path).ino;
      for (const sync of [true, false]) {
        try {
          fileSink({ path, sync });
          assert.unreachable();
        } catch (error) {
          assert.ok(isTelemetryError(error), String(error));
          assert.is(error.code, 'SINK_OPEN_FAILED');
        }
      }
      assert.is(readFileSync(target, 'utf8'), 'theirs\n');
      assert.is(lstatSync(path).ino, before);
      assert.equal(existsSync(`${target}-missing`), false);
    },
    { needs },
  );

  for (const sync of what === 'a symbolic link' ? [true, false] : [true]) {
    fact(
      '11 · C13',
      `${what} put in the file's place later is not written to; lines wait until it is gone (${sync ? 'synchronous' : 'buffered'})`,
      async (bench) => {
        // In a program of its own: opening a pipe would block for ever.
        const [path, target] = [join(bench.dir, 'app.log'), join(bench.dir, 'target')];
        writeFileSync(target, 'theirs\n');
        const program = await start(bench, 'writer', { streams: [{ sink: { path, sync }, count: 100 }], tellMs: 10 });
        await program.until('100 lines', ({ stats }) => stats[0]!.written === 100);
        // What counts as written, whatever becomes of the file: it was looked at since.
        await pass(300);
        program.tell('write 1');
        await program.until('one more', ({ stats }) => stats[0]!.written === 101);
        unlinkSync(path);
        plant(path, target);
        let handed = 101;
        const write = (count: number): void => {
          program.tell(`write ${count}`);
          handed += count;
        };
        await program.until('it is refused', ({ stats: [stats] }) => {
          write(1);
          return stats!.state === 'failing';
        });
        write(500);
        const { stats } = await program.until('lines wait', ({ stats: [stats] }) => stats!.accepted === handed);
        assert.ok(stats[0]!.queued >= 500);
        assert.is(readFileSync(target, 'utf8'), 'theirs\n');
        assert.is(existsSync(`${target}-missing`), false);
        rmSync(path, { recursive: true });
        const before = performance.now();
        const after = await program.until('all lines', ({ stats: [stats] }) => stats!.queued === 0);
        const ms = performance.now() - before;
        inTime(ms, 1100);
        const { deleted = 0, ...others } = after.stats[0]!.dropped;
        assert.equal(others, {});
        const family = readFamily(path);
        assertCounted(family, handed, deleted);
        assert.is(readFileSync(target, 'utf8'), 'theirs\n');
        bench.note(`recovered after ${Math.round(ms)} ms, target untouched`);
      },
      { needs },
    );
  }
}

for (const compress of [false, true]) {
  fact(
    '11 · C13',
    `links at the names of rotated files are neither followed nor overwritten${compress ? ' (compressed)' : ''}`,
    async ({ dir }) => {
      const [path, target] = [join(dir, 'logs', 'app.log'), join(dir, 'target')];
      mkdirSync(join(dir, 'logs'));
      writeFileSync(target, 'theirs\n');
      const planted = ['.1', '.3', '.1.gz', '.2.gz', '.1.gz.tmp', '.gz.tmp'].map((end) => path + end);
      for (const link of planted) symlinkSync(target, link);
      const watched = watchedSink({ path, compress, rotate: { maxBytes: 5000 }, keep: { files: 5 } });
      for (let batch = 0; batch < 10; batch++) {
        watched.write(100);
        await watched.sink.flush();
      }
      await watched.sink.close();
      assert.is(readFileSync(target, 'utf8'), 'theirs\n');
      for (const link of planted) assert.is(readlinkSync(link), target);
      const { dropped, rotations, errors } = watched.sink.stats();
      assert.equal([dropped, errors], [{}, {}]);
      assert.ok(rotations >= 10, `${rotations} rotations`);
      // The newest lines are there.
      for (const link of planted) unlinkSync(link);
      const family = readFamily(path);
      const { last } = fateOf(family, 1, 0);
      assert.equal([last, family.torn], [1000, []]);
    },
  );
}

for (const [what, plant, need] of PLANTED) {
  fact(
    '11 · C13',
    `${what} at the name of the lock is left alone: lines go on`,
    async (bench) => {
      const [folder, target] = [join(bench.dir, 'logs'), join(bench.dir, 'target')];
      const [path, lock] = [join(folder, 'app.log'), join(folder, '.app.log.lock')];
      mkdirSync(folder);
      writeFileSync(target, 'theirs\n');
      plant(lock, target);
      const { ino } = lstatSync(lock);
      const sink = { path, rotate: { maxBytes: 5000 }, keep: { files: 1000 } };
      const program = await start(bench, 'writer', { streams: [{ sink, count: 1000 }], tellMs: 10 });
      await program.until('all lines', ({ stats: [stats] }) => stats!.written === 1000);
      program.tell('close');
      assert.is((await program.ended).code, 0);
      assert.equal([readFileSync(target, 'utf8'), lstatSync(lock).ino, existsSync(`${target}-missing`)], ['theirs\n', ino, false]);
      rmSync(lock, { recursive: true });
      assert.equal(intact(readFamily(path), 1000), INTACT);
    },
    { needs: need === undefined ? [] : [need] },
  );
}

fact(
  '11 · C11',
  'files that the library did not make are neither deleted nor overwritten, whatever they are called',
  async ({ dir, note }) => {
    const folder = join(dir, 'logs');
    const path = join(folder, 'app.log');
    mkdirSync(join(folder, 'app.log.2'), { recursive: true });
    const names = [
      'app.log.bak',
      'app.log.01',
      'app.log.1.old',
      'app.log.1x',
      'app.log.-1',
      'app.log.1.gz.bak',
      'app.log.99999999999',
      'other.log.1',
      'app.log2',
      'xapp.log.1',
      'app.log.0',
      'app.log.',
      'app.log.1.GZ',
      'app.log.1e3',
    ];
    for (const name of names) writeFileSync(join(folder, name), `theirs ${name}\n`);
    for (const compress of [false, true]) {
      const watched = watchedSink({ path, compress, rotate: { maxBytes: 2000 }, keep: { files: 2, totalBytes: 8000 } });
      watched.write(500);
      await watched.sink.close();
      await pass(20);
    }
    for (const name of names) assert.is(readFileSync(join(folder, name), 'utf8'), `theirs ${name}\n`);
    assert.equal(readdirSync(join(folder, 'app.log.2')), []);
    note(`${names.length} foreign files unchanged after 500 rotations`);
  },
);

fact('11 · C7', 'a file that already stands where the next one is put aside is not overwritten', async ({ dir }) => {
  // As if a program had died between two renames, or a clock had gone back.
  const path = join(dir, 'app.log');
  for (const [number, line] of [
    [1, 30],
    [2, 20],
    [4, 10],
  ] as const)
    writeFileSync(`${path}.${number}`, `{"w":7,"n":${line}}\n`);
  writeFileSync(path, `{"w":7,"n":40}\n`);
  const watched = watchedSink({ path, rotate: { maxBytes: 2000 }, keep: { files: 100 } });
  watched.write(200);
  await watched.sink.close();
  const family = readFamily(path);
  assert.equal(family.numbers.get(7), [10, 20, 30, 40]);
  assert.equal(intact(family, 200), INTACT);
});

fact('11 · C13', 'a link that is put in place between two lines is never followed', async ({ dir, random, size, note }) => {
  const [path, target] = [join(dir, 'app.log'), join(dir, 'target')];
  writeFileSync(target, '');
  const watched = watchedSink({ path, sync: true, rotate: { maxBytes: 3000 }, keep: { files: 3 } });
  const rounds = size(200, 3000);
  for (let round = 0; round < rounds; round++) {
    watched.write(1 + Math.floor(random() * 5));
    const at = random() < 0.5 ? path : `${path}.${1 + Math.floor(random() * 3)}`;
    rmSync(at, { force: true });
    symlinkSync(target, at);
    watched.write(1 + Math.floor(random() * 5));
    if (random() < 0.2) watched.sink.reopen();
    unlinkSync(at);
    if (round % 20 === 0) await pass(0);
  }
  await until('it recovers', () => watched.sink.stats().state === 'open');
  await watched.sink.close();
  assert.is(readFileSync(target, 'utf8'), '');
  assert.is(watched.imbalance(), 0);
  note(`${rounds} links planted, bytes that reached their target: 0`);
});

test.run();
