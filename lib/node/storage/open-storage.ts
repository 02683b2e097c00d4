import type { Clock } from '../../core/clock';
import type { Warning } from '../../core/warning';
import type { StreamWriter } from '../../log/stream-writer';
import type { Sink } from '../../sinks/sink';
import { writeAtExit } from '../exit-hook';
import { newRun } from './abandoned-runs';
import { Complaints } from './complaints';
import { Delivery } from './delivery';
import type { ErrorStorage } from './error-storage';
import { inTime } from './in-time';
import type { StorageSettings } from './options';
import { MemoryQueue } from './queue';
import { Reading } from './reading';
import { Retention } from './retention';
import { Spool } from './spool';
import { BEAT_MS } from './spool-lock';
import { type StorageStats, storageStats } from './stats';
import type { ErrorStore } from './store';
import { StoreGate } from './store-gate';

/** How long a start waits for the database. */
const OPEN_MS = 5000;
/** What a step of the end may take that has no limit of its own. */
const STEP_MS = 1000;

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
  const complaints = new Complaints(clock, warn);
  const gate = new StoreGate(store);
  const queue = new MemoryQueue(newRun(), settings.maxQueuedBytes);
  const spool =
    settings.spool &&
    new Spool(settings.spool, {
      onLost: (reason, lines) => {
        delivery.counts.drop(reason, lines);
        complaints.say('STORE_LOST', 'spool', `${lines.toLocaleString('en')} errors were lost in the spool (${reason})`);
      },
      onTrouble: (code, message) => complaints.say('STORE_FAILED', 'spool', `${message} [${code}]. It is tried again`),
    });
  const delivery = new Delivery({ gate, queue, spool, clock, random, complaints });
  const reading = new Reading(gate, streams);
  const retention = settings.retention && new Retention({ gate, clock, complaints }, settings.retention);
  const leave = writeAtExit(delivery);
  const stats = (): StorageStats => storageStats(store.name, delivery, queue, spool, retention?.pruned ?? 0);

  // Of the system, not of the bus: it is for other processes.
  const beat = setInterval(() => void tend(), BEAT_MS).unref();
  async function tend(): Promise<void> {
    if (await spool?.tend()) delivery.wake();
  }

  async function start(): Promise<{ readonly error: unknown } | undefined> {
    const opening = gate.open().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const [failure] = await Promise.all([inTime(OPEN_MS, () => opening, { error: undefined }), spool?.tend()]);
    delivery.begin(failure?.error);
    return failure;
  }

  let stopped: Promise<StorageStats> | undefined;
  async function end(): Promise<StorageStats> {
    retention?.stop();
    clearInterval(beat);
    await inTime(settings.closeDeadlineMs, (deadline) => delivery.finish(deadline), undefined);
    delivery.halt();
    await inTime(STEP_MS, () => delivery.spooled(), undefined);
    delivery.flushSync(STEP_MS);
    delivery.giveUp();
    leave();
    await inTime(STEP_MS, () => gate.close(), undefined);
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
  return { storage, sink: Object.freeze(sink), opened: start() };
}
