import { failureOf, type LineReceiver } from '../delivery/receiver';
import type { DeliveryRow } from '../delivery/row';
import { storableLine } from './error-rows';
import type { ErrorStore } from './store';
import { StoreError } from './store';

/** A store that is opened before it is used, by whoever comes first, and again after its file turned out to be none. */
export class StoreGate implements LineReceiver {
  private opening: Promise<void> | undefined;
  private isClosed = false;

  constructor(readonly store: ErrorStore) {}

  get name(): string {
    return this.store.name;
  }

  /** Rejects as the store does; then the next call tries again. */
  open(): Promise<void> {
    if (this.isClosed) return Promise.reject(new StoreError('unavailable', 'STOPPED', 'The storage of errors was stopped'));
    if (this.opening === undefined) {
      const opening = attempt(() => this.store.open());
      this.opening = opening;
      opening.catch(() => this.reopen(opening));
    }
    return this.opening;
  }

  async insert(rows: readonly DeliveryRow[]): Promise<number> {
    await this.open();
    const lines = rows.map(storableLine);
    await this.using(() => this.store.insert(lines));
    return 0;
  }

  /** Runs something on the open store. */
  async use<T>(run: (store: ErrorStore) => Promise<T>): Promise<T> {
    await this.open();
    return this.using(() => run(this.store));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await attempt(() => this.store.close()).catch(() => undefined);
  }

  private async using<T>(run: () => Promise<T>): Promise<T> {
    const { opening } = this;
    try {
      return await run();
    } catch (error) {
      if (failureOf(error).kind === 'corrupt') this.reopen(opening);
      throw error;
    }
  }

  /** Unless somebody has opened it again meanwhile. */
  private reopen(opening: Promise<void> | undefined): void {
    if (this.opening === opening) this.opening = undefined;
  }
}

/** What throws at once, against its contract, rejects. */
const attempt = async <T>(run: () => Promise<T>): Promise<T> => run();
