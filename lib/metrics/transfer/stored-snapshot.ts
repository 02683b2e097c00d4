import { type Clock, systemClock } from '../../core/clock';
import { keyOf } from '../../core/event';
import { optionInvalid } from '../../core/options';
import type { TimeUnit } from '../../core/unit';
import { type DurationStats, durationStats } from '../durations';
import type { RejectionReason } from '../rejections';
import { METRICS_SEAM, type Metered, type MetricSource } from '../seam';
import { type Losses, type MetricSnapshot, snapshotOf } from '../snapshot';
import type { SnapshotConflict } from './conflicts';
import { totalsOf } from './distribution-body';
import { checkHeader } from './header';
import { wholeOf } from './merge-series';
import { readSnapshot, type SnapshotContent } from './read-snapshot';
import { readingOf, type StoredMetric } from './stored-metric';

/** Where the bytes of a snapshot are found; global, so that copies of the library know each other's. */
const SNAPSHOT = Symbol.for('telemetry-bus/snapshot');

/**
 * The metrics of one or more programs at one instant. It never changes. Exporters take it as they take a bus:
 * `createPrometheusExporter(snapshot)`. It has no exemplars: which request a value came from stays with the bus.
 */
export interface MetricsSnapshot extends Metered {
  /** ms since the epoch; of merged ones, the latest. */
  readonly takenAt: number;
  /** How many snapshots of buses are in it. */
  readonly sources: number;
  /** Metrics that are not in it, or not of all sources; at most 1,000. */
  readonly conflicts: readonly SnapshotConflict[];
  /** All metrics as plain data, as `telemetry.getMetrics` tells them. `folded` and `rejected` are of the whole lifetime, too. */
  getMetrics(): MetricSnapshot[];
  /** How often each event was seen, by dotted key: of the whole lifetime, whatever `resetCounters` did. */
  getCounters(): Record<string, number>;
  /**
   * Statistics of the durations of all events by dotted key, or of one. Percentiles are of what came since the last
   * `resetCounters`, all else of the whole lifetime; events without durations since then are not listed.
   */
  getDurationStats(): Record<string, DurationStats>;
  getDurationStats(event: readonly string[]): DurationStats | undefined;
}

export class StoredSnapshot implements MetricsSnapshot {
  readonly takenAt: number;
  readonly sources: number;
  readonly conflicts: readonly SnapshotConflict[];
  /** Encoded. Not to be handed out: whoever has them can change them. */
  declare readonly bytes: Uint8Array;
  declare readonly metrics: readonly StoredMetric[];

  constructor(content: SnapshotContent) {
    const { bytes, takenAt, sources, conflicts, metrics } = content;
    this.takenAt = takenAt;
    this.sources = sources;
    this.conflicts = conflicts;
    const source: MetricSource = { metrics: () => metrics, clock: sharedClock(), warn: () => {} };
    // Printed or compared, a snapshot is what it tells.
    Object.defineProperties(this, {
      bytes: { value: bytes },
      metrics: { value: metrics },
      [SNAPSHOT]: { value: bytes },
      [METRICS_SEAM]: { value: source },
    });
    Object.freeze(this);
  }

  getMetrics(): MetricSnapshot[] {
    const losses = this.losses();
    return this.metrics.map((metric) => snapshotOf(metric, losses(metric)));
  }

  getCounters(): Record<string, number> {
    const counters: Record<string, number> = {};
    for (const metric of this.metrics) {
      if (metric.event === undefined || metric.type !== 'counter') continue;
      let count = 0;
      for (let index = 0; index < metric.places.count; index++) count += metric.reader(index).count();
      if (count > 0) counters[metric.event] = count;
    }
    return counters;
  }

  getDurationStats(): Record<string, DurationStats>;
  getDurationStats(event: readonly string[]): DurationStats | undefined;
  getDurationStats(event?: readonly string[]): Record<string, DurationStats> | DurationStats | undefined {
    const wanted = event && keyOf(event);
    const all: Record<string, DurationStats> = {};
    for (const metric of this.metrics) {
      if (metric.event === undefined || metric.type !== 'distribution' || (wanted !== undefined && metric.event !== wanted)) continue;
      const stats = statsOf(metric);
      if (wanted !== undefined) return stats;
      if (stats !== undefined) all[metric.event] = stats;
    }
    return wanted === undefined ? all : undefined;
  }

  /** What was folded and rejected is counted by the library itself, by the name of the metric or event. */
  private losses(): (metric: StoredMetric) => Losses {
    const folded = new Map<string, number>();
    const rejected = new Map<string, Map<string, number>>();
    for (const own of this.metrics) {
      if (!own.automatic || own.event !== undefined || own.type !== 'counter') continue;
      for (const series of own.series()) {
        const { metric = '', reason = '' } = Object.fromEntries(series.tags);
        if (own.name === 'telemetry.metrics.folded') folded.set(metric, series.value());
        if (own.name === 'telemetry.metrics.rejected') {
          const reasons = rejected.get(metric) ?? new Map<string, number>();
          rejected.set(metric, reasons.set(reason, series.value()));
        }
      }
    }
    return ({ name, event }) => ({
      folded: folded.get(event ?? name) ?? 0,
      rejected: Object.fromEntries(rejected.get(event ?? name) ?? []) as Partial<Record<RejectionReason, number>>,
    });
  }
}

/**
 * A snapshot as this copy of the library knows it; `undefined` for what is none.
 *
 * @throws {TelemetryError} `SNAPSHOT_INVALID` for one of a copy that writes them in another way.
 */
export function storedOf(given: unknown): StoredSnapshot | undefined {
  if (given instanceof StoredSnapshot) return given;
  const bytes = (given as { readonly [SNAPSHOT]?: unknown } | null | undefined)?.[SNAPSHOT];
  if (!(bytes instanceof Uint8Array)) return undefined;
  const own = new Uint8Array(bytes);
  checkHeader(own);
  return new StoredSnapshot(readSnapshot(own));
}

/** @throws {TelemetryError} `OPTION_INVALID` for what is none. */
export function needSnapshot(where: string, given: unknown): StoredSnapshot {
  const stored = storedOf(given);
  if (stored !== undefined) return stored;
  throw optionInvalid(where, given, 'a snapshot that takeSnapshot, mergeSnapshots or decodeSnapshot returned');
}

function statsOf(metric: StoredMetric): DurationStats | undefined {
  const whole = wholeOf(metric);
  const totals = totalsOf(whole.body);
  if (whole.body.cells === 0) return undefined;
  const { quantiles } = readingOf(whole.body, whole);
  return durationStats({ count: totals.count, totalsNow: () => totals, quantiles }, metric.unit as TimeUnit);
}

let clock: Clock | undefined;
const sharedClock = (): Clock => (clock ??= systemClock());
