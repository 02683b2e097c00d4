import type { DeliveryRow } from './row';

/** So many attempts that come to no answer are taken for accidents. */
const MAX_UNANSWERED = 2;
/** After more of them, attempts become longer again with every so many that are stored. */
const CAUTION = 4;

/** What goes to a receiver together, and how far it came. */
export class Batch {
  private done = 0;
  private unansweredAttempts = 0;
  private storedAttempts = 0;
  private size: number;

  /**
   * @param isRecovered - Of an earlier run: another account counts it.
   * @param isSpooled - It is on disk, and stays there until it is done.
   * @param heldBytes - What it takes in the memory queue.
   * @param isLast - Nothing else waited when it was taken.
   */
  constructor(
    private readonly rows: readonly DeliveryRow[],
    readonly isRecovered: boolean,
    public isSpooled: boolean,
    readonly heldBytes: number,
    readonly isLast: boolean,
  ) {
    this.size = rows.length;
  }

  get isDone(): boolean {
    return this.done === this.rows.length;
  }

  /** What was neither stored nor refused. */
  get rest(): readonly DeliveryRow[] {
    return this.rows.slice(this.done);
  }

  /** What to try next. */
  get attempt(): readonly DeliveryRow[] {
    return this.rows.slice(this.done, this.done + this.size);
  }

  /** The attempt is stored. The next one may be larger again. @returns How many rows that were. */
  stored(): number {
    const rows = this.attempt.length;
    this.done += rows;
    const isCautious = this.unansweredAttempts > MAX_UNANSWERED && ++this.storedAttempts % CAUTION > 0;
    this.size = isCautious ? rows : rows * 2;
    return rows;
  }

  /** The attempt will never be taken: the next one is half of it. @returns The row that stood alone, which is given up. */
  refused(): DeliveryRow | undefined {
    const { attempt } = this;
    if (attempt.length === 1) {
      this.done++;
      return attempt[0];
    }
    this.halve();
    return undefined;
  }

  /** Nobody knows why: there may be too much of it. No row is given up for that. */
  unanswered(): void {
    if (++this.unansweredAttempts > MAX_UNANSWERED) this.halve();
  }

  private halve(): void {
    this.size = Math.ceil(this.attempt.length / 2);
  }
}
