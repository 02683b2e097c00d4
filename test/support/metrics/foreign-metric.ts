import type { MetricView } from '../../../lib/index';
import { METRICS_SEAM, type Metered } from '../../../lib/metrics/seam';
import type { SeriesView } from '../../../lib/metrics/view';
import { fakeClock } from '../../../lib/testing';

/** A metric of another making than ours. */
export function foreign(view: Partial<MetricView>, ...series: readonly Partial<SeriesView>[]): MetricView {
  const all = series.map((one) => ({
    tags: [],
    createdAt: 0,
    version: () => 0,
    value: () => 1,
    reading: () => undefined,
    exemplar: () => undefined,
    ...one,
  }));
  return {
    name: 'odd',
    exportName: 'odd',
    type: 'counter',
    monotonic: true,
    unit: undefined,
    description: undefined,
    automatic: false,
    bounds: undefined,
    hdr: false,
    series: () => all,
    ...view,
  };
}

/** What has these metrics. */
export const meteredOf = (...metrics: readonly MetricView[]): Metered => ({
  [METRICS_SEAM]: { metrics: () => metrics, clock: fakeClock(), warn: () => {} },
});
