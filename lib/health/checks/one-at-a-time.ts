interface Waiter<Answer> {
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/**
 * Asks what can't be told to stop asking, such as a driver that waits for an answer: one question at a time. Who gives up leaves the
 * question behind; the next one waits for its answer instead of putting another.
 */
export class OneAtATime<Answer> {
  private readonly waiters = new Set<Waiter<Answer>>();
  private isAsked = false;

  /** @param left - Is given an answer that nobody waits for any more. With it, an answer is for one of those who wait alone. */
  constructor(
    private readonly ask: () => PromiseLike<Answer> | Answer,
    private readonly left?: (answer: Answer) => void,
  ) {}

  /** @returns The answer; rejects with what asking rejected with, or with the signal's reason when that is first. */
  answer(signal: AbortSignal): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const waiter: Waiter<Answer> = { resolve, reject };
      const abort = (): void => {
        this.waiters.delete(waiter);
        reject(signal.reason);
      };
      this.waiters.add(waiter);
      if (!this.isAsked) this.put();
      // It may have been aborted between two questions of one run.
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  private put(): void {
    this.isAsked = true;
    new Promise<Answer>((resolve) => resolve(this.ask())).then(
      (answer) => this.answered(answer),
      (reason) => {
        for (const waiter of this.taken(this.waiters.size)) waiter.reject(reason);
      },
    );
  }

  private answered(answer: Answer): void {
    const takers = this.taken(this.left === undefined ? this.waiters.size : 1);
    for (const taker of takers) taker.resolve(answer);
    if (takers.length === 0) this.left?.(answer);
    if (this.waiters.size > 0) this.put();
  }

  /** The question is over, and so many of those who wait with it. */
  private taken(most: number): Waiter<Answer>[] {
    this.isAsked = false;
    const takers = [...this.waiters].slice(0, most);
    for (const taker of takers) this.waiters.delete(taker);
    return takers;
  }
}

/** Settles as a promise does, or rejects with the signal's reason when that is first. */
export const orAborted = <Result>(promise: PromiseLike<Result>, signal: AbortSignal): Promise<Result> =>
  new OneAtATime(() => promise).answer(signal);
