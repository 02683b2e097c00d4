import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeSnapshot, isTelemetryError, takeSnapshot } from '../../../lib/index';
import { readSnapshot, readSnapshots, writeSnapshot } from '../../../lib/node/workers';
import { inFolder } from '../../support/started';
import { createShop, record, shop } from '../../support/workers/known-data';
import { assertSame } from '../../support/workers/same';

const failure = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return isTelemetryError(error) ? error.code : String((error as NodeJS.ErrnoException).code);
  }
};

test('eight files come to what one process has that recorded all of it', async () => {
  await inFolder(async (dir) => {
    for (let part = 0; part < 8; part++) {
      const bus = createShop();
      record(bus, part, 8);
      await writeSnapshot(join(dir, `shard-${part}.snapshot`), bus);
    }
    const { snapshot, files, failures, leftOut } = await readSnapshots(dir);
    assert.equal([files.length, failures, leftOut, snapshot.sources], [8, [], 0, 8]);
    await assertSame(snapshot, snapshot);
  });
});

test('a file holds what was there when it was written, is only its owner’s, and nothing is left beside it', async () => {
  await inFolder(async (dir) => {
    const bus = createShop();
    const path = join(dir, 'a.snapshot');
    bus.execute(shop.order.refused, { amount: 1 }, { region: 'eu' });
    const writing = writeSnapshot(path, bus);
    bus.execute(shop.order.refused, { amount: 1 }, { region: 'eu' });
    await writing;
    assert.equal((await readSnapshot(path)).getCounters(), { 'shop.order.refused': 1 });
    assert.is(statSync(path).mode & 0o777, 0o600);
    const snapshot = takeSnapshot(bus);
    await writeSnapshot(path, snapshot);
    assert.equal(new Uint8Array(readFileSync(path)), encodeSnapshot(snapshot));
    assert.equal(readdirSync(dir), ['a.snapshot']);
  });
});

test('what can not be written leaves nothing beside it, and what was there', async () => {
  await inFolder(async (dir) => {
    const bus = createShop();
    assert.is(await failure(writeSnapshot(join(dir, 'no', 'a.snapshot'), bus)), 'ENOENT');
    mkdirSync(join(dir, 'folder', 'in'), { recursive: true });
    assert.match(await failure(writeSnapshot(join(dir, 'folder'), bus)), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    assert.equal(readdirSync(dir), ['folder']);
    assert.is(await failure(writeSnapshot('', bus)), 'OPTION_INVALID');
    assert.is(await failure(writeSnapshot('a\0b', bus)), 'OPTION_INVALID');
    assert.is(await failure(writeSnapshot(join(dir, 'a'), {})), 'OPTION_INVALID');
  });
});

test('a link at the path is replaced, and one that is read is refused', async () => {
  await inFolder(async (dir) => {
    const [target, link] = [join(dir, 'target'), join(dir, 'link.snapshot')];
    writeFileSync(target, 'precious');
    symlinkSync(target, link);
    assert.is(await failure(readSnapshot(link)), 'ELOOP');
    await writeSnapshot(link, createShop());
    assert.is(readFileSync(target, 'utf8'), 'precious');
    assert.is((await readSnapshot(link)).sources, 1);
  });
});

test('what is too large, cut off, empty, a folder or a device is refused', async () => {
  await inFolder(async (dir) => {
    const path = join(dir, 'a.snapshot');
    await writeSnapshot(path, createShop());
    const { size } = statSync(path);
    assert.is(await failure(readSnapshot(path, { maxBytes: size })), 'none');
    assert.is(await failure(readSnapshot(path, { maxBytes: size - 1 })), 'SNAPSHOT_INVALID');
    truncateSync(path, size - 1);
    assert.is(await failure(readSnapshot(path)), 'SNAPSHOT_INVALID');
    truncateSync(path, 0);
    assert.is(await failure(readSnapshot(path)), 'SNAPSHOT_INVALID');
    // 1 TB, with nothing in it.
    truncateSync(path, 2 ** 40);
    assert.is(await failure(readSnapshot(path)), 'SNAPSHOT_INVALID');
    assert.is(await failure(readSnapshot(dir)), 'ENOTREG');
    assert.is(await failure(readSnapshot('/dev/zero')), 'ENOTREG');
    assert.is(await failure(readSnapshot(join(dir, 'none'))), 'ENOENT');
    assert.is(await failure(readSnapshot(path, { maxBytes: 0 })), 'OPTION_INVALID');
    assert.is(await failure(readSnapshot(path, { max: 1 } as never)), 'OPTION_UNKNOWN');
  });
});

test('files of a folder that can not be read are told of, and stop nothing', async () => {
  await inFolder(async (dir) => {
    const bus = createShop();
    bus.execute(shop.order.refused, { amount: 1 }, { region: 'eu' });
    for (const name of ['a', 'c', 'e']) await writeSnapshot(join(dir, `${name}.snapshot`), bus);
    writeFileSync(join(dir, 'b.snapshot'), 'no snapshot');
    mkdirSync(join(dir, 'd.snapshot'));
    writeFileSync(join(dir, 'notes.txt'), 'not ours');
    writeFileSync(join(dir, '.f.snapshot'), 'being written');
    const all = await readSnapshots(dir);
    assert.equal(all.files, ['a.snapshot', 'c.snapshot', 'e.snapshot']);
    assert.equal(
      all.failures.map(({ file }) => file),
      ['b.snapshot', 'd.snapshot'],
    );
    assert.equal(all.snapshot.getCounters(), { 'shop.order.refused': 3 });
    const some = await readSnapshots(dir, { maxFiles: 2 });
    assert.equal([some.files, some.leftOut], [['a.snapshot'], 3]);
    const { size } = statSync(join(dir, 'a.snapshot'));
    const small = await readSnapshots(dir, { maxTotalBytes: size * 2 });
    assert.equal(small.files, ['a.snapshot', 'c.snapshot']);
    assert.match(small.failures.at(-1)!.why, /maxTotalBytes/);
    assert.equal((await readSnapshots(dir, { maxBytes: size - 1 })).files, []);
    assert.is(await failure(readSnapshots(join(dir, 'none'))), 'ENOENT');
    assert.is(await failure(readSnapshots(dir, { maxFiles: 0 })), 'OPTION_INVALID');
    assert.is(await failure(readSnapshots(dir, { gauges: 'most' as never })), 'OPTION_INVALID');
  });
});

test.run();
