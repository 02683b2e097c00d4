import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, fact, until } from '../support/faults/fact';
import { fateOf, lineOf, readFamily } from '../support/faults/lines';
import { start } from '../support/faults/program';
import { watchedSink } from '../support/faults/watched';

interface Seen {
  readonly looks: number;
  readonly mostFiles: number;
  readonly mostBytes: number;
  readonly largest: number;
}

/** What a program saw that looked at the folder all the time, with what it held to. */
async function watchWhile(bench: Bench, path: string, work: () => Promise<void>): Promise<Seen> {
  const watcher = await start(bench, 'watcher', { path });
  await watcher.ready();
  await work();
  watcher.tell('stop');
  const { stdout, code, stderr } = await watcher.ended;
  assert.equal([code, stderr], [0, '']);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

interface Limits {
  readonly maxBytes: number;
  readonly files: number;
  readonly totalBytes: number;
}

const MIB: Limits = { maxBytes: 1_048_576, files: 6, totalBytes: 5_000_000 };

for (const [what, limits, sink, lines, perSecond] of [
  ['buffered', MIB, {}, [120_000, 1_000_000], undefined],
  ['buffered, more bytes than files', { ...MIB, files: 3, totalBytes: 50_000_000 }, {}, [60_000, 1_000_000], undefined],
  ['synchronous', MIB, { sync: true }, [60_000, 1_000_000], undefined],
  // At a pace: files are left alone for a while before they are compressed.
  ['compressed', { maxBytes: 100_000, files: 30, totalBytes: 1_250_000 }, { compress: true }, [12_000, 120_000], 4000],
] as const) {
  fact(
    '13 · N12 C11',
    `size, count and total bytes keep their limits at every moment (${what})`,
    async (bench) => {
      const { maxBytes, files, totalBytes } = limits;
      const path = join(bench.dir, 'logs', 'app.log');
      const count = bench.size<number>(lines[0], lines[1]);
      let mostCompressed = 0;
      const seen = await watchWhile(bench, path, async () => {
        const stream = {
          count,
          sink: { path, rotate: { maxBytes }, keep: { files, totalBytes }, ...sink },
          ...(perSecond && { perSecond }),
        };
        const writer = await start(bench, 'writer', { streams: [stream] });
        await until(
          'all lines',
          () => {
            const names = existsSync(dirname(path)) ? readdirSync(dirname(path)) : [];
            mostCompressed = Math.max(mostCompressed, names.filter((name) => name.endsWith('.gz')).length);
            if (writer.child.exitCode !== null) throw new Error(`The writer ended with ${writer.child.exitCode}`);
            // On a busy machine compressing comes later.
            return writer.handed() === count && (mostCompressed > 0 || what !== 'compressed');
          },
          100_000,
        );
        writer.tell('close');
        assert.is((await writer.ended).code, 0);
      });
      assert.ok(seen.largest <= maxBytes, `${seen.largest} bytes in a file`);
      assert.ok(seen.mostFiles <= files, `${seen.mostFiles} rotated files`);
      assert.ok(seen.mostBytes <= totalBytes, `${seen.mostBytes} bytes`);
      assert.ok(seen.looks > 50, `${seen.looks} looks`);
      assert.is(mostCompressed > 0, what === 'compressed');
      const family = readFamily(path);
      // What stays is the end, without a gap.
      const { last, disordered, duplicate, found } = fateOf(family, 1, 0);
      assert.equal([last, disordered, duplicate, family.torn], [count, 0, 0, []]);
      assert.is(fateOf(family, 1, count, count - found + 1).lost, 0);
      bench.note(
        `${count.toLocaleString('en')} lines, ${seen.looks.toLocaleString('en')} looks: largest file ${seen.largest} of ${maxBytes}, most rotated files ${seen.mostFiles} of ${files}, most bytes ${seen.mostBytes} of ${totalBytes}`,
      );
    },
    { limit: [120_000, 120_000] },
  );
}

for (const sync of [true, false]) {
  const kind = sync ? 'synchronous' : 'buffered';

  fact('13 · N12', `between any two lines all limits hold (${kind})`, async ({ dir, random, size, note }) => {
    const path = join(dir, 'app.log');
    const watched = watchedSink({ path, sync, rotate: { maxBytes: 4000 }, keep: { files: 3, totalBytes: 12_000 } });
    const rounds = size(2000, 30_000);
    let most = 0;
    for (let line = 1; line <= rounds; line++) {
      watched.sink.write(lineOf(1, line, 60 + Math.floor(random() * 300)), 'info');
      if (!sync) watched.sink.flushSync();
      const names = readdirSync(dirname(path)).filter((name) => name.startsWith('app.log'));
      const sizes = names.map((name) => statSync(join(dir, name)).size);
      const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
      assert.ok(Math.max(...sizes) <= 4000 && names.length <= 4 && total <= 12_000, `line ${line}: ${names} ${sizes}`);
      most = Math.max(most, total);
    }
    await watched.sink.close();
    const { disordered, duplicate, last } = fateOf(readFamily(path), 1, 0);
    assert.equal([disordered, duplicate, last], [0, 0, rounds]);
    note(`${rounds.toLocaleString('en')} lines, each followed by a look: most bytes ${most} of 12,000`);
  });

  fact('13 · C10', `a line longer than the limit is alone in its file, and blocks nothing (${kind})`, async ({ dir }) => {
    const path = join(dir, 'app.log');
    const watched = watchedSink({ path, sync, rotate: { maxBytes: 2000 }, keep: { files: 1000 } });
    const lengths = [100, 100, 5000, 100, 3000, 3000, 2000, 2001, 1999, 100];
    for (const [index, length] of lengths.entries()) watched.sink.write(lineOf(1, index + 1, length), 'info');
    await watched.sink.close();
    const family = readFamily(path);
    const contents = family.files.map((file) =>
      readFileSync(join(dir, file), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).n),
    );
    for (const [index, numbers] of contents.entries()) {
      const { size } = lstatSync(join(dir, family.files[index]!));
      assert.ok(size <= 2000 || numbers.length === 1, `${family.files[index]}: ${size} bytes, lines ${numbers}`);
    }
    assert.equal(contents.flat(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal([watched.sink.stats().written, watched.sink.stats().dropped], [10, {}]);
  });
}

fact('13 · C10', 'a line longer than the queue is dropped as overflow, and blocks nothing', async ({ dir }) => {
  const path = join(dir, 'app.log');
  const watched = watchedSink({ path, maxQueuedBytes: 65_536 });
  watched.write(10);
  watched.sink.write(lineOf(1, 999, 200_000), 'critical');
  watched.write(10);
  await watched.sink.close();
  const { written, dropped } = watched.sink.stats();
  const { numbers } = readFamily(path);
  // Written at once, or dropped and counted; the others are there in any case.
  assert.equal(
    numbers.get(1)!.filter((number) => number !== 999),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  assert.is(numbers.get(1)!.includes(999), dropped.overflow === undefined);
  assert.is(watched.imbalance(), 0);
  assert.ok(written >= 20);
});

test.run();
