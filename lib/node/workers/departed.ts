import { METRICS_SEAM, type Metered } from '../../metrics/seam';
import { type MergeOptions, mergeSnapshots } from '../../metrics/transfer/merge';
import type { MetricsSnapshot } from '../../metrics/transfer/stored-snapshot';
import { takeSnapshot } from '../../metrics/transfer/take';
import type { MetricView } from '../../metrics/view';

/**
 * What the workers that are gone have counted, in one snapshot, however many they were: counters must not fall when a worker
 * ends. Their gauges are left out, because a gauge says what is, and they are no more.
 */
export class Departed {
  private all: MetricsSnapshot | undefined = undefined;

  constructor(private readonly merging: MergeOptions) {}

  add(snapshot: MetricsSnapshot): void {
    const hasGauges = [...snapshot[METRICS_SEAM]!.metrics()].some(isGauge);
    const counted = hasGauges ? takeSnapshot(withoutGauges(snapshot)) : snapshot;
    this.all = this.all === undefined ? counted : mergeSnapshots([this.all, counted], this.merging);
  }

  snapshots(): readonly MetricsSnapshot[] {
    return this.all === undefined ? [] : [this.all];
  }
}

const isGauge = ({ type }: MetricView): boolean => type === 'lastValue';

function withoutGauges(snapshot: Metered): Metered {
  const source = snapshot[METRICS_SEAM]!;
  return {
    [METRICS_SEAM]: {
      ...source,
      metrics: () => [...source.metrics()].filter((view) => !isGauge(view)),
    },
  };
}
