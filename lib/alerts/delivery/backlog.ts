import type { AlertNotification } from '../target';
import { Fold } from './fold';
import { RateLimit } from './rate-limit';
import type { Waiting } from './waiting';

/**
 * Notifications that wait for their turn, within a bound, and which of them may be sent when.
 *
 * Beyond the limit of the target, what waits becomes one summary, sent first when the window is over. Without room, the oldest that is
 * not critical goes; the next summary names it. There is one summary in a window at most, and none for a target that takes none.
 */
export class Backlog {
  /** Notifications beyond the limit: a summary stands for them, or will, if the target takes summaries. */
  limited = 0;
  private readonly queue: Waiting[] = [];
  private readonly limit: RateLimit;
  private fold: Fold | undefined;
  /** When what is folded is told at the earliest. */
  private foldDueAt = 0;

  constructor(
    most: number,
    perMs: number,
    /** `undefined`: the target takes none. */
    private readonly makeSummary: ((fold: Fold) => Waiting) | undefined,
  ) {
    this.limit = new RateLimit(most, perMs);
  }

  get length(): number {
    return this.queue.length;
  }

  /** Nothing waits, and no summary is due. */
  get isEmpty(): boolean {
    return this.queue.length === 0 && this.fold === undefined;
  }

  /**
   * @param room - How many may wait.
   * @returns What is to be given up for want of room, be it this one.
   */
  add(waiting: Waiting, room: number): Waiting | undefined {
    const { queue } = this;
    queue.push(waiting);
    if (queue.length <= room) return undefined;
    const oldest = queue.findIndex(({ notification }) => notification.severity !== 'critical');
    const dropped = queue.splice(Math.max(0, oldest), 1)[0]!;
    this.foldIn(dropped.notification, true);
    return dropped;
  }

  /**
   * Takes out what is to be sent now.
   *
   * @param room - How many may wait or be under way, a summary included.
   * @param isEnding - Nothing waits for the end of a window.
   * @returns When there will be something; `undefined`: nothing waits.
   */
  next(now: number, room: number, isEnding: boolean): Waiting | number | undefined {
    if (!this.limit.admits(now)) {
      for (const { notification } of this.queue) this.foldIn(notification, false);
      this.limited += this.queue.length;
      this.queue.length = 0;
      if (this.fold !== undefined && !isEnding) return this.limit.endsAt;
    }
    const { fold } = this;
    const isDue = fold !== undefined && (isEnding || now >= this.foldDueAt) && this.queue.length < room;
    const next = (isDue ? this.summary(fold) : undefined) ?? this.queue.shift();
    if (next !== undefined) this.limit.take(now);
    return next ?? (this.fold && this.foldDueAt);
  }

  /** Takes out all that waits; no summary tells of it. */
  clear(): Waiting[] {
    this.fold = undefined;
    return this.queue.splice(0);
  }

  private foldIn(notification: AlertNotification, isDropped: boolean): void {
    if (this.makeSummary === undefined) return;
    if (this.fold === undefined) {
      this.fold = new Fold();
      // Not before the window is over, so that it has something to sum up.
      this.foldDueAt = this.limit.endsAt;
    }
    this.fold.add(notification, isDropped);
  }

  private summary(fold: Fold): Waiting | undefined {
    this.fold = undefined;
    return this.makeSummary?.(fold);
  }
}
