import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSqliteStore, sqliteStoreAt } from '../../lib/node/storage/sqlite/sqlite-store';
import { type ErrorStore, StoreError } from '../../lib/node/storage/store';
import { type Bench, fact, pass, until } from '../support/faults/fact';
import { ballast, readOnlyView, smallDisk } from '../support/faults/machine';
import { DRIVERS, openAny } from '../support/storage/handles';
import { lineOf, linesFrom } from '../support/storage/lines';
import { skipped } from '../support/test-with';

const CHILD = fileURLToPath(new URL('../support/storage/sqlite-child.ts', import.meta.url));

function startChild({ undo }: Bench, ...args: readonly string[]): { readonly child: ChildProcess; readonly said: () => string } {
  const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', CHILD, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout!.on('data', (part: Buffer) => (said += part));
  undo(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return { child, said: () => said };
}

const storeAt = (path: string): ErrorStore => sqliteStoreAt(path, openAny, ({ message }) => assert.unreachable(message));

const only = (database: ReturnType<typeof openAny>, sql: string): unknown => Object.values(database.prepare(sql).all()[0] as object)[0];

async function kindOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    assert.instance(error, StoreError);
    return `${(error as StoreError).kind} ${(error as StoreError).code}`;
  }
}

/** Each row once, no part of a batch, the groups as the rows. */
function assertWhole(path: string, rows: number): void {
  const database = openAny(path);
  assert.is(only(database, 'PRAGMA integrity_check'), 'ok');
  assert.is(only(database, 'SELECT count(*) FROM error_logs'), rows);
  assert.is(only(database, 'SELECT count(DISTINCT key) FROM error_logs'), rows);
  assert.is(only(database, 'SELECT coalesce(sum(total), 0) FROM error_fingerprints'), rows);
  database.close();
}

if (DRIVERS.length === 0) skipped('faults of SQLite', 'there is neither node:sqlite nor better-sqlite3 (npm ci --prefix test/sqlite)');
else {
  fact(
    '13 · I4 N29',
    'kill -9 of a process that stores: what it was told is stored is there, whole batches, and the file is intact',
    async (bench) => {
      const path = join(bench.dir, 'errors.db');
      const kills = bench.size(5, 100);
      let [next, unsaid] = [0, 0];
      for (let run = 0; run < kills; run++) {
        const { child, said } = startChild(bench, 'insert', path, String(next));
        await until('the first batch', () => said().includes('\n'), 20_000);
        await pass(bench.random() * 60);
        child.kill('SIGKILL');
        await once(child, 'close');
        const acknowledged = Number(said().trim().split('\n').at(-1));
        const database = openAny(path);
        const stored = Number(only(database, 'SELECT count(*) FROM error_logs'));
        database.close();
        assert.ok(stored === acknowledged || stored === acknowledged + 20, `${stored} stored, ${acknowledged} acknowledged`);
        unsaid += Number(stored > acknowledged);
        next = stored;
        assertWhole(path, stored);
      }
      const store = storeAt(path);
      assert.is(await store.insert(linesFrom(0, next + 20)), 20);
      await store.close();
      assertWhole(path, next + 20);
      bench.note(
        `${kills} kills, ${next.toLocaleString('en')} rows: lost 0, twice 0, ${unsaid} batches stored without a word; integrity ok`,
      );
    },
    { limit: [120_000, 600_000] },
  );

  fact(
    '13 · I3 N29',
    'a lock held by another process blocks nothing: each call comes back at once, and its rows are stored once it is free',
    async (bench) => {
      for (const [name, mode] of [
        ['rollback', 'DELETE'],
        ['wal', 'WAL'],
      ] as const) {
        const path = join(bench.dir, `${name}.db`);
        const database = openAny(path);
        database.exec(`PRAGMA journal_mode = ${mode}; PRAGMA busy_timeout = 60000`);
        const store = createSqliteStore({ database });
        await store.open();
        const { child } = await (async () => {
          const started = startChild(bench, 'lock', path);
          await until('it is locked', () => started.said().includes('locked'), 20_000);
          return started;
        })();
        const lockMs = bench.size(1000, 5000);
        const start = performance.now();
        let [calls, longest] = [0, 0];
        while (performance.now() - start < lockMs) {
          const before = performance.now();
          const call = store.insert(linesFrom(0, 50));
          longest = Math.max(longest, performance.now() - before);
          assert.is(await kindOf(call), 'unavailable SQLITE_BUSY');
          calls++;
          await pass(20);
        }
        child.stdin!.end();
        await once(child, 'close');
        assert.is(await store.insert(linesFrom(0, 50)), 50);
        assert.is(await store.insert(linesFrom(0, 50)), 0);
        database.close();
        assertWhole(path, 50);
        // A call that waited would come back once in the whole time.
        assert.ok(calls >= 10, `${calls} calls`);
        bench.note(`${name}: ${calls} calls in ${lockMs / 1000} s, the longest held the loop ${longest.toFixed(1)} ms`);
      }
    },
    { limit: [120_000, 120_000] },
  );

  fact(
    '13 · I4 C1',
    'a full disk: unavailable, and the same rows are stored once there is room',
    async (bench) => {
      const disk = smallDisk(bench, 'size=2m');
      const path = join(disk, 'errors.db');
      const store = storeAt(path);
      await store.insert(linesFrom(0, 10));
      const makeRoom = ballast(disk, 100_000);
      let from = 10;
      let answer = 'done';
      while (answer === 'done' && from < 100_000) {
        answer = await kindOf(store.insert(linesFrom(from, 100)));
        if (answer === 'done') from += 100;
      }
      assert.match(answer, /^unavailable SQLITE_(FULL|IOERR)/);
      for (let call = 0; call < 5; call++) assert.match(await kindOf(store.insert(linesFrom(from, 100))), /^unavailable /);
      assert.is((await store.find({ limit: 1000 })).length, Math.min(from, 1000));
      makeRoom();
      assert.is(await store.insert(linesFrom(from, 100)), 100);
      await store.close();
      assertWhole(path, from + 100);
      bench.note(`full after ${from} rows (${answer}); lost 0, twice 0, integrity ok`);
    },
    { needs: ['mount'] },
  );

  fact(
    '13 · I4 C5',
    'a folder that is read-only: unavailable, and stored once it is not',
    async (bench) => {
      const dir = join(bench.dir, 'logs');
      mkdirSync(dir);
      const path = join(dir, 'errors.db');
      const first = storeAt(path);
      await first.insert([lineOf(1)]);
      await first.close();
      const back = readOnlyView(bench, dir);
      const store = storeAt(path);
      assert.match(await kindOf(store.insert([lineOf(2)])), /^unavailable /);
      const fresh = storeAt(join(dir, 'deep', 'errors.db'));
      assert.match(await kindOf(fresh.open()), /^unavailable E/);
      back();
      assert.is(await store.insert([lineOf(2)]), 1);
      assert.is(await fresh.insert([lineOf(2)]), 1);
      await store.close();
      await fresh.close();
      assertWhole(path, 2);
    },
    { needs: ['mount'] },
  );
}

test.run();
