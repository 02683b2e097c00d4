import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, fact, inTime, pass, until } from '../support/faults/fact';
import { fateOf, INTACT, intact, readFamily } from '../support/faults/lines';
import type { Ending, StreamPlan, WriterPlan } from '../support/faults/plan';
import { type Ended, start } from '../support/faults/program';
import { assertSteady, whenSteady } from '../support/faults/steady';

/** What `count` lines of 70 bytes may wait in. */
const ROOMY = { maxQueuedBytes: 32 * 1_048_576 };

/** A stream without its path. */
type Stream = Partial<Omit<StreamPlan, 'sink'>> & { readonly sink?: Partial<StreamPlan['sink']> };

interface Run {
  readonly ended: Ended;
  readonly ms: number;
}

/** Hands over all lines in one turn, ends in some way, and loses nothing. */
async function endsWith(bench: Bench, ending: Ending, stream: Stream, more: Partial<WriterPlan> = {}): Promise<Run> {
  const path = join(bench.dir, 'logs', 'app.log');
  const { sink, count = 20_000, ...rest } = stream;
  const before = performance.now();
  const plan: Partial<WriterPlan> = {
    streams: [{ atOnce: true, count, length: 70, ...rest, sink: { keep: { files: 10_000 }, ...sink, path } }],
    ending,
    ...more,
  };
  const program = await start(bench, 'writer', plan);
  const ended = await program.ended;
  assertSteady(ended.stderr);
  const ms = performance.now() - before;
  const handed = program.handed();
  const family = readFamily(path);
  assert.equal(intact(family, handed), INTACT);
  assert.ok(handed > 0);
  bench.note(
    `${handed.toLocaleString('en')} lines in ${family.files.length} files: lost 0; ended after ${Math.round(ms)} ms with code ${ended.code}`,
  );
  return { ended, ms };
}

const KINDS = [
  ['synchronous', { sync: true }],
  ['buffered', {}],
  ['buffered, with rotation', { rotate: { maxBytes: 100_000 } }],
] as const;

for (const [kind, sink] of KINDS) {
  fact('3 · D5', `process.exit right after the lines loses none (${kind})`, async (bench) => {
    const { ended } = await endsWith(bench, 'exit', { sink });
    assert.equal([ended.code, ended.stderr], [0, '']);
  });

  fact('3 · D7', `a program with nothing left to do ends, and loses no line (${kind})`, async (bench) => {
    const { ended } = await endsWith(bench, 'empty', { sink });
    assert.equal([ended.code, ended.stderr], [0, '']);
  });
}

fact('3 · D5', 'process.abort loses no line of a synchronous file', (bench) =>
  whenSteady(bench, async (inner) => {
    const { ended } = await endsWith(inner, 'abort', { sink: { sync: true }, count: 1000 }, { saysStalls: true });
    assert.is(ended.signal, 'SIGABRT');
  }),
);

fact('3 · C7 D5', 'process.exit in the middle of a rotation loses no line', async (bench) => {
  for (const more of ['', 'sync', 'compress']) {
    const sink: Partial<StreamPlan['sink']> = { ...(more && { [more]: true }), rotate: { maxBytes: 50_000 } };
    const inner = { ...bench, dir: join(bench.dir, more || 'buffered') };
    mkdirSync(inner.dir);
    const { ended } = await endsWith(inner, 'exit in rotation', { sink, count: 100_000, atOnce: false });
    assert.equal([ended.code, ended.stderr], [0, '']);
  }
});

for (const [ending, what, thrown] of [
  ['throw', 'an uncaught exception', 'thrown by the application'],
  ['reject', 'an unhandled rejection', 'rejected by the application'],
] as const) {
  fact('3 · D4 N8', `${what} with 100,000 queued lines loses none of them, and ends the program with code 1 as ever`, async (bench) => {
    const { ended, ms } = await endsWith(bench, ending, { sink: ROOMY, count: 100_000 });
    assert.is(ended.code, 1);
    assert.is(ended.stderr.split(`Error: ${thrown}\n`).length - 1, 1);
    inTime(ms, 5000);
  });

  fact('3 · D4', `a program that handles ${what} itself goes on`, async (bench) => {
    const { ended } = await endsWith(bench, ending, { count: 1000 }, { surviveErrors: true });
    assert.equal([ended.code, ended.stderr], [0, '']);
  });
}

fact(
  '2 · D2',
  'SIGTERM without a handler: a synchronous file loses nothing, a buffered one at most a flush window',
  async (bench) => {
    const { random, size, note } = bench;
    // At 20,000 lines a second; the short form runs beside other tests, which may hold the writer up.
    const mostLost = size(8000, 2000);
    let most = 0;
    const once = async ({ dir }: Bench): Promise<void> => {
      const paths = [join(dir, 'sync.log'), join(dir, 'app.log')] as const;
      const program = await start(bench, 'writer', {
        streams: [
          { sink: { path: paths[0], sync: true }, perSecond: 5000 },
          { sink: { path: paths[1], rotate: { maxBytes: 500_000 }, keep: { files: 100 } }, perSecond: 20_000 },
        ],
        saysStalls: true,
      } as Partial<WriterPlan>);
      await until('the first line', () => program.handed(0) > 0 && program.handed(1) > 0);
      await pass(random() * 200);
      program.kill('SIGTERM');
      const { signal, stderr } = await program.ended;
      assert.is(signal, 'SIGTERM');
      assertSteady(stderr);
      assert.equal(intact(readFamily(paths[0]), program.handed(0)), INTACT);
      const { lost } = fateOf(readFamily(paths[1]), 1, program.handed(1));
      assert.ok(lost <= mostLost, `${lost} lost`);
      most = Math.max(most, lost);
    };
    for (let run = 0; run < size(3, 20); run++) await whenSteady({ ...bench, dir: join(bench.dir, `${run}`) }, once);
    note(`${size(3, 20)} signals: lost sync 0, buffered at most ${most} (of 20,000 a second)`);
  },
  { limit: [120_000, 120_000] },
);

fact(
  '2 · D1',
  "SIGTERM handled by the application's process.exit(0) loses nothing, and ends with code 0",
  async (bench) => {
    const { dir, random, size, note } = bench;
    let lines = 0;
    for (let run = 0; run < size(3, 20); run++) {
      const path = join(dir, `${run}`, 'app.log');
      const program = await start(bench, 'writer', {
        streams: [{ sink: { path, rotate: { maxBytes: 1_048_576 }, keep: { files: 10_000 } }, count: 1_000_000 }],
        exitOnTerm: true,
      } as Partial<WriterPlan>);
      await until('the first line', () => program.handed() > 0);
      await pass(random() * 400);
      const before = performance.now();
      program.kill('SIGTERM');
      const { code, signal, stderr } = await program.ended;
      const ms = performance.now() - before;
      assert.equal([code, signal, stderr], [0, null, '']);
      inTime(ms, 2000);
      assert.equal(intact(readFamily(path), program.handed()), INTACT);
      lines += program.handed();
    }
    note(`${size(3, 20)} signals, ${lines.toLocaleString('en')} lines: lost 0, corrupt 0, duplicate 0`);
  },
  { limit: [120_000, 240_000] },
);

test.run();
