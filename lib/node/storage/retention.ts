import type { Clock } from '../../core/clock';
import type { Complaints } from '../complaints';
import { failureOf } from '../delivery/receiver';
import type { StoreGate } from './store-gate';

/** Rows that one transaction removes: some milliseconds, in which others may wait for it. */
const CHUNK_ROWS = 1000;
/** Between two chunks, for everybody else who uses the database. */
const PAUSE_MS = 5;
/** A program that is started more often than `every` comes to it all the same. */
const FIRST_MS = 60_000;

export interface RetentionSettings {
  readonly maxAgeMs: number;
  readonly maxRows: number;
  readonly everyMs: number;
}

/** Removes old rows now and then, in chunks. One run at a time; what fails is done by the next. */
export class Retention {
  /** Rows that were removed. */
  pruned = 0;
  private isStopped = false;
  private cancelTimer: () => void;

  constructor(
    private readonly parts: { readonly gate: StoreGate; readonly clock: Clock; readonly complaints: Complaints },
    private readonly settings: RetentionSettings,
  ) {
    this.cancelTimer = this.startIn(Math.min(FIRST_MS, settings.everyMs));
  }

  stop(): void {
    this.isStopped = true;
    this.cancelTimer();
  }

  private startIn(ms: number): () => void {
    return this.parts.clock.setTimer(() => void this.run(), ms);
  }

  private async run(): Promise<void> {
    try {
      while (!this.isStopped && (await this.pruneChunk())) await this.pause();
    } catch (error) {
      const { code } = failureOf(error);
      const { gate, complaints } = this.parts;
      if (!this.isStopped)
        complaints.say('STORE_FAILED', 'retention', `${gate.store.name} did not remove old errors (${code}). It is tried again`);
    }
    if (!this.isStopped) this.cancelTimer = this.startIn(this.settings.everyMs);
  }

  /** @returns Whether there may be more. */
  private async pruneChunk(): Promise<boolean> {
    const { gate, clock } = this.parts;
    const { maxAgeMs, maxRows } = this.settings;
    const before = clock.systemTime() - maxAgeMs;
    const rows = await gate.use((store) => store.prune({ before, maxRows, chunkRows: CHUNK_ROWS }));
    this.pruned += rows;
    return rows >= CHUNK_ROWS;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => void this.parts.clock.setTimer(resolve, PAUSE_MS));
  }
}
