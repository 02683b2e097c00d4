import { RecencyMap } from '../../security/recency-map';

interface Failures {
  readonly until: number;
  readonly source: string;
  count: number;
}

const MINUTE = 60_000;
const MAX_FAILURES = 10;
const MAX_SOURCES = 10_000;

/**
 * Counts wrong tokens by who sent them: ten within a minute, and no further one is looked at until that minute is over. Of 10,000 that
 * are counted at a time, the oldest gives way.
 */
export class Attempts {
  private readonly sources = new RecencyMap<Failures>();

  /** For how many ms nobody looks at what it sends; 0 when it is welcome. */
  blockedFor(source: string, now: number): number {
    this.forget(now);
    const failures = this.sources.get(source);
    return failures === undefined || failures.count < MAX_FAILURES ? 0 : failures.until - now;
  }

  failed(source: string, now: number): void {
    this.forget(now);
    const failures = this.sources.get(source);
    if (failures !== undefined) {
      failures.count++;
      return;
    }
    if (this.sources.size >= MAX_SOURCES) this.sources.deleteOldest();
    this.sources.add(source, { until: now + MINUTE, source, count: 1 });
  }

  /** They all wait equally long: the oldest ends first. */
  private forget(now: number): void {
    for (let oldest = this.sources.peekOldest(); oldest !== undefined && oldest.until <= now; oldest = this.sources.peekOldest())
      this.sources.deleteOldest();
  }
}
