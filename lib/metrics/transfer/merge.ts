import { checkOptions, isRecord } from '../../core/options';
import { isLimit } from '../check-definition';
import { OVERFLOW_TAG, type Tags } from '../view';
import { DistributionSum } from './distribution-body';
import { type GaugeMerge, SeriesMerger, type SeriesRef } from './merge-series';
import { differenceOf } from './metric-head';
import { readSnapshot } from './read-snapshot';
import { type SeriesToWrite, SnapshotWriter } from './snapshot-writer';
import type { StoredMetric } from './stored-metric';
import { type MetricsSnapshot, needSnapshot, StoredSnapshot } from './stored-snapshot';
import { TagSets } from './tag-sets';

export interface MergeOptions {
  /**
   * What becomes of gauges (`lastValue`): the value of the snapshot that was taken last (default), or the sum, the lowest or the
   * highest of all. For all gauges, or by the names of metrics; those not named are `last`.
   */
  readonly gauges?: GaugeMerge | Readonly<Record<string, GaugeMerge>>;
  /** Series that a metric may have; the rest is added up in the one tagged `telemetry_overflow`. Default 10,000. */
  readonly maxSeries?: number;
}

const WHERE = 'mergeSnapshots';
const MAX_SERIES = 10_000;
const isMode = (value: unknown): boolean => value === 'last' || value === 'sum' || value === 'min' || value === 'max';
const RULES = {
  gauges: [
    (value: unknown) => isMode(value) || (isRecord(value) && Object.values(value).every(isMode)),
    'last, sum, min or max, or an object of them by names of metrics',
  ],
  maxSeries: [isLimit, 'a whole number from 1 to 1,000,000'],
} as const;
const OVERFLOW: Tags = [[OVERFLOW_TAG, 'true']];

/**
 * Adds snapshots up, as if one program had recorded everything: counts, buckets, minima, maxima and percentiles are exactly
 * those; sums, means and deviations but for the rounding of additions. Series belong together when their tags are equal, in
 * whatever order. The order of snapshots changes none of these; none at all make an empty one.
 *
 * A metric that is another one there (type, unit, bounds, resolution) can't be added: the first one counts, and the other
 * is named in `conflicts`. So is what is beyond 10,000 metrics. Snapshots themselves never change.
 *
 * Two to six µs for each distribution of each snapshot, in one go: nothing else runs in the 0.2 to 0.6 s that 100 snapshots of 1,000
 * take. Up to 1 kB for each series meanwhile.
 *
 * @param snapshots - One after another, or a list and options; see {@link MergeOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const other = createTelemetry({ events: coder });
 * for (const bus of [telemetry, other]) bus.attachMetricsHandler();
 * telemetry.execute(coder.llm.response, { duration: 100 }, { model: 'm1' });
 * other.execute(coder.llm.response, { duration: 900 }, { model: 'm1' });
 * const merged = mergeSnapshots(takeSnapshot(telemetry), takeSnapshot(other));
 * merged.getCounters(); // => { 'coder.llm.response': 2 }
 * merged.getDurationStats(coder.llm.response)?.max; // => 900
 */
export function mergeSnapshots(...snapshots: MetricsSnapshot[]): MetricsSnapshot;
export function mergeSnapshots(snapshots: readonly MetricsSnapshot[], options?: MergeOptions): MetricsSnapshot;
export function mergeSnapshots(...given: unknown[]): MetricsSnapshot {
  const isList = Array.isArray(given[0]);
  const options = (isList ? given[1] : undefined) as MergeOptions | undefined;
  checkOptions(WHERE, options, RULES);
  const snapshots = (isList ? (given[0] as readonly unknown[]) : given).map((snapshot) => needSnapshot(WHERE, snapshot));
  return new StoredSnapshot(readSnapshot(new Merge(snapshots, options ?? {}).write()));
}

/** The series with one set of tags. */
interface Together {
  readonly tags: Tags;
  readonly refs: SeriesRef[];
}

class Merge {
  private readonly takenAt: number;
  private readonly writer: SnapshotWriter;
  private readonly sum = new DistributionSum();
  private readonly sets = new TagSets();
  private readonly overflow = this.sets.ofTags(OVERFLOW);

  constructor(
    private readonly snapshots: readonly StoredSnapshot[],
    private readonly options: MergeOptions,
  ) {
    this.takenAt = snapshots.reduce((latest, { takenAt }) => Math.max(latest, takenAt), 0);
    this.writer = new SnapshotWriter(this.takenAt);
  }

  write(): Uint8Array {
    const byName = new Map<string, (readonly [StoredSnapshot, StoredMetric])[]>();
    for (const snapshot of this.snapshots) {
      for (const conflict of snapshot.conflicts) this.writer.conflict(conflict);
      for (const metric of snapshot.metrics) {
        const found = byName.get(metric.name);
        if (found === undefined) byName.set(metric.name, [[snapshot, metric]]);
        else found.push([snapshot, metric]);
      }
    }
    for (const [name, all] of byName) this.writeMetric(name, all);
    return this.writer.finish(this.snapshots.reduce((sum, { sources }) => sum + sources, 0));
  }

  private writeMetric(name: string, all: readonly (readonly [StoredSnapshot, StoredMetric])[]): void {
    const { head } = all[0]![1];
    const fitting = all.filter(([, metric]) => {
      const why = differenceOf(head, metric.head);
      if (why !== undefined) this.writer.conflict({ name, why });
      return why === undefined;
    });
    const merger = new SeriesMerger(head, this.sum, this.takenAt, this.gaugeMode(name));
    this.writer.metric(name, () => ({ head, series: seriesOf(this.together(fitting), merger) }));
  }

  /** Brings series of the same tags together. What is beyond the limit goes to the one for the rest, which comes last. */
  private together(all: readonly (readonly [StoredSnapshot, StoredMetric])[]): Iterable<Together> {
    const { maxSeries = MAX_SERIES } = this.options;
    const found = new Map<number, Together>();
    const overflow: Together = { tags: OVERFLOW, refs: [] };
    for (const [snapshot, metric] of all) {
      const { takenAt } = snapshot;
      const { terms, places } = metric;
      for (let index = 0; index < places.count; index++) {
        const list = places.tags[index]!;
        const set = this.sets.of(terms, list);
        let together = set === this.overflow ? overflow : found.get(set);
        if (together === undefined) {
          if (found.size < maxSeries) found.set(set, (together = { tags: terms.tagsOf(list), refs: [] }));
          else together = overflow;
        }
        together.refs.push({ metric, index, takenAt });
      }
    }
    return overflow.refs.length === 0 ? found.values() : [...found.values(), overflow];
  }

  private gaugeMode(name: string): GaugeMerge {
    const { gauges = 'last' } = this.options;
    if (typeof gauges === 'string') return gauges;
    return Object.hasOwn(gauges, name) ? gauges[name]! : 'last';
  }
}

function* seriesOf(all: Iterable<Together>, merger: SeriesMerger): Iterable<SeriesToWrite> {
  for (const { tags, refs } of all) {
    const createdAt = refs.reduce(
      (earliest, { metric, index }) => Math.min(earliest, metric.places.createdAt[index]!),
      Number.POSITIVE_INFINITY,
    );
    yield { tags, createdAt, writeBody: (out) => merger.write(out, refs) };
  }
}
