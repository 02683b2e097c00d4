import { quietly } from '../core/quietly';
import type { Warning } from '../core/warning';
import type { HealthChange } from './report';

/** Told of each change of a check, right after its event. */
export type HealthListener = (change: HealthChange) => void;

/** Listeners who can't disturb each other, nor who tells them. */
export class Listeners {
  /** Replaced as a whole: who is told of a change was there when it happened. */
  private listeners: readonly { readonly listener: HealthListener }[] = [];
  private readonly warned = new WeakSet<object>();
  /** How often one threw or rejected. */
  failures = 0;

  constructor(private readonly warn: (warning: Warning) => void) {}

  add(listener: HealthListener): () => void {
    // The same function may listen twice, and leaves as often.
    const entry = { listener };
    this.listeners = [...this.listeners, entry];
    return () => {
      this.listeners = this.listeners.filter((other) => other !== entry);
    };
  }

  tell(change: HealthChange): void {
    for (const entry of this.listeners) {
      quietly(
        () => entry.listener(change),
        () => this.failed(entry),
      );
    }
  }

  private failed(entry: object): void {
    this.failures++;
    if (this.warned.has(entry)) return;
    this.warned.add(entry);
    const message = 'A listener to health changes failed. It stays; further failures are counted only';
    // If that fails, nobody is left to be told.
    quietly(() => this.warn({ code: 'HANDLER_FAILED', message }));
  }
}
