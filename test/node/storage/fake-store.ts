/** A database in memory that does what a test tells it to. */
import { type ErrorStore, type PruneOptions, type StorableLine, type StoredError, StoreError } from '../../../lib/node/storage/store';

/**
 * - `ambiguous`: stores, and rejects as if it had not.
 * - `hang`: settles when the mode changes: with what that mode does.
 */
export type Mode = 'ok' | 'unavailable' | 'corrupt' | 'ambiguous' | 'hang' | 'alien';

export class FakeStore implements ErrorStore {
  readonly name: string = 'fake';
  readonly rows: Map<string, StorableLine> = new Map();
  /** In the order they were stored. */
  readonly stored: StorableLine[] = [];
  readonly batches: number[] = [];
  readonly asked: unknown[] = [];
  readonly prunes: PruneOptions[] = [];
  prunable = 0;
  opened = 0;
  closed = 0;
  inFlight = 0;
  mostInFlight = 0;
  /** Rows it never takes. */
  isRefused: (row: StorableLine) => boolean = () => false;
  private now: Mode = 'ok';
  private waiting: (() => void)[] = [];

  get mode(): Mode {
    return this.now;
  }

  set mode(mode: Mode) {
    this.now = mode;
    const { waiting } = this;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  async open(): Promise<void> {
    this.opened++;
    await this.settled();
    if (this.now !== 'corrupt' && this.now !== 'ambiguous') this.mayFail();
  }

  async insert(rows: readonly StorableLine[]): Promise<number> {
    this.batches.push(rows.length);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      await this.settled();
      if (this.now !== 'ambiguous') this.mayFail();
      if (rows.some(this.isRefused)) throw new StoreError('refused', '22P05', 'refused');
      const fresh = rows.filter(({ key }) => !this.rows.has(key));
      for (const row of fresh) {
        this.rows.set(row.key, row);
        this.stored.push(row);
      }
      if (this.now === 'ambiguous') throw new StoreError('unavailable', 'ECONNRESET', 'after the commit');
      return fresh.length;
    } finally {
      this.inFlight--;
    }
  }

  async find(query: unknown): Promise<StoredError[]> {
    this.asked.push(query);
    this.mayFail();
    return [];
  }

  async groups(query: unknown): Promise<never[]> {
    this.asked.push(query);
    this.mayFail();
    return [];
  }

  async prune(options: PruneOptions): Promise<number> {
    this.prunes.push(options);
    this.mayFail();
    const rows = Math.min(this.prunable, options.chunkRows);
    this.prunable -= rows;
    return rows;
  }

  async close(): Promise<void> {
    this.closed++;
  }

  private async settled(): Promise<void> {
    while (this.now === 'hang') await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private mayFail(): void {
    if (this.now === 'unavailable') throw new StoreError('unavailable', 'ECONNREFUSED', 'down');
    if (this.now === 'corrupt') throw new StoreError('corrupt', 'SQLITE_CORRUPT', 'malformed');
    if (this.now === 'alien') throw new TypeError('not of the contract');
  }
}
