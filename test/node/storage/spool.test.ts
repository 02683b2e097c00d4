import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32, crc32ByTable } from '../../../lib/node/delivery/spool/checksum';
import { encodeEntry } from '../../../lib/node/delivery/spool/spool-entry';
import { deadPid, freshFolder, until as inTime } from '../file/scratch';
import { FakeStore } from './fake-store';
import { faster, freshSpool, held, imageOf, later, locks, readAll, row, segments } from './spools';
import { type Bed, bed, dropped, numberOf, numbers, range, turns } from './storages';

test('the checksum is CRC-32 as everybody computes it, with and without the help of Node', () => {
  const check = Buffer.from('123456789');
  assert.equal([crc32(check), crc32ByTable(check), crc32ByTable(Buffer.of())], [0xcbf43926, 0xcbf43926, 0]);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => assert.is(crc32(bytes), crc32ByTable(bytes))));
});

test('whatever a row holds comes back as it was', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), text)), (given) => {
      const rows = given.map(([n, line]) => row(n, line));
      assert.equal(readAll(imageOf(rows)), { rows, corrupt: 0 });
    }),
  );
});

test('what is on disk stays readable: a row is a list of key, id, fingerprint, occurrences and line behind its checksum and length', () => {
  const entry = 'e219263d 70 ["aaaaaaaaaaaaaaaaaaaaaaaa-1","k3m9q2td","0123456789ab",7,"{\\"n\\":1}"]\n';
  const rows = [{ key: `${'a'.repeat(24)}-1`, line: '{"n":1}', more: ['k3m9q2td', '0123456789ab', 7] }];
  assert.equal(readAll(Buffer.from(entry)), { rows, corrupt: 0 });
  assert.is(String(imageOf(rows)), entry);
});

test('rows of something else, such as of lines that are shipped, are none', () => {
  const key = `${'a'.repeat(24)}-1`;
  const others = [
    [],
    ['id', '0123456789ab'],
    ['id', '0123456789ab', -1],
    ['id', '0123456789ab', 1, 'x'],
    [1, '0123456789ab', 1],
    ['i'.repeat(65), '', 1],
  ];
  for (const more of others) assert.equal(readAll(encodeEntry({ key, line: '{}', more })), { rows: [], corrupt: 1 });
});

test('any one damaged bit or missing byte costs one entry at most, and is counted', () => {
  const rows = [1, 2, 3].map((n) => row(n));
  const image = imageOf(rows);
  for (let at = 0; at < image.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = Buffer.from(image);
      damaged[at]! ^= 1 << bit;
      const { rows: good, corrupt } = readAll(damaged);
      // Where it is a newline that is damaged, or the case of a digit, nothing need be lost.
      assert.ok(good.length >= 2, `bit ${bit} of byte ${at}: ${good.length} left`);
      for (const one of good)
        assert.equal(
          one,
          rows.find(({ key }) => key === one.key),
        );
      assert.ok(corrupt > 0, `bit ${bit} of byte ${at} is not counted`);
    }
    const without = readAll(Buffer.concat([image.subarray(0, at), image.subarray(at + 1)]));
    const least = image[at] === 10 ? 3 : 2;
    assert.ok(without.rows.length >= least, `byte ${at} is missing: ${without.rows.length} left`);
  }
});

test('a file that was cut anywhere has all its whole entries, and at most one half', () => {
  const rows = [1, 2, 3].map((n) => row(n));
  const ends = rows.map((_, index) => imageOf(rows.slice(0, index + 1)).length);
  const image = imageOf(rows);
  for (let length = 0; length <= image.length; length++) {
    // The last newline is not needed.
    const whole = ends.filter((end) => end - 1 <= length).length;
    const isHalf = length > 0 && !ends.includes(length) && !ends.includes(length + 1);
    const { rows: good, corrupt } = readAll(image.subarray(0, length));
    assert.equal([good.length, corrupt], [whole, Number(isHalf)], `cut at ${length}`);
  }
});

