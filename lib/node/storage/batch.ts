import type { StorableLine } from './store';

/** What goes to the database together, and how far it came. */
export class Batch {
  private done = 0;
  private size: number;

  /**
   * @param isRecovered - Of an earlier run: another account counts it.
   * @param isSpooled - It is on disk, and stays there until it is done.
   * @param heldBytes - What it takes in the memory queue.
   */
  constructor(
    private readonly rows: readonly StorableLine[],
    readonly isRecovered: boolean,
    public isSpooled: boolean,
    readonly heldBytes: number,
  ) {
    this.size = rows.length;
  }

  get isDone(): boolean {
    return this.done === this.rows.length;
  }

  /** What was neither stored nor refused. */
  get rest(): readonly StorableLine[] {
    return this.rows.slice(this.done);
  }

  /** What to try next. */
  get attempt(): readonly StorableLine[] {
    return this.rows.slice(this.done, this.done + this.size);
  }

  /** The attempt is stored. The next one may be larger again. @returns How many rows that were. */
  stored(): number {
    const rows = this.attempt.length;
    this.done += rows;
    this.size = rows * 2;
    return rows;
  }

  /** The attempt will never be taken: the next one is half of it. @returns The row that stood alone, which is given up. */
  refused(): StorableLine | undefined {
    const { attempt } = this;
    if (attempt.length === 1) {
      this.done++;
      return attempt[0];
    }
    this.size = Math.ceil(attempt.length / 2);
    return undefined;
  }
}
