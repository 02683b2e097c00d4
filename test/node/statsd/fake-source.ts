/** Metrics to export, without a bus: what is in them is set by hand. */
import type { Warning } from '../../../lib/core/warning';
import { cellOfInput, input } from '../../../lib/metrics/hdr';
import { METRICS_SEAM, type Metered, type MetricSource } from '../../../lib/metrics/seam';
import type { MetricView, SeriesView, Tags } from '../../../lib/metrics/view';
import { type FakeClock, fakeClock } from '../../../lib/testing';

interface FakeSeries extends SeriesView {
  createdAt: number;
  current: number;
}

interface FakeDistribution extends SeriesView {
  createdAt: number;
  record(...values: number[]): void;
  /** As `resetCounters` does; with `exports` also what exporters see. */
  reset(exports?: boolean): void;
}

interface FakeMetric extends MetricView {
  readonly all: SeriesView[];
  add(tags?: Readonly<Record<string, string>>): FakeSeries;
  addDistribution(tags?: Readonly<Record<string, string>>, perUnit?: number): FakeDistribution;
}

export interface FakeMetrics {
  readonly telemetry: Metered;
  readonly source: MetricSource;
  readonly clock: FakeClock;
  readonly warnings: Warning[];
  metric(name: string, about?: Partial<MetricView>): FakeMetric;
}

export function fakeMetrics(): FakeMetrics {
  const clock = fakeClock();
  const warnings: Warning[] = [];
  const metrics: FakeMetric[] = [];
  const source: MetricSource = { metrics: () => metrics, clock, warn: (warning) => warnings.push(warning) };
  return {
    telemetry: { [METRICS_SEAM]: source },
    source,
    clock,
    warnings,
    metric(name, about = {}) {
      const metric = fakeMetric(name, about);
      metrics.push(metric);
      return metric;
    },
  };
}

function fakeMetric(name: string, about: Partial<MetricView>): FakeMetric {
  const all: SeriesView[] = [];
  return {
    name,
    exportName: name,
    type: 'counter',
    monotonic: true,
    unit: undefined,
    description: undefined,
    automatic: false,
    bounds: undefined,
    hdr: false,
    ...about,
    all,
    series: () => all,
    add(tags = {}) {
      const series = fakeSeries(Object.entries(tags));
      all.push(series);
      return series;
    },
    addDistribution(tags = {}, perUnit) {
      const series = fakeDistribution(Object.entries(tags), perUnit);
      all.push(series);
      return series;
    },
  };
}

const fakeSeries = (tags: Tags): FakeSeries => ({
  tags,
  createdAt: 0,
  current: 0,
  version() {
    return this.current;
  },
  value() {
    return this.current;
  },
  reading: () => undefined,
  exemplar: () => undefined,
});

/** @param perUnit - Without it there are no cells. */
function fakeDistribution(tags: Tags, perUnit: number | undefined): FakeDistribution {
  let before: number[] = [];
  let values: number[] = [];
  const all = () => [...before, ...values];
  const series: FakeDistribution = {
    tags,
    createdAt: 0,
    record: (...more) => void values.push(...more),
    reset(exports = false) {
      before = exports ? [] : all();
      values = [];
      if (exports) series.createdAt++;
    },
    version: () => all().length,
    value: () => all().length,
    reading() {
      const sum = all().reduce((total, value) => total + value, 0);
      const count = all().length;
      const [min, max] = [Math.min(...all()), Math.max(...all())];
      return { count, sum, min, max, mean: sum / count, stddev: 0, buckets: new Float64Array(), quantiles: () => [] };
    },
    exemplar: () => undefined,
  };
  if (perUnit === undefined) return series;
  return Object.assign(series, {
    perUnit,
    cells(visit: (cell: number, count: number) => void) {
      for (const value of values) {
        input[0] = value * perUnit + 0.5;
        visit(cellOfInput(), 1);
      }
    },
  });
}
