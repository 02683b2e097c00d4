/** Where the demo stores errors: SQLite where Node has it, or a PostgreSQL server. */
import { type ErrorStorage, startStorage } from '../../storage/index';
import { UsageError } from '../usage-error';
import type { AgentTelemetry } from './agent-telemetry';
import { shellWord } from './format';
import type { DatabasePlace, StoredCount } from './view';

export interface DemoDatabase {
  readonly place: DatabasePlace;
  readonly storage: ErrorStorage;
  count(): StoredCount;
  /** Settles when what was logged is stored, or can't be now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What is shown where there is none. */
export const NO_DATABASE: DatabasePlace = {
  name: 'none: this Node has no SQLite; Node 22.13 has, or name a server: --database postgres://localhost/test',
  lookUp: undefined,
};

/**
 * Opens the database.
 *
 * @param given - A file, or an address beginning with `postgres://`.
 * @param logPath - The default is a file beside it.
 * @returns `undefined` where there is none to open and none was asked for.
 * @throws {UsageError} when the one asked for can't be opened.
 */
export async function openDatabase(
  telemetry: AgentTelemetry,
  given: string | undefined,
  logPath: string,
): Promise<DemoDatabase | undefined> {
  try {
    if (given !== undefined && /^postgres(ql)?:\/\//.test(given)) return await openPostgres(telemetry, given);
    const path = given ?? logPath.replace(/(\.\w+)?$/, '.db');
    const storage = await startStorage(telemetry, { sqlite: path, requireConnection: true });
    const lookUp = (errorId: string) => `sqlite3 ${shellWord(path)} "${queryFor(errorId)}"`;
    return databaseOf(storage, { name: path, lookUp });
  } catch (error) {
    if (given === undefined) return undefined;
    throw new UsageError(`The database for --database can't be opened: ${(error as Error).message}`);
  }
}

async function openPostgres(telemetry: AgentTelemetry, address: string): Promise<DemoDatabase> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: address, max: 2 });
  // The storage listens while it is open; a server that goes away while connections are being closed would end the demo.
  pool.on('error', () => undefined);
  try {
    const storage = await startStorage(telemetry, { postgres: pool, spool: false, requireConnection: true });
    const shown = withoutPassword(address);
    const lookUp = (errorId: string) => `psql ${shellWord(shown)} -c "${queryFor(errorId)}"`;
    const { close, ...database } = databaseOf(storage, { name: shown, lookUp });
    return { ...database, close: () => close().finally(() => pool.end()) };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

const queryFor = (errorId: string): string => `select level, logger, message from error_logs where error_id = '${errorId}'`;

function databaseOf(storage: ErrorStorage, place: DatabasePlace): DemoDatabase {
  return {
    place,
    storage,
    count() {
      const { accepted, written } = storage.stats();
      return { written, missing: accepted - written };
    },
    flush: async () => void (await storage.flush()),
    close: async () => void (await storage.stop()),
  };
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}
