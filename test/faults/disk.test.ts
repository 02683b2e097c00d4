import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fact, inTime, pass, until } from '../support/faults/fact';
import { fateOf, INTACT, intact, readFamily } from '../support/faults/lines';
import { ballast, fillInodes, smallDisk } from '../support/faults/machine';
import { start } from '../support/faults/program';
import { totalLosses, type Watched, watchedSink } from '../support/faults/watched';

/** Looks at the account as often as it can while something goes on. */
async function emit(watched: Watched, perSecond: number, ms: number): Promise<number> {
  const start = performance.now();
  let [lines, looks] = [0, 0];
  for (let now = start; now < start + ms; now = performance.now()) {
    const due = Math.floor(((now - start) / 1000) * perSecond);
    // One error among a hundred lines, ten of debug.
    for (; lines < due; lines++) watched.write(1, lines % 100 === 0 ? 'error' : lines % 10 === 0 ? 'debug' : 'info');
    assert.is(watched.imbalance(), 0);
    looks++;
    await pass(1);
  }
  return looks;
}

for (const sync of [false, true]) {
  const kind = sync ? 'synchronous' : 'buffered';
  fact(
    '4 · C1 N10',
    `a full disk: nothing is thrown, every line is accounted for, and what waits is written once there is room (${kind})`,
    async (bench) => {
      const disk = smallDisk(bench, 'size=6m');
      const path = join(disk, 'app.log');
      const watched = watchedSink({ path, sync, maxQueuedBytes: 512 * 1024, keep: { files: 0 } });
      const { sink, warnings, losses } = watched;
      watched.write(100);
      await sink.flush();
      const makeRoom = ballast(disk, 100_000);
      const ms = bench.size(2000, 10_000);
      const looks = await emit(watched, 20_000, ms);
      const full = sink.stats();
      assert.is(full.state, 'failing');
      assert.ok(full.errors.ENOSPC! > 0);
      assert.ok(full.queued > 1000 && full.queuedBytes <= 512 * 1024, `${full.queuedBytes} bytes wait`);
      assert.ok(full.dropped.overflow! > 1000);
      const perCode = new Map<string, number>();
      for (const { code, message } of warnings) {
        const key = `${code} ${/\b(E[A-Z]{3,})\b/.exec(message)?.[1] ?? message}`;
        perCode.set(key, (perCode.get(key) ?? 0) + 1);
      }
      assert.ok(perCode.size > 0 && perCode.size <= 3, [...perCode.keys()].join());
      for (const [key, count] of perCode) assert.ok(count <= 2, `${count} × ${key}`);

      const before = sink.stats().written;
      makeRoom();
      const firstMs = await until('the first line after there is room', () => sink.stats().written > before);
      inTime(firstMs, 1000);
      await until('all that waited', () => sink.stats().queued === 0);
      const from = watched.handed();
      watched.write(1000);
      await sink.flush();
      assert.is(watched.imbalance(), 0);
      const { accepted, written, queued, dropped, state } = sink.stats();
      assert.equal({ queued, state }, { queued: 0, state: 'open' });
      const lost = watched.dropped();
      const family = readFamily(path);
      const fate = fateOf(family, 1, watched.handed());
      assert.equal([family.torn, fate.duplicate, fate.disordered, fate.lost], [[], 0, 0, lost]);
      assert.is(fateOf(family, 1, watched.handed(), from + 1).lost, 0);
      assert.equal(totalLosses(losses).dropped, dropped);
      // The lowest levels went first: no error before all others were gone.
      const { levels } = totalLosses(losses);
      assert.equal([levels.error ?? 0, (levels.debug ?? 0) > 0], [0, true]);
      assert.equal(
        family.records.map((record) => record.lost),
        JSON.parse(JSON.stringify(losses)),
      );
      bench.note(
        `${accepted.toLocaleString('en')} lines over ${ms / 1000} s: thrown 0, warnings ${warnings.length}, written ${written.toLocaleString('en')}, ` +
          `dropped ${lost.toLocaleString('en')} as the summary says, ${looks} looks balanced; first line after ${Math.round(firstMs)} ms, later lines 1,000 of 1,000, corrupt 0`,
      );
      await sink.close();
    },
    { needs: ['mount'], limit: [120_000, 120_000] },
  );

  fact(
    '4 · C1',
    `no inode is left for the next file: what could not rotate is written once there is one (${kind})`,
    async (bench) => {
      const disk = smallDisk(bench, 'size=4m,nr_inodes=8');
      const path = join(disk, 'app.log');
      const watched = watchedSink({ path, sync, rotate: { maxBytes: 20_000 }, keep: { files: 100 } });
      const { sink } = watched;
      watched.write(50);
      await sink.flush();
      const makeRoom = fillInodes(disk);
      for (let batch = 0; batch < 10; batch++) {
        watched.write(100);
        assert.is(watched.imbalance(), 0);
        await pass(10);
      }
      assert.is(watched.dropped(), 0);
      assert.ok(watched.warnings.length <= 4, JSON.stringify(watched.warnings));
      assert.ok(watched.warnings.length > 0);
      const { rotations } = sink.stats();
      makeRoom();
      const ms = await until('all lines', () => sink.stats().queued === 0 && sink.stats().state === 'open');
      inTime(ms, 1000);
      for (let batch = 0; batch < 20 && sink.stats().rotations === rotations; batch++) {
        watched.write(100);
        await sink.flush();
        await pass(100);
      }
      assert.ok(sink.stats().rotations > rotations, 'it rotates again');
      await sink.close();
      assert.equal(intact(readFamily(path), watched.handed()), INTACT);
      bench.note(`lost 0 of ${watched.handed().toLocaleString('en')}, all written ${Math.round(ms)} ms after inodes were free`);
    },
    { needs: ['mount'] },
  );
}

