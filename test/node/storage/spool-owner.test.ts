import fs, { existsSync, lstatSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SpoolLock } from '../../../lib/node/delivery/spool/spool-lock';
import { ownerHere } from '../../../lib/node/file/lock-owner';
import { deadPid } from '../file/scratch';
import { failing, freshSpool, imageOf, later, locks, replaced, row, segments, spoolBed, takeLock } from './spools';

/** Longer than an owner may be silent before others take its runs. */
const SILENT = 61_000;
const runOf = (n: number): string => n.toString(16).padStart(24, '0');

/** Leaves segments of runs that nobody owns. */
function plant(folder: string, run: string, numbers: readonly number[]): void {
  mkdirSync(folder, { recursive: true });
  for (const n of numbers) writeFileSync(join(folder, `spool-${run}-${n}.log`), imageOf([row(n)]));
}

/** A spool with a line in it, whose lock somebody else has taken. */
async function taken() {
  const bed = spoolBed();
  await bed.spool.append([row(1)]);
  const lock = join(bed.folder, locks(bed.folder)[0]!);
  takeLock(lock);
  return { ...bed, lock };
}

test('who was silent for long looks before it writes: a run that was taken over is not touched, and goes on under a new name', async () => {
  const { spool, folder, onDisk, lost, lock, next } = await taken();
  assert.is(await later(SILENT, () => spool.append([row(2)])), 1);
  assert.equal([lost, onDisk(), locks(folder).length, spool.files], [[['spool_lost', 1]], [[1], [2]], 2, 1]);
  assert.equal([await next(), await next(), onDisk()], [[2], undefined, [[1]]]);
  spool.close();
  // Nor does it take away the other's lock.
  assert.equal(locks(folder), [lock.slice(folder.length + 1)]);
});

test('who was silent for long looks before it deletes', async () => {
  const { spool, next, lock, lost, onDisk, ...bed } = { ...spoolBed(), lock: '' };
  await spool.append([row(1)]);
  assert.equal([await next(), lock], [[1], '']);
  takeLock(join(bed.folder, locks(bed.folder)[0]!));
  assert.is(await later(SILENT, next), undefined);
  assert.equal([onDisk(), spool.isEmpty, lost], [[[1]], true, []]);
  spool.close();
});

test('tending finds out that a run was taken over', async () => {
  const { spool, lost, onDisk, lock } = await taken();
  assert.is(await spool.tend(), false);
  assert.equal([lost, spool.isEmpty, spool.bytes, onDisk()], [[['spool_lost', 1]], true, 0, [[1]]]);
  spool.close();
  assert.ok(existsSync(lock));
});

test('a lock that somebody else has is not removed at the end', async () => {
  const { spool, lock } = await taken();
  spool.close();
  assert.ok(existsSync(lock));
});

test('tending touches the lock', async () => {
  const { spool, folder } = spoolBed();
  await spool.append([row(1)]);
  const lock = join(folder, locks(folder)[0]!);
  utimesSync(lock, 1000, 1000);
  await spool.tend();
  assert.ok(lstatSync(lock).mtimeMs > 1_000_000);
  spool.close();
});

test('nobody takes over its own run, even where neither its process nor its touch can be seen', async () => {
  const { spool, folder } = spoolBed();
  await spool.append([row(1)]);
  const lock = join(folder, locks(folder)[0]!);
  takeLock(lock, (JSON.parse(readFileSync(lock, 'utf8')) as { nonce: string }).nonce);
  await failing('utimesSync', async () => {
    await spool.tend();
    await later(SILENT, () => spool.tend());
  });
  assert.is(spool.files, 1);
  spool.close();
});

test('an owner of whom nothing can be known is gone when its lock was the same for a minute', async () => {
  const folder = freshSpool();
  plant(folder, runOf(1), [1]);
  const lock = join(folder, `spool-${runOf(1)}.lock`);
  takeLock(lock);
  const { spool, next } = spoolBed(folder);
  const look = (ms: number) => later(ms, () => spool.tend());
  assert.equal([await look(0), await look(59_000)], [false, false]);
  utimesSync(lock, 1000, 1000);
  assert.equal([await look(61_000), await look(120_000)], [false, false]);
  assert.is(await look(122_000), true);
  assert.equal([await next(), await next(), segments(folder), locks(folder)], [[1], undefined, [], []]);
  spool.close();
});

