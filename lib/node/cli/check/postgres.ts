import { postgresCheck } from '../../../health/checks/postgres';
import type { DatabaseKind, OpenDatabase } from './database';
import { loadPeer } from './load-peer';

/** What is used of `pg`. */
interface Pg {
  readonly Pool: new (options: object) => PgPool;
}

type PgPool = Parameters<typeof postgresCheck>[0] & {
  on(event: 'error', listener: () => void): unknown;
  end(): Promise<void>;
};

const CONNECT_MS = 5_000;

export const POSTGRES: DatabaseKind = {
  name: 'PostgreSQL',
  option: '--postgres',
  protocols: ['postgres:', 'postgresql:'],
  defaultPort: 5432,
  async open(address, load): Promise<OpenDatabase> {
    const { module } = await loadPeer('PostgreSQL', [{ package: 'pg', exports: 'Pool' }], load);
    const { Pool } = module as Pg;
    const pool = new Pool({ connectionString: address, max: 1, connectionTimeoutMillis: CONNECT_MS });
    // A server that goes away while the connection is being closed still says so, which would end the command.
    pool.on('error', () => undefined);
    return { check: postgresCheck(pool), close: () => void pool.end().catch(() => undefined) };
  },
};
