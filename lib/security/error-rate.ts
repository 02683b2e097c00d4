import type { Limit } from './alarm';

/** Too many errors. */
export interface ErrorRateAlarm {
  readonly errors: number;
  /** Of most of them; of several, the one that came first. */
  readonly fingerprint: string;
}

/**
 * Tells when there are more errors within the window than allowed; again once their number has fallen to half of what is allowed
 * in between, so that a rate at the edge is told once. It keeps one time more than is allowed, which is all that is asked for.
 */
export class ErrorRate {
  private readonly times: number[] = [];
  private readonly fingerprints: string[] = [];
  private head = 0;
  private size = 0;
  private isTold = false;

  constructor(private readonly limit: Limit) {}

  meet(fingerprint: string, now: number): ErrorRateAlarm | undefined {
    const { threshold, windowMs } = this.limit;
    const capacity = threshold + 1;
    while (this.size > 0 && this.times[this.head]! <= now - windowMs) this.dropOldest(capacity);
    // Between two errors the number only falls: it was lowest just now.
    if (this.size <= threshold / 2) this.isTold = false;
    if (this.size === capacity) this.dropOldest(capacity);
    const at = (this.head + this.size) % capacity;
    this.times[at] = now;
    this.fingerprints[at] = fingerprint;
    this.size++;
    if (this.size <= threshold || this.isTold) return undefined;
    this.isTold = true;
    return { errors: this.size, fingerprint: this.mostFrequent(capacity) };
  }

  private dropOldest(capacity: number): void {
    this.head = (this.head + 1) % capacity;
    this.size--;
  }

  private mostFrequent(capacity: number): string {
    const counts = new Map<string, number>();
    for (let index = 0; index < this.size; index++) {
      const fingerprint = this.fingerprints[(this.head + index) % capacity]!;
      counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
    }
    let [most, best] = [0, ''];
    for (const [fingerprint, count] of counts) if (count > most) [most, best] = [count, fingerprint];
    return best;
  }
}
