/** One of the times at which a measurement is due. */
export interface Tick {
  readonly number: number;
  /** Monotonic ms, jitter included. */
  readonly due: number;
}

/**
 * The times of a measurement: a begin and whole periods after it, each put off by a share of the period that is drawn anew.
 * A time never depends on when an earlier one was kept, so that neither delays nor jitter add up.
 */
export class Grid {
  /**
   * @param begin - Monotonic ms of tick 0, which has no jitter.
   * @param jitter - The largest share of a period, 0 to 1.
   * @param random - From 0 up to but without 1.
   */
  constructor(
    private readonly begin: number,
    readonly periodMs: number,
    private readonly jitter: number,
    private readonly random: () => number,
  ) {}

  first(): Tick {
    return { number: 0, due: this.begin };
  }

  /** The first tick that is later than now, and not before a number. */
  next(now: number, atLeast: number): Tick {
    const offset = this.jitter * this.periodMs * this.random();
    const number = Math.max(atLeast, Math.floor((now - this.begin - offset) / this.periodMs) + 1);
    return { number, due: this.begin + number * this.periodMs + offset };
  }

  /** The number of the period that a time is in; negative before the begin. */
  at(time: number): number {
    return Math.floor((time - this.begin) / this.periodMs);
  }
}
