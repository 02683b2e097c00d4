import type { MetricView, SeriesView } from '../view';
import type { Tier } from './tier';
import type { Timeline } from './timeline';
import { type Columns, exactColumn, Track } from './track';

/** A last value: each row is what it was when the row ended. */
export class GaugeTrack extends Track {
  readonly columns: Columns;
  private readonly column = exactColumn();

  constructor(
    metric: MetricView,
    private readonly series: SeriesView,
    timeline: Timeline,
    since: number,
  ) {
    super(metric, series, timeline, since);
    this.columns = { value: this.column };
  }

  end(_tier: Tier, place: number): void {
    this.column[place] = this.series.value();
  }
}
