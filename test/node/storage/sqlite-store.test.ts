import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError, type TelemetryErrorCode } from '../../../lib/core/errors';
import { nativeSqlite } from '../../../lib/node/storage/sqlite/sqlite-database';
import { sqliteErrorOf } from '../../../lib/node/storage/sqlite/sqlite-error';
import { createSqliteStore, sqliteStoreAt } from '../../../lib/node/storage/sqlite/sqlite-store';
import { type ErrorStore, StoreError } from '../../../lib/node/storage/store';
import { storeConformance } from '../../conformance/store';
import { DRIVERS, hasNative, type openAny, openNative, testEachDriver, testPath } from '../../support/storage/handles';
import { lineOf, linesFrom } from '../../support/storage/lines';
import { runs } from '../file/scratch';

const root = mkdtempSync(join(tmpdir(), 'telemetry-sqlite-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
let folders = 0;
function freshFolder(): string {
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  return folder;
}

const unheard = (): void => assert.unreachable('there is nothing to warn of');

for (const { name, open } of DRIVERS) {
  storeConformance(
    `SQLite by path, ${name}`,
    async () => {
      const path = join(freshFolder(), 'errors.db');
      return { store: sqliteStoreAt(path, open, unheard), another: () => sqliteStoreAt(path, open, unheard), end: () => undefined };
    },
    { keepsRecords: true },
  );
}

const refused = (code: TelemetryErrorCode, said: RegExp, options: unknown): void => {
  assert.throws(
    () => createSqliteStore(options as never),
    (error: unknown) => isTelemetryError(error) && error.code === code && said.test(error.message),
  );
};

async function kindOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    assert.instance(error, StoreError);
    return `${(error as StoreError).kind} ${(error as StoreError).code}`;
  }
}

const keys = async (store: ErrorStore): Promise<string[]> => (await store.find({ limit: 1000 })).map(({ key }) => key);
const pragma = (database: ReturnType<typeof openAny>, name: string): unknown =>
  Object.values(database.prepare(`PRAGMA ${name}`).all()[0] as object)[0];

test('wrong options are refused when the store is created', () => {
  refused('OPTION_INVALID', /either path or database/, undefined);
  refused('OPTION_INVALID', /either path or database/, {});
  refused('OPTION_INVALID', /either path or database/, { path: 'errors.db', database: {} });
  refused('OPTION_UNKNOWN', /Did you mean "path"/, { pth: 'errors.db' });
  for (const path of ['', ':memory:', 'file:errors.db', 'a\0b', 5, null]) refused('OPTION_INVALID', /path/, { path });
  refused('OPTION_INVALID', /onWarning/, { path: 'errors.db', onWarning: 'console' });
});

test('what is no database of SQLite is refused, and a pool of PostgreSQL is recognised', () => {
  const throwing = new Proxy({}, { get: () => assert.unreachable() });
  for (const database of [5, null, {}, [], { prepare: 1, exec: 2 }, { prepare() {} }, throwing])
    refused('OPTION_INVALID', /better-sqlite3/, { database });
  refused('OPTION_INVALID', /createPostgresStore/, { database: { connect() {}, query() {} } });
});

test('a path where there is no node:sqlite says what to do', () => {
  assert.throws(
    () => nativeSqlite(() => undefined),
    (error: unknown) =>
      isTelemetryError(error) && error.code === 'PEER_MISSING' && /22\.13/.test(error.fix) && /npm install better-sqlite3/.test(error.fix),
  );
  if (!hasNative) refused('PEER_MISSING', /better-sqlite3/, { path: join(freshFolder(), 'errors.db') });
});

