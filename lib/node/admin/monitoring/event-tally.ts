/** Events that are told apart, the first that were counted; the others are counted together. */
const MAX_EVENTS = 1_000;
/** Samples that are kept: ten seconds lie between eleven of them. */
const SAMPLES = 11;
const WINDOW_MS = 10_500;

/** How often an event was counted lately. */
export interface Tallied {
  readonly key: string;
  /** Counted in the last ten seconds. */
  readonly recent: number;
  /** `undefined` before there are two samples. */
  readonly perSecond: number | undefined;
}

/**
 * What was counted of each event in the last ten seconds, from samples of all counters. At most 1,000 events, in some 90 kB; a sample
 * allocates nothing.
 */
export class EventTally {
  private readonly places = new Map<string, number>();
  /** Sample by sample; the last place of each is of all other events. */
  private readonly counts = Array.from({ length: SAMPLES }, () => new Float64Array(MAX_EVENTS + 1));
  private readonly times = new Float64Array(SAMPLES);
  private taken = 0;

  /** Takes a sample. Returns what was counted since the one before, of all events; `undefined` for the first. @param now - Monotonic time. */
  take(counters: Readonly<Record<string, number>>, now: number): number | undefined {
    const at = this.taken % SAMPLES;
    const next = this.counts[at]!.fill(0);
    for (const key in counters) {
      const place = this.placeOf(key);
      next[place] = next[place]! + counters[key]!;
    }
    this.times[at] = now;
    this.taken++;
    if (this.taken === 1) return undefined;
    const before = this.counts[(this.taken - 2) % SAMPLES]!;
    let added = 0;
    for (let place = 0; place <= MAX_EVENTS; place++) added += growth(before[place]!, next[place]!);
    return added;
  }

  /** Those that were counted most in the last ten seconds, and then those that were at all. */
  top(most: number): readonly Tallied[] {
    if (this.taken === 0) return [];
    const last = this.taken - 1;
    let first = last;
    // Where samples were missed, the one before reaches further back, and the rate is that of the time between.
    while (first > Math.max(0, this.taken - SAMPLES) && (first === last || this.ageOf(first - 1) <= WINDOW_MS)) first--;
    const elapsed = this.ageOf(first);
    const total = this.counts[last % SAMPLES]!;
    const found = [...this.places].map(([key, place]) => ({ key, recent: this.growthOf(place, first, last), total: total[place]! }));
    return found
      .sort((one, other) => other.recent - one.recent || other.total - one.total)
      .slice(0, most)
      .map(({ key, recent }) => ({ key, recent, perSecond: elapsed > 0 ? (recent * 1000) / elapsed : undefined }));
  }

  clear(): void {
    this.taken = 0;
    this.places.clear();
  }

  private placeOf(key: string): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const place = this.places.size;
    if (place >= MAX_EVENTS) return MAX_EVENTS;
    this.places.set(key, place);
    // What stood there is of an event before `clear`.
    for (const sample of this.counts) sample[place] = 0;
    return place;
  }

  private ageOf(sample: number): number {
    return this.times[(this.taken - 1) % SAMPLES]! - this.times[sample % SAMPLES]!;
  }

  private growthOf(place: number, first: number, last: number): number {
    let sum = 0;
    for (let sample = first; sample < last; sample++)
      sum += growth(this.counts[sample % SAMPLES]![place]!, this.counts[(sample + 1) % SAMPLES]![place]!);
    return sum;
  }
}

/** What a counter grew by; one that is less than before was reset, and what it has now came since. */
export const growth = (before: number, after: number): number => (after >= before ? after - before : after);
