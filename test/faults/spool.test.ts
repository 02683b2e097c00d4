import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bed, dropped, numbers, range, turns } from '../node/storage/storages';
import { fact, pass, until } from '../support/faults/fact';
import { ballast, smallDisk } from '../support/faults/machine';
import { StoragePlace } from './spool-programs';

const once = (from: number, to: number): Map<number, number> => new Map(range(from, to).map((n) => [n, 1]));
const sorted = (counts: Map<number, number>): [number, number][] => [...counts].sort(([a], [b]) => a - b);

fact(
  'I2 H9 · N29',
  'kill -9 while the database is down: what was in the spool is stored once by the next start',
  async (bench) => {
    const { random, size, note } = bench;
    const place = new StoragePlace(bench);
    const kills = size(5, 100);
    let [from, certain, lost, most] = [1, 0, 0, 0];
    for (let kill = 0; kill < kills; kill++) {
      place.isDown = true;
      const program = await place.start({ from, lines: 1e6, perTurn: 20, ending: 'wait' });
      await until('it spools', () => (program.said()?.spooled ?? 0) > 100, 10_000);
      await pass(random() * 100);
      const said = program.said()!;
      program.child.kill('SIGKILL');
      assert.is((await program.ended).signal, 'SIGKILL');
      const last = program.said()!.accepted!;
      place.isDown = false;
      // Those that were on disk, and the batch that was tried, of at most 100 lines.
      const { said: found } = await place.run({ ending: 'deliver', lines: said.spooled! });
      const stored = place.stored();
      for (let n = from; n < from + said.spooled!; n++) assert.is(stored.get(n), 1, `line ${n} of ${from} and ${said.spooled}`);
      for (const [n, count] of stored) assert.is(count, 1, `line ${n} is there ${count} times`);
      assert.ok(found!.corrupt! <= 1, 'at most the last write is half');
      const missing = last - [...stored.keys()].filter((n) => n >= from).length;
      certain += said.spooled!;
      lost += missing;
      most = Math.max(most, missing);
      from += 1e6;
    }
    // 50 ms at 20 lines each 5 ms, and what a machine that is busy with other things adds.
    assert.ok(most <= 2000, `${most} lost in one kill`);
    assert.equal(place.left(), []);
    note(
      `${kills} kills: ${certain.toLocaleString('en')} lines seen in the spool, stored once each; lost from memory ${lost}, at most ${most} at once`,
    );
  },
  { limit: [120_000, 600_000] },
);

fact('I1 D1 D2', 'a program that ends while the database is down leaves its errors for the next start, however it ends', async (bench) => {
  const place = new StoragePlace(bench);
  let from = 1;
  for (const ending of ['exit', 'throw', 'empty', 'stop'] as const) {
    place.isDown = true;
    const { code, stderr } = await place.run({ from, lines: 2500, ending });
    assert.is(code, { exit: 3, throw: 1, empty: 0, stop: 0 }[ending], stderr);
    assert.not.match(stderr, /lost/, ending);
    place.isDown = false;
    const { said } = await place.run({ ending: 'deliver', lines: 2500 });
    // A write that was under way at the end may have come to something: then its lines are found twice, and stored once.
    assert.ok(said!.recovered! >= 2500 && said!.recovered === said!.recoveredStored, JSON.stringify(said));
    assert.is(said!.corrupt, 0);
    from += 2500;
  }
  assert.equal(sorted(place.stored()), sorted(once(1, 10_000)));
  assert.equal(place.left(), []);
  bench.note('4 endings, 10,000 lines, each stored once');
});

fact('I1 D1', 'a program that ends at once while the database works loses nothing: lines wait for the next start', async (bench) => {
  const place = new StoragePlace(bench);
  assert.is((await place.run({ lines: 300, ending: 'exit' })).code, 3);
  await place.run({ ending: 'deliver', lines: 300 });
  assert.equal(sorted(place.stored()), sorted(once(1, 300)));
});

fact('I1 D6', 'without a spool, the end tells how many errors were lost', async (bench) => {
  const place = new StoragePlace(bench);
  place.isDown = true;
  const { code, stderr } = await place.run({ lines: 70, spool: false, ending: 'exit' });
  assert.is(code, 3);
  assert.match(stderr, /70 lines of the storage of errors were lost at exit: there is no spool/);
});

fact(
  'H1 I1',
  'two programs that share a spool never touch what the other one owns; one that is killed is taken over by the other',
  async (bench) => {
    const place = new StoragePlace(bench);
    place.isDown = true;
    const one = await place.start({ from: 1, lines: 500, ending: 'wait' });
    const two = await place.start({ from: 1001, lines: 500, ending: 'wait' });
    for (const program of [one, two]) await until('it has spooled', () => program.said()?.spooled === 400, 10_000);
    one.child.kill('SIGKILL');
    await one.ended;
    place.isDown = false;
    await until('its own are stored', () => two.said()?.queued === 0, 40_000);
    // Found when it looks for such runs, every 10 s.
    await until('those of the other, too', () => place.stored().size === 1000, 40_000);
    await until('it tells', () => two.said()?.recovered === 500);
    assert.equal(sorted(place.stored()), sorted(new Map([...once(1, 500), ...once(1001, 1500)])));
    bench.note('1,000 lines of two programs, each stored once');
  },
  { limit: [90_000, 90_000] },
);

fact(
  'I1 · C1',
  'a spool on a full disk: nothing is thrown, lines stay in memory and are counted, and it works again by itself',
  async (bench) => {
    const disk = smallDisk(bench, 'size=512k');
    const {
      storage,
      store,
      write,
      until: come,
      clock,
      warnings,
    } = await bed({ spool: { folder: join(disk, 'spool') }, maxQueuedBytes: 400_000 });
    store.mode = 'unavailable';
    write(100);
    await come('it spools', () => storage.stats().spool!.segments > 0);
    const makeRoom = ballast(disk, 8192);
    for (let round = 0; round < 20; round++) {
      write(100, 'error', 400);
      clock.advance(1100);
      await turns(10);
      const stats = storage.stats();
      assert.is(stats.accepted, stats.written + stats.queued + dropped(stats));
    }
    await come('the disk is full', () => (storage.stats().spool!.errors.ENOSPC ?? 0) > 0);
    assert.ok(warnings.some(({ message }) => message.includes('[ENOSPC]')));
    const before = storage.stats().spool!.bytes;
    makeRoom();
    await pass(1000);
    await come('it spools again', () => storage.stats().spool!.bytes > before);
    const { queued } = storage.stats();
    store.mode = 'ok';
    await come('all that was kept', () => storage.stats().queued === 0);
    assert.is(storage.stats().written, queued);
    assert.equal(numbers(store), range(1, queued));
    assert.is(storage.stats().spool!.corrupt, 0);
    await storage.stop();
    bench.note(
      `${storage.stats().accepted.toLocaleString('en')} lines: ${queued.toLocaleString('en')} kept and stored in order, ${dropped(storage.stats())} counted as lost`,
    );
  },
  { needs: ['mount'] },
);

test.run();
