import { nearestRanks } from '../distribution';
import type { DistributionReading, MetricType, MetricView, SeriesView, Tags } from '../view';
import { ByteReader } from './byte-reader';
import { readCells } from './cell-counts';
import { createBody, type DistributionBody, readBody, totalsOf } from './distribution-body';
import { eventOf, isDistribution, type MetricHead } from './metric-head';
import type { TermReader } from './term-reader';

/** Where the series of a metric stand in the bytes of their snapshot. */
export interface SeriesPlaces {
  readonly count: number;
  /** Numbers of their lists of tags. */
  readonly tags: Uint32Array;
  readonly createdAt: Float64Array;
  /** Where their bodies begin and end. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** A metric of a snapshot: bytes, and where they are. Views of its series are made when they are first asked for. */
export class StoredMetric implements MetricView {
  readonly name: string;
  readonly exportName: string;
  readonly type: MetricType;
  readonly monotonic: boolean;
  readonly unit: string | undefined;
  readonly description: string | undefined;
  readonly automatic: boolean;
  readonly event: string | undefined;
  readonly bounds: readonly number[] | undefined;
  readonly hdr: boolean;
  private views: readonly StoredSeries[] | undefined = undefined;

  constructor(
    readonly head: MetricHead,
    readonly bytes: Uint8Array,
    readonly terms: TermReader,
    readonly places: SeriesPlaces,
  ) {
    const { name, exportName, type, monotonic, unit, description, automatic, bounds, hdr } = head;
    this.name = name;
    this.exportName = exportName;
    this.type = type;
    this.monotonic = monotonic;
    this.unit = unit;
    this.description = description;
    this.automatic = automatic;
    this.event = eventOf(head);
    this.bounds = bounds;
    this.hdr = hdr;
  }

  series(): readonly StoredSeries[] {
    this.views ??= Array.from({ length: this.places.count }, (_, index) => new StoredSeries(this, index));
    return this.views;
  }

  /** Reads the body of a series. */
  reader(index: number): ByteReader {
    return new ByteReader(this.bytes, this.places.from[index]!);
  }
}

/** A series of a snapshot. What it is asked is read from the bytes each time. */
class StoredSeries implements SeriesView {
  constructor(
    private readonly metric: StoredMetric,
    private readonly index: number,
  ) {}

  get tags(): Tags {
    return this.metric.terms.tagsOf(this.metric.places.tags[this.index]!);
  }

  get createdAt(): number {
    return this.metric.places.createdAt[this.index]!;
  }

  get perUnit(): number {
    return this.metric.head.perUnit ?? 1;
  }

  /** It never changes. */
  version(): number {
    return 0;
  }

  value(): number {
    const reader = this.metric.reader(this.index);
    switch (this.metric.type) {
      case 'counter':
        return reader.count();
      case 'sum':
        return sumOf(reader.number(), reader.number());
      case 'lastValue':
        return reader.number();
      default:
        return totalsOf(this.body()).count;
    }
  }

  reading(): DistributionReading | undefined {
    if (!isDistribution(this.metric.type)) return undefined;
    return readingOf(this.body(), this.metric);
  }

  raw(): readonly Float64Array[] {
    const { type } = this.metric;
    if (type === 'sum') {
      const reader = this.metric.reader(this.index);
      return [Float64Array.of(reader.number(), reader.number())];
    }
    if (!isDistribution(type)) return [];
    const { since, before } = this.body();
    return before[0] === 0 ? [since] : [since, before];
  }

  get cells(): SeriesView['cells'] {
    return this.metric.hdr ? this.visitCells : undefined;
  }

  /** Which request a value came from is not part of a snapshot. */
  exemplar(): undefined {
    return undefined;
  }

  private readonly visitCells = (visit: (cell: number, count: number) => void): void => {
    readCells(new ByteReader(this.metric.bytes, this.body().cellsAt), visit);
  };

  private body(): DistributionBody {
    const { head } = this.metric;
    const body = createBody(head);
    readBody(this.metric.reader(this.index), head, body);
    return body;
  }
}

/** What a body comes to. Quantiles are of what came since the last reset, as on a bus. */
export function readingOf(body: DistributionBody, { bytes, head }: Pick<StoredMetric, 'bytes' | 'head'>): DistributionReading {
  const { since, buckets, cells, cellsAt } = body;
  const each = (visit: (cell: number, count: number) => void): void => void readCells(new ByteReader(bytes, cellsAt), visit);
  const ranked = { count: cells, min: since[3]!, max: since[4]!, perUnit: head.perUnit ?? 1, each };
  return { ...totalsOf(body), buckets, quantiles: (perMilles) => nearestRanks(ranked, perMilles) };
}

/** Sums of absurd values overflow; what is shown stays a number. */
const sumOf = (sum: number, lost: number): number => Math.max(-Number.MAX_VALUE, Math.min(sum + lost, Number.MAX_VALUE));
