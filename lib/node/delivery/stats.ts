import type { SinkStats } from '../../sinks/sink';
import type { Delivery } from './delivery';
import type { MemoryQueue } from './queue';
import type { Spool } from './spool/spool';

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

/** What a delivery knows of itself: the account of its lines, where accepted = written + queued + all of dropped, and more. */
export interface DeliveryStats extends SinkStats {
  /** `failing`: the last attempt failed. `slow`: one takes more than a second. In both cases lines go to the spool, if there is one. */
  readonly state: 'open' | 'failing' | 'slow' | 'closed';
  /** Why it is failing: code of the driver, the protocol or the system. */
  readonly failure: string | undefined;
  /** Failed attempts. */
  readonly failures: number;
  /** Bytes that wait in memory. */
  readonly queuedBytes: number;
  /** `undefined` without a spool. */
  readonly spool: SpoolStats | undefined;
}

/** Reads them all, as copies. */
export function deliveryStats(delivery: Delivery, queue: MemoryQueue, spool: Spool | undefined): DeliveryStats {
  const { state, failure, failures, counts } = delivery;
  return {
    ...counts.stats(),
    state,
    failure,
    failures,
    queuedBytes: queue.bytes,
    spool: spool && { lines: spool.lines, bytes: spool.bytes, segments: spool.files, corrupt: spool.corrupt, errors: { ...spool.errors } },
  };
}
