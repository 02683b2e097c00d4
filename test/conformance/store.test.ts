import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import { createPostgresStore } from '../../lib/node/storage/postgres/postgres-store';
import { createSqliteStore } from '../../lib/node/storage/sqlite/sqlite-store';
import { freshSchema, poolOf, sharedServer } from '../support/postgres/database';
import { postgresMissing } from '../support/postgres/server';
import { DRIVERS } from '../support/storage/handles';
import { skipped } from '../support/test-with';
import { storeConformance } from './store';

// As many tests on every runtime: the one driver that each of them has. The others, and files by path: test/node/storage.
const driver = DRIVERS[0];
if (driver === undefined)
  skipped('store SQLite, handed in', 'there is neither node:sqlite nor better-sqlite3 (npm ci --prefix test/sqlite)');
else {
  storeConformance(
    'SQLite, handed in',
    async () => {
      const dir = mkdtempSync(join(tmpdir(), 'telemetry-store-'));
      const databases = [driver.open(join(dir, 'errors.db'))];
      return {
        store: createSqliteStore({ database: databases[0]! }),
        another: () => {
          databases.push(driver.open(join(dir, 'errors.db')));
          return createSqliteStore({ database: databases.at(-1)! });
        },
        end: () => {
          for (const database of databases) database.close();
          rmSync(dir, { recursive: true, force: true });
        },
      };
    },
    { keepsRecords: true },
  );
}

const missing = postgresMissing();
if (missing !== undefined) skipped('store PostgreSQL', missing);
else {
  storeConformance('PostgreSQL', async () => {
    const pool = poolOf(await sharedServer());
    const schema = await freshSchema(pool);
    return {
      store: createPostgresStore({ pool, schema }),
      another: () => createPostgresStore({ pool, schema }),
      end: async () => {
        await pool.query(`DROP SCHEMA ${schema} CASCADE`);
        await pool.end();
      },
    };
  });
}

test.run();
