import type { Durations } from './host';
import { type SlowTally, sumOf, Tally } from './tally';

/** What is counted of one event. */
export interface EventTally {
  readonly key: string;
  /** Judged by the thresholds of the event. */
  readonly own: Tally;
  /** Judged by those of a class, whose own tally has the durations. */
  readonly classed: Tally;
}

/** The tallies of events, by key. Beyond the limit events share one, without a distribution: it would be that of a mixture. */
export class EventTallies {
  private readonly byKey = new Map<string, EventTally>();
  private isFull = false;
  private readonly rest: EventTally = { key: '', own: new Tally(undefined), classed: new Tally(undefined) };

  constructor(
    private readonly limit: number,
    private readonly createDurations: () => Durations,
    /** Called for the first event that there is no place for. */
    private readonly onFull: (key: string) => void,
  ) {}

  /** The tally of an event, which is the same for ever. */
  of(key: string): EventTally {
    const found = this.byKey.get(key);
    if (found !== undefined) return found;
    if (this.byKey.size >= this.limit) {
      if (!this.isFull) this.onFull(key);
      this.isFull = true;
      return this.rest;
    }
    const tally = { key, own: new Tally(this.createDurations), classed: new Tally(undefined) };
    this.byKey.set(key, tally);
    return tally;
  }

  /** Those of single events. */
  listed(): EventTally[] {
    return [...this.byKey.values()];
  }

  overflow(): SlowTally {
    return sumOf([this.rest.own, this.rest.classed]);
  }

  /** Events keep their places: functions that count for them hold on to these. */
  clear(): void {
    for (const { own, classed } of [...this.byKey.values(), this.rest]) {
      own.clear();
      classed.clear();
    }
  }
}
