/**
 * `telemetry-bus/node/workers`: the metrics of worker threads, cluster workers and other processes, added up.
 *
 * @module
 */
export type { Metered } from '../../metrics/seam';
export type { DecodeOptions } from '../../metrics/transfer/codec';
export type { MergeOptions } from '../../metrics/transfer/merge';
export type { GaugeMerge } from '../../metrics/transfer/merge-series';
export type { MetricsSnapshot } from '../../metrics/transfer/stored-snapshot';
export type { CollectOptions } from './collect-options';
export type { WorkerMetrics, WorkerMetricsStats } from './collect-workers';
export { collectWorkers } from './collect-workers';
export { readSnapshot } from './files/read-snapshot';
export type { ReadSnapshotsOptions, SnapshotFolder } from './files/read-snapshots';
export { readSnapshots } from './files/read-snapshots';
export { writeSnapshot } from './files/write-snapshot';
export type { SharedMetrics } from './share-metrics';
export { shareMetrics } from './share-metrics';
export type { ShareOptions } from './share-options';
export type { RefusalReason, WorkerInfo, WorkerKind, WorkerState } from './worker-info';
