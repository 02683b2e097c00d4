/** One server for all tests of a process that do it no harm, and a schema for each. */
import pg from 'pg';
import { testUnless } from '../test-with';
import { type PostgresServer, postgresMissing, startPostgres } from './server';

let shared: Promise<PostgresServer> | undefined;

/** Started when it is first asked for; gone with the process. */
export const sharedServer = (): Promise<PostgresServer> => (shared ??= startPostgres());

/** A pool that does not keep the process alive. */
export const poolOf = ({ address }: PostgresServer, options: pg.PoolConfig = {}): pg.Pool =>
  new pg.Pool({ ...address, allowExitOnIdle: true, ...options });

/** One connection for what somebody else does to the server. It may be told of the server's end: closing it is not waited for. */
export function adminOf(server: PostgresServer): pg.Pool {
  const pool = poolOf(server, { max: 1 });
  pool.on('error', () => undefined);
  return pool;
}

let schemas = 0;

/** Makes a schema of a fresh name. */
export async function freshSchema(pool: pg.Pool): Promise<string> {
  const schema = `test_${process.pid}_${++schemas}`;
  await pool.query(`CREATE SCHEMA ${schema}`);
  return schema;
}

/** `test`, where PostgreSQL is. Elsewhere it is skipped, loudly; not in CI, where it fails. */
export function testWithPostgres(name: string, body: () => Promise<void>): void {
  testUnless(postgresMissing() ?? false, name, body);
}