test('10,000 random images: nothing is thrown, and no row is made up', () => {
  const rows = range(1, 12).map((n) => row(n));
  const image = imageOf(rows);
  const known = new Map(rows.map((one) => [one.key, one]));
  const damage = fc.record({
    at: fc.nat(image.length - 1),
    kind: fc.constantFrom('flip', 'cut', 'insert', 'zero'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 5 }), (damages) => {
      let bytes: Buffer = Buffer.from(image);
      let touched = 0;
      for (const { at, kind, bytes: noise } of damages) {
        const where = Math.min(at, bytes.length);
        if (kind === 'cut') bytes = Buffer.concat([bytes.subarray(0, where), bytes.subarray(where + noise.length)]);
        if (kind === 'insert') bytes = Buffer.concat([bytes.subarray(0, where), noise, bytes.subarray(where)]);
        if (kind === 'zero') bytes.fill(0, where, Math.min(bytes.length, where + noise.length));
        if (kind === 'flip' && where < bytes.length) bytes[where]! ^= noise[0]!;
        touched++;
      }
      const { rows: good } = readAll(bytes);
      for (const one of good) assert.equal(one, known.get(one.key));
      // 40 bytes reach into two entries at most.
      assert.ok(good.length >= rows.length - 2 * touched, `${good.length} of ${rows.length} after ${touched}`);
    }),
    { numRuns: 10_000 },
  );
});

test('random bytes are no entries', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => assert.is(readAll(Buffer.from(bytes)).rows.length, 0)));
});

test('an entry with the right checksum and the wrong content is left out', () => {
  const entry = (json: string): Buffer => {
    const bytes = Buffer.from(json);
    return Buffer.from(`${crc32(bytes).toString(16).padStart(8, '0')} ${bytes.length} ${json}\n`);
  };
  const bad = [
    '',
    '{}',
    'null',
    '[]',
    '["k","e","f",1]',
    '["../k","e","f",1,"l"]',
    '["k",1,"f",1,"l"]',
    '["k","e","f",-1,"l"]',
    '["k","e","f",1.5,"l"]',
    `["k","${'e'.repeat(65)}","f",1,"l"]`,
  ];
  const good = entry('["k","e","f",1,"l"]');
  for (const json of bad) assert.equal([readAll(Buffer.concat([entry(json), good])).rows.length, json], [1, json]);
});

const spooled = (bed: Bed): number => bed.storage.stats().spool!.lines;

/** A storage whose database is down, with lines in its spool. */
async function withSpooled(folder: string, lines: number, options: Partial<Parameters<typeof bed>[0]> = {}): Promise<Bed> {
  const made = await bed({ spool: { folder }, ...options });
  made.store.mode = 'unavailable';
  made.write(lines);
  await made.until(
    'they are spooled',
    () => spooled(made) + 100 >= lines && segments(folder).length > 0 && made.storage.stats().failures > 0,
  );
  await made.storage.flush();
  return made;
}

test('as long as the database works nothing touches the disk', async () => {
  const folder = freshSpool();
  const { storage, write } = await bed({ spool: { folder } });
  write(500);
  await storage.flush();
  assert.throws(() => readdirSync(folder), /ENOENT/);
  assert.is((await storage.stop()).written, 500);
  assert.throws(() => readdirSync(folder), /ENOENT/);
});

test('when the database fails, what waits goes to disk, its batch first, in files that nobody else may read', async () => {
  const folder = freshSpool();
  const failing = await withSpooled(folder, 250);
  const [name] = segments(folder);
  const { rows } = readAll(readFileSync(join(folder, name!)));
  assert.equal(
    rows.map(({ line }) => numberOf(line)),
    range(1, 250),
  );
  assert.equal(
    [statSync(folder).mode & 0o777, statSync(join(folder, name!)).mode & 0o777, statSync(join(folder, locks(folder)[0]!)).mode & 0o777],
    [0o700, 0o600, 0o600],
  );
  const { queued, queuedBytes, spool } = failing.storage.stats();
  assert.equal([queued, spool!.lines, spool!.segments], [250, 150, 1]);
  assert.ok(queuedBytes < 100 * 600, 'only the batch is in memory');
  failing.store.mode = 'ok';
  await failing.until('all are stored', () => failing.storage.stats().queued === 0);
  assert.equal(numbers(failing.store), range(1, 250));
  await failing.until('the disk is clean', () => segments(folder).length === 0);
  await failing.storage.stop();
  assert.equal(readdirSync(folder), []);
});

