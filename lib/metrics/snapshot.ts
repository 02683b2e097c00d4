import type { Totals } from './distribution';
import type { MetricDefinition } from './metric';
import type { RejectionReason } from './rejections';
import type { MetricType, MetricView, SeriesView, Tags } from './view';

/** What is told of every metric. */
export interface MetricSnapshotBase<Type extends MetricType, Series> {
  readonly name: string;
  readonly type: Type;
  readonly unit: string | undefined;
  readonly description: string | undefined;
  /** Counted by itself, without a definition. */
  readonly automatic: boolean;
  readonly monotonic: boolean;
  readonly series: readonly Series[];
  /** Samples beyond the limit of series; they are in the series tagged `telemetry_overflow`. */
  readonly folded: number;
  readonly rejected: Readonly<Partial<Record<RejectionReason, number>>>;
}

/** What is told of every series. */
export interface SeriesSnapshot {
  readonly tags: Readonly<Record<string, string>>;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** Events counted, a sum, or the last value. */
export interface ValueSnapshot extends SeriesSnapshot {
  readonly value: number;
}

/** In the unit of the metric. */
export interface SummarySnapshot extends SeriesSnapshot, Totals {
  /** Nearest-rank, within 1 % or the metric's resolution; `undefined` for a distribution without `hdr`. */
  readonly quantiles: Readonly<Record<QuantileName, number>> | undefined;
}

export interface DistributionSnapshot extends SummarySnapshot {
  /** How many values are in each bucket (not cumulative); the bound is inclusive, the last one infinity. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** A metric at one instant, as plain data. */
export type MetricSnapshot =
  | MetricSnapshotBase<'counter' | 'sum' | 'lastValue', ValueSnapshot>
  | MetricSnapshotBase<'summary', SummarySnapshot>
  | MetricSnapshotBase<'distribution', DistributionSnapshot>;

/** The snapshot of a definition of a type. */
export type SnapshotOf<Definition> =
  Definition extends MetricDefinition<infer Type>
    ? MetricSnapshotBase<
        Type,
        Type extends 'distribution' ? DistributionSnapshot : Type extends 'summary' ? SummarySnapshot : ValueSnapshot
      >
    : never;

const QUANTILES = { p50: 500, p75: 750, p90: 900, p95: 950, p99: 990, p999: 999 } as const;
export type QuantileName = keyof typeof QUANTILES;
const NAMES = Object.keys(QUANTILES) as QuantileName[];
const PER_MILLES: readonly number[] = Object.values(QUANTILES);

/** What can tell quantiles. */
interface Quantiled {
  quantiles(perMilles: readonly number[]): number[];
}

/** p50 to p999 by name; `undefined` where there are no cells. */
export function quantilesOf(of: Quantiled): Record<QuantileName, number> | undefined {
  const values = of.quantiles(PER_MILLES);
  return values.length === 0 ? undefined : (Object.fromEntries(NAMES.map((name, index) => [name, values[index]!])) as never);
}

/** What was not recorded, or not as it came. */
export interface Losses {
  readonly folded: number;
  readonly rejected: Readonly<Partial<Record<RejectionReason, number>>>;
}

/** Copies a metric. */
export function snapshotOf(view: MetricView, losses: Losses): MetricSnapshot {
  const { name, type, unit, description, automatic, monotonic } = view;
  const series = [...view.series()].map((each) => snapshotSeries(each, view.bounds));
  return { name, type, unit, description, automatic, monotonic, series, ...losses } as MetricSnapshot;
}

function snapshotSeries(series: SeriesView, bounds: readonly number[] | undefined): ValueSnapshot | SummarySnapshot | DistributionSnapshot {
  const base = { tags: tagsObject(series.tags), createdAt: series.createdAt };
  const reading = series.reading();
  if (reading === undefined) return { ...base, value: series.value() };
  const { count, sum, min, max, mean, stddev } = reading;
  const summary = { ...base, count, sum, min, max, mean, stddev, quantiles: quantilesOf(reading) };
  if (bounds === undefined) return summary;
  const { buckets } = reading;
  const all = [...bounds, Number.POSITIVE_INFINITY];
  return { ...summary, buckets: all.map((le, index) => ({ le, count: buckets[index]! })) };
}

/** Tags as an object. Names come from programs, but a function may make any, `__proto__` included. */
const tagsObject = (tags: Tags): Record<string, string> => Object.fromEntries(tags);
