import { SlidingWindow, type StampBudget } from './sliding-window';

/** How many failures there were when it was told. */
export interface Alarm {
  readonly attempts: number;
  /** There were more: the count is what could be kept. */
  readonly isFloor: boolean;
}

/** Above how many within which time. */
export interface Limit {
  readonly threshold: number;
  readonly windowMs: number;
}

/**
 * Watches one key: tells when there are more failures within the window than allowed, again each time they have doubled,
 * and from the beginning once the window was quiet.
 */
export class AlarmState {
  private readonly window: SlidingWindow;
  /** What was told last; 0: nothing. */
  private told = 0;

  constructor(
    private readonly limit: Limit,
    budget: StampBudget,
  ) {
    this.window = new SlidingWindow(limit.windowMs, limit.threshold + 1, budget);
  }

  /** One more failure. */
  meet(now: number): Alarm | undefined {
    if (this.window.count(now) === 0) this.told = 0;
    this.window.add(now);
    const attempts = this.window.count(now);
    if (attempts <= this.limit.threshold || (this.told > 0 && attempts < 2 * this.told)) return undefined;
    this.told = attempts;
    return { attempts, isFloor: this.window.isFloor(now) };
  }

  isQuiet(now: number): boolean {
    return this.window.isQuiet(now);
  }

  /** Gives back what the window took of the budget. */
  release(now: number): void {
    this.window.count(now);
  }
}
