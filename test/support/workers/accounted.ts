import * as assert from 'uvu/assert';
import type { WorkerMetrics } from '../../../lib/node/workers';

/** Checks that what came in is what was taken and what was refused. */
export function assertAccounted(all: WorkerMetrics): void {
  const { messages, greetings, snapshots, refused } = all.stats();
  const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
  assert.is(messages, greetings + snapshots + refusals);
}
