import type pg from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPostgresStore, type PostgresStoreOptions } from '../../lib/node/storage/postgres/postgres-store';
import { type ErrorStore, type StorableLine, StoreError } from '../../lib/node/storage/store';
import { type Bench, fact, pass } from '../support/faults/fact';
import { adminOf, poolOf } from '../support/postgres/database';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres/server';
import { lineOf, linesFrom } from '../support/storage/lines';
import { skipped } from '../support/test-with';

interface Running {
  readonly server: PostgresServer;
  readonly pool: pg.Pool;
  readonly store: ErrorStore;
}

/** A server of the test's own, a pool to which nobody but the store listens, and the store. */
async function running({ undo }: Bench, options: Partial<PostgresStoreOptions> = {}): Promise<Running> {
  const server = await startPostgres();
  undo(() => server.remove());
  const pool = poolOf(server, { max: 4 });
  const store = createPostgresStore({ pool, ...options });
  undo(async () => {
    await store.close();
    pool.on('error', () => undefined);
    await pool.end();
  });
  await store.open();
  return { server, pool, store };
}

/** Stores lines as a caller does: again and again while the server is unavailable. Returns how often. */
async function persist(store: ErrorStore, lines: readonly StorableLine[], limitMs = 60_000): Promise<number> {
  const end = performance.now() + limitMs;
  for (let attempts = 1; ; attempts++) {
    try {
      await store.insert(lines);
      return attempts;
    } catch (error) {
      assert.instance(error, StoreError);
      assert.is((error as StoreError).kind, 'unavailable', (error as StoreError).message);
      if (performance.now() > end) throw error;
      await pass(10);
    }
  }
}

/** Each row once, and the groups as the rows. */
async function assertWhole({ pool }: Running, rows: number): Promise<void> {
  const counts = await pool.query(`SELECT count(*)::int AS rows, count(DISTINCT key)::int AS keys,
    (SELECT coalesce(sum(total), 0)::int FROM error_fingerprints) AS total FROM error_logs`);
  assert.equal(counts.rows, [{ rows, keys: rows, total: rows }]);
}

