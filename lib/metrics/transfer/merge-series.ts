import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';
import { createBody, type DistributionBody, DistributionSum, readBody } from './distribution-body';
import { isDistribution, type MetricHead } from './metric-head';
import type { StoredMetric } from './stored-metric';

/** What becomes of a gauge that several programs have. */
export type GaugeMerge = 'last' | 'sum' | 'min' | 'max';

/** A series of a snapshot that is merged. */
export interface SeriesRef {
  readonly metric: StoredMetric;
  readonly index: number;
  /** When its snapshot was taken. */
  readonly takenAt: number;
}

/** Adds up series of one metric and writes what they come to. */
export class SeriesMerger {
  private body: DistributionBody | undefined = undefined;

  /**
   * @param sum - Where distributions are added up: one for all metrics.
   * @param takenAt - Of the snapshot that is written.
   */
  constructor(
    private readonly head: MetricHead,
    private readonly sum: DistributionSum,
    private readonly takenAt: number,
    private readonly gauge: GaugeMerge,
  ) {}

  write(out: ByteWriter, refs: readonly SeriesRef[]): void {
    const { type } = this.head;
    const [first] = refs;
    if (type === 'lastValue') this.writeGauge(out, refs);
    // What one program alone has counted stays as it is, bit by bit.
    else if (first !== undefined && refs.length === 1) {
      const { bytes, places } = first.metric;
      out.raw(bytes.subarray(places.from[first.index], places.to[first.index]));
    } else if (isDistribution(type)) this.writeDistribution(out, refs);
    else if (type === 'sum') writeSum(out, refs);
    else out.count(refs.reduce((count, { metric, index }) => count + metric.reader(index).count(), 0));
  }

  private writeDistribution(out: ByteWriter, refs: readonly SeriesRef[]): void {
    const { head, sum } = this;
    const body = (this.body ??= createBody(head));
    sum.clear(head);
    for (const { metric, index } of refs) {
      readBody(metric.reader(index), head, body, sum.cells.add);
      sum.add(body);
    }
    sum.write(out, head);
  }

  private writeGauge(out: ByteWriter, refs: readonly SeriesRef[]): void {
    let [value, readAt, isFirst] = [0, 0, true];
    for (const { metric, index, takenAt } of refs) {
      const reader = metric.reader(index);
      const [theirs, theirsReadAt] = [reader.number(), takenAt - reader.count()];
      if (isFirst) value = theirs;
      else if (this.gauge === 'last') value = theirsReadAt >= readAt ? theirs : value;
      else value = this.gauge === 'sum' ? finite(value + theirs) : Math[this.gauge](value, theirs);
      readAt = Math.max(readAt, theirsReadAt);
      isFirst = false;
    }
    out.number(value);
    out.count(this.takenAt - readAt);
  }
}

/** Compensated (Neumaier 1974), as the sums of a bus are. */
function writeSum(out: ByteWriter, refs: readonly SeriesRef[]): void {
  let [sum, lost] = [0, 0];
  for (const { metric, index } of refs) {
    const reader = metric.reader(index);
    const [added, addedLost] = [reader.number(), reader.number()];
    const next = finite(sum + added);
    lost = finite(lost + addedLost + (Math.abs(sum) >= Math.abs(added) ? sum - next + added : added - next + sum));
    sum = next;
  }
  out.number(sum);
  out.number(lost);
}

/** All series of a distribution as one; with one series, the series. */
export function wholeOf(metric: StoredMetric): { readonly bytes: Uint8Array; readonly head: MetricHead; readonly body: DistributionBody } {
  const { head, places } = metric;
  const body = createBody(head);
  if (places.count === 1) {
    readBody(metric.reader(0), head, body);
    return { bytes: metric.bytes, head, body };
  }
  const out = new ByteWriter();
  new SeriesMerger(head, new DistributionSum(), 0, 'last').write(
    out,
    Array.from({ length: places.count }, (_, index) => ({ metric, index, takenAt: 0 })),
  );
  const bytes = out.written();
  readBody(new ByteReader(bytes, 0), head, body);
  return { bytes, head, body };
}

const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(value, Number.MAX_VALUE));
