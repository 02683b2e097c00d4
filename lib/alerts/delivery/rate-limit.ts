/** So many within a window, which begins with the first of them. */
export class RateLimit {
  private sent = 0;
  private end = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly most: number,
    private readonly perMs: number,
  ) {}

  /** Whether one more may be sent now. */
  admits(now: number): boolean {
    return now >= this.end || this.sent < this.most;
  }

  /** One more is sent. */
  take(now: number): void {
    if (now >= this.end) [this.sent, this.end] = [0, now + this.perMs];
    this.sent++;
  }

  /** When the window is over; in the past for one that is. */
  get endsAt(): number {
    return this.end;
  }
}
