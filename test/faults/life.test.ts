import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fileSink } from '../../lib/node/file/file-sink';
import { type Bench, fact, inTime } from '../support/faults/fact';
import { fateOf, INTACT, intact, lineOf, readFamily } from '../support/faults/lines';
import { start } from '../support/faults/program';
import { assertSteady, whenSteady } from '../support/faults/steady';

fact('15 · N32 D7', 'a program that writes one line ends within a second, with the line on disk', async (bench) => {
  for (const sync of [true, false]) {
    const path = join(bench.dir, `${sync}.log`);
    const before = performance.now();
    const sink = { path, sync, compress: true, rotate: { maxBytes: 1_048_576, every: 'day' as const } };
    const program = await start(bench, 'writer', { streams: [{ sink, count: 1 }], ending: 'empty' });
    const { code, stderr } = await program.ended;
    const ms = performance.now() - before;
    assert.equal([code, stderr], [0, '']);
    assert.is(readFileSync(path, 'utf8'), lineOf(1, 1));
    inTime(ms, 1000);
    bench.note(`${sync ? 'synchronous' : 'buffered'}: ${Math.round(ms)} ms`);
  }
});

fact(
  '15 · N32',
  'making and closing a sink again and again leaves no descriptor, no listener and no memory behind',
  async (bench) => {
    const cycles = bench.size(100, 1000);
    const program = await start(bench, 'cycles', { dir: bench.dir, cycles }, { flags: ['--expose-gc'] });
    const { stdout, code, stderr } = await program.ended;
    assert.equal([code, stderr], [0, '']);
    const { descriptors, listeners, bytes } = JSON.parse(stdout) as Record<string, number>;
    assert.equal({ descriptors, listeners }, { descriptors: 0, listeners: 0 });
    assert.ok(bytes! <= 8 * 1_048_576, `${bytes} bytes`);
    bench.note(`${cycles} cycles: descriptors +0, listeners +0, memory ${(bytes! / 1_048_576).toFixed(1)} MiB`);
  },
  { limit: [120_000, 120_000] },
);

/** Permissions of a path, in octal. */
const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

fact('16 · C14', 'files are 0600 and folders 0700 whatever the umask allows, unless configured; the umask takes away', async ({ dir }) => {
  const before = process.umask(0);
  try {
    for (const [name, umask, options, file, folder] of [
      ['open', 0o000, {}, '600', '700'],
      ['set', 0o000, { fileMode: 0o644, dirMode: 0o755 }, '644', '755'],
      ['masked', 0o077, { fileMode: 0o666, dirMode: 0o777 }, '600', '700'],
      ['usual', 0o022, { fileMode: 0o666, dirMode: 0o777 }, '644', '755'],
    ] as const) {
      process.umask(umask);
      const path = join(dir, name, 'inner', 'app.log');
      const archive = join(dir, name, 'archive');
      const sink = fileSink({ path, archive, compress: true, ...options });
      for (let rotation = 0; rotation < 2; rotation++) {
        for (let line = 0; line < 10; line++) sink.write(lineOf(1, line), 'info');
        await sink.flush();
        sink.rotate();
      }
      sink.write(lineOf(1, 1), 'info');
      await sink.close();
      assert.equal([mode(join(dir, name)), mode(join(dir, name, 'inner')), mode(archive)], [folder, folder, folder], name);
      const family = readFamily(path, archive);
      assert.is(family.files.length, 3);
      for (const found of family.files)
        assert.is(mode(existsSync(join(archive, found)) ? join(archive, found) : path), file, `${name} ${found}`);
    }
  } finally {
    process.umask(before);
  }
});

fact('16 · C14', 'a folder that is there keeps its permissions', async ({ dir }) => {
  mkdirSync(join(dir, 'logs'), { mode: 0o750 });
  const sink = fileSink({ path: join(dir, 'logs', 'app.log') });
  sink.write(lineOf(1, 1), 'info');
  await sink.close();
  assert.is(mode(join(dir, 'logs')), '750');
});

for (const how of ['ends', 'exits', 'throws', 'is terminated'] as const) {
  for (const sync of [true, false]) {
    // A thread that is ended from outside is told nothing: what it had not written is gone, as with kill -9.
    const isCut = how === 'is terminated' && !sync;
    const what = isCut ? 'loses at most what waits, and harms no other line' : 'leaves its lines on disk, and the program goes on';
    const body = async (bench: Bench): Promise<void> => {
      const path = join(bench.dir, 'app.log');
      const program = await start(bench, 'threads', { path, sync, how, count: 5000 });
      const { stdout, code, stderr } = await program.ended;
      assertSteady(stderr);
      assert.equal([code, stderr], [0, '']);
      assert.match(stdout, /worker is over\n/);
      const family = readFamily(path);
      assert.is(program.handed(), 5000);
      const { lost, duplicate, disordered } = fateOf(family, 2, 5000);
      if (!isCut) assert.is(lost, 0);
      assert.equal([duplicate, disordered], [0, 0]);
      assert.ok(family.torn.length <= Number(isCut), JSON.stringify(family.torn));
      // The main thread wrote to the same file, before and after.
      assert.equal({ ...intact(family, 200, 1), torn: 0 }, INTACT);
      bench.note(`lost ${lost} of 5,000`);
    };
    fact('19 · E4', `a worker that ${how} ${what} (${sync ? 'synchronous' : 'buffered'})`, (bench) => whenSteady(bench, body));
  }
}

test.run();
