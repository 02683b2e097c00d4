import fs, { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryQueue } from '../../../lib/node/delivery/queue';
import { Spill } from '../../../lib/node/delivery/spill';
import { ERROR_ROWS } from '../../../lib/node/storage/error-rows';
import { fakeClock } from '../../../lib/testing/fake-clock';
import { failing, halfWritten, held, imageOf, later, readAll, replaced, row, segments, spoolBed, systemError } from './spools';
import { turns } from './storages';

test('what is written at the end goes into a segment of its own: another write may be under way', async () => {
  const { spool, onDisk, next } = spoolBed();
  await spool.append([row(1)]);
  assert.is(spool.appendSync([row(2), row(3)], Number.POSITIVE_INFINITY), 2);
  assert.equal(onDisk(), [[1], [2, 3]]);
  assert.equal([spool.lines, await next(), await next(), await next(), spool.isEmpty], [3, [1], [2, 3], undefined, true]);
  spool.close();
});

test('at the end nothing is written any more when the time is over', () => {
  const { folder, spool } = spoolBed();
  assert.equal([spool.appendSync([row(1)], 0), segments(folder), spool.lines], [0, [], 0]);
  spool.close();
});

test('a write that fails in the middle leaves no half entry; the next one, a second later, goes on behind the whole ones', async () => {
  const { folder, spool, onDisk, troubles, next } = spoolBed();
  await spool.append([row(1)]);
  assert.is(await halfWritten(() => spool.append([row(2)])), 0);
  assert.equal(readFileSync(join(folder, segments(folder)[0]!)), imageOf([row(1)]));
  assert.equal([troubles, spool.errors, spool.mayWrite, spool.lines], [['ENOSPC'], { ENOSPC: 1 }, false, 1]);
  assert.is(await later(1000, () => spool.mayWrite), true);
  await spool.append([row(2), row(3)]);
  assert.equal([onDisk(), await next(), spool.corrupt], [[[1, 2, 3]], [1, 2, 3], 0]);
  spool.close();
});

test('where a half entry can not be taken back its segment ends, and what is whole in it is delivered', async () => {
  const { folder, spool, next, lost } = spoolBed();
  await spool.append([row(1)]);
  const written = await failing('ftruncateSync', () => halfWritten(() => spool.append([row(2)])));
  await spool.append([row(2)]);
  assert.equal([written, segments(folder).length], [0, 2]);
  assert.equal([await next(), await next(), await next()], [[1], [2], undefined]);
  assert.equal([segments(folder), lost, spool.bytes], [[], [], 0]);
  spool.close();
});

test('a segment that has nothing but a half entry is deleted', async () => {
  const { folder, spool } = spoolBed();
  await failing('ftruncateSync', () => halfWritten(() => spool.append([row(1)])));
  assert.equal([segments(folder), spool.isEmpty, spool.bytes, spool.lines], [[], true, 0, 0]);
  spool.close();
});

test('an error that passes while a segment is read costs nothing; after any other the segment is left out, and its lines counted', async () => {
  const { spool, next, lost, troubles, onDisk } = spoolBed();
  await spool.append([row(1), row(2)]);
  const reading = (code: string) =>
    replaced(
      fs.promises,
      'open',
      () => () => Promise.reject(systemError(code)),
      () => next(),
    );
  let code = '';
  await reading('EMFILE').catch((error: NodeJS.ErrnoException) => {
    code = error.code!;
  });
  assert.equal([code, lost, troubles], ['EMFILE', [], []]);
  assert.is(await reading('EIO'), undefined);
  assert.equal([lost, troubles, spool.isEmpty, spool.bytes], [[['spool_corrupt', 2]], ['EIO'], true, 0]);
  // It stays for whoever looks into it.
  assert.equal(onDisk(), [[1, 2]]);
  spool.close();
});

test('lines that memory delivered after they were spooled are not delivered again, nor those that were spooled twice', async () => {
  const { spool, next, lost } = spoolBed();
  await spool.append([row(1), row(2), row(3)]);
  await spool.append([row(2), row(3), row(4)]);
  spool.passOver(row(1));
  assert.equal([spool.lines, await next(), await next(), lost], [3, [2, 3, 4], undefined, []]);
  spool.close();
});

test('what is damaged stays counted when its segment has left', async () => {
  const { folder, spool, next } = spoolBed();
  await spool.append([row(1), row(2)]);
  const path = join(folder, segments(folder)[0]!);
  const bytes = readFileSync(path);
  bytes[20]! ^= 1;
  fs.writeFileSync(path, bytes);
  assert.is(readAll(bytes).corrupt, 1);
  assert.equal([await next(), spool.corrupt, await next(), spool.corrupt, spool.files], [[2], 1, undefined, 1, 0]);
  spool.close();
});

test('a line that is longer than the whole spool is no reason not to write others', async () => {
  const { spool } = spoolBed(undefined, 65_536);
  assert.equal([await spool.append([row(1, 'x'.repeat(100_000))]), spool.isFull, spool.mayWrite], [0, true, true]);
  assert.equal([await spool.append([row(2)]), spool.isFull], [1, false]);
  spool.close();
});

test('one write takes 256 KiB at most, unless one line is longer', async () => {
  const { spool, onDisk } = spoolBed(undefined, 10_000_000);
  const rows = [1, 2, 3].map((n) => row(n, 'x'.repeat(120_000)));
  assert.equal([await spool.append(rows), await spool.append([row(3, 'x'.repeat(300_000)), row(4)]), onDisk()], [2, 1, [[1, 2, 3]]]);
  spool.close();
});

test('what is too long for a batch comes with the next one, and is not lost', async () => {
  const { spool, next, lost } = spoolBed(undefined, 10_000_000);
  for (const n of [1, 2, 3]) await spool.append([row(n, 'x'.repeat(400_000))]);
  assert.equal([await next(), await next(), await next(), lost], [[1, 2], [3], undefined, []]);
  spool.close();
});

test('without room there is no sense in writing until a segment has left', async () => {
  const { spool, next } = spoolBed(undefined, 65_536);
  for (const n of [1, 2]) await spool.append([row(n, 'x'.repeat(30_000))]);
  assert.equal([await spool.append([row(3, 'x'.repeat(30_000))]), spool.isFull, spool.mayWrite], [0, true, false]);
  assert.equal([await next(), spool.mayWrite], [[1], false]);
  assert.equal([await next(), spool.mayWrite, spool.isEmpty], [[2], true, false]);
  spool.close();
});

test('what is closed while it is read loses nothing', async () => {
  const { spool, next, lost, onDisk } = spoolBed();
  await spool.append([row(1)]);
  const reading = next();
  spool.close();
  assert.equal([await reading, lost, onDisk()], [undefined, [], [[1]]]);
});

test('lines that are spooled at once while a write of them is under way leave memory once', async () => {
  const { spool, onDisk } = spoolBed();
  const queue = new MemoryQueue('a'.repeat(24), 1_000_000, ERROR_ROWS);
  const mark = { id: 'a', fingerprint: '0123456789ab' };
  for (const occurrences of [1, 2, 3]) queue.push('{}\n', false, { ...mark, occurrences });
  const spill = new Spill({ queue, spool, clock: fakeClock() }, { batch: () => undefined, isNeeded: () => true });
  await held(async (letGo) => {
    const bringing = spill.start();
    await turns();
    spill.spillSync(Number.POSITIVE_INFINITY);
    letGo();
    await bringing;
  });
  assert.equal(
    [queue.length, queue.bytes, spill.unspooled, onDisk()],
    [
      0,
      0,
      0,
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    ],
  );
  spool.close();
});

test.run();
