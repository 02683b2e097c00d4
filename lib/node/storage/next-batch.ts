import { Batch } from './batch';
import type { MemoryQueue } from './queue';
import type { Spill } from './spill';
import type { Spool } from './spool';

const BATCH_LINES = 100;
const BATCH_BYTES = 1_048_576;

export interface BatchSources {
  readonly queue: MemoryQueue;
  readonly spool: Spool | undefined;
}

/**
 * Takes the next batch: of the spool as long as there is anything in it, else of memory.
 *
 * @returns `undefined`: nothing waits, or it was stopped.
 * @throws the spool's errors that pass.
 */
export async function nextBatch({ queue, spool }: BatchSources, spill: Spill, isStopped: () => boolean): Promise<Batch | undefined> {
  while (spool !== undefined && !isStopped()) {
    // For the sake of few segments: one that is read is not written any more.
    await spill.underWay;
    const next = await spool.next(BATCH_LINES, BATCH_BYTES);
    if (next !== undefined) return new Batch(next.rows, next.isRecovered, true, 0);
    // From here on nothing may come in between: lines of memory must not overtake those that are being spooled.
    if (spool.isEmpty && spill.underWay === undefined) break;
  }
  const rows = queue.peek(BATCH_LINES, BATCH_BYTES);
  if (rows.length === 0 || isStopped()) return undefined;
  spool?.passOver(rows.at(-1)!);
  return new Batch(rows, false, false, queue.drop(rows.length));
}