test('an owner that lives keeps its run, however long it is silent', async () => {
  const folder = freshSpool();
  plant(folder, runOf(1), [1]);
  writeFileSync(join(folder, `spool-${runOf(1)}.lock`), JSON.stringify(ownerHere('0123456789abcdef')));
  const { spool } = spoolBed(folder);
  assert.equal([await spool.tend(), await later(SILENT, () => spool.tend())], [false, false]);
  spool.close();
});

test('a lock that says nothing is watched, too', async () => {
  const folder = freshSpool();
  plant(folder, runOf(1), [1]);
  writeFileSync(join(folder, `spool-${runOf(1)}.lock`), '');
  const { spool } = spoolBed(folder);
  assert.equal([await spool.tend(), await later(SILENT, () => spool.tend())], [false, true]);
  spool.close();
});

test('a run whose owner turns out to live at the last moment is not taken over', () => {
  const folder = freshSpool();
  plant(folder, runOf(1), [1]);
  assert.is(
    SpoolLock.takeOver(folder, runOf(1), () => false),
    undefined,
  );
  assert.equal(locks(folder), []);
});

test('what is taken over is delivered in the order of its runs and segments, and its lock kept until all of it is', async () => {
  const folder = freshSpool();
  for (const run of [3, 1, 2]) plant(folder, runOf(run), [10, 9, 11, 2, 1]);
  const { spool, next } = spoolBed(folder);
  // Systems list a folder in whatever order they like.
  const backwards = (original: (...args: never[]) => unknown) => async (path: never) => ((await original(path)) as string[]).reverse();
  assert.is(await replaced(fs.promises, 'readdir', backwards, () => spool.tend()), true);
  for (const run of [1, 2, 3]) {
    for (const n of [1, 2, 9, 10, 11]) assert.equal([await next(), existsSync(join(folder, `spool-${runOf(run)}.lock`))], [[n], true]);
  }
  assert.equal([locks(folder).length, await next(), locks(folder), spool.bytes], [1, undefined, [], 0]);
  spool.close();
});

test('what was taken over is delivered before lines of this run', async () => {
  const folder = freshSpool();
  plant(folder, runOf(1), [7]);
  const { spool, next } = spoolBed(folder);
  await spool.append([row(1)]);
  await spool.tend();
  assert.equal([await next(), await next(), await next()], [[7], [1], undefined]);
  spool.close();
});

test('a hundred runs are taken over at once, the oldest, and others later', async () => {
  const folder = freshSpool();
  for (let run = 1; run <= 101; run++) plant(folder, runOf(run), [1]);
  const { spool } = spoolBed(folder);
  await spool.tend();
  assert.equal([spool.files, existsSync(join(folder, `spool-${runOf(101)}.lock`))], [100, false]);
  await spool.tend();
  assert.is(spool.files, 101);
  spool.close();
  assert.equal(locks(folder), []);
});

test('a lock without segments, of an owner that is gone, is removed', async () => {
  const folder = freshSpool();
  plant(folder, runOf(1), []);
  writeFileSync(join(folder, `spool-${runOf(1)}.lock`), JSON.stringify({ ...ownerHere('0123456789abcdef'), pid: deadPid() }));
  const { spool } = spoolBed(folder);
  assert.is(await spool.tend(), false);
  assert.equal(locks(folder), []);
  spool.close();
});

test('what is found while the spool is closed is given back', async () => {
  const folder = freshSpool();
  plant(folder, runOf(1), [1]);
  const { spool } = spoolBed(folder);
  const tending = spool.tend();
  spool.close();
  await tending;
  assert.equal([locks(folder), spool.isEmpty, segments(folder).length], [[], true, 1]);
});

test.run();
