/** Those who wait until no line does. */
export class Waiters {
  private readonly waiting = new Set<() => void>();

  get isAny(): boolean {
    return this.waiting.size > 0;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  settle(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
