import type { Clock } from '../../../lib/core/clock';
import { createLayout } from '../../../lib/metrics/bounds';
import { createShape, type DistributionShape } from '../../../lib/metrics/distribution';
import { DistributionSeries } from '../../../lib/metrics/distribution-series';
import { input } from '../../../lib/metrics/hdr';
import { History } from '../../../lib/metrics/history/history';
import type { HistoryOptions } from '../../../lib/metrics/history/options';
import type { HistoryQuery, HistorySeries } from '../../../lib/metrics/history/query';
import type { MetricView, SeriesView, Tags } from '../../../lib/metrics/view';
import { fakeClock } from '../../../lib/testing/fake-clock';

export const NOON: number = Date.UTC(2026, 0, 1, 12);
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

const BOUNDS = [1, 10, 100];
export const MS_SHAPE: DistributionShape = createShape(1_000, createLayout(BOUNDS, 1_000), true);
export const S_SHAPE: DistributionShape = createShape(
  1e6,
  createLayout(
    BOUNDS.map((bound) => bound / 1_000),
    1e6,
  ),
  true,
);
export const BARE_SHAPE: DistributionShape = createShape(1_000, undefined, false);

export interface MovableClock extends Clock {
  advance(ms: number): void;
  /** Time goes on and no timer runs: the program is blocked or suspended. */
  leap(ms: number): void;
  /** The wall clock is set. */
  setWall(byMs: number): void;
  pendingTimers(): number;
}

export function movableClock(startMs: number = NOON): MovableClock {
  const clock = fakeClock(startMs);
  let leapt = 0;
  let set = 0;
  const monotonicTime = () => clock.monotonicTime() + leapt;
  return {
    monotonicTime,
    systemTime: (now = monotonicTime()) => clock.systemTime(now) + set,
    setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs),
    advance: (ms) => ms > 0 && clock.advance(ms),
    leap: (ms) => void (leapt += ms),
    setWall: (byMs) => void (set += byMs),
    pendingTimers: () => clock.pendingTimers(),
  };
}

export const createMetric = (type: MetricView['type'], name = 'app.job', more: Partial<MetricView> = {}): MetricView => ({
  name,
  exportName: name.replaceAll('.', '_'),
  type,
  monotonic: type === 'counter' || type === 'sum',
  unit: type === 'distribution' ? 'ms' : undefined,
  description: undefined,
  automatic: false,
  bounds: type === 'distribution' ? BOUNDS : undefined,
  hdr: type === 'distribution',
  series: () => [],
  ...more,
});

/** A counter, sum or gauge that says what it is told to, and counts how often it is asked. */
export class Told implements SeriesView {
  amount = 0;
  asked = 0;

  constructor(
    readonly tags: Tags = [],
    public createdAt: number = NOON,
  ) {}

  version(): number {
    return this.amount;
  }
  value(): number {
    this.asked++;
    return this.amount;
  }
  reading(): undefined {
    return undefined;
  }
  exemplar(): undefined {
    return undefined;
  }
}

export const createDurations = (tags: Tags = [], shape: DistributionShape = MS_SHAPE): DistributionSeries =>
  new DistributionSeries(tags, NOON, shape);

export function record(series: DistributionSeries, ...values: readonly number[]): void {
  for (const value of values) {
    input[0] = value;
    series.live.recordInput();
  }
}

export interface Setup {
  readonly clock: MovableClock;
  readonly history: History;
  /** The one series that a query finds. */
  one(query?: HistoryQuery): HistorySeries;
}

/** A history that looks, from noon on. */
export function startHistory(options: HistoryOptions = {}, clock: MovableClock = movableClock()): Setup {
  const history = new History(clock, options);
  history.start();
  return {
    clock,
    history,
    one(query = {}) {
      const found = history.query(query);
      if (found.length !== 1) throw new Error(`${found.length} series`);
      return found[0]!;
    },
  };
}
