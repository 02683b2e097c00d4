import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bench, fact, inTime, until } from '../support/faults/fact';
import { fateOf, INTACT, intact, readFamily } from '../support/faults/lines';
import { settle, type Watched, watchedSink } from '../support/faults/watched';

/** Writes a few lines each ms until something is true; returns how long that took. */
async function writeUntil(watched: Watched, what: string, condition: () => unknown, limitMs = 20_000): Promise<number> {
  return until(
    what,
    () => {
      watched.write(5);
      return condition();
    },
    limitMs,
  );
}

/** The file exists again and has got a line. */
const isWritten = (path: string): boolean => existsSync(path) && statSync(path).size > 0;

for (const sync of [false, true]) {
  const kind = sync ? 'synchronous' : 'buffered';
  const create = ({ dir }: Bench): { path: string; watched: Watched } => {
    const path = join(dir, 'logs', 'app.log');
    return { path, watched: watchedSink({ path, sync }) };
  };

  /** What is lost is at most what went into a file that nobody can open any more, and it is counted. */
  async function survives(bench: Bench, fault: (path: string) => void): Promise<void> {
    const { path, watched } = create(bench);
    const { sink } = watched;
    await settle(watched);
    fault(path);
    const ms = await writeUntil(watched, 'the file, made anew', () => isWritten(path));
    inTime(ms, 1100);
    await writeUntil(watched, 'a reopening', () => sink.stats().reopens > 0);
    await sink.flush();
    const from = watched.handed();
    watched.write(1000);
    await sink.close();
    assert.is(watched.imbalance(), 0);
    const { deleted = 0, ...others } = sink.stats().dropped;
    assert.equal(others, {});
    const family = readFamily(path);
    const { lost, duplicate, disordered } = fateOf(family, 1, watched.handed(), 101);
    assert.equal([lost, duplicate, disordered, family.torn], [deleted, 0, 0, []]);
    assert.is(fateOf(family, 1, watched.handed(), from + 1).lost, 0);
    assert.is(sink.stats().reopens, 1);
    bench.note(`written again after ${Math.round(ms)} ms, ${deleted} went into what was deleted, counted`);
  }

  fact('7 · C4 N13', `a deleted file is made anew within a second, and what it took meanwhile is counted (${kind})`, (bench) =>
    survives(bench, unlinkSync),
  );

  fact('7 · C4 N13', `a deleted folder is made anew within a second, and what it took meanwhile is counted (${kind})`, (bench) =>
    survives(bench, (path) => rmSync(dirname(path), { recursive: true })),
  );

  fact('7 · C4 N13', `a file that was replaced by another one is left for that one (${kind})`, (bench) =>
    survives(bench, (path) => {
      writeFileSync(`${path}.new`, '');
      renameSync(`${path}.new`, path);
    }),
  );

  fact(
    '7 · C5',
    `a folder replaced by a file: lines wait, and are written when it is a folder again, without a new one (${kind})`,
    async (bench) => {
      const { path, watched } = create(bench);
      const { sink } = watched;
      await settle(watched);
      const folder = dirname(path);
      rmSync(folder, { recursive: true });
      writeFileSync(folder, 'not a folder');
      await writeUntil(watched, 'it knows', () => sink.stats().state === 'failing');
      const { queued } = sink.stats();
      watched.write(500);
      assert.ok(sink.stats().queued >= queued + 500);
      assert.is(readFileSync(folder, 'utf8'), 'not a folder');
      unlinkSync(folder);
      const ms = await until('all lines', () => sink.stats().queued === 0);
      inTime(ms, 1000);
      await sink.close();
      const { deleted = 0, ...others } = sink.stats().dropped;
      assert.equal([others, watched.imbalance()], [{}, 0]);
      const family = readFamily(path);
      assert.equal([fateOf(family, 1, watched.handed(), 101).lost, family.torn], [deleted, []]);
      bench.note(`recovered after ${Math.round(ms)} ms; lost ${deleted}, counted`);
    },
  );

  fact(
    '7 · C4 N13',
    `a file moved away, as logrotate does, loses nothing: lines go on into a new one within a second (${kind})`,
    async (bench) => {
      const { path, watched } = create(bench);
      const { sink } = watched;
      for (let move = 1; move <= 3; move++) {
        watched.write(100);
        await sink.flush();
        renameSync(path, `${path}.${4 - move}`);
        const ms = await writeUntil(watched, 'a new file', () => isWritten(path));
        inTime(ms, 1100);
        bench.note(`${Math.round(ms)} ms`);
      }
      await sink.close();
      assert.equal(sink.stats().dropped, {});
      assert.equal(intact(readFamily(path), watched.handed()), INTACT);
      assert.is(sink.stats().reopens, 3);
    },
  );

  fact('7 · C4', `a file that is truncated after it was copied leaves no hole: lines go on at its beginning (${kind})`, async (bench) => {
    const { path, watched } = create(bench);
    const { sink } = watched;
    for (let copy = 1; copy <= 3; copy++) {
      watched.write(500);
      await sink.flush();
      copyFileSync(path, `${path}.${4 - copy}`);
      truncateSync(path);
    }
    watched.write(500);
    await sink.close();
    assert.is(readFileSync(path).indexOf(0), -1);
    assert.equal(intact(readFamily(path), 2000), INTACT);
    assert.equal(sink.stats().dropped, {});
  });

  fact('7 · C4', `a file that others truncate is measured anew: it rotates at its limit, not before (${kind})`, async (bench) => {
    const path = join(bench.dir, 'logs', 'app.log');
    const watched = watchedSink({ path, sync, rotate: { maxBytes: 60_000 }, keep: { files: 100 } });
    const { sink } = watched;
    watched.write(400);
    await sink.flush();
    truncateSync(path);
    // Few lines: it looks at the file now and then, and until then counts on.
    await until('it knows', () => {
      watched.write(1);
      return sink.stats().fileBytes < 40_000;
    });
    await sink.flush();
    assert.is(sink.stats().rotations, 0);
    watched.write(300);
    await sink.close();
    assert.is(sink.stats().rotations, 0);
  });

  fact('7 · C4', `reopen goes on in a new file at once, and loses nothing (${kind})`, async (bench) => {
    const { path, watched } = create(bench);
    const { sink } = watched;
    for (let move = 1; move <= 5; move++) {
      watched.write(1000);
      renameSync(path, `${path}.${6 - move}`);
      sink.reopen();
      watched.write(1);
      if (sync) assert.is(statSync(path).size, 100);
    }
    await sink.close();
    assert.equal(intact(readFamily(path), watched.handed()), INTACT);
    assert.equal(sink.stats().dropped, {});
  });
}