test('spooled lines are delivered before newer ones', async () => {
  const folder = freshSpool();
  const failing = await withSpooled(folder, 300);
  failing.store.mode = 'ok';
  const { storage, until, write, store } = failing;
  write(300);
  await until('half', () => storage.stats().written > 150);
  write(300);
  await until('all', () => storage.stats().queued === 0);
  assert.equal(numbers(store), range(1, 900));
  await storage.stop();
});

test('a database that takes more than a second makes lines go to disk, and those in flight too', async () => {
  const folder = freshSpool();
  const { storage, store, write, clock, until } = await bed({ spool: { folder } });
  store.mode = 'hang';
  write(150);
  clock.advance(50);
  await turns();
  clock.advance(999);
  await turns();
  assert.is(storage.stats().spool!.segments, 0);
  clock.advance(1);
  await until('they are spooled', () => storage.stats().spool!.lines === 50);
  assert.is(readAll(readFileSync(join(folder, segments(folder)[0]!))).rows.length, 150);
  store.mode = 'ok';
  await until('stored', () => storage.stats().queued === 0);
  assert.equal(numbers(store), range(1, 150));
  assert.is(Math.max(...store.batches), 100);
  await storage.stop();
});

test('more than a quarter of the memory makes lines go to disk', async () => {
  const folder = freshSpool();
  const { storage, store, write, clock, until } = await bed({ spool: { folder }, maxQueuedBytes: 400_000 });
  store.mode = 'hang';
  write(200);
  clock.advance(100);
  await turns(20);
  assert.is(storage.stats().spool!.segments, 0);
  write(200);
  clock.advance(100);
  await until('they are spooled', () => storage.stats().spool!.segments === 1);
  store.mode = 'ok';
  await until('stored', () => storage.stats().queued === 0);
  assert.equal(numbers(store), range(1, 400));
  await storage.stop();
});

test('what stop could not deliver is delivered by the next start, before its own, and counted apart', async () => {
  const folder = freshSpool();
  const store = new FakeStore();
  const first = await withSpooled(folder, 120, { store });
  first.write(30);
  const account = await first.storage.stop();
  assert.equal([account.queued, account.spool!.lines >= 30, account.dropped], [150, true, {}]);
  assert.equal(locks(folder), []);
  store.mode = 'ok';
  const second = await bed({ store, spool: { folder }, from: 151 });
  second.write(10);
  await second.until('all', () => store.stored.length === 160);
  assert.equal(numbers(store), range(1, 160));
  const { accepted, written, queued, recovered, recoveredStored } = second.storage.stats();
  assert.equal(
    { accepted, written, queued, recovered, recoveredStored },
    { accepted: 10, written: 10, queued: 0, recovered: 150, recoveredStored: 150 },
  );
  await second.storage.stop();
  assert.equal(readdirSync(folder), []);
});

test('as long as older lines wait on disk, newer ones go there too, though the database works', async () => {
  const folder = freshSpool();
  await (await withSpooled(folder, 20)).storage.stop();
  const store = new FakeStore();
  store.insert = () => new Promise(() => undefined);
  const { storage, write, clock } = await bed({ store, spool: { folder }, closeDeadlineMs: 20 });
  write(10);
  // Once: the time in which an attempt counts as slow must not pass.
  clock.advance(60);
  await inTime(() => storage.stats().spool!.lines === 10, 'they are spooled');
  assert.is(storage.stats().state, 'open');
  await storage.stop();
});

test('lines that were stored before the end, but not deleted, are stored once', async () => {
  const folder = freshSpool();
  const store = new FakeStore();
  const first = await withSpooled(folder, 50, { store });
  store.mode = 'ambiguous';
  await first.storage.flush();
  assert.is(store.stored.length, 50);
  await first.storage.stop();
  store.mode = 'ok';
  const second = await bed({ store, spool: { folder } });
  await second.until('again', () => second.storage.stats().recoveredStored === 50);
  assert.is(store.stored.length, 50);
  await second.storage.stop();
});

