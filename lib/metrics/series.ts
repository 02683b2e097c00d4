import type { TimeUnit } from '../core/unit';
import { Durations } from './durations';
import { input } from './hdr';

/** Why a duration was not recorded. */
export type RejectionReason = 'nan' | 'infinite' | 'negative' | 'not_a_number' | 'unreadable';

/** One event's counter and, from the first duration on, its distribution. */
export class Series {
  count = 0;
  durations: Durations | undefined = undefined;
  rejected: Map<RejectionReason, number> | undefined = undefined;

  constructor(private unit: TimeUnit) {}

  /** Counts an emission and records its duration if it has one. Never throws. */
  observe(measurements: { readonly duration?: unknown }): void {
    this.count++;
    try {
      const { duration } = measurements;
      if (duration === undefined) return;
      if (typeof duration === 'number' && duration >= 0 && duration !== Number.POSITIVE_INFINITY) {
        input[0] = duration;
        this.record();
      } else {
        this.observeOther(duration);
      }
    } catch {
      this.reject('unreadable');
    }
  }

  private record(): void {
    this.durations ??= new Durations(this.unit);
    this.durations.recordInput();
  }

  /** Takes the unit of a definition that came after the first emissions of its event. */
  adopt(unit: TimeUnit): void {
    if (unit !== this.unit) this.durations?.convertTo(unit);
    this.unit = unit;
  }

  reset(): void {
    this.count = 0;
    this.durations = undefined;
    this.rejected = undefined;
  }

  /** What is not an ordinary number: a bigint may still be a duration. */
  private observeOther(duration: unknown): void {
    if (typeof duration === 'bigint') this.observeBigint(Number(duration));
    else if (typeof duration !== 'number') this.reject('not_a_number');
    else this.reject(Number.isNaN(duration) ? 'nan' : duration < 0 ? 'negative' : 'infinite');
  }

  private observeBigint(duration: number): void {
    if (duration < 0) this.reject('negative');
    else if (duration === Number.POSITIVE_INFINITY) this.reject('infinite');
    else {
      input[0] = duration;
      this.record();
    }
  }

  private reject(reason: RejectionReason): void {
    this.rejected ??= new Map();
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
  }
}
