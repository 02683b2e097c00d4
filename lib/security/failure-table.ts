import { type Alarm, AlarmState, type Limit } from './alarm';
import { RecencyMap } from './recency-map';
import type { StampBudget } from './sliding-window';

/** How many further times all keys may keep together, for each key there may be. */
const SHARED_STAMPS_PER_KEY = 32;
/** Quiet keys looked at with each new one; two, so that a table shrinks when attacks end. */
const LOOKS = 2;

/** An alarm and whose it is. */
export interface KeyAlarm extends Alarm {
  /** `undefined`: of the keys that did not fit into the table, together. */
  readonly key: string | undefined;
}

/**
 * Failures by key, in bounded memory: each costs the same, however many keys there are. A key leaves when its window is quiet,
 * never before, so nobody can push out another's failures; keys that do not fit are counted together.
 */
export class FailureTable {
  private readonly keys = new RecencyMap<AlarmState>();
  private readonly budget: StampBudget;
  private readonly rest: AlarmState;
  /** Failures that were counted together. */
  overflow = 0;

  constructor(
    private readonly limit: Limit,
    private readonly maxKeys: number,
  ) {
    this.budget = { left: maxKeys * SHARED_STAMPS_PER_KEY };
    this.rest = new AlarmState(limit, { left: 4096 });
  }

  get size(): number {
    return this.keys.size;
  }

  meet(key: string, now: number): KeyAlarm | undefined {
    let state = this.keys.get(key);
    if (state === undefined) {
      this.forgetQuiet(now);
      if (this.keys.size >= this.maxKeys) return this.meetRest(now);
      state = new AlarmState(this.limit, this.budget);
      this.keys.add(key, state);
    } else this.keys.touch(key);
    const alarm = state.meet(now);
    return alarm && { ...alarm, key };
  }

  private meetRest(now: number): KeyAlarm | undefined {
    this.overflow++;
    const alarm = this.rest.meet(now);
    return alarm && { ...alarm, key: undefined };
  }

  private forgetQuiet(now: number): void {
    for (let look = 0; look < LOOKS; look++) {
      const oldest = this.keys.peekOldest();
      if (!oldest?.isQuiet(now)) return;
      oldest.release(now);
      this.keys.deleteOldest();
    }
  }
}
