import type { Warning } from '../../../lib/core/warning';
import { METRICS_SEAM, type Metered, type MetricSource } from '../../../lib/metrics/seam';
import type { Exemplar, MetricView, SeriesView, Tags } from '../../../lib/metrics/view';
import { type FakeClock, fakeClock } from '../../../lib/testing/fake-clock';

/** 2026-01-01. */
export const CREATED: number = Date.UTC(2026, 0, 1);

/** A series that tests set as they like. */
interface FakeSeries extends SeriesView {
  /** How often it was rendered: its value or reading was asked for. */
  reads: number;
  set(value: number | readonly number[]): void;
}

export interface FakeMetric extends MetricView {
  readonly all: FakeSeries[];
  /** Adds a series; a list of values for a distribution. */
  add(
    tags: Readonly<Record<string, string>> | Tags,
    value: number | readonly number[],
    exemplars?: readonly (Exemplar | undefined)[],
  ): FakeSeries;
}

export function fakeMetric(given: Partial<MetricView> & { readonly name: string }): FakeMetric {
  const { name, type = 'counter' } = given;
  const all: FakeSeries[] = [];
  const metric: FakeMetric = {
    exportName: name.replaceAll('.', '_'),
    type,
    monotonic: type === 'counter',
    unit: undefined,
    description: undefined,
    automatic: false,
    bounds: undefined,
    hdr: false,
    ...given,
    all,
    series: () => all,
    add(tags, value, exemplars = []) {
      let [current, version] = [value, 1];
      const counted = type === 'counter' || type === 'sum' || type === 'lastValue';
      const series: FakeSeries = {
        tags: Array.isArray(tags) ? (tags as Tags) : Object.entries(tags),
        createdAt: CREATED,
        reads: 0,
        set(next) {
          current = next;
          version++;
        },
        version: () => version,
        value() {
          if (counted) series.reads++;
          return typeof current === 'number' ? current : current.length;
        },
        reading() {
          if (typeof current === 'number') return undefined;
          series.reads++;
          return readingOf(current, metric.bounds ?? []);
        },
        exemplar: (bucket = 0) => exemplars[bucket],
      };
      all.push(series);
      return series;
    },
  };
  return metric;
}

function readingOf(values: readonly number[], bounds: readonly number[]): ReturnType<SeriesView['reading']> {
  const sum = values.reduce((total, value) => total + value, 0);
  const buckets = new Float64Array(bounds.length === 0 ? 0 : bounds.length + 1);
  for (const value of bounds.length === 0 ? [] : values) {
    const index = bounds.findIndex((bound) => value <= bound);
    buckets[index === -1 ? bounds.length : index]!++;
  }
  const sorted = [...values].sort((a, b) => a - b);
  return {
    count: values.length,
    sum,
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    mean: sum / (values.length || 1),
    stddev: 0,
    buckets,
    quantiles: (perMilles) => perMilles.map((perMille) => sorted[Math.max(0, Math.ceil((perMille / 1000) * sorted.length) - 1)]!),
  };
}

/** A bus of given metrics. */
export interface FakeBus extends Metered {
  readonly metrics: MetricView[];
  readonly warnings: Warning[];
  readonly clock: FakeClock;
}

export function fakeBus(...metrics: MetricView[]): FakeBus {
  const warnings: Warning[] = [];
  const clock = fakeClock();
  const source: MetricSource = { metrics: () => metrics, clock, warn: (warning) => warnings.push(warning) };
  return { [METRICS_SEAM]: source, metrics, warnings, clock };
}
