import { type Answer, question } from './message';
import type { Source } from './source';

/** Questions, and what came of them. */
export interface RoundStats {
  /** Questions that were sent. */
  readonly questions: number;
  /** Those that were answered. */
  readonly answers: number;
  /** Times that a worker was waited for in vain. */
  readonly timeouts: number;
}

/** Somebody who waits for answers. */
interface Waiter {
  readonly round: number;
  readonly open: Set<Source>;
  readonly done: () => void;
}

/**
 * Asks workers for fresh snapshots, and waits for those that can be expected to answer.
 *
 * No more than one question to a worker is under way: in front of one that hangs nothing must pile up.
 */
export class Rounds {
  private round = 0;
  private questions = 0;
  private answers = 0;
  private timeouts = 0;
  private readonly waiters = new Set<Waiter>();

  /** @param by - Who asks. */
  constructor(private readonly by: string) {}

  /** Asks one that has just appeared, so that something is known of it should it end soon. */
  greet(source: Source): void {
    this.ask(source, ++this.round);
  }

  /** Asks all, and waits until those that are live have answered, at most so long. Never rejects. */
  collect(sources: Iterable<Source>, timeoutMs: number): Promise<void> {
    const round = ++this.round;
    return new Promise((resolve) => {
      const open = new Set<Source>();
      let turn: NodeJS.Immediate | undefined;
      const done = (): void => {
        clearTimeout(timer);
        clearImmediate(turn);
        this.waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = { round, open, done };
      // It keeps the process, for so long at most: who waits would never learn of the answers otherwise.
      const timer = setTimeout(
        () => {
          // Where this process itself was busy, timers go first: the answers may be here already.
          turn = setImmediate(() => this.giveUp(waiter));
        },
        Math.max(0, timeoutMs),
      );
      this.waiters.add(waiter);
      for (const source of sources) {
        if (source.state === 'live') open.add(source);
      }
      for (const source of sources) this.ask(source, round);
      this.settle(waiter);
    });
  }

  answered(source: Source, { by, ask }: Answer): void {
    if (by !== this.by || ask !== source.asked || source.answered === source.asked) return;
    source.answered = ask;
    this.answers++;
    if (source.wanted > source.asked) this.send(source);
    for (const waiter of [...this.waiters]) this.settle(waiter);
  }

  /** One that nothing more can be expected of. */
  gone(source: Source): void {
    for (const waiter of [...this.waiters]) {
      if (waiter.open.delete(source)) this.settle(waiter);
    }
  }

  /** Lets everyone go who waits. */
  stop(): void {
    for (const { done } of [...this.waiters]) done();
  }

  stats(): RoundStats {
    const { questions, answers, timeouts } = this;
    return { questions, answers, timeouts };
  }

  private ask(source: Source, round: number): void {
    source.wanted = round;
    if (source.answered === source.asked) this.send(source);
  }

  private send(source: Source): void {
    const asked = (source.asked = source.wanted);
    this.questions++;
    source.connection.ask(question(this.by, asked, source.id), () => {
      if (source.asked !== asked || source.answered === asked) return;
      source.answered = asked;
      this.gone(source);
    });
  }

  private settle({ round, open, done }: Waiter): void {
    for (const source of [...open]) {
      if (source.answered >= round) open.delete(source);
    }
    if (open.size === 0) done();
  }

  private giveUp({ open, done }: Waiter): void {
    for (const source of open) {
      source.state = 'silent';
      this.timeouts++;
    }
    done();
  }
}
