import { Batch } from './batch';
import type { BatchRules } from './batch-rules';
import type { MemoryQueue } from './queue';
import type { Spill } from './spill';
import type { Spool } from './spool/spool';

export interface BatchSources {
  readonly queue: MemoryQueue;
  readonly spool: Spool | undefined;
  readonly rules: BatchRules;
}

/**
 * Takes the next batch: of the spool as long as there is anything in it, else of memory.
 *
 * @returns `undefined`: nothing waits, or it was stopped.
 * @throws the spool's errors that pass.
 */
export async function nextBatch({ queue, spool, rules }: BatchSources, spill: Spill, isStopped: () => boolean): Promise<Batch | undefined> {
  while (spool !== undefined && !isStopped()) {
    // For the sake of few segments: one that is read is not written any more.
    await spill.underWay;
    const next = await spool.next(rules.maxLines, rules.maxBytes);
    if (next !== undefined) return new Batch(next.rows, next.isRecovered, true, 0, false);
    // From here on nothing may come in between: lines of memory must not overtake those that are being spooled.
    if (spool.isEmpty && spill.underWay === undefined) break;
  }
  const rows = queue.peek(rules.maxLines, rules.maxBytes);
  if (rows.length === 0 || isStopped()) return undefined;
  spool?.passOver(rows.at(-1)!);
  const heldBytes = queue.drop(rows.length);
  return new Batch(rows, false, false, heldBytes, queue.length === 0);
}
