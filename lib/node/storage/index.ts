/**
 * `telemetry-bus/node/storage`: stores errors in SQLite or PostgreSQL.
 *
 * @module
 */
export type { SpoolOptions } from '../delivery/delivery-settings';
export type { SpoolStats } from '../delivery/stats';
export type { ErrorStorage } from './error-storage';
export type { StorageOptions, StorageRetentionOptions } from './options';
export type { PostgresClient, PostgresPool, PostgresResult } from './postgres/postgres-pool';
export type { PostgresStoreOptions } from './postgres/postgres-store';
export { createPostgresStore } from './postgres/postgres-store';
export type { Reader } from './reading';
export type { SqliteDatabase, SqliteStatement } from './sqlite/sqlite-database';
export type { SqliteStoreOptions } from './sqlite/sqlite-store';
export { createSqliteStore } from './sqlite/sqlite-store';
export type { StorableBus } from './start-storage';
export { startStorage } from './start-storage';
export type { StorageStats } from './stats';
export type { ErrorStore, GroupQuery, PruneOptions, StorableLine, StoredError, StoredGroup, StoredQuery } from './store';
export { StoreError } from './store';
