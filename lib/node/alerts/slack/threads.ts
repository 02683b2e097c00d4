import type { AlertNotification } from '../../../alerts/target';

const MAX_THREADS = 1000;

/** Which message of Slack told of an alert first, for at most 1,000 alerts; those told longest ago are forgotten. */
export class SlackThreads {
  private readonly messages = new Map<string, string>();

  /** The message that a notification belongs under; `undefined`: it is one of its own. */
  of({ kind, alerts, key }: AlertNotification): string | undefined {
    if (kind !== 'resolved' && kind !== 'reminder') return undefined;
    const known = alerts.find(({ id }) => this.messages.has(id));
    return this.messages.get(known?.id ?? keyOf(key));
  }

  /** Remembers the message of a notification, for what comes later. */
  remember({ kind, alerts, key }: AlertNotification, message: string): void {
    if (kind !== 'firing') return;
    for (const id of [...alerts.map((alert) => alert.id), keyOf(key)]) {
      // Deleting it makes it the youngest.
      this.messages.delete(id);
      this.messages.set(id, message);
    }
    while (this.messages.size > MAX_THREADS) this.messages.delete(this.messages.keys().next().value!);
  }

  /** Forgets a message that is not there any more. */
  forget(message: string): void {
    for (const [id, known] of this.messages) if (known === message) this.messages.delete(id);
  }
}

/** Keys and ids of alerts never meet. */
const keyOf = (key: string): string => `key:${key.slice(0, 256)}`;
