import { migrationsOf, migrationsTable, pendingMigrations } from '../sql/migrations';
import * as sql from '../sql/postgres';
import type { Tables } from '../sql/tables';
import type { Connections } from './connections';
import { type Query, transaction } from './transactions';

/** Indexes of a large table take their time. */
const MIGRATION_LIMIT_MS = 60_000;

/**
 * Makes or changes the tables until they are those of this release. Several processes may do it at once: one does it, the
 * others wait for it.
 *
 * @param limitMs - For looking whether there is anything to do. Doing it has a minute.
 * @throws {StoreError} `unavailable`, `SCHEMA_NEWER` for those of a later one, which are left as they are.
 */
export async function migratePostgres(connections: Connections, tables: Tables, limitMs: number): Promise<void> {
  const migrations = migrationsOf(tables);
  const pending = async (query: Query) => pendingMigrations(migrations, await versionOf(query, tables));
  // Looking needs no right to make tables: the role of the application may lack it.
  if ((await transaction(connections, 'read', limitMs, pending)).length === 0) return;
  await transaction(connections, 'write', MIGRATION_LIMIT_MS, async (query) => {
    await query(sql.waitForLock(), [`telemetry-bus migrations ${tables.migrations}`]);
    if ((await versionOf(query, tables)) === 0) await query(migrationsTable(tables).postgres);
    for (const { version, name, postgres } of await pending(query)) {
      for (const statement of postgres) await query(statement);
      await query(sql.noteMigration(tables), [version, name]);
    }
  });
}

async function versionOf(query: Query, tables: Tables): Promise<number> {
  const { rows } = await query(sql.hasTable(), [tables.migrations]);
  if (Number(rows[0]?.count) === 0) return 0;
  return Number((await query(sql.currentVersion(tables))).rows[0]?.version);
}
