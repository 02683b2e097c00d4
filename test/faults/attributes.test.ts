import { mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, fact, inTime, pass, until } from '../support/faults/fact';
import { fateOf, INTACT, intact, readFamily } from '../support/faults/lines';
import { attribute, readOnlyView } from '../support/faults/machine';
import { settle, type Watched, watchedSink } from '../support/faults/watched';

const ROTATE = { rotate: { maxBytes: 20_000 }, keep: { files: 1000 } };

/** Writes until it rotates again, at most for some seconds. */
async function rotatesAgain({ sink, write }: Watched): Promise<void> {
  const { rotations } = sink.stats();
  const limit = performance.now() + 15_000;
  while (sink.stats().rotations === rotations) {
    assert.ok(performance.now() < limit, 'it does not rotate again');
    write(50);
    await sink.flush();
    await pass(20);
  }
}

/** While files can't be renamed: lines go on into the same file, and it is told of. */
async function writesOn(watched: Watched, path: string, fault: () => () => void): Promise<void> {
  const { sink, write, warnings } = watched;
  write(100);
  await sink.flush();
  const { rotations } = sink.stats();
  const back = fault();
  for (let batch = 0; batch < 5; batch++) {
    write(100);
    await sink.flush();
  }
  const { queued, dropped, rotations: since } = sink.stats();
  assert.equal([queued, dropped, since], [0, {}, rotations]);
  assert.ok(warnings.length > 0 && warnings.length <= 3, JSON.stringify(warnings));
  assert.equal(intact(readFamily(path), watched.handed()), INTACT);
  back();
  await rotatesAgain(watched);
  await sink.close();
  assert.equal(intact(readFamily(path), watched.handed()), INTACT);
}

for (const sync of [false, true]) {
  const kind = sync ? 'synchronous' : 'buffered';
  const create = ({ dir }: Bench, more: object = {}): { path: string; watched: Watched } => {
    const path = join(dir, 'logs', 'app.log');
    mkdirSync(join(dir, 'logs'));
    return { path, watched: watchedSink({ path, sync, ...more }) };
  };

  fact(
    '6 · C6',
    `an append-only file can not be rotated: lines go on into it, it is told of, and it rotates later (${kind})`,
    async (bench) => {
      const { path, watched } = create(bench, ROTATE);
      await writesOn(watched, path, () => attribute(bench, path, 'a'));
      bench.note(`${watched.handed()} lines: lost 0`);
    },
    { needs: ['attributes'] },
  );

  fact(
    '6 · C5',
    `an immutable folder: lines go on into the file, it is told of, and it rotates later (${kind})`,
    async (bench) => {
      const { path, watched } = create(bench, ROTATE);
      await writesOn(watched, path, () => attribute(bench, join(bench.dir, 'logs'), 'i'));
      bench.note(`${watched.handed()} lines: lost 0`);
    },
    { needs: ['attributes'], long: sync },
  );

  fact(
    '6 · C5',
    `an immutable file: lines wait, and are written when it no longer is, without a new one (${kind})`,
    async (bench) => {
      const { path, watched } = create(bench);
      const { sink, write } = watched;
      write(100);
      await sink.flush();
      const back = attribute(bench, path, 'i');
      write(500);
      await until('it fails', () => sink.stats().state === 'failing');
      assert.is(watched.imbalance(), 0);
      // Longer than the first attempts are apart.
      await pass(300);
      assert.is(sink.stats().written, 100);
      back();
      const ms = await until('all lines', () => sink.stats().queued === 0);
      inTime(ms, 1000);
      await sink.close();
      assert.equal(intact(readFamily(path), 600), INTACT);
      bench.note(`recovered after ${Math.round(ms)} ms, lost 0`);
    },
    { needs: ['attributes'] },
  );

  fact(
    '6 · C5',
    `a folder that becomes read-only and its file deleted: lines wait, and are written when it can be made (${kind})`,
    async (bench) => {
      const { path, watched } = create(bench);
      const { sink, write } = watched;
      await settle(watched);
      unlinkSync(path);
      const back = readOnlyView(bench, join(bench.dir, 'logs'));
      const knownMs = await until('it knows', () => {
        write(1);
        return sink.stats().state === 'failing';
      });
      inTime(knownMs, 1000);
      write(500);
      await pass(100);
      assert.is(watched.imbalance(), 0);
      assert.ok(sink.stats().errors.EROFS! > 0, JSON.stringify(sink.stats()));
      back();
      const ms = await until('all lines', () => sink.stats().queued === 0);
      inTime(ms, 1000);
      await sink.close();
      const { deleted = 0, ...others } = sink.stats().dropped;
      assert.equal([others, watched.imbalance()], [{}, 0]);
      const { lost, duplicate, disordered } = fateOf(readFamily(path), 1, watched.handed(), 101);
      assert.equal([lost, duplicate, disordered], [deleted, 0, 0]);
      bench.note(`recovered after ${Math.round(ms)} ms; lost ${deleted}, counted`);
    },
    { needs: ['mount'] },
  );

  fact(
    '6 · C5',
    `a folder that becomes read-only can not be rotated in: nothing is lost, and it rotates later (${kind})`,
    async (bench) => {
      const { path, watched } = create(bench, ROTATE);
      await writesOn(watched, path, () => readOnlyView(bench, join(bench.dir, 'logs')));
      assert.ok(readdirSync(join(bench.dir, 'logs')).length >= 2);
    },
    { needs: ['mount'], long: sync },
  );
}

test.run();
