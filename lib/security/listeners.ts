import { quietly } from '../core/quietly';
import type { Warning } from '../core/warning';
import type { SecurityEvent } from './journal';

/** Told of each event, in the call that recorded it. */
export type SecurityListener = (event: SecurityEvent) => void;

/** Listeners who can't disturb each other, nor who tells them. */
export class Listeners {
  /** Replaced as a whole: who is told of an event was there when it happened. */
  private listeners: readonly { readonly listener: SecurityListener }[] = [];
  private readonly warned = new WeakSet<object>();
  /** How often one threw or rejected. */
  failures = 0;

  constructor(private readonly warn: (warning: Warning) => void) {}

  add(listener: SecurityListener): () => void {
    // The same function may listen twice, and leaves as often.
    const entry = { listener };
    this.listeners = [...this.listeners, entry];
    return () => {
      this.listeners = this.listeners.filter((other) => other !== entry);
    };
  }

  tell(event: SecurityEvent): void {
    for (const entry of this.listeners) {
      quietly(
        () => entry.listener(event),
        () => this.failed(entry),
      );
    }
  }

  private failed(entry: object): void {
    this.failures++;
    if (this.warned.has(entry)) return;
    this.warned.add(entry);
    const message = 'A listener of security events failed. It stays; further failures are counted only';
    // If that fails, nobody is left to be told.
    quietly(() => this.warn({ code: 'HANDLER_FAILED', message }));
  }
}
