import { setImmediate as turn } from 'node:timers/promises';

/** How long others have to wait. Promised are 5 ms: the rest is for the garbage collector. */
const SLICE_MS = 1;

/** Cuts long work into slices, between which everyone else has a turn. */
export class Slices {
  private end = performance.now() + SLICE_MS;

  get isOver(): boolean {
    return performance.now() >= this.end;
  }

  async next(): Promise<void> {
    await turn();
    this.end = performance.now() + SLICE_MS;
  }
}
