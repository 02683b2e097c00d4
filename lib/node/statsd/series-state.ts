import type { SeriesView } from '../../metrics/view';
import { CellBoard, PackedCells } from './packed-cells';

/** A number that only grows, and how far the receiver knows it. */
export class Tally {
  /** The last reading. */
  read = 0;
  /** The reading up to which it was sent. */
  sent = 0;

  /** What the receiver does not know yet. */
  get owed(): number {
    return this.read - this.sent;
  }
}

/** What came between two flushes. */
export interface Interval {
  readonly count: number;
  /** As the receiver wants it. */
  readonly sum: number;
  /** Of the lifetime, in the metric's unit. */
  readonly min: number;
  readonly max: number;
}

/** Filled, read and emptied within one call. */
const board = new CellBoard();

/** What is remembered of one series from flush to flush. */
export class SeriesState {
  readonly count: Tally = new Tally();
  readonly sum: Tally = new Tally();
  private version = Number.NaN;
  private createdAt = Number.NaN;
  /** Cells at the last reading. */
  private cells: PackedCells | undefined = undefined;
  /** How many values have no cell: those before a reset that exporters don't see. When it changes, cells began anew. */
  private withoutCell = 0;

  constructor(readonly suffix: string) {}

  /** Reads a counter or a sum. @param value - As the receiver wants it. */
  readCounter(createdAt: number, value: number): void {
    this.noticeReset(createdAt, value);
    this.count.read = value;
  }

  /**
   * Reads a summary or a distribution.
   *
   * @param into - What is new by cell is added to it.
   * @returns What is new beside; nothing when nothing is.
   */
  readDistribution(series: SeriesView, toWire: (value: number) => number, into: CellBoard): Interval | undefined {
    const version = series.version();
    if (version === this.version && series.createdAt === this.createdAt) return undefined;
    const reading = series.reading();
    if (reading === undefined) return undefined;
    this.noticeReset(series.createdAt, reading.count);
    this.version = version;
    const sum = toWire(reading.sum);
    const interval = { count: reading.count - this.count.read, sum: sum - this.sum.read, min: reading.min, max: reading.max };
    this.addNewCells(series, reading.count, into);
    this.count.read = reading.count;
    this.sum.read = sum;
    return interval.count > 0 ? interval : undefined;
  }

  /** A number that fell began anew: all of it is new, beside what was read before and is still owed. */
  private noticeReset(createdAt: number, value: number): void {
    if (createdAt === this.createdAt && value >= this.count.read) return;
    if (!Number.isNaN(this.createdAt)) {
      for (const tally of [this.count, this.sum]) {
        tally.sent -= tally.read;
        tally.read = 0;
      }
      this.cells = undefined;
    }
    this.createdAt = createdAt;
  }

  /** Adds the cells since the last reading, and remembers the present ones. */
  private addNewCells(series: SeriesView, count: number, into: CellBoard): void {
    if (series.cells === undefined) return;
    // Here and not at the end, where an error on the way would have left something.
    board.clear();
    series.cells(board.add);
    const withoutCell = count - board.total();
    board.each(into.add);
    if (this.cells !== undefined && withoutCell === this.withoutCell) this.cells.each(into.take);
    this.cells ??= new PackedCells();
    board.pack(this.cells);
    this.withoutCell = withoutCell;
  }
}
