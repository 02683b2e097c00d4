/** The databases of SQLite that this runtime has. */
import { test } from 'uvu';
import type { OwnDatabase } from '../../../lib/node/storage/sqlite/sqlite-database';
import { skipped } from '../test-with';

/** Opens a file with a driver. */
export interface SqliteDriver {
  readonly name: 'node:sqlite' | 'better-sqlite3';
  readonly open: (path: string) => OwnDatabase;
}

type Constructor = new (path: string, options?: object) => OwnDatabase;

const native = process.getBuiltinModule?.('node:sqlite' as never) as { readonly DatabaseSync?: Constructor } | undefined;

/** Whether a path is enough: `node:sqlite` is there. */
export const hasNative: boolean = native?.DatabaseSync !== undefined;

/** Compiled for one version of Node. */
async function better(): Promise<Constructor | undefined> {
  try {
    const path: string = '../../sqlite/node_modules/better-sqlite3/lib/index.js';
    const { default: Database } = (await import(path)) as { default: Constructor };
    new Database(':memory:').close();
    return Database;
  } catch {
    return undefined;
  }
}

const drivers: readonly (readonly [SqliteDriver['name'], Constructor | undefined])[] = [
  ['node:sqlite', native?.DatabaseSync],
  ['better-sqlite3', await better()],
];

/** At least one, or the tests of SQLite are skipped. */
export const DRIVERS: readonly SqliteDriver[] = drivers.flatMap(([name, Driver]) =>
  Driver === undefined ? [] : [{ name, open: (path: string) => new Driver(path) }],
);

/** With what an application may set for all statements. A Node that does not know an option yet passes over it. */
export const openNative = (path: string, options: object): OwnDatabase => new native!.DatabaseSync!(path, options);

/** Any of them, to look at a file from outside. */
export const openAny = (path: string): OwnDatabase => DRIVERS[0]!.open(path);

/** `test` for each driver. */
export function testEachDriver(name: string, body: (driver: SqliteDriver) => void | Promise<void>): void {
  if (DRIVERS.length === 0) skipped(name, 'there is neither node:sqlite nor better-sqlite3 (npm ci --prefix test/sqlite)');
  for (const driver of DRIVERS) test(`${driver.name}: ${name}`, async () => body(driver));
}

/** `test` where a path can be opened. Node 20 has nothing to open it with: there it is no failure in CI either. */
export function testPath(name: string, body: () => void | Promise<void>): void {
  if (hasNative) test(name, async () => body());
  else {
    console.error(`\n!!! SKIPPED, there is no node:sqlite before Node 22.13: ${name}\n`);
  }
}
