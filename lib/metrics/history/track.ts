import type { MetricView, SeriesView, Tags } from '../view';
import type { Tier } from './tier';
import { ROWS, type Timeline } from './timeline';

/** Numbers of the rows of all tiers. */
export type Column = Float64Array | Float32Array;
export type ColumnName = 'count' | 'sum' | 'max' | 'p50' | 'p95' | 'p99' | 'value';
export type Columns = Readonly<Partial<Record<ColumnName, Column>>>;

export const exactColumn = (): Column => new Float64Array(ROWS);
/** Half the memory, seven digits: for what is not exact anyhow. */
export const shortColumn = (): Column => new Float32Array(ROWS);

/** A series that a history follows, with its rows. */
export abstract class Track {
  abstract readonly columns: Columns;
  readonly tags: Tags;
  /** By tier, its first slot: what stands in the columns for earlier ones means nothing. */
  private readonly first: readonly number[];

  /** @param since - Monotonic ms at which it was added. */
  constructor(
    readonly metric: MetricView,
    series: SeriesView,
    timeline: Timeline,
    readonly since: number,
  ) {
    this.tags = series.tags;
    this.first = timeline.tiers.map(({ open }) => open);
  }

  /** Writes the row of a tier that just ended to its place. Finer tiers come first. */
  abstract end(tier: Tier, place: number): void;

  /** What its content takes in memory. */
  get byteLength(): number {
    return Object.values(this.columns).reduce((sum, column) => sum + column.byteLength, 0);
  }

  /** Whether it has a row for a slot. */
  has(tier: Tier, slot: number): boolean {
    return slot >= this.first[tier.index]! && tier.has(slot);
  }

  /** Does what was put off. Returns whether there was anything. */
  settle(): boolean {
    return false;
  }

  /** It is followed no more. */
  release(): void {}
}
