import type { Clock } from '../../core/clock';
import { quietly } from '../../core/quietly';
import { RecencyMap } from '../../security/recency-map';

/** Tells how often something happened. */
type Tell = (count: number) => void;

interface Bundle {
  readonly key: string;
  readonly until: number;
  /** Not told yet. */
  count: number;
  /** Of the last time. */
  tell: Tell;
}

/**
 * Tells of the first of its kind at once, and of those that follow within a time as one, at the end of that time. One timer, which
 * keeps no process alive, serves all kinds; each of them waits equally long, so the oldest is always the next to end.
 */
export class Bundled {
  private readonly open = new RecencyMap<Bundle>();
  private cancel: (() => void) | undefined;
  private isClosed = false;

  /** @param most - Of how many kinds it counts; beyond them the oldest is told of and forgotten. */
  constructor(
    private readonly clock: Clock,
    private readonly windowMs: number,
    private readonly most: number,
  ) {}

  add(key: string, tell: Tell): void {
    if (this.isClosed) {
      tell(1);
      return;
    }
    const now = this.clock.monotonicTime();
    // Timers may be late.
    this.end(now);
    const bundle = this.open.get(key);
    if (bundle === undefined) {
      if (this.open.size >= this.most) this.drop();
      this.begin(key, tell, now);
      tell(1);
    } else {
      bundle.count++;
      bundle.tell = tell;
    }
  }

  /** Tells what was counted, as `flush` does. What comes later is told one by one. */
  close(): void {
    this.isClosed = true;
    this.flush();
  }

  /** Tells what was counted. */
  flush(): void {
    this.cancel?.();
    this.cancel = undefined;
    while (this.open.size > 0) this.drop();
  }

  private begin(key: string, tell: Tell, now: number): void {
    this.open.add(key, { key, until: now + this.windowMs, count: 0, tell });
    this.wait(now);
  }

  private wait(now: number): void {
    const next = this.open.peekOldest();
    if (next === undefined || this.cancel !== undefined) return;
    this.cancel = this.clock.setTimer(
      () => {
        this.cancel = undefined;
        // Nobody is there to be told, and a timer must not end the process.
        quietly(() => this.end(this.clock.monotonicTime()));
      },
      Math.max(1, next.until - now),
    );
  }

  /** Ends what is over; what went on in the meantime is told of, and begins anew. */
  private end(now: number): void {
    for (let bundle = this.open.peekOldest(); bundle !== undefined && bundle.until <= now; bundle = this.open.peekOldest()) {
      const { key, count, tell } = bundle;
      this.open.deleteOldest();
      if (count === 0) continue;
      this.begin(key, tell, now);
      quietly(() => tell(count));
    }
    this.wait(now);
  }

  private drop(): void {
    const bundle = this.open.peekOldest();
    this.open.deleteOldest();
    if (bundle !== undefined && bundle.count > 0) quietly(() => bundle.tell(bundle.count));
  }
}