test('bad lines of an earlier run are refused in its own account', async () => {
  const folder = freshSpool();
  const store = new FakeStore();
  await (await withSpooled(folder, 20, { store })).storage.stop();
  store.mode = 'ok';
  store.isRefused = ({ line }) => numberOf(line) === 7;
  const { storage, until } = await bed({ store, spool: { folder } });
  await until('all', () => storage.stats().recoveredStored === 19);
  const { recoveredRefused, dropped: reasons, accepted } = storage.stats();
  assert.equal({ recoveredRefused, reasons, accepted }, { recoveredRefused: 1, reasons: {}, accepted: 0 });
  await storage.stop();
});

test('segments of an owner that lives are left alone, those of one that is gone are taken', async () => {
  const folder = freshSpool();
  const living = await withSpooled(folder, 20);
  const other = await bed({ spool: { folder } });
  await turns(20);
  assert.equal([other.storage.stats().recovered, segments(folder).length], [0, 1]);
  // As if it had been killed: its lock names a process that is not there.
  const lock = join(folder, locks(folder)[0]!);
  writeFileSync(lock, readFileSync(lock, 'utf8').replace(/"pid":\d+/, `"pid":${deadPid()}`));
  await other.storage.stop();
  const third = await bed({ spool: { folder } });
  await third.until('taken', () => third.storage.stats().recoveredStored === 20);
  await third.storage.stop();
  // It finds out, and does not touch what is somebody else's.
  await living.storage.stop();
  assert.equal(segments(folder), []);
});

test('an owner of whom nothing can be known is watched before it counts as gone', async () => {
  const folder = freshSpool();
  const store = new FakeStore();
  await (await withSpooled(folder, 5, { store })).storage.stop();
  store.mode = 'ok';
  const run = /spool-(\w{24})/.exec(segments(folder)[0]!)![1]!;
  const lock = join(folder, `spool-${run}.lock`);
  writeFileSync(lock, JSON.stringify({ place: 'elsewhere', pid: 1, started: '', nonce: '0123456789abcdef' }));
  const { storage } = await bed({ store, spool: { folder } });
  await turns(20);
  assert.equal([storage.stats().recovered, segments(folder).length], [0, 1]);
  await storage.stop();
  assert.is(locks(folder).length, 1);
});

test('two storages that start at once take over each abandoned run once', async () => {
  const folder = freshSpool();
  const store = new FakeStore();
  for (let run = 0; run < 5; run++) await (await withSpooled(folder, 10, { store, from: run * 10 + 1 })).storage.stop();
  store.mode = 'ok';
  const both = await Promise.all([bed({ store, spool: { folder } }), bed({ store, spool: { folder } })]);
  await both[0].until('all', () => both[0].storage.stats().recoveredStored + both[1].storage.stats().recoveredStored === 50);
  assert.equal(
    numbers(store).sort((a, b) => a - b),
    range(1, 50),
  );
  for (const { storage } of both) await storage.stop();
  assert.equal(readdirSync(folder), []);
});

test('damaged entries of an earlier run are skipped and counted; the others are stored', async () => {
  const folder = freshSpool();
  const store = new FakeStore();
  await (await withSpooled(folder, 30, { store })).storage.stop();
  const path = join(folder, segments(folder)[0]!);
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('"id7"'.replaceAll('"', '\\"')) + 3]! ^= 1;
  writeFileSync(path, bytes.subarray(0, -5));
  store.mode = 'ok';
  const { storage, until } = await bed({ store, spool: { folder } });
  await until('the others', () => storage.stats().recoveredStored === 28 && segments(folder).length === 0);
  assert.is(storage.stats().spool!.corrupt, 2);
  assert.equal(
    numbers(store),
    range(1, 29).filter((n) => n !== 7),
  );
  await storage.stop();
});

