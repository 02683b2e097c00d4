import type { Totals } from './distribution';

/** How the samples of a metric are aggregated. */
export type MetricType = 'counter' | 'sum' | 'lastValue' | 'summary' | 'distribution';

/** Names and values of tags, in the order of the definition. Tags without a value are left out. */
export type Tags = readonly (readonly [name: string, value: string])[];

/** The tag of the series that takes what is beyond a metric's limit. Definitions can't use it. */
export const OVERFLOW_TAG = 'telemetry_overflow';

/** Ties a sample to what it belongs to: an error or a trace. */
export interface Exemplar {
  readonly tags: Tags;
  readonly value: number;
  /** ms since the epoch. */
  readonly time: number;
}

/**
 * A metric as exporters see it: live, nothing is copied. Lifetime values, which only `resetCounters({ exports: true })`
 * takes back.
 */
export interface MetricView {
  /** `coder.llm.response` and `coder.llm.response.duration` for what is counted by itself, else the definition's name. */
  readonly name: string;
  /** The name as Prometheus wants it, unit included, without `_total` and the like. Unique on its bus. */
  readonly exportName: string;
  readonly type: MetricType;
  /** Values never fall: counters, and sums unless their definition says otherwise. */
  readonly monotonic: boolean;
  /** Of values, bounds and quantiles. */
  readonly unit: string | undefined;
  readonly description: string | undefined;
  /** Counted by itself, without a definition. */
  readonly automatic: boolean;
  /** Dotted key of the event whose counter or durations it is; none for definitions, and what the library counts of itself. */
  readonly event?: string | undefined;
  /** Inclusive upper bounds of the classic buckets, in the metric's unit, without infinity. */
  readonly bounds: readonly number[] | undefined;
  /** Whether quantiles can be told. */
  readonly hdr: boolean;
  /** All series there are, the one for what is beyond the limit included. */
  series(): Iterable<SeriesView>;
}

/** One series of a metric. The object stays the same as long as the series lives, so that it can be a key. */
export interface SeriesView {
  readonly tags: Tags;
  /** ms since the epoch. */
  readonly createdAt: number;
  /** Changes with every sample: what was read at an equal version is still true. */
  version(): number;
  /** Events of a counter, the sum of a sum, the last value; the number of values of a summary or distribution. */
  value(): number;
  /** Of a summary or distribution. */
  reading(): DistributionReading | undefined;
  /** The latest one of a bucket, or of a counter. */
  exemplar(bucket?: number): Exemplar | undefined;
  /**
   * Only of one that can tell quantiles: calls with the count of each cell that is not empty since the last reset. A cell is
   * one of hdr-histogram-js's layout for 1 to 86.4 billion steps at two digits.
   */
  readonly cells?: ((visit: (cell: number, count: number) => void) => void) | undefined;
  /** How many steps of the cells make one unit of the metric. */
  readonly perUnit?: number;
  /**
   * What it has added up, as it is kept, so that nothing is rounded when several are added. Of a sum, one list: the sum, and
   * what rounding took from it. Of a summary or distribution: count, sum, what rounding took, minimum, maximum, centre, and
   * squares around the centre, of what came since the last reset; and, if there is any, a second list of what came before.
   */
  raw?(): readonly Float64Array[];
}

/** What a summary or a distribution has come to. */
export interface DistributionReading extends Totals {
  /** Values by bucket, not cumulative; the last one is above all bounds. Empty without bounds. May go on counting: read it at once. */
  readonly buckets: Float64Array;
  /** Nearest-rank quantiles; empty without cells. @param perMilles - Ascending. */
  quantiles(perMilles: readonly number[]): number[];
}
