import type { Distribution } from '../distribution';
import type { DistributionSeries, Harvester } from '../distribution-series';
import type { Window } from '../tag-filter';
import type { MetricView } from '../view';
import { Intervals } from './intervals';
import type { RowTap } from './row-tap';
import type { Tier } from './tier';
import type { Timeline } from './timeline';
import { type Column, exactColumn, shortColumn, Track } from './track';
import { Workshop } from './workshop';

const PER_MILLES = [500, 950, 990];
const NOBODY: Harvester = { forget() {} };
const LARGEST_SHORT = (2 - 2 ** -23) * 2 ** 127;

/** A row to be written: what time it is of, and where it goes. */
interface Owed {
  readonly slot: number;
  readonly place: number;
}

interface DistributionColumns {
  readonly count: Column;
  readonly sum: Column;
  readonly max: Column;
  readonly p50?: Column;
  readonly p95?: Column;
  readonly p99?: Column;
}

/** A summary or distribution: each row is what was recorded, with quantiles if it has cells. */
export class DistributionTrack extends Track implements Harvester {
  readonly columns: DistributionColumns;
  /** Monotonic ms since when the intervals hold everything. */
  collectedSince: number;
  /** Is shown each row; see `History.watch`. */
  tap: RowTap | undefined = undefined;
  private intervals: Intervals;
  /** Where the row goes that is being written. */
  private place = 0;
  /** What ended and has no row yet. */
  private owedTen: Owed | undefined = undefined;
  private owedMinute: Owed | undefined = undefined;
  private readonly endSecond = (live: Distribution): void => {
    this.write(live);
    if (live.count > 0) this.intervals.add(live);
  };
  private readonly write = (row: Distribution): void => this.writeRow(row);

  constructor(
    metric: MetricView,
    private readonly series: DistributionSeries,
    private readonly timeline: Timeline,
    since: number,
    private readonly now: () => number,
  ) {
    super(metric, series, timeline, since);
    this.collectedSince = since;
    const { shape } = series.live.parts();
    const quantiles = shape.hdr ? { p50: shortColumn(), p95: shortColumn(), p99: shortColumn() } : {};
    this.columns = { count: exactColumn(), sum: exactColumn(), max: shortColumn(), ...quantiles };
    this.intervals = new Intervals(Workshop.of(shape));
    series.follow(this);
    // What was recorded before is not of the current second.
    series.harvest(() => {});
  }

  override get byteLength(): number {
    const live = this.series.live.parts().cells?.byteLength ?? 0;
    return super.byteLength + this.intervals.byteLength + live + (this.tap?.byteLength ?? 0);
  }

  /** How many steps of the cells make one unit of the metric now; see `DistributionShape`. */
  get perUnit(): number {
    return this.series.perUnit;
  }

  get workshop(): Workshop {
    return this.intervals.workshop;
  }

  /** Takes the second that ended. What is longer is put off, at most to the next second. */
  end(tier: Tier, place: number): void {
    if (tier.index === 0) {
      this.settle();
      this.place = place;
      this.series.harvest(this.endSecond);
      return;
    }
    const owed = { slot: tier.slotAt(place), place };
    if (tier.index === 1) this.owedTen = owed;
    else this.owedMinute = owed;
  }

  override settle(): boolean {
    const { owedTen, owedMinute } = this;
    if (owedTen === undefined) return false;
    this.owedTen = undefined;
    this.place = owedTen.place;
    this.intervals.endTen(owedTen.slot, this.write);
    if (owedMinute !== undefined) {
      this.owedMinute = undefined;
      this.place = owedMinute.place;
      this.intervals.endMinute(owedMinute.slot, this.write);
    }
    return true;
  }

  forget(): void {
    this.settle();
    const workshop = Workshop.of(this.series.live.parts().shape);
    if (workshop === this.workshop) this.intervals.clear();
    else this.convertTo(workshop);
    this.collectedSince = this.now();
  }

  override release(): void {
    this.series.follow(NOBODY);
    this.intervals.release();
  }

  /** All that a window holds, only good until the workshop is used again. */
  read(window: Window): Distribution {
    this.settle();
    return this.intervals.read(window, this.timeline, this.series.live);
  }

  private writeRow(row: Distribution): void {
    const { columns, place } = this;
    this.tap?.write(place, row);
    const { count, sum, max } = row.totalsNow();
    columns.count[place] = count;
    columns.sum[place] = sum;
    columns.max[place] = shortened(count === 0 ? undefined : max);
    if (columns.p50 === undefined) return;
    const [p50, p95, p99] = row.quantiles(PER_MILLES);
    columns.p50[place] = shortened(p50);
    columns.p95![place] = shortened(p95);
    columns.p99![place] = shortened(p99);
  }

  /** Goes on in another unit: rows are converted, intervals begin anew. */
  private convertTo(workshop: Workshop): void {
    const factor = this.workshop.shape.perUnit / workshop.shape.perUnit;
    const { count: _, ...converted } = this.columns;
    for (const column of Object.values(converted)) for (let at = 0; at < column.length; at++) column[at] = column[at]! * factor;
    this.intervals.release();
    this.intervals = new Intervals(workshop);
  }
}

/** What a 32-bit column can hold: nothing happened is NaN, and absurd values stay numbers. */
const shortened = (value: number | undefined): number => (value === undefined ? Number.NaN : Math.min(value, LARGEST_SHORT));
