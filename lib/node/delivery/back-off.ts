const SHORTEST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * Delays between attempts: "decorrelated jitter" of Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
 * 2015: each is drawn from the shortest to three times the one before, so that programs that lost the same receiver do not
 * come back at the same moments.
 */
export class BackOff {
  private last = SHORTEST_MS;

  /** @param random - From 0 up to but without 1. */
  constructor(private readonly random: () => number) {}

  /**
   * @param atLeastMs - What the receiver asked for. Up to a tenth is added to it, for the same reason.
   * @returns ms, 250 to 30,000 unless more was asked for.
   */
  next(atLeastMs = 0): number {
    const random = this.random();
    this.last = Math.min(LONGEST_MS, SHORTEST_MS + random * (this.last * 3 - SHORTEST_MS));
    return this.last >= atLeastMs ? this.last : atLeastMs * (1 + random / 10);
  }

  reset(): void {
    this.last = SHORTEST_MS;
  }
}
