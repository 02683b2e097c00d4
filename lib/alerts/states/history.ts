import type { Alert } from '../alert';

/** What became of an alert, and when. */
export interface AlertChange {
  /** ms since the epoch. */
  readonly time: number;
  /** `ended`: a pending alert came to nothing. `raised`, `lowered`: it became critical, or a warning again. `removed`: with its rule. */
  readonly change: 'pending' | 'ended' | 'firing' | 'raised' | 'lowered' | 'resolved' | 'removed';
  /** As it was then. */
  readonly alert: Alert;
}

const MOST = 200;

/** The last changes. */
export class History {
  private readonly changes: AlertChange[] = [];
  private next = 0;

  add(change: AlertChange): void {
    this.changes[this.next] = change;
    this.next = (this.next + 1) % MOST;
  }

  /** The newest first. */
  last(most: number): AlertChange[] {
    const { changes, next } = this;
    const all = changes.length < MOST ? changes : [...changes.slice(next), ...changes.slice(0, next)];
    return all.slice(Math.max(0, all.length - most)).reverse();
  }
}
