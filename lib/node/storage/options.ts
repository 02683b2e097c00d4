import { checkOptions, isFunction, isRecord, type OptionRule, optionInvalid } from '../../core/options';
import { type Duration, parseDuration } from '../../core/unit';
import {
  CLOSE_DEADLINE,
  type DeliverySettings,
  isFalseOr,
  MIB,
  QUEUED_BYTES,
  SPOOL,
  type SpoolOptions,
  spoolSettings,
  whole,
} from '../delivery/delivery-settings';
import type { SpoolSettings } from '../delivery/spool/spool';
import type { PostgresPool } from './postgres/postgres-pool';
import type { RetentionSettings } from './retention';
import type { SqliteDatabase } from './sqlite/sqlite-database';
import type { ErrorStore } from './store';

/** Which stored errors stay. What exceeds one of the limits goes, the oldest first. */
export interface StorageRetentionOptions {
  /** Milliseconds or text such as `'30d'`; counted from the time of the record. Default 30 days. */
  readonly maxAge?: Duration;
  /** How many rows. Default 1,000,000. */
  readonly maxRows?: number;
  /** How often it is looked after, at least 1 s; the first time after a minute. Default an hour. */
  readonly every?: Duration;
}

/**
 * Options of `startStorage`: one of `sqlite`, `postgres`, `store`, and
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `spool` | where errors wait on disk; `false`: in memory only | beside the SQLite file; otherwise it must be said |
 * | `maxQueuedBytes` | what may wait in memory, in bytes, 64 KiB to 1 GiB; an eighth is kept for critical ones | 8 MiB |
 * | `retention` | which rows stay; `false`: all | 30 days, 1,000,000 rows, looked after every hour |
 * | `closeDeadlineMs` | how long `stop` delivers, in ms, up to 10 minutes | 5000 |
 * | `requireConnection` | `startStorage` rejects when the database can't be opened | `false` |
 */
export interface StorageOptions {
  /** File of a SQLite database, for Node 22.13 or later; or an open one of better-sqlite3 or `node:sqlite`. */
  readonly sqlite?: string | SqliteDatabase;
  /** A `Pool` of `pg`. */
  readonly postgres?: PostgresPool;
  /** Any other store, or one with options of its own. `stop` closes it. */
  readonly store?: ErrorStore;
  readonly spool?: SpoolOptions | false;
  readonly maxQueuedBytes?: number;
  readonly retention?: StorageRetentionOptions | false;
  readonly closeDeadlineMs?: number;
  readonly requireConnection?: boolean;
}

/** The options, checked and complete. */
export interface StorageSettings extends DeliverySettings {
  readonly retention: RetentionSettings | undefined;
  readonly requireConnection: boolean;
}

const RULES: Readonly<Record<keyof StorageOptions, OptionRule>> = {
  sqlite: 'any',
  postgres: 'any',
  store: [isStore, 'an ErrorStore: { name, open, insert, find, groups, prune, close }'],
  spool: SPOOL,
  maxQueuedBytes: QUEUED_BYTES,
  retention: [isFalseOr, 'an object such as { maxAge: "30d" }, or false'],
  closeDeadlineMs: CLOSE_DEADLINE,
  requireConnection: 'boolean',
};
const RETENTION_RULES: Readonly<Record<keyof StorageRetentionOptions, OptionRule>> = {
  maxAge: 'any',
  maxRows: whole(1, Number.MAX_SAFE_INTEGER),
  every: 'any',
};

function isStore(value: unknown): boolean {
  const methods = ['open', 'insert', 'find', 'groups', 'prune', 'close'];
  return isRecord(value) && typeof value.name === 'string' && methods.every((method) => isFunction(value[method]));
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function storageSettings(options: StorageOptions): StorageSettings {
  checkOptions('startStorage', options, RULES);
  const given = isRecord(options) ? (options as StorageOptions) : {};
  const places = [given.sqlite, given.postgres, given.store].filter((place) => place !== undefined);
  if (places.length !== 1) throw optionInvalid('startStorage: options', options, 'one of sqlite, postgres, store');
  return {
    spool: given.spool === false ? undefined : spoolOf(given.spool, given.sqlite),
    maxQueuedBytes: given.maxQueuedBytes ?? 8 * MIB,
    retention: given.retention === false ? undefined : retentionSettings(given.retention),
    closeDeadlineMs: given.closeDeadlineMs ?? 5000,
    requireConnection: given.requireConnection ?? false,
  };
}

/**
 * A folder is asked for where none is obvious: what waits in it belongs to one database, and two programs that happen to run
 * in the same place would deliver each other's errors.
 */
function spoolOf(options: SpoolOptions = {}, sqlite: StorageOptions['sqlite']): SpoolSettings {
  const beside = typeof sqlite === 'string' ? `${sqlite}.spool` : undefined;
  const expected = 'a folder for errors that wait, or spool: false to keep them in memory only';
  return spoolSettings('startStorage: spool', options, beside, () => optionInvalid('startStorage: spool: folder', undefined, expected));
}

function retentionSettings(options: StorageRetentionOptions = {}): RetentionSettings {
  checkOptions('startStorage: retention', options, RETENTION_RULES);
  const { maxAge = '30d', maxRows = 1_000_000, every = '1h' } = options;
  const everyMs = parseDuration('startStorage: retention: every', every);
  if (everyMs < 1000) throw optionInvalid('startStorage: retention: every', every, 'at least 1 s');
  return { maxAgeMs: parseDuration('startStorage: retention: maxAge', maxAge, Number.MAX_SAFE_INTEGER), maxRows, everyMs };
}