test('lines of this run that the disk lost are counted as lost: damaged ones, a file, the whole folder', async () => {
  for (const harm of ['damage', 'file', 'folder'] as const) {
    const folder = freshSpool();
    const failing = await withSpooled(folder, 300);
    const path = join(folder, segments(folder)[0]!);
    if (harm === 'folder') rmSync(folder, { recursive: true });
    if (harm === 'file') rmSync(path);
    if (harm === 'damage') {
      const bytes = readFileSync(path);
      for (const id of ['id150\\', 'id300\\']) bytes[bytes.indexOf(id)]! ^= 1;
      writeFileSync(path, bytes);
    }
    failing.store.mode = 'ok';
    failing.write(5);
    await failing.until('the rest', () => failing.storage.stats().queued === 0);
    const stats = failing.storage.stats();
    assert.equal([stats.written, dropped(stats)], harm === 'damage' ? [303, 2] : [105, 200], harm);
    assert.is(stats.accepted, 305);
    assert.ok(failing.warnings.some(({ code }) => code === 'STORE_LOST'));
    await failing.storage.stop();
  }
});

test('a spool that is full keeps what it has; new lines stay in memory, then are lost as spool_full', async () => {
  const folder = freshSpool();
  const failing = await withSpooled(folder, 10, { spool: { folder, maxBytes: 100_000 }, maxQueuedBytes: 100_000 });
  const { storage, until, write, store } = failing;
  for (let round = 0; round < 40; round++) {
    write(50);
    // Settles when what can be spooled is.
    await storage.flush();
  }
  const stats = storage.stats();
  assert.ok(stats.spool!.bytes <= 100_000, `${stats.spool!.bytes}`);
  assert.ok(stats.dropped.spool_full! > 500);
  assert.is(stats.queued + dropped(stats), 2010);
  store.mode = 'ok';
  await until('what was kept', () => storage.stats().queued === 0);
  assert.equal(numbers(store).slice(0, 300), range(1, 300));
  assert.is(storage.stats().written, stats.queued);
  write(100);
  await until('it works on', () => storage.stats().queued === 0);
  store.mode = 'unavailable';
  write(200);
  await until('there is room again', () => spooled(failing) > 90);
  assert.equal((await storage.stop()).dropped, stats.dropped);
});

test('a line longer than the whole spool holds up only itself', async () => {
  const folder = freshSpool();
  const failing = await withSpooled(folder, 1, { spool: { folder, maxBytes: 65_536 } });
  failing.write(1, 'error', 100_000);
  failing.write(10);
  failing.clock.advance(500);
  await turns(20);
  failing.store.mode = 'ok';
  await failing.until('all', () => failing.storage.stats().queued === 0);
  assert.equal(numbers(failing.store), range(1, 12));
  await failing.storage.stop();
});

test('a line longer than the whole spool waits in memory, and is not taken for one that is on disk', async () => {
  for (const isDownFromTheStart of [true, false]) {
    const store = new FakeStore();
    if (isDownFromTheStart) store.mode = 'unavailable';
    const { storage, write, clock } = await bed({ store, spool: { folder: freshSpool(), maxBytes: 65_536 }, closeDeadlineMs: 20 });
    store.mode = 'unavailable';
    write(1, 'error', 100_000);
    clock.advance(50);
    await turns(20);
    await storage.flush();
    assert.equal([storage.stats().queued, storage.stats().spool!.segments], [1, 0]);
    const { dropped: reasons, queued } = await storage.stop();
    assert.equal([reasons, queued], [{ unsent: 1 }, 0]);
  }
});

test('what is no folder is not written through, memory does meanwhile, and it works by itself once it can', async () => {
  const folder = freshSpool();
  const elsewhere = freshFolder();
  symlinkSync(elsewhere, folder);
  const failing = await bed({ spool: { folder }, closeDeadlineMs: 50 });
  const { storage, store, write, until, clock, warnings } = failing;
  store.mode = 'unavailable';
  write(120);
  await until('it has failed', () => (storage.stats().spool!.errors.ELOOP ?? 0) > 0);
  assert.equal([readdirSync(elsewhere), storage.stats().queued], [[], 120]);
  assert.ok(warnings.some(({ code, message }) => code === 'STORE_FAILED' && message.includes('[ELOOP]')));
  rmSync(folder);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  clock.advance(1100);
  await until('it is spooled', () => spooled(failing) === 20);
  const account = await storage.stop();
  assert.equal([account.queued, account.dropped], [120, {}]);
});

