/** Beyond, they are done at the next chance. */
const MANY = 100;

/**
 * Calls of other people's functions, put off until nothing is half done: an `onRotate` or `onWarning` that logs would
 * otherwise get into the middle of the write that it is told about.
 */
export class Later {
  private jobs: (() => void)[] = [];

  /** @param job - Must not throw. */
  add(job: () => void): void {
    if (this.jobs.push(job) === 1) queueMicrotask(() => this.run());
  }

  /** A loop that gives nobody a turn must not gather them without end. */
  get isMany(): boolean {
    return this.jobs.length > MANY;
  }

  run(): void {
    const { jobs } = this;
    this.jobs = [];
    for (const job of jobs) job();
  }
}
