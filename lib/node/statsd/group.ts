import type { MetricView } from '../../metrics/view';
import { counterLine, gaugeLine, type Line } from './line';
import type { CellBoard } from './packed-cells';
import { percentiles } from './percentiles';
import type { Interval, Tally } from './series-state';
import { rounded } from './wire';

/** How a metric is written. */
export interface WireMetric {
  readonly type: MetricView['type'];
  /** With its prefix. */
  readonly name: string;
  readonly toWire: (value: number) => number;
  /** Told of a value that can't be written. */
  readonly onNotFinite: () => void;
}

/**
 * What is written as one: a series, or all series of a metric where tags are not sent. Then their counts add up, and so do
 * their cells; of gauges the last one stays.
 */
export class Group {
  private readonly counts: Tally[] = [];
  private readonly sums: Tally[] = [];
  private gauge: number | undefined = undefined;
  private values = 0;
  private sum = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = 0;
  private perUnit = 1;

  /** @param cells - What is new by cell. */
  constructor(
    private readonly metric: WireMetric,
    private readonly suffix: string,
    readonly cells: CellBoard,
  ) {
    cells.clear();
  }

  addCount(tally: Tally): void {
    this.counts.push(tally);
  }

  /** @param adds - Whether values of different series add up, as sums that may fall do. */
  setGauge(value: number, adds: boolean): void {
    this.gauge = adds ? (this.gauge ?? 0) + value : value;
  }

  /** @param interval - What is new; nothing may be, while something is still owed. */
  addDistribution(count: Tally, sum: Tally, interval: Interval | undefined, perUnit: number): void {
    this.counts.push(count);
    this.sums.push(sum);
    if (interval === undefined) return;
    this.values += interval.count;
    this.sum += interval.sum;
    this.min = Math.min(this.min, interval.min);
    this.max = Math.max(this.max, interval.max);
    this.perUnit = perUnit;
  }

  lines(): Line[] {
    const { name, type } = this.metric;
    const lines: Line[] = [];
    if (type === 'summary' || type === 'distribution') {
      this.addCounter(lines, `${name}.count`, this.counts);
      this.addCounter(lines, `${name}.sum`, this.sums);
      if (this.values > 0) this.addInterval(lines);
    } else if (this.gauge !== undefined) this.addGauge(lines, name, this.gauge);
    else this.addCounter(lines, name, this.counts);
    return lines;
  }

  private addInterval(lines: Line[]): void {
    const { name, toWire } = this.metric;
    this.addGauge(lines, `${name}.avg`, rounded(this.sum / this.values));
    for (const [quantile, value] of percentiles(this.cells, this.perUnit, { min: this.min, max: this.max })) {
      this.addGauge(lines, `${name}.${quantile}`, rounded(toWire(value)));
    }
  }

  private addCounter(lines: Line[], name: string, tallies: readonly Tally[]): void {
    const owed = tallies.filter((tally) => tally.owed !== 0);
    let delta = 0;
    for (const tally of owed) delta += tally.owed;
    if (!Number.isFinite(delta)) this.metric.onNotFinite();
    else if (delta !== 0) lines.push(counterLine(name, delta, this.suffix, owed));
  }

  private addGauge(lines: Line[], name: string, value: number): void {
    if (Number.isFinite(value)) lines.push(gaugeLine(name, value, this.suffix));
    else this.metric.onNotFinite();
  }
}
