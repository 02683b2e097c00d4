import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPostgresStore } from '../../../lib/node/storage/postgres/postgres-store';
import { migrationsOf, migrationsTable, pendingMigrations } from '../../../lib/node/storage/sql/migrations';
import { tablesOf } from '../../../lib/node/storage/sql/tables';
import { createSqliteStore } from '../../../lib/node/storage/sqlite/sqlite-store';
import { type ErrorStore, StoreError } from '../../../lib/node/storage/store';
import { freshSchema, poolOf, sharedServer, testWithPostgres } from '../../support/postgres/database';
import { testEachDriver } from '../../support/storage/handles';
import { lineOf, linesFrom } from '../../support/storage/lines';

/** A database as a migration sees it. */
interface Target {
  readonly dialect: 'sqlite' | 'postgres';
  readonly tables: ReturnType<typeof tablesOf>;
  readonly run: (sql: string) => Promise<Record<string, unknown>[]>;
  readonly store: () => ErrorStore;
}

/** Brings an empty database to a version, as the release of that time did. */
async function release({ dialect, tables, run }: Target, version: number): Promise<void> {
  await run(migrationsTable(tables)[dialect]);
  for (const migration of migrationsOf(tables).slice(0, version)) {
    for (const statement of migration[dialect]) await run(statement);
    await run(`INSERT INTO ${tables.migrations} (version, name) VALUES (${migration.version}, '${migration.name}')`);
  }
}

const versions = async ({ tables, run }: Target): Promise<unknown[]> =>
  (await run(`SELECT version, name FROM ${tables.migrations} ORDER BY version`)).map(({ version, name }) => `${version} ${name}`);

async function upgrades(target: Target): Promise<void> {
  const { tables, run } = target;
  await release(target, 1);
  const time = target.dialect === 'sqlite' ? '1767225600000' : "'2026-01-01T00:00:00Z'";
  await run(`INSERT INTO ${tables.errors} VALUES ('old-1', 'oldid', 'f', ${time}, 'ERROR', 'app', 'old', NULL, 2, '{"old":true}')`);
  await run(`INSERT INTO ${tables.groups} VALUES ('f', 2, ${time}, ${time}, 'oldid', 'ERROR', 'app', NULL, 'old')`);
  const store = target.store();
  await store.open();
  assert.equal(await versions(target), ['1 tables', '2 indexes']);
  assert.is(await store.insert([lineOf(1, { fingerprint: 'f' })]), 1);
  assert.equal(
    (await store.find({})).map(({ key, record }) => [key, record.old]),
    [
      [lineOf(1).key, undefined],
      ['old-1', true],
    ],
  );
  assert.is((await store.groups({}))[0]!.total, 3);
  await store.close();
}

async function refusesNewer(target: Target): Promise<void> {
  const { tables, run } = target;
  await release(target, 2);
  await run(`INSERT INTO ${tables.migrations} (version, name) VALUES (99, 'future')`);
  const store = target.store();
  for (const call of [() => store.open(), () => store.insert([lineOf(1)]), () => store.prune({ maxRows: 0, chunkRows: 1 })]) {
    const error = await call().catch((reason: unknown) => reason);
    assert.instance(error, StoreError);
    assert.equal([(error as StoreError).kind, (error as StoreError).code], ['unavailable', 'SCHEMA_NEWER']);
    assert.match((error as StoreError).message, /version 99.*no later one than 2/);
  }
  assert.equal(await versions(target), ['1 tables', '2 indexes', '99 future']);
  // The right release came.
  await run(`DELETE FROM ${tables.migrations} WHERE version = 99`);
  assert.is(await store.insert([lineOf(1)]), 1);
  await store.close();
}

/** What fails in the middle leaves nothing. */
async function isAllOrNothing(target: Target): Promise<void> {
  const { tables, run } = target;
  await release(target, 1);
  // The last index of the second migration can't be made.
  await run(
    `CREATE TABLE ${tables.index('last_seen')} (id integer)`.replace(
      'TABLE "',
      target.dialect === 'postgres' ? `TABLE ${tables.errors.split('.')[0]}."` : 'TABLE "',
    ),
  );
  const store = target.store();
  const error = await store.open().catch((reason: unknown) => reason);
  assert.is((error as StoreError).kind, 'unavailable');
  assert.equal(await versions(target), ['1 tables']);
  await run(`DROP TABLE ${target.dialect === 'postgres' ? `${tables.errors.split('.')[0]}.` : ''}${tables.index('last_seen')}`);
  await store.open();
  assert.equal(await versions(target), ['1 tables', '2 indexes']);
  await store.close();
}

const FACTS: Readonly<Record<string, (target: Target) => Promise<void>>> = {
  'a database of the first version is brought to the last, with what is in it': upgrades,
  'a database of a later release is refused and left as it is': refusesNewer,
  'a migration that fails leaves nothing, and is made when it can be': isAllOrNothing,
};

for (const [name, body] of Object.entries(FACTS)) {
  testEachDriver(name, async ({ open }) => {
    const dir = mkdtempSync(join(tmpdir(), 'telemetry-migrations-'));
    const database = open(join(dir, 'errors.db'));
    try {
      const run = async (sql: string): Promise<Record<string, unknown>[]> => {
        if (/^SELECT/.test(sql)) return database.prepare(sql).all() as Record<string, unknown>[];
        database.exec(sql);
        return [];
      };
      await body({ dialect: 'sqlite', tables: tablesOf(), run, store: () => createSqliteStore({ database }) });
    } finally {
      database.close();
      rmSync(dir, { recursive: true });
    }
  });
  testWithPostgres(`PostgreSQL: ${name}`, async () => {
    const pool = poolOf(await sharedServer());
    const schema = await freshSchema(pool);
    try {
      const run = async (sql: string): Promise<Record<string, unknown>[]> => (await pool.query(sql)).rows;
      const store = (): ErrorStore => createPostgresStore({ pool, schema });
      await body({ dialect: 'postgres', tables: tablesOf(undefined, schema), run, store });
    } finally {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await pool.end();
    }
  });
}

testWithPostgres('many processes that open an empty database at once make its tables once, and all succeed', async () => {
  const server = await sharedServer();
  const admin = poolOf(server);
  const schema = await freshSchema(admin);
  const pools = Array.from({ length: 10 }, () => poolOf(server));
  const stores = pools.map((pool) => createPostgresStore({ pool, schema }));
  await Promise.all(stores.map((store) => store.open()));
  const { rows } = await admin.query(`SELECT count(*)::int AS n FROM ${schema}.telemetry_migrations`);
  assert.is(rows[0].n, 2);
  assert.is(await stores[3]!.insert(linesFrom(0, 10)), 10);
  for (const store of stores) await store.close();
  await Promise.all(pools.map((pool) => pool.end()));
  await admin.query(`DROP SCHEMA ${schema} CASCADE`);
  await admin.end();
});

test('versions are counted from 1 without a gap, and every dialect has every step', () => {
  const migrations = migrationsOf(tablesOf());
  assert.equal(
    migrations.map(({ version }) => version),
    migrations.map((_, index) => index + 1),
  );
  for (const { sqlite, postgres } of migrations) assert.ok(sqlite.length > 0 && postgres.length === sqlite.length);
  assert.equal(pendingMigrations(migrations, 0), migrations);
  assert.equal(pendingMigrations(migrations, 1), migrations.slice(1));
  assert.equal(pendingMigrations(migrations, migrations.length), []);
});

test.run();