const missing = postgresMissing() ?? (process.platform === 'linux' ? undefined : 'it needs Linux');
if (missing !== undefined) skipped('faults of PostgreSQL', missing);
else {
  fact(
    '13 · I2 N29',
    'the server is killed inside batches: each row is there exactly once',
    async (bench) => {
      const all = await running(bench, { connectTimeoutMs: 2000, statementTimeoutMs: 2000 });
      const kills = bench.size(5, 100);
      let [next, repeated] = [0, 0];
      for (let run = 0; run < kills; run++) {
        let isOn = true;
        // Two who write all the time, so that some batch is under way.
        const writers = [0, 1].map(async () => {
          while (isOn) {
            const from = (next += 100) - 100;
            repeated += (await persist(all.store, linesFrom(from, 100))) > 1 ? 1 : 0;
          }
        });
        await pass(bench.random() * 120);
        await all.server.kill();
        isOn = false;
        await all.server.start();
        await Promise.all(writers);
      }
      await assertWhole(all, next);
      assert.ok(repeated >= kills / 2, `only ${repeated} batches met a kill`);
      bench.note(`${kills} kills, ${next.toLocaleString('en')} rows, ${repeated} batches came again: lost 0, twice 0`);
    },
    { limit: [120_000, 900_000] },
  );

  fact(
    '13 · I1',
    'a server that hangs (SIGSTOP): calls are over within their limits, the loop turns, and each row is there once afterwards',
    async (bench) => {
      const [connectTimeoutMs, statementTimeoutMs] = [300, 500];
      const all = await running(bench, { connectTimeoutMs, statementTimeoutMs });
      let [turns, widest, last] = [0, 0, performance.now()];
      const clock = setInterval(() => {
        turns++;
        widest = Math.max(widest, performance.now() - last);
        last = performance.now();
      }, 10);
      bench.undo(() => clearInterval(clock));
      const frozenMs = bench.size(3000, 30_000);
      await all.store.insert(linesFrom(0, 100));
      all.server.freeze();
      const start = performance.now();
      let [calls, longest, next] = [0, 0, 100];
      while (performance.now() - start < frozenMs) {
        const before = performance.now();
        const results = await Promise.allSettled([
          all.store.insert(linesFrom(next, 100)),
          all.store.insert(linesFrom(next + 100, 100)),
          all.store.find({}),
          all.store.prune({ maxRows: 1e6, chunkRows: 1 }),
        ]);
        longest = Math.max(longest, performance.now() - before);
        calls += results.length;
        next += 200;
        for (const result of results) {
          assert.is(result.status, 'rejected');
          assert.equal(
            [(result as PromiseRejectedResult).reason.kind, (result as PromiseRejectedResult).reason.code],
            ['unavailable', 'TIMEOUT'],
          );
        }
      }
      // Half a second of grace, and what a busy machine adds.
      assert.ok(longest <= connectTimeoutMs + statementTimeoutMs + 500 + 1000, `${longest} ms`);
      assert.ok(turns > frozenMs / 100, `${turns} turns`);
      assert.ok(all.pool.waitingCount <= 4, `${all.pool.waitingCount} wait in the pool`);
      all.server.thaw();
      for (let from = 0; from < next; from += 100) await persist(all.store, linesFrom(from, 100));
      await assertWhole(all, next);
      bench.note(
        `${frozenMs / 1000} s: ${calls} calls, the longest ${Math.round(longest)} ms; the loop stood still for at most ${Math.round(widest)} ms; lost 0, twice 0`,
      );
    },
    { limit: [120_000, 120_000] },
  );

  fact('13 · I1', 'idle connections that the server drops end nothing, and are replaced', async (bench) => {
    const all = await running(bench);
    const admin = adminOf(all.server);
    bench.undo(() => admin.end());
    await Promise.all([0, 1, 2].map((batch) => all.store.insert(linesFrom(batch * 10, 10))));
    for (let drop = 0; drop < 5; drop++) {
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = $1', [
        'client backend',
      ]);
      await persist(all.store, linesFrom(30 + drop * 10, 10));
    }
    await assertWhole(all, 80);
  });

  fact('13 · I1', 'a server that is gone refuses at once, and what came meanwhile is stored when it is back', async (bench) => {
    const all = await running(bench);
    await all.server.kill();
    const codes = new Set<string>();
    for (let call = 0; call < 10; call++)
      await all.store.insert([lineOf(call)]).catch((error: StoreError) => codes.add(`${error.kind} ${error.code}`));
    assert.ok(codes.has('unavailable ECONNREFUSED'), [...codes].join());
    for (const code of codes) assert.match(code, /^unavailable /);
    await all.server.start();
    await persist(all.store, linesFrom(0, 10));
    await assertWhole(all, 10);
  });

  fact('13 · I1', 'a database that somebody made read-only is unavailable for writing, and is left so', async (bench) => {
    const all = await running(bench);
    await all.store.insert([lineOf(1)]);
    const admin = adminOf(all.server);
    bench.undo(() => admin.end());
    const reconnect =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
    await admin.query('ALTER DATABASE postgres SET default_transaction_read_only = on');
    await admin.query(reconnect);
    const codes = new Set<string>();
    for (let call = 0; call < 5; call++)
      await all.store.insert([lineOf(2)]).catch((error: StoreError) => codes.add(`${error.kind} ${error.code}`));
    assert.ok(codes.has('unavailable 25006'), [...codes].join());
    assert.is((await all.store.find({})).length, 1);
    await admin.query('ALTER DATABASE postgres RESET default_transaction_read_only');
    await admin.query(reconnect);
    await persist(all.store, [lineOf(2)]);
    assert.is((await all.store.find({})).length, 2);
  });
}

test.run();
