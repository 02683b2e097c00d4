import { migrationsOf, migrationsTable, pendingMigrations } from '../sql/migrations';
import * as sql from '../sql/sqlite';
import type { Tables } from '../sql/tables';
import type { SqliteSession } from './sqlite-session';

/**
 * Makes or changes the tables until they are those of this release.
 *
 * @throws {StoreError} `unavailable`, `SCHEMA_NEWER` for those of a later one, which are left as they are.
 */
export function migrateSqlite(session: SqliteSession, tables: Tables): void {
  const migrations = migrationsOf(tables);
  const pending = () => pendingMigrations(migrations, versionOf(session, tables));
  // Asked without a lock first: as a rule there is nothing to do, and somebody may be writing.
  if (session.withoutWaiting(pending).length === 0) return;
  session.transaction(() => {
    session.exec(migrationsTable(tables).sqlite);
    // Asked again: another process may have been first.
    for (const { version, name, sqlite } of pending()) {
      for (const statement of sqlite) session.exec(statement);
      session.run(sql.noteMigration(tables), version, name);
    }
  });
}

function versionOf(session: SqliteSession, tables: Tables): number {
  const isThere = session.number(sql.hasTable(), tables.migrations.replaceAll('"', '')) > 0;
  return isThere ? session.number(sql.currentVersion(tables)) : 0;
}