test('what could not be spooled is tried again while the database hangs, though no line comes', async () => {
  const folder = freshSpool();
  symlinkSync(freshFolder(), folder);
  const { storage, store, write, clock } = await bed({ spool: { folder }, closeDeadlineMs: 20 });
  store.mode = 'hang';
  write(5);
  clock.advance(50);
  await turns();
  clock.advance(1000);
  await inTime(() => (storage.stats().spool!.errors.ELOOP ?? 0) > 0, 'it has failed');
  await turns();
  // Not before a second has passed: that is not a matter of the bus's clock.
  clock.advance(1000);
  await turns();
  assert.is(storage.stats().spool!.errors.ELOOP, 1);
  rmSync(folder);
  await later(1000, async () => {
    clock.advance(1000);
    await inTime(() => storage.stats().spool!.segments === 1, 'it is spooled');
  });
  assert.equal((await storage.stop()).dropped, {});
});

test('at the end a batch that has no room in the spool is given up as a whole, and nothing goes past it', async () => {
  const folder = freshSpool();
  const { storage, store, write, clock } = await bed({ spool: { folder, maxBytes: 65_536 }, closeDeadlineMs: 20 });
  store.mode = 'hang';
  write(5, 'error', 30_000);
  clock.advance(50);
  await turns();
  write(1);
  const { dropped: reasons, queued } = await storage.stop();
  assert.equal([reasons, queued], [{ unsent: 6 }, 0]);
});

test('a disk that takes longer than the end of the storage does no harm: what it had not written is written again', async () => {
  const folder = freshSpool();
  const failing = await withSpooled(folder, 120);
  await held(async (letGo) => {
    failing.write(10);
    failing.clock.advance(50);
    await turns(20);
    const account = await faster(100, () => failing.storage.stop());
    assert.equal([account.queued, account.dropped], [130, {}]);
    letGo();
    await turns(20);
    const { accepted, queued, dropped: reasons, queuedBytes } = failing.storage.stats();
    assert.equal([accepted, queued, reasons, queuedBytes], [130, 130, {}, account.queuedBytes]);
  });
  const store = new FakeStore();
  const { storage, until } = await bed({ store, spool: { folder } });
  await until('all', () => store.stored.length === 130);
  assert.equal(numbers(store), range(1, 130));
  await storage.stop();
});

test('planted segments are not followed: links, folders, second names of a file', async () => {
  const folder = freshSpool();
  mkdirSync(folder);
  const outside = join(freshFolder(), 'outside');
  writeFileSync(outside, encodeEntry(row(1)));
  const run = 'b'.repeat(24);
  symlinkSync(outside, join(folder, `spool-${run}-1.log`));
  mkdirSync(join(folder, `spool-${run}-2.log`));
  writeFileSync(join(folder, `spool-${run}-3.log`), encodeEntry(row(3)));
  writeFileSync(join(folder, `spool-${run}-4.log.x`), encodeEntry(row(4)));
  const { storage, store, until } = await bed({ spool: { folder } });
  await until('the one that is none of these', () => storage.stats().recoveredStored === 1);
  assert.is(store.stored[0]!.errorId, 'id3');
  assert.ok(readFileSync(outside).length > 0);
  await storage.stop();
  assert.equal(readdirSync(folder).sort(), [`spool-${run}-1.log`, `spool-${run}-2.log`, `spool-${run}-4.log.x`]);
});

test('an owner whose lock was taken writes into segments of a new name', async () => {
  const folder = freshSpool();
  const failing = await withSpooled(folder, 10);
  const { storage, write, store, until } = failing;
  const before = segments(folder)[0]!;
  const lock = join(folder, locks(folder)[0]!);
  const moved = join(freshFolder(), 'moved');
  renameSync(lock, moved);
  store.mode = 'ok';
  await until('it let go', () => storage.stats().spool!.segments === 0 && storage.stats().queued === 0);
  store.mode = 'unavailable';
  write(5);
  await until('new ones', () => segments(folder).length === 1 || segments(folder).length === 2);
  await storage.stop();
  const after = segments(folder).filter((name) => name !== before);
  assert.is(after.length, 1);
});

test.run();
