import type { Clock } from '../../core/clock';
import type { Window } from '../tag-filter';
import { Tier } from './tier';

/** Steps in ms and rows: 5 minutes, an hour, a day. */
const TIERS = [
  [1_000, 300],
  [10_000, 360],
  [60_000, 1_440],
] as const;

/** Rows of all tiers: the length of a column. */
export const ROWS: number = TIERS.reduce((sum, [, rows]) => sum + rows, 0);

/** Minutes that become one part of the last hour. */
export const MINUTES_PER_PART = 5;
export const PARTS_PER_HOUR = 12;
export const TENS_PER_MINUTE = 6;

/**
 * The tiers of a history, all cut at the same moments: a row of 10 s begins with a row of 1 s, a row of 60 s with one of
 * 10 s. Slots begin with whole seconds and minutes of the wall clock as it was at the beginning.
 */
export class Timeline {
  readonly seconds: Tier;
  readonly tens: Tier;
  readonly minutes: Tier;
  readonly tiers: readonly Tier[];

  constructor(private readonly clock: Clock) {
    const now = clock.monotonicTime();
    const wall = clock.systemTime(now);
    const origin = now - (wall % (MINUTES_PER_PART * 60_000));
    let offset = 0;
    this.tiers = TIERS.map(([stepMs, rows], index) => {
      const tier = new Tier(index, stepMs, rows, offset, origin, now, wall);
      offset += rows;
      return tier;
    });
    [this.seconds, this.tens, this.minutes] = this.tiers as [Tier, Tier, Tier];
  }

  get byteLength(): number {
    return this.tiers.reduce((sum, tier) => sum + tier.byteLength, 0);
  }

  /** Ends the rows whose time is over. `ended` gets each one's tier and place, the finest first. */
  advance(now: number, ended: (tier: Tier, place: number) => void): void {
    if (now < this.seconds.due) return;
    const wall = this.clock.systemTime(now);
    for (const tier of this.tiers) {
      const place = tier.end(now, wall);
      if (place < 0) break;
      ended(tier, place);
    }
  }

  /** The first of the finished slots that belong to an interval, and the tier they are of. */
  firstOf(window: Window): { readonly tier: Tier; readonly first: number } {
    if (window === 'minute') return { tier: this.tens, first: this.tens.open - TENS_PER_MINUTE };
    const part = Math.floor(this.minutes.open / MINUTES_PER_PART);
    return { tier: this.minutes, first: (part - PARTS_PER_HOUR) * MINUTES_PER_PART };
  }
}
