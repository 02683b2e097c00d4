import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Warning } from '../../../lib/core/warning';
import { setAside } from '../../../lib/node/storage/sqlite/set-aside';
import { createSqliteStore, sqliteStoreAt } from '../../../lib/node/storage/sqlite/sqlite-store';
import { StoreError } from '../../../lib/node/storage/store';
import { type SqliteDriver, testEachDriver } from '../../support/storage/handles';
import { lineOf, linesFrom } from '../../support/storage/lines';

const root = mkdtempSync(join(tmpdir(), 'telemetry-corrupt-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
let folders = 0;
function freshPath(): string {
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  return join(folder, 'errors.db');
}

/** A file with rows, closed. */
async function filled({ open }: SqliteDriver, rows = 200): Promise<string> {
  const path = freshPath();
  const store = sqliteStoreAt(path, open, () => assert.unreachable());
  for (let from = 0; from < rows; from += 100) await store.insert(linesFrom(from, 100));
  await store.close();
  return path;
}

/** Flips bits of a byte. */
function flip(path: string, at: number, bits = 0xff): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= bits;
  writeFileSync(path, bytes);
}

/** Opens what is at the path and stores a row; says what was told and which files there are then. */
async function opened({ open }: SqliteDriver, path: string) {
  const warnings: Warning[] = [];
  const store = sqliteStoreAt(path, open, (warning) => warnings.push(warning));
  await store.open();
  const stored = await store.insert([lineOf(9999)]);
  const rows = (await store.find({ limit: 1000 })).length;
  await store.close();
  const aside = readdirSync(join(path, '..')).filter((name) => name.includes('.corrupt-'));
  return { stored, rows, aside, warnings };
}

async function isSetAside(driver: SqliteDriver, path: string): Promise<void> {
  const bytes = readFileSync(path);
  const { stored, rows, aside, warnings } = await opened(driver, path);
  assert.equal([stored, rows], [1, 1]);
  assert.equal(
    aside.filter((name) => !/-(wal|shm)$/.test(name)),
    ['errors.db.corrupt-1'],
  );
  assert.equal(
    warnings.map(({ code }) => code),
    ['STORE_CORRUPT'],
  );
  assert.match(warnings[0]!.message, /errors\.db\.corrupt-1/);
  // Kept bit by bit: somebody may get out of it what is left.
  assert.ok(readFileSync(`${path}.corrupt-1`).equals(bytes));
}

const PAGE = 4096;

testEachDriver('garbage is set aside, of any length', async (driver) => {
  for (const length of [1, 15, 16, 99, 100, 511, 5000]) {
    const path = freshPath();
    writeFileSync(path, Buffer.alloc(length, 'garbage '));
    await isSetAside(driver, path);
  }
});

testEachDriver('a file cut short is set aside, wherever it was cut', async (driver) => {
  const whole = await filled(driver);
  const { size } = statSync(whole);
  for (const length of [1, 50, 99, 100, 600, PAGE - 1, PAGE, 2 * PAGE, size - PAGE]) {
    const path = freshPath();
    copyFileSync(whole, path);
    truncateSync(path, length);
    await isSetAside(driver, path);
  }
});

testEachDriver('a flipped bit anywhere in the header is found, or it does not matter', async (driver) => {
  const whole = await filled(driver);
  let found = 0;
  for (let at = 0; at < 100; at++) {
    for (const bits of [0x01, 0x80]) {
      const path = freshPath();
      copyFileSync(whole, path);
      flip(path, at, bits);
      const { stored, rows, aside } = await opened(driver, path);
      assert.is(stored, 1, `byte ${at}`);
      assert.is(rows, aside.length > 0 ? 1 : 201, `byte ${at}`);
      found += Math.min(aside.length, 1);
    }
  }
  // What remains are counters, versions and hints, which nothing depends on.
  assert.ok(found >= 100, `${found} of 200`);
});

testEachDriver('the head of a page that is damaged is found', async (driver) => {
  const whole = await filled(driver);
  const pages = statSync(whole).size / PAGE;
  for (let page = 1; page < pages; page++) {
    const path = freshPath();
    copyFileSync(whole, path);
    flip(path, page * PAGE);
    await isSetAside(driver, path);
  }
});

testEachDriver('corruption that shows later is told, and the next call begins a new file', async (driver) => {
  const path = await filled(driver, 500);
  const warnings: Warning[] = [];
  const store = sqliteStoreAt(path, driver.open, (warning) => warnings.push(warning));
  await store.open();
  const other = driver.open(path);
  other.exec('CREATE TABLE other (id INTEGER); PRAGMA wal_checkpoint(TRUNCATE)');
  await store.find({});
  const bytes = readFileSync(path);
  for (let page = 1; page < bytes.length / PAGE; page++) if (bytes[page * PAGE] === 0x0d) bytes.fill(0xff, page * PAGE, page * PAGE + 16);
  // In place: the same file, as a disk does it. What the store has in memory is dropped when another connection writes.
  writeFileSync(path, bytes);
  other.exec('PRAGMA user_version = 5');
  let told: unknown;
  for (let call = 0; call < 3 && told === undefined; call++) {
    await store.insert([lineOf(1000 + call)]).catch((error: unknown) => (told = error));
  }
  assert.instance(told, StoreError);
  assert.is((told as StoreError).kind, 'corrupt');
  assert.equal(
    warnings.map(({ code }) => code),
    ['STORE_CORRUPT'],
  );
  other.close();
  await store.open();
  assert.is(await store.insert([lineOf(2000)]), 1);
  assert.is((await store.find({})).length, 1);
  assert.ok(existsSync(`${path}.corrupt-1`));
  await store.close();
});

testEachDriver('an empty file is a new database', async (driver) => {
  const path = freshPath();
  writeFileSync(path, '');
  assert.equal(await opened(driver, path), { stored: 1, rows: 1, aside: [], warnings: [] });
});

testEachDriver('the log of a database that is gone is kept, not deleted', async (driver) => {
  for (const isEmpty of [true, false]) {
    const path = freshPath();
    if (isEmpty) writeFileSync(path, '');
    writeFileSync(`${path}-wal`, 'rows');
    const { stored, rows, aside } = await opened(driver, path);
    assert.equal([stored, rows], [1, 1]);
    assert.equal(aside.sort(), isEmpty ? ['errors.db.corrupt-1', 'errors.db.corrupt-1-wal'] : ['errors.db.corrupt-1-wal']);
    assert.is(readFileSync(`${path}.corrupt-1-wal`, 'utf8'), 'rows');
  }
});

testEachDriver('each corrupt file has a name of its own, and after a hundred no more are made', async (driver) => {
  const path = freshPath();
  for (let number = 1; number <= 99; number++) writeFileSync(`${path}.corrupt-${number}${number % 2 ? '' : '-wal'}`, `${number}`);
  writeFileSync(path, 'garbage');
  await opened(driver, path);
  assert.is(readFileSync(`${path}.corrupt-100`, 'utf8'), 'garbage');
  writeFileSync(path, 'garbage again');
  for (const companion of ['-wal', '-shm']) rmSync(path + companion, { force: true });
  const error = await opened(driver, path).catch((reason: unknown) => reason as StoreError);
  assert.is((error as StoreError).kind, 'unavailable');
  assert.is(readFileSync(path, 'utf8'), 'garbage again');
  for (let number = 1; number <= 99; number++)
    assert.is(readFileSync(`${path}.corrupt-${number}${number % 2 ? '' : '-wal'}`, 'utf8'), `${number}`);
});

testEachDriver('several that find the same file corrupt set it aside once', async (driver) => {
  const path = freshPath();
  writeFileSync(path, 'garbage');
  const warnings: Warning[] = [];
  const stores = Array.from({ length: 5 }, () => sqliteStoreAt(path, driver.open, (warning) => warnings.push(warning)));
  for (const [number, store] of stores.entries()) assert.is(await store.insert([lineOf(number)]), 1);
  assert.is((await stores[0]!.find({})).length, 5);
  assert.is(warnings.length, 1);
  for (const store of stores) await store.close();
  assert.equal(readdirSync(join(path, '..')), ['errors.db', 'errors.db.corrupt-1']);
});

test('a fresh file that took the place of the corrupt one stays, and where nothing is nothing is renamed', () => {
  const path = freshPath();
  assert.is(setAside(path, undefined), undefined);
  writeFileSync(path, 'fresh');
  const { dev, ino } = statSync(path);
  assert.is(setAside(path, { dev, ino: ino + 1 }), undefined);
  assert.is(setAside(path, undefined), undefined);
  assert.equal(readdirSync(join(path, '..')), ['errors.db']);
  assert.is(setAside(path, { dev, ino }), `${path}.corrupt-1`);
  assert.equal(readdirSync(join(path, '..')), ['errors.db.corrupt-1']);
});

test('a place where even a new file is corrupt is told of, and not filled with corrupt ones', async () => {
  const path = freshPath();
  writeFileSync(path, 'garbage');
  const broken = (): never => {
    throw Object.assign(new Error('file is not a database'), { code: 'SQLITE_NOTADB' });
  };
  const store = sqliteStoreAt(path, broken, () => undefined);
  const error = await store.open().catch((reason: unknown) => reason);
  assert.is((error as StoreError).kind, 'corrupt');
  assert.equal(readdirSync(join(path, '..')).sort(), ['errors.db', 'errors.db.corrupt-1']);
});

testEachDriver('a warning that throws or rejects harms nothing', async ({ open }) => {
  const throwing = [
    () => {
      throw new Error('no console');
    },
    async () => Promise.reject(new Error('no console')),
  ];
  for (const warn of throwing) {
    const path = freshPath();
    writeFileSync(path, 'garbage');
    const store = sqliteStoreAt(path, open, warn as () => void);
    assert.is(await store.insert([lineOf(1)]), 1);
    await store.close();
  }
});

testEachDriver('a corrupt database that was handed in is left where it is', async (driver) => {
  const path = await filled(driver, 500);
  const bytes = readFileSync(path);
  for (let page = 1; page < bytes.length / PAGE; page++) bytes.fill(0xff, page * PAGE, page * PAGE + 16);
  writeFileSync(path, bytes);
  const database = driver.open(path);
  const store = createSqliteStore({ database });
  const error = await store.insert(linesFrom(1000, 100)).catch((reason: unknown) => reason as StoreError);
  assert.is((error as StoreError).kind, 'unavailable');
  assert.match((error as StoreError).message, /handed in/);
  await store.close();
  database.close();
  assert.not.ok(existsSync(`${path}.corrupt-1`));
});

test.run();
