import type { SinkStats } from '../../sinks/sink';
import type { Delivery } from './delivery';
import type { MemoryQueue } from './queue';
import type { Spool } from './spool';

/** What waits on disk. */
export interface SpoolStats {
  /** Lines of this run that are only here. */
  readonly lines: number;
  readonly bytes: number;
  /** Files, those of earlier runs included. */
  readonly segments: number;
  /** Damaged pieces that were skipped. */
  readonly corrupt: number;
  /** Failed attempts to write or read by code, such as `ENOSPC`. */
  readonly errors: Readonly<Record<string, number>>;
}

/**
 * What a storage knows of itself: the account of the lines it was given, where accepted = written + queued + all of dropped,
 * and more. Reasons to drop are `overflow` (memory is full), `spool_full` (memory and spool are), `refused` (the database
 * will never take the line), `spool_corrupt`, `spool_lost` (damaged or gone in the spool), `unreadable` (no text), `unsent` (at the end of
 * `stop`), and `closed` (it came after that).
 */
export interface StorageStats extends SinkStats {
  /** `sqlite`, `postgres`, or what the store calls itself. */
  readonly store: string;
  /** `failing`: the last attempt failed. `slow`: one takes more than a second. In both cases lines go to the spool. */
  readonly state: 'open' | 'failing' | 'slow' | 'closed';
  /** Why it is failing: code of the driver or the system. */
  readonly failure: string | undefined;
  /** Failed attempts. */
  readonly failures: number;
  /** Bytes that wait in memory. */
  readonly queuedBytes: number;
  /** `undefined` without a spool. */
  readonly spool: SpoolStats | undefined;
  /** Lines of earlier runs that were found in the spool; they count nowhere else. One that was spooled twice counts twice. */
  readonly recovered: number;
  readonly recoveredStored: number;
  readonly recoveredRefused: number;
  /** Rows that retention removed. */
  readonly pruned: number;
}

/** Reads them all, as copies. */
export function storageStats(
  store: string,
  delivery: Delivery,
  queue: MemoryQueue,
  spool: Spool | undefined,
  pruned: number,
): StorageStats {
  const { state, failure, failures, counts, recovered } = delivery;
  return {
    ...counts.stats(),
    store,
    state,
    failure,
    failures,
    queuedBytes: queue.bytes,
    spool: spool && { lines: spool.lines, bytes: spool.bytes, segments: spool.files, corrupt: spool.corrupt, errors: { ...spool.errors } },
    recovered: recovered.read,
    recoveredStored: recovered.stored,
    recoveredRefused: recovered.refused,
    pruned,
  };
}