test('errors of both drivers are told by their primary code', () => {
  const told = (error: unknown): string => {
    const { kind, code } = sqliteErrorOf(error);
    return `${kind} ${code}`;
  };
  // Extended codes: 261 is SQLITE_BUSY_RECOVERY, 267 SQLITE_CORRUPT_VTAB, 2067 SQLITE_CONSTRAINT_UNIQUE.
  const numbers: [number, string][] = [
    [5, 'unavailable SQLITE_BUSY'],
    [261, 'unavailable SQLITE_BUSY'],
    [13, 'unavailable SQLITE_FULL'],
    [267, 'corrupt SQLITE_CORRUPT'],
    [26, 'corrupt SQLITE_NOTADB'],
    [2067, 'refused SQLITE_CONSTRAINT'],
    [18, 'refused SQLITE_TOOBIG'],
    [250, 'unavailable SQLITE_ERROR'],
  ];
  for (const [errcode, expected] of numbers)
    assert.is(told(Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode })), expected);
  for (const [code, expected] of [
    ['SQLITE_CORRUPT_INDEX', 'corrupt'],
    ['SQLITE_CONSTRAINT_DATATYPE', 'refused'],
    ['SQLITE_IOERR_WRITE', 'unavailable'],
  ])
    assert.is(told(Object.assign(new Error('x'), { code })), `${expected} ${code}`);
  for (const thrown of [undefined, null, 'text', {}, new Error('x')]) assert.is(told(thrown), 'unavailable SQLITE_ERROR');
});

testPath('a path is opened with node:sqlite', async () => {
  const path = join(freshFolder(), 'errors.db');
  const store = createSqliteStore({ path });
  assert.not.ok(existsSync(path), 'not before it is opened');
  await store.open();
  assert.is(await store.insert([lineOf(1)]), 1);
  await store.close();
  assert.ok(statSync(path).size > 0);
});

