import type { RecoveredCounts } from '../delivery/delivery-account';
import type { DeliveryStats } from '../delivery/stats';

/**
 * What a storage knows of itself: the account of the lines it was given, where accepted = written + queued + all of dropped,
 * and more. Reasons to drop are `overflow` (memory is full), `spool_full` (memory and spool are), `refused` (the database
 * will never take the line), `spool_corrupt`, `spool_lost` (damaged or gone in the spool), `unreadable` (no text), `unsent` (at the end of
 * `stop`), and `closed` (it came after that).
 */
export interface StorageStats extends DeliveryStats {
  /** `sqlite`, `postgres`, or what the store calls itself. */
  readonly store: string;
  /** Lines of earlier runs that were found in the spool; they count nowhere else. One that was spooled twice counts twice. */
  readonly recovered: number;
  readonly recoveredStored: number;
  readonly recoveredRefused: number;
  /** Rows that retention removed. */
  readonly pruned: number;
}

/** Puts them together. */
export const storageStats = (
  store: string,
  stats: DeliveryStats,
  { read, stored, refused }: Readonly<RecoveredCounts>,
  pruned: number,
): StorageStats => ({ ...stats, store, recovered: read, recoveredStored: stored, recoveredRefused: refused, pruned });
