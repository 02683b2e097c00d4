import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, fact, pass, until } from '../support/faults/fact';
import { INTACT, intact, readFamily } from '../support/faults/lines';
import type { StreamPlan, WriterPlan } from '../support/faults/plan';
import { type Program, type StartOptions, start } from '../support/faults/program';

/** Starts several programs that write to one file with rotation. */
async function together(
  bench: Bench,
  programs: number,
  count: number,
  sink: object,
  pace: Partial<StreamPlan> = {},
  options: StartOptions = {},
): Promise<Program[]> {
  const path = join(bench.dir, 'logs', 'app.log');
  return Promise.all(
    Array.from({ length: programs }, (_, index) => {
      const plan: Partial<WriterPlan> = {
        streams: [{ writer: index + 1, count, sink: { path, keep: { files: 10_000 }, ...sink }, ...pace }],
        ending: 'close',
      };
      return start(bench, 'writer', plan, options);
    }),
  );
}

/** Each program ended well, and each line of each stands there once, in its order. */
async function check({ dir, note }: Bench, programs: readonly Program[], count: number): Promise<void> {
  for (const program of programs) {
    const { code, stderr } = await program.ended;
    assert.equal({ code, stderr }, { code: 0, stderr: '' });
  }
  const family = readFamily(join(dir, 'logs', 'app.log'));
  for (const [index, program] of programs.entries()) {
    assert.is(program.handed(), count);
    assert.equal(intact(family, count, index + 1), INTACT, `writer ${index + 1}`);
  }
  assert.equal(
    readdirSync(join(dir, 'logs')).filter((file) => file.includes('tmp')),
    [],
  );
  const sizes = family.files.filter((file) => !file.endsWith('.gz')).map((file) => statSync(join(dir, 'logs', file)).size);
  note(`largest file ${Math.max(...sizes).toLocaleString('en')} bytes`);
  note(`${(programs.length * count).toLocaleString('en')} lines in ${family.files.length} files: lost 0, corrupt 0, duplicate 0, in order`);
}

for (const [what, sink, perSecond] of [
  ['buffered', {}, undefined],
  ['synchronous', { sync: true }, undefined],
  // At a pace: files are left alone for a while before they are compressed.
  ['buffered and compressed', { compress: true }, [4000, 12_000]],
] as const) {
  fact(
    '9 · C8 N12',
    `four processes on one rotating file lose, tear and double nothing (${what})`,
    async (bench) => {
      const count = bench.size(15_000, 250_000);
      const pace = perSecond && { perSecond: bench.size(...perSecond) };
      const programs = await together(bench, 4, count, { rotate: { maxBytes: bench.size(100_000, 1_048_576) }, ...sink }, pace);
      await check(bench, programs, count);
      const compressed = readdirSync(join(bench.dir, 'logs')).filter((name) => name.endsWith('.gz'));
      assert.is(compressed.length > 0, what === 'buffered and compressed');
    },
    { limit: [120_000, 240_000] },
  );
}

fact(
  '9 · C7 C8',
  'three processes whose renames take long lose nothing: only one of them renames at a time',
  async (bench) => {
    const count = bench.size(2500, 20_000);
    const renames = 'rename,renameat,renameat2';
    const slow = ['strace', '-f', '--seccomp-bpf', '-o', '/dev/null', '-e', `trace=${renames}`, '-e', `inject=${renames}:delay_enter=3000`];
    const programs = await together(bench, 3, count, { rotate: { maxBytes: 25_000 } }, { perSecond: 2500 }, { under: slow });
    await check(bench, programs, count);
  },
  { needs: ['strace'], limit: [120_000, 120_000] },
);

fact(
  '18 · L4',
  'a process that is stopped for a while loses nothing while another one rotates, and the other does not wait for it',
  async (bench) => {
    const { random, size } = bench;
    const count = size(40_000, 400_000);
    const programs = await together(bench, 2, count, { rotate: { maxBytes: 100_000 }, maxQueuedBytes: 256 * 1024 });
    for (let stop = 0; stop < size(4, 40); stop++) {
      const [sleeper, other] = stop % 2 ? [programs[0]!, programs[1]!] : [programs[1]!, programs[0]!];
      await pass(random() * 60);
      sleeper.kill('SIGSTOP');
      const at = other.handed();
      // More than its queue holds: it must have written.
      await until(
        'the other one writes on, or is done',
        () => other.handed() >= Math.min(count, at + 5000) || other.child.exitCode !== null,
        60_000,
      );
      await pass(random() * 100);
      sleeper.kill('SIGCONT');
    }
    await check(bench, programs, count);
  },
  { limit: [120_000, 240_000] },
);

fact(
  '18 · C8',
  'a process that is stopped for longer than rotated files are left uncompressed goes on in the new file, and loses nothing',
  async (bench) => {
    const path = join(bench.dir, 'logs', 'app.log');
    const sink = { path, compress: true, rotate: { maxBytes: 50_000 }, keep: { files: 10_000 } };
    const sleeper = await start(bench, 'writer', { streams: [{ writer: 1, sink, count: 100_000, perSecond: 5000 }], ending: 'close' });
    const other = await start(bench, 'writer', { streams: [{ writer: 2, sink, count: 100_000, perSecond: 5000 }], ending: 'close' });
    for (let stop = 0; stop < 3; stop++) {
      await pass(500 + bench.random() * 200);
      sleeper.kill('SIGSTOP');
      await pass(4000);
      sleeper.kill('SIGCONT');
    }
    await check(bench, [sleeper, other], 100_000);
  },
  { long: true, limit: [0, 60_000] },
);

fact(
  '9 · C7',
  'one of three processes dies by kill -9 while they rotate: the other two lose nothing',
  async (bench) => {
    const { random, size, note, dir } = bench;
    for (let round = 0; round < size(3, 20); round++) {
      const count = 15_000;
      const inner: Bench = { ...bench, dir: join(dir, `${round}`) };
      const path = join(inner.dir, 'logs', 'app.log');
      const plan = (writer: number, lines: number): Partial<WriterPlan> => ({
        streams: [{ writer, count: lines, sink: { path, rotate: { maxBytes: 30_000 }, keep: { files: 10_000 } } }],
        ending: 'close',
        marker: join(dir, `marker-${round}-${writer}`),
      });
      const [victim, ...others] = await Promise.all([
        start(bench, 'writer', plan(3, 10_000_000)),
        start(bench, 'writer', plan(1, count)),
        start(bench, 'writer', plan(2, count)),
      ]);
      await until('the victim rotates', () => victim!.handed() > 1000);
      await pass(random() * 50);
      victim!.kill('SIGKILL');
      for (const other of others) assert.is((await other.ended).code, 0);
      const family = readFamily(path);
      // The victim may leave one torn line, which must not reach into others.
      assert.ok(family.torn.length <= 1, JSON.stringify(family.torn));
      for (const writer of [1, 2]) assert.equal({ ...intact(family, count, writer), torn: 0 }, INTACT, `round ${round}, writer ${writer}`);
    }
    note(`${size(3, 20)} deaths in the middle of rotation: the others lost 0`);
  },
  { limit: [120_000, 240_000] },
);

test.run();
