import { createShape, Distribution, type Totals } from '../distribution';
import type { SeriesView } from '../view';
import { type ByteReader, invalid } from './byte-reader';
import { type ByteWriter, Unfit } from './byte-writer';
import { CellCounts, readCells } from './cell-counts';
import type { MetricHead } from './metric-head';
import { PART_SIZE, readPart, writePart } from './part';

const BARE = createShape(1, undefined, false);

/** A series of a summary or distribution as it was read. */
export interface DistributionBody {
  /** What came since the last reset, and what came before: see `SeriesView.raw`. */
  readonly since: Float64Array;
  readonly before: Float64Array;
  readonly buckets: Float64Array;
  /** How many values the cells count, and where they stand in the bytes. */
  cells: number;
  cellsAt: number;
}

export const createBody = ({ bounds }: MetricHead): DistributionBody => ({
  since: new Float64Array(PART_SIZE),
  before: new Float64Array(PART_SIZE),
  buckets: new Float64Array(bounds === undefined ? 0 : bounds.length + 1),
  cells: 0,
  cellsAt: 0,
});

/** Reads a series into a body that a head of the same metric was given for. @param visit - Called with each cell. */
export function readBody(
  reader: ByteReader,
  { hdr }: MetricHead,
  body: DistributionBody,
  visit?: (cell: number, count: number) => void,
): void {
  const { since, before, buckets } = body;
  const from = reader.at;
  readPart(reader, since);
  body.cellsAt = reader.at;
  if (hdr) body.cells = readCells(reader, visit);
  readPart(reader, before);
  const count = since[0]! + before[0]!;
  if (count > Number.MAX_SAFE_INTEGER) throw invalid(from, 'it counts more than 2^53 - 1 values');
  if (body.cells > since[0]!) throw invalid(from, `its cells count ${body.cells} values of ${since[0]}`);
  if (buckets.length === 0) return;
  let counted = 0;
  for (let index = 0; index < buckets.length; index++) counted += buckets[index] = reader.count();
  if (counted !== count) throw invalid(from, `its buckets count ${counted} values of ${count}`);
}

/** What both parts come to together. */
export function totalsOf({ since, before }: DistributionBody): Totals {
  const [all, old] = [new Distribution(BARE), new Distribution(BARE)];
  all.load(since);
  old.load(before);
  all.merge(old);
  const totals = all.totalsNow();
  for (const each of [all, old]) each.release();
  return totals;
}

/** Adds up series of one metric, or takes one, and writes what they come to. Used again and again; see `clear`. */
export class DistributionSum {
  readonly cells: CellCounts = new CellCounts();
  private readonly since = new Distribution(BARE);
  private readonly before = new Distribution(BARE);
  private readonly part = new Distribution(BARE);
  private buckets = new Float64Array(0);

  clear({ bounds }: MetricHead): void {
    this.cells.clear();
    this.since.clear();
    this.before.clear();
    const size = bounds === undefined ? 0 : bounds.length + 1;
    if (this.buckets.length === size) this.buckets.fill(0);
    else this.buckets = new Float64Array(size);
  }

  /** Adds a series whose cells were added already. */
  add({ since, before, buckets }: Pick<DistributionBody, 'since' | 'before' | 'buckets'>): void {
    this.part.load(since);
    this.since.merge(this.part);
    this.part.load(before);
    this.before.merge(this.part);
    for (let index = 0; index < this.buckets.length; index++) this.buckets[index] = this.buckets[index]! + buckets[index]!;
  }

  write(out: ByteWriter, { hdr }: MetricHead): void {
    this.writeParts(out, hdr, this.since.raw(), this.before.raw());
  }

  /** Writes a series of a bus, exactly as it is. What says only what it comes to is written as that. */
  writeSeries(out: ByteWriter, series: SeriesView, head: MetricHead): void {
    this.clear(head);
    const reading = series.reading();
    if (reading === undefined) throw new Unfit('a series has no distribution');
    const { count, sum, min, max, mean, stddev, buckets } = reading;
    const [since = Float64Array.of(count, sum, 0, min, max, mean, stddev ** 2 * count), before] = series.raw?.() ?? [];
    this.buckets.set(buckets.subarray(0, this.buckets.length));
    if (head.hdr) series.cells?.(this.cells.add);
    this.writeParts(out, head.hdr, since, before);
  }

  private writeParts(out: ByteWriter, hdr: boolean, since: Float64Array, before: Float64Array | undefined): void {
    const count = since[0]! + (before?.[0] ?? 0);
    if (this.cells.total() > since[0]!) throw new Unfit('its cells count more values than it has');
    if (this.buckets.length > 0 && this.buckets.reduce((sum, bucket) => sum + bucket, 0) !== count)
      throw new Unfit('its buckets do not count all its values');
    writePart(out, since);
    if (hdr) this.cells.write(out);
    if (before === undefined) out.count(0);
    else writePart(out, before);
    for (const bucket of this.buckets) out.count(bucket);
  }
}