fact('7 · C4', 'a file deleted under its own name that has another one keeps its lines: none counts as lost', async (bench) => {
  const path = join(bench.dir, 'app.log');
  const watched = watchedSink({ path });
  watched.write(10);
  await watched.sink.flush();
  linkSync(path, `${path}.1`);
  unlinkSync(path);
  await writeUntil(watched, 'the file, made anew', () => isWritten(path));
  await watched.sink.close();
  assert.equal(watched.sink.stats().dropped, {});
  assert.equal(intact(readFamily(path), watched.handed()), INTACT);
});

fact('7 · C4', 'a folder that is moved away loses nothing: what is in it stays, the rest goes into a new one', async (bench) => {
  const path = join(bench.dir, 'logs', 'app.log');
  const watched = watchedSink({ path });
  watched.write(100);
  await watched.sink.flush();
  renameSync(dirname(path), join(bench.dir, 'old'));
  await writeUntil(watched, 'the file, made anew', () => isWritten(path));
  await watched.sink.close();
  mkdirSync(dirname(path), { recursive: true });
  renameSync(join(bench.dir, 'old', 'app.log'), `${path}.1`);
  assert.equal(intact(readFamily(path), watched.handed()), INTACT);
  assert.equal(watched.sink.stats().dropped, {});
});

test.run();
