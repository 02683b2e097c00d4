import type { MetricView, SeriesView } from '../view';
import type { Tier } from './tier';
import type { Timeline } from './timeline';
import { type Columns, exactColumn, Track } from './track';

/** A counter or a sum: each row is what was added. */
export class RateTrack extends Track {
  readonly columns: Columns;
  private readonly column: Float64Array;
  /** By tier, what the running row has come to. */
  private readonly running: Float64Array;
  /** By tier, the row in which windows began anew, and what it had come to by then. */
  private readonly anew: { readonly slot: number; readonly running: number }[] = [];
  /** Monotonic ms since when windows hold everything. */
  countedSince: number;
  private value: number;
  private createdAt: number;

  constructor(
    metric: MetricView,
    private readonly series: SeriesView,
    timeline: Timeline,
    since: number,
  ) {
    super(metric, series, timeline, since);
    this.column = exactColumn() as Float64Array;
    this.columns = metric.type === 'counter' ? { count: this.column } : { sum: this.column };
    this.running = new Float64Array(timeline.tiers.length);
    this.countedSince = since;
    this.value = series.value();
    this.createdAt = series.createdAt;
  }

  end(tier: Tier, place: number): void {
    if (tier.index === 0) this.take();
    this.column[place] = this.running[tier.index]!;
    this.running[tier.index] = 0;
  }

  /** What was added in the finished slots of a tier from `first` on, and since. */
  countFrom(tier: Tier, first: number): number {
    this.take();
    const { slot: begin, running } = this.anew[tier.index] ?? { slot: 0, running: 0 };
    let count = this.running[tier.index]!;
    for (let slot = Math.max(first, begin); slot < tier.open; slot++) {
      if (this.has(tier, slot)) count += this.column[tier.placeOf(slot)]!;
    }
    return first <= begin ? count - running : count;
  }

  /** Begins windows anew; the rows stay. */
  forget(timeline: Timeline, now: number): void {
    this.take();
    for (const tier of timeline.tiers) this.anew[tier.index] = { slot: tier.open, running: this.running[tier.index]! };
    this.countedSince = now;
  }

  /** Adds what came since the last time to the running rows. */
  private take(): void {
    const { series, running } = this;
    const value = series.value();
    const isNew = series.createdAt !== this.createdAt || (this.metric.monotonic && value < this.value);
    const added = isNew ? value : value - this.value;
    this.value = value;
    this.createdAt = series.createdAt;
    for (let tier = 0; tier < running.length; tier++) running[tier] = running[tier]! + added;
  }
}
