import type { DistributionReading, Exemplar, SeriesView, Tags } from '../../metrics/view';

/** A series that shows what the latest snapshot says of it. */
export class LastingSeries implements SeriesView {
  readonly tags: Tags;
  createdAt: number;
  readonly cells?: NonNullable<SeriesView['cells']>;
  readonly raw?: NonNullable<SeriesView['raw']>;
  private shown = 0;
  private numbers: readonly number[];

  constructor(private series: SeriesView) {
    this.tags = series.tags;
    this.createdAt = series.createdAt;
    this.numbers = numbersOf(series);
    // Whether they are there is told by them not being.
    if (series.cells !== undefined) this.cells = (visit) => this.series.cells!(visit);
    if (series.raw !== undefined) this.raw = () => this.series.raw!();
  }

  /**
   * Shows another snapshot.
   *
   * @param now - Where values never fall: then what fell began anew at this time, in ms since the epoch. Else it is as old as
   * it was, although a worker that was not known before may have begun earlier: for exporters an earlier beginning is another one.
   */
  show(series: SeriesView, now: number | undefined): void {
    const numbers = numbersOf(series);
    if (now !== undefined && numbers[0]! < this.numbers[0]!) this.createdAt = now;
    if (numbers.some((number, index) => number !== this.numbers[index])) this.shown++;
    this.series = series;
    this.numbers = numbers;
  }

  version(): number {
    return this.shown;
  }

  value(): number {
    return this.series.value();
  }

  reading(): DistributionReading | undefined {
    return this.series.reading();
  }

  /** Snapshots have none. */
  exemplar(): Exemplar | undefined {
    return undefined;
  }

  get perUnit(): number {
    return this.series.perUnit ?? 1;
  }
}

/** What changes with every sample that can be seen, and stays the same otherwise. */
function numbersOf(series: SeriesView): readonly number[] {
  const reading = series.reading();
  if (reading === undefined) return [series.value()];
  const { count, sum, min, max, stddev } = reading;
  return [count, sum, min, max, stddev];
}
