import { isTelemetryError, TelemetryError } from '../../core/errors';
import { optionInvalid } from '../../core/options';
import type { Warning } from '../../core/warning';
import type { Hosted } from '../../engines';
import { securityOf } from '../../entries/security';
import { LOG_SEAM, type Seamed } from '../../log/seam';
import type { StreamWriter } from '../../log/stream-writer';
import { METRICS_SEAM, type Metered } from '../../metrics/seam';
import type { Telemetry } from '../../telemetry';
import type { ErrorStorage } from './error-storage';
import { openStorage } from './open-storage';
import { type StorageOptions, storageSettings } from './options';
import { createPostgresStore } from './postgres/postgres-store';
import { createSqliteStore } from './sqlite/sqlite-store';
import type { StorageStats } from './stats';
import type { ErrorStore } from './store';

/** A bus whose errors can be stored: one of `createTelemetry` of `telemetry-bus`. */
export type StorableBus = Pick<Telemetry, 'addSink'> & Metered & Seamed & Hosted;

/**
 * Stores the errors of a bus in a database: every line of level error or critical becomes a row, in the background, in
 * batches, in order.
 *
 * A database that fails, hangs or is locked delays nothing: lines wait in memory for at most some 50 ms, then in a spool on
 * disk, and are stored once it works again, each exactly once, because each has a key. What waits when the program ends, in
 * whatever way but `kill -9`, is stored by the next start; `kill -9` loses what was in memory only. A power cut may take
 * what the system had not written to disk yet. Beyond the limits of memory and spool the new lines are lost, not the old:
 * the first errors of an outage tell most. All is counted in `stats()`, and told in warnings `STORE_FAILED`, `STORE_LOST`,
 * each at most once a minute.
 *
 * Opening is tried for up to 5 s, then the storage starts without; a database that is down does not stop a program unless
 * `requireConnection` says so. Nothing of it keeps the process alive.
 *
 * A line costs its caller about a microsecond.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @param options - See {@link StorageOptions}.
 * @throws (rejects with) {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `PEER_MISSING` for a SQLite file where Node has no
 * SQLite; `SINK_OPEN_FAILED` with `requireConnection`.
 * @example
 * await using storage = await startStorage(telemetry, { sqlite: 'logs/errors.db' });
 * await storage.find({ errorId: 'k3m9q2td', by: 'support' });
 */
export async function startStorage(telemetry: StorableBus, options: StorageOptions): Promise<ErrorStorage> {
  const prepared = prepareStorage('startStorage', telemetry, options);
  try {
    // Before the database is open: what goes wrong meanwhile is worth storing, too.
    const storage = prepared.attach();
    await prepared.ready();
    return storage;
  } catch (error) {
    await prepared.stop();
    throw error;
  }
}

/** A storage that is being opened, and is given nothing yet. */
export interface PreparedStorage {
  /** Settles when the database is open, or may be later. @throws (rejects with) {TelemetryError} as `startStorage`. */
  ready(): Promise<void>;
  /** Has it take the errors of the bus. @throws {TelemetryError} `CONFIG_INVALID`: this may be what makes the log of the bus. */
  attach(): ErrorStorage;
  stop(): Promise<StorageStats>;
}

/** Begins to open a storage. @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, `PEER_MISSING` */
export function prepareStorage(where: string, telemetry: StorableBus, options: StorageOptions): PreparedStorage {
  const source = telemetry?.[METRICS_SEAM];
  const log = telemetry?.[LOG_SEAM];
  if (source === undefined || log === undefined) {
    throw optionInvalid(`${where}: telemetry`, telemetry, 'a bus of createTelemetry of telemetry-bus');
  }
  const settings = storageSettings(options);
  const warn = (warning: Warning): void => source.warn(warning);
  // Who reads is a security event like others, with its count and its listeners.
  const streams = (): StreamWriter => ({ ...log.streams(), security: (name, fields) => securityOf(telemetry).record(name, fields) });
  const { storage, sink, opened } = openStorage(storeOf(options, warn), settings, { clock: source.clock, warn, streams });
  let detach: (() => boolean) | undefined;
  let stopped: Promise<StorageStats> | undefined;

  async function end(): Promise<StorageStats> {
    await storage.stop();
    // Not before: what comes meanwhile is counted as dropped.
    detach?.();
    return storage.stats();
  }
  const stop = (): Promise<StorageStats> => (stopped ??= end());

  return {
    async ready() {
      const failure = await opened;
      if (failure === undefined || !(settings.requireConnection || isTelemetryError(failure.error))) return;
      throw isTelemetryError(failure.error) ? failure.error : notOpened(storage.stats().store, failure.error);
    },
    attach() {
      detach = telemetry.addSink({ sink, level: 'error', format: 'json', schema: 'default' }).detach;
      return Object.freeze<ErrorStorage>({ ...storage, stop, [Symbol.asyncDispose]: async () => void (await stop()) });
    },
    stop,
  };
}

function storeOf({ sqlite, postgres, store }: StorageOptions, onWarning: (warning: Warning) => void): ErrorStore {
  if (store !== undefined) return store;
  if (postgres !== undefined) return createPostgresStore({ pool: postgres });
  return typeof sqlite === 'string' ? createSqliteStore({ path: sqlite, onWarning }) : createSqliteStore({ database: sqlite!, onWarning });
}

function notOpened(name: string, cause: unknown): TelemetryError {
  const why = cause instanceof Error ? cause.message : 'It did not answer in time';
  const fix = 'Start the database, or leave out requireConnection: then errors wait in the spool';
  return new TelemetryError('SINK_OPEN_FAILED', `The ${name} database for errors can't be opened`, why, fix, { cause });
}