testEachDriver('a file and its folder are for their owner only', async ({ open }) => {
  const folder = join(freshFolder(), 'deep', 'folder');
  const path = join(folder, 'errors.db');
  const umask = process.umask(0);
  const store = sqliteStoreAt(path, open, unheard);
  await store.insert([lineOf(1)]);
  process.umask(umask);
  assert.equal(readdirSync(folder).sort(), ['errors.db', 'errors.db-shm', 'errors.db-wal']);
  for (const name of readdirSync(folder)) assert.is(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  assert.is(statSync(folder).mode & 0o777, 0o700);
  await store.close();
});

testEachDriver('links, folders and pipes are refused, and what they lead to is untouched', async ({ open }) => {
  const folder = freshFolder();
  const target = join(folder, 'target.db');
  const at = (name: string): ErrorStore => sqliteStoreAt(join(folder, name), open, unheard);
  symlinkSync(target, join(folder, 'link.db'));
  assert.is(await kindOf(at('link.db').open()), 'unavailable ELOOP');
  mkdirSync(join(folder, 'folder.db'));
  assert.is(await kindOf(at('folder.db').open()), 'unavailable EISDIR');
  if (runs('mkfifo', join(folder, 'pipe.db'))) assert.is(await kindOf(at('pipe.db').open()), 'unavailable ENOTREG');
  const first = at('first.db');
  await first.insert([lineOf(1)]);
  await first.close();
  linkSync(join(folder, 'first.db'), join(folder, 'second.db'));
  assert.is(await kindOf(at('second.db').open()), 'unavailable EMLINK');
  for (const name of ['-wal', '-shm', '-journal']) {
    symlinkSync(target, join(folder, `beside.db${name}`));
    assert.is(await kindOf(at('beside.db').open()), 'unavailable ELOOP');
    rmSync(join(folder, `beside.db${name}`));
  }
  assert.not.ok(existsSync(target));
});

testEachDriver('a file of its own has a write-ahead log', async ({ open }) => {
  const path = join(freshFolder(), 'errors.db');
  const store = sqliteStoreAt(path, open, unheard);
  await store.insert([lineOf(1)]);
  const other = open(path);
  assert.is(pragma(other, 'journal_mode'), 'wal');
  other.close();
  await store.close();
});

testEachDriver('a file of its own is never waited for, whatever the driver would do', async ({ open }) => {
  const path = join(freshFolder(), 'errors.db');
  const opened: ReturnType<typeof open>[] = [];
  const make = (at: string): ReturnType<typeof open> => {
    opened.push(open(at));
    opened.at(-1)!.exec('PRAGMA busy_timeout = 60000');
    return opened.at(-1)!;
  };
  const store = sqliteStoreAt(path, make, unheard);
  await store.open();
  assert.is(pragma(opened[0]!, 'busy_timeout'), 0);
  await store.close();
});

testEachDriver('of a database handed in nothing is changed, and it stays open', async ({ open }) => {
  const database = open(join(freshFolder(), 'app.db'));
  database.exec('PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 1234; PRAGMA synchronous = FULL; CREATE TABLE mine (id INTEGER)');
  const settings = (): unknown[] => ['journal_mode', 'busy_timeout', 'synchronous'].map((name) => pragma(database, name));
  const before = settings();
  const store = createSqliteStore({ database });
  await store.insert(linesFrom(0, 10));
  await store.find({});
  await kindOf(store.insert([{ ...lineOf(1), line: '' }]));
  assert.equal(settings(), before);
  await store.close();
  assert.equal(settings(), before);
  assert.is(database.prepare('SELECT count(*) AS n FROM error_logs').all().length, 1);
  database.close();
});

testEachDriver('a transaction of the application is left to it', async ({ open }) => {
  const database = open(join(freshFolder(), 'app.db'));
  const store = createSqliteStore({ database });
  await store.open();
  database.exec('CREATE TABLE mine (id INTEGER); BEGIN; INSERT INTO mine VALUES (1)');
  assert.is((await kindOf(store.insert([lineOf(1)]))).split(' ')[0], 'unavailable');
  database.exec('INSERT INTO mine VALUES (2); COMMIT');
  assert.is(database.prepare('SELECT id FROM mine').all().length, 2);
  assert.is(await store.insert([lineOf(1)]), 1);
  database.close();
  assert.is((await kindOf(store.insert([lineOf(2)]))).split(' ')[0], 'unavailable');
});

testEachDriver('what another connection has locked is unavailable, whatever the time-out of the database handed in', async ({ open }) => {
  const path = join(freshFolder(), 'app.db');
  const [database, other] = [open(path), open(path)];
  database.exec('PRAGMA busy_timeout = 60000');
  const store = createSqliteStore({ database });
  await store.open();
  other.exec('BEGIN EXCLUSIVE');
  const before = performance.now();
  assert.is(await kindOf(store.insert([lineOf(1)])), 'unavailable SQLITE_BUSY');
  assert.is(await kindOf(store.find({})), 'unavailable SQLITE_BUSY');
  assert.is(await kindOf(store.groups({})), 'unavailable SQLITE_BUSY');
  assert.is(await kindOf(store.prune({ before: 0, chunkRows: 1 })), 'unavailable SQLITE_BUSY');
  // No measure of speed: waiting would take four minutes.
  assert.ok(performance.now() - before < 30_000);
  other.exec('COMMIT');
  assert.is(await store.insert([lineOf(1)]), 1);
  database.close();
  other.close();
});

testEachDriver("a file that was deleted or renamed is made anew, and its log is nobody else's", async ({ open }) => {
  const folder = freshFolder();
  const path = join(folder, 'errors.db');
  const store = sqliteStoreAt(path, open, unheard);
  await store.insert([lineOf(1)]);
  for (const name of ['', '-wal', '-shm']) renameSync(path + name, join(folder, `old.db${name}`));
  assert.is(await store.insert([lineOf(2)]), 1);
  assert.equal(await keys(store), [lineOf(2).key]);
  const old = sqliteStoreAt(join(folder, 'old.db'), open, unheard);
  assert.equal(await keys(old), [lineOf(1).key]);
  for (const name of ['', '-wal', '-shm']) rmSync(path + name);
  assert.is(await store.insert([lineOf(3)]), 1);
  assert.equal(await keys(store), [lineOf(3).key]);
  await store.close();
  await old.close();
});

testEachDriver('a table that somebody dropped is no reason to give rows up', async ({ open }) => {
  const path = join(freshFolder(), 'errors.db');
  const store = sqliteStoreAt(path, open, unheard);
  await store.open();
  const other = open(path);
  other.exec('ALTER TABLE error_logs RENAME TO elsewhere');
  assert.is((await kindOf(store.insert([lineOf(1)]))).split(' ')[0], 'unavailable');
  other.exec('ALTER TABLE elsewhere RENAME TO error_logs');
  assert.is(await store.insert([lineOf(1)]), 1);
  other.close();
  await store.close();
});

testEachDriver(
  'numbers as BigInt and rows as lists, as an application may have set them, are read all the same',
  async ({ name, open }) => {
    const path = join(freshFolder(), 'app.db');
    const database = name === 'better-sqlite3' ? open(path) : openNative(path, { readBigInts: true, returnArrays: true });
    (database as { defaultSafeIntegers?(on: boolean): void }).defaultSafeIntegers?.(true);
    const store = createSqliteStore({ database });
    await store.insert([lineOf(1, { occurrences: 2 })]);
    const [found] = await store.find({});
    assert.equal([found!.time, found!.occurrences], [Date.UTC(2026, 0, 1) + 1, 2]);
    assert.is((await store.groups({}))[0]!.total, 2);
    assert.is(await store.prune({ maxRows: 0, chunkRows: 10 }), 2);
    database.close();
  },
);

testEachDriver('each question uses an index, and no more than the first rows of it', async ({ open }) => {
  const database = open(join(freshFolder(), 'app.db'));
  const asked: [string, readonly unknown[]][] = [];
  const spy = {
    exec: (sql: string) => database.exec(sql),
    prepare: (sql: string) => {
      const statement = database.prepare(sql);
      return {
        run: (...values: never[]) => {
          asked.push([sql, values]);
          return statement.run(...values);
        },
        all: (...values: never[]) => {
          asked.push([sql, values]);
          return statement.all(...values);
        },
      };
    },
  };
  const store = createSqliteStore({ database: spy });
  await store.insert(linesFrom(0, 500));
  const planOf = async (call: () => Promise<unknown>): Promise<string> => {
    await call();
    const [sql, values] = asked.filter(([text]) => /error_|DELETE/.test(text)).at(-1)!;
    const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(values as never[]));
    return rows.map((row) => (row as { detail: string }).detail).join('; ');
  };
  const plans: [() => Promise<unknown>, RegExp][] = [
    [() => store.find({}), /error_logs_by_time/],
    [() => store.find({ from: 5, to: 6 }), /error_logs_by_time \(time>\? AND time<\?\)/],
    [() => store.find({ after: lineOf(5).key }), /error_logs_by_time \(\(?time/],
    [() => store.find({ fingerprint: 'a' }), /error_logs_by_fingerprint \(fingerprint=\?\)/],
    [() => store.find({ fingerprint: 'a', from: 5 }), /error_logs_by_fingerprint \(fingerprint=\? AND time>\?\)/],
    [() => store.find({ errorId: 'a' }), /error_logs_by_error_id \(error_id=\?\)/],
    [() => store.find({ level: 'critical' }), /error_logs_by_level \(level=\?\)/],
    [() => store.groups({}), /error_logs_by_last_seen/],
    [() => store.groups({ from: 5 }), /error_logs_by_last_seen \(last_seen>\?\)/],
    [() => store.prune({ before: 5, chunkRows: 10 }), /USING (COVERING )?INDEX error_logs_by_time \(time<\?\)/],
  ];
  for (const [call, expected] of plans) {
    const plan = await planOf(call);
    assert.match(plan, expected);
    // Sorting would read all there is; an id has a handful of rows.
    if (!plan.includes('by_error_id')) assert.not.match(plan, /TEMP B-TREE/);
  }
  database.close();
});

test.run();
