/**
 * A synchronous file whose line took too long becomes buffered for a while, and then loses lines with its process. A busy machine
 * makes lines take long: what is claimed of synchronous files is claimed of runs in which none did.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './fact';
import { STALLED } from './plan';

const TRIES = 5;

class StalledRun extends Error {}

/** Ends a run inside `whenSteady` when its program said that a line took too long. */
export function assertSteady(stderr: string): void {
  if (stderr.includes(STALLED)) throw new StalledRun(`A line took too long in each of ${TRIES} runs`);
}

/** Runs something, with a folder of its own, until no line took too long in it; gives up after five runs. */
export async function whenSteady(bench: Bench, run: (bench: Bench) => Promise<unknown>): Promise<void> {
  for (let time = 1; ; time++) {
    const dir = join(bench.dir, `try-${time}`);
    mkdirSync(dir, { recursive: true });
    try {
      await run({ ...bench, dir });
      return;
    } catch (error) {
      if (!(error instanceof StalledRun) || time === TRIES) throw error;
      bench.note(`a run with a line that took too long was done again`);
    }
  }
}