fact(
  '4 · C12',
  'a disk that fills up while a file is compressed: the original stays, and no half file',
  async (bench) => {
    const disk = smallDisk(bench, 'size=4m');
    const path = join(disk, 'app.log');
    const watched = watchedSink({ path, compress: true, rotate: { maxBytes: 2_000_000 }, keep: { files: 5 } });
    // Text that does not get shorter: its compressed form needs room.
    for (let line = 1; line <= 1800; line++) {
      let text = '';
      while (text.length < 1000) text += Math.floor(bench.random() * 2 ** 52).toString(36);
      watched.sink.write(`{"w":1,"n":${line},"p":"${text}"}\n`, 'info');
    }
    await watched.sink.flush();
    const makeRoom = ballast(disk, 400_000);
    watched.sink.rotate();
    await until('it is told of', () => watched.warnings.length > 0, 10_000);
    await until('the half file is gone', () => !readFamily(path).others.some((file) => file.includes('.gz')));
    assert.equal(intact(readFamily(path), 1800), INTACT);
    makeRoom();
    await watched.sink.close();
    const family = readFamily(path);
    assert.equal(intact(family, 1800), INTACT);
    bench.note('original kept, temporary removed, lost 0');
  },
  { needs: ['mount'] },
);

fact(
  '4 · D6 N9',
  'a program that ends while its disk is full ends within 1.5 s and says how many lines it lost',
  async (bench) => {
    for (const sync of [false, true]) {
      const dir = join(bench.dir, sync ? 'sync' : 'buffered');
      mkdirSync(dir);
      const disk = smallDisk({ ...bench, dir }, 'size=1m');
      const path = join(disk, 'app.log');
      ballast(disk, 0);
      const program = await start(bench, 'writer', {
        streams: [{ sink: { path, sync, name: 'app' }, count: 2000, atOnce: true }],
        tellMs: 20,
      });
      await program.until('lines wait', ({ stats }) => stats[0]!.queued === 2000);
      const before = performance.now();
      program.tell('exit');
      const { code, stderr } = await program.ended;
      const ms = performance.now() - before;
      inTime(ms, 1500);
      assert.is(code, 0);
      const { lost } = fateOf(readFamily(path), 1, 2000);
      assert.match(stderr, new RegExp(`\\b${lost.toLocaleString('en')}\\b|\\b${lost}\\b`));
      bench.note(`${sync ? 'synchronous' : 'buffered'}: ended after ${Math.round(ms)} ms, stderr says ${lost} lost`);
    }
  },
  { needs: ['mount'] },
);

test.run();
