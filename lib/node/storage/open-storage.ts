import type { Clock } from '../../core/clock';
import type { Warning } from '../../core/warning';
import type { StreamWriter } from '../../log/stream-writer';
import type { Sink } from '../../sinks/sink';
import type { BatchRules } from '../delivery/batch-rules';
import { openDelivery } from '../delivery/open-delivery';
import type { DeliveryWords } from '../delivery/words';
import { ERROR_ROWS } from './error-rows';
import type { ErrorStorage } from './error-storage';
import type { StorageSettings } from './options';
import { Reading } from './reading';
import { Retention } from './retention';
import { type StorageStats, storageStats } from './stats';
import type { ErrorStore } from './store';
import { StoreGate } from './store-gate';

const RULES: BatchRules = { maxLines: 100, maxBytes: 1_048_576, gatherMs: 50, isEager: false };
const WORDS: DeliveryWords = {
  subject: 'Storage of errors',
  name: 'the storage of errors',
  lines: 'errors',
  receiver: 'the database',
  line: ({ more }) => `the error ${more[0]}`,
  failed: 'STORE_FAILED',
  lost: 'STORE_LOST',
};

export interface StorageSurroundings {
  readonly clock: Clock;
  readonly warn: (warning: Warning) => void;
  readonly streams: () => StreamWriter;
  /** From 0 up to but without 1; default that of the system. */
  readonly random?: () => number;
}

export interface OpenedStorage {
  readonly storage: Omit<ErrorStorage, typeof Symbol.asyncDispose>;
  readonly sink: Sink;
  /** Settles when the database is open, or with why it is not. */
  readonly opened: Promise<{ readonly error: unknown } | undefined>;
}

/** Puts the parts of a storage together and starts them. Throws nothing. */
export function openStorage(
  store: ErrorStore,
  settings: StorageSettings,
  { clock, warn, streams, random = Math.random }: StorageSurroundings,
): OpenedStorage {
  const gate = new StoreGate(store);
  const opened = openDelivery({ receiver: gate, kind: ERROR_ROWS, rules: RULES, words: WORDS, settings, clock, warn, random });
  const { delivery, complaints, recovered } = opened;
  const reading = new Reading(gate, streams);
  const retention = settings.retention && new Retention({ gate, clock, complaints }, settings.retention);
  const stats = (): StorageStats => storageStats(store.name, opened.stats(), recovered, retention?.pruned ?? 0);

  let stopped: Promise<StorageStats> | undefined;
  async function end(): Promise<StorageStats> {
    retention?.stop();
    await opened.stop();
    return stats();
  }
  const stop = (): Promise<StorageStats> => {
    stopped ??= end();
    return stopped;
  };

  const storage = {
    find: (query?: Parameters<ErrorStorage['find']>[0]) => reading.find(query),
    groups: (query?: Parameters<ErrorStorage['groups']>[0]) => reading.groups(query),
    stats,
    flush: () => delivery.flush(),
    stop,
  };
  const sink: Sink = {
    name: 'storage',
    write: (line, level, mark) => delivery.push(line, level, mark),
    stats: () => delivery.counts.stats(),
    flush: () => delivery.flush(),
    close: async () => void (await stop()),
  };
  return { storage, sink: Object.freeze(sink), opened: opened.opened };
}
