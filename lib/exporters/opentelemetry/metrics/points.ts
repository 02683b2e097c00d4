import type { Totals } from '../../../metrics/distribution';
import type { DistributionReading, SeriesView } from '../../../metrics/view';
import { type HrTime, hrTimeOf, type OtelDataPoint, type OtelExponentialHistogram, type OtelHistogram } from './data';
import { bucketsOf } from './exponential';
import type { Starts } from './starts';
import type { Stream } from './stream';

/** Makes points of the series of one metric. */
export class Points {
  // One for all points, as the SDK's own points share theirs: a collection makes tens of thousands of objects as it is.
  private readonly endTime: HrTime;
  private readonly boundaries: number[];
  /** Whether no bound is the same as another one when converted. */
  private readonly apart: boolean;

  /** @param now - ms since the epoch. */
  constructor(
    private readonly stream: Stream,
    private readonly now: number,
    private readonly starts: Starts,
    private readonly maxBuckets: number,
  ) {
    this.endTime = hrTimeOf(now);
    const bounds = (stream.metric.bounds ?? []).map(stream.convert);
    this.boundaries = bounds.filter((bound, index) => bound !== bounds[index + 1]);
    this.apart = this.boundaries.length === bounds.length;
  }

  number(series: SeriesView): OtelDataPoint<number> {
    return this.point(series, series.createdAt, this.stream.convert(series.value()));
  }

  /** With the buckets of the metric; without any, with one for everything. */
  explicit(series: SeriesView): OtelDataPoint<OtelHistogram> | undefined {
    const reading = series.reading();
    if (reading === undefined) return undefined;
    const buckets = { boundaries: this.boundaries, counts: this.countsOf(reading) };
    return this.point(series, series.createdAt, { buckets, count: reading.count, ...this.totals(reading) });
  }

  /**
   * With a bucket for each cell. Cells begin anew with `resetCounters`, and so does the point: all of it is what came since then. Where
   * only the cells are known to be since then, sum, minimum and maximum are left out.
   */
  exponential(series: SeriesView): OtelDataPoint<OtelExponentialHistogram> | undefined {
    const { convert } = this.stream;
    const reading = series.reading();
    if (reading === undefined || series.cells === undefined) return undefined;
    const buckets = bucketsOf(series, convert(1) / (series.perUnit ?? 1), this.maxBuckets);
    const earlier = reading.count - buckets.count;
    const start = this.starts.of(series, earlier, this.now);
    const totals = earlier === 0 ? reading : sinceReset(series);
    const known = totals?.count === buckets.count ? this.totals(totals) : {};
    return this.point(series, start, { ...buckets, ...known });
  }

  private totals({ count, sum, min, max }: Pick<Totals, 'count' | 'sum' | 'min' | 'max'>): { sum: number; min?: number; max?: number } {
    const { convert } = this.stream;
    return count === 0 ? { sum: 0 } : { sum: convert(sum), min: convert(min), max: convert(max) };
  }

  private countsOf({ count, buckets }: DistributionReading): number[] {
    const { boundaries, apart } = this;
    if (boundaries.length === 0) return [count];
    if (apart) return listOf(buckets);
    const bounds = (this.stream.metric.bounds ?? []).map(this.stream.convert);
    const counts: number[] = [];
    let joined = 0;
    buckets.forEach((each, index) => {
      joined += each;
      if (index < bounds.length && bounds[index] === bounds[index + 1]) return;
      counts.push(joined);
      joined = 0;
    });
    return counts;
  }

  private point<Value>(series: SeriesView, start: number, value: Value): OtelDataPoint<Value> {
    // A series may have begun after the collection did.
    const endTime = start > this.now ? hrTimeOf(start) : this.endTime;
    return { startTime: hrTimeOf(start), endTime, attributes: this.stream.attributesOf(series.tags), value };
  }
}

/** A copy; `Array.from` takes ten times as long. */
function listOf(counts: Float64Array): number[] {
  const list = new Array<number>(counts.length);
  for (let index = 0; index < counts.length; index++) list[index] = counts[index]!;
  return list;
}

/** What came since the latest reset, where a series can tell. */
function sinceReset(series: SeriesView): Pick<Totals, 'count' | 'sum' | 'min' | 'max'> | undefined {
  const [count, sum, lost, min, max] = series.raw?.()[0] ?? [];
  return count === undefined ? undefined : { count, sum: sum! + lost!, min: min!, max: max! };
}
