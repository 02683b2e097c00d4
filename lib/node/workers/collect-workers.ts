import type { ChildProcess } from 'node:child_process';
import { isMainThread, type Worker } from 'node:worker_threads';
import { TelemetryError } from '../../core/errors';
import { optionInvalid } from '../../core/options';
import { METRICS_SEAM, type Metered } from '../../metrics/seam';
import type { MetricsSnapshot } from '../../metrics/transfer/stored-snapshot';
import { type CollectOptions, collectSettings } from './collect-options';
import { Collector } from './collector';
import type { InboxStats } from './inbox';
import type { RoundStats } from './rounds';
import type { WorkerInfo } from './worker-info';

/** What a collector has done. `messages` = `greetings` + `snapshots` + all that is `refused`. */
export interface WorkerMetricsStats extends InboxStats, RoundStats {
  /** Those that are known and not gone. */
  readonly workers: number;
  /** Those that are gone, ever. */
  readonly gone: number;
  /** Of the snapshots of those that are not gone, as they came. */
  readonly bytes: number;
}

/** The metrics of this process and of its workers, as if one had recorded them all. Exporters take it as they take a bus. */
export interface WorkerMetrics extends Metered, Disposable {
  /** Asks the workers, waits for them as long as `timeoutMs` at most, and adds up what there is. Never rejects. */
  collect(): Promise<MetricsSnapshot>;
  /** What there is now: the metrics of this process, and what the workers said last. */
  snapshot(): MetricsSnapshot;
  /** Everyone that shares, those that went last included. */
  workers(): WorkerInfo[];
  /**
   * Takes the metrics of a child of `child_process.fork`, too; or learns of the end of a worker thread that is older than this
   * collector. Workers of `node:cluster`, and threads that start later, need not be added. Once more changes nothing.
   *
   * @throws {TelemetryError} `OPTION_INVALID` for what is neither.
   */
  add(worker: ChildProcess | Worker): void;
  stats(): WorkerMetricsStats;
  /** Asks and takes nothing any more, and removes all listeners. What there is can still be read. */
  stop(): void;
}

/**
 * Collects the metrics of the workers of this process that call `shareMetrics`: worker threads, workers of `node:cluster`, and
 * children of `fork` that are added. Give what it returns to an exporter in the place of the bus: each page, flush or export asks
 * the workers for fresh numbers and adds them to those of this process; counts, buckets, minima, maxima and percentiles are
 * exactly those of one process that had recorded everything.
 *
 * A worker that is missing, hangs or ends never fails or blocks an exporter: it is waited for once, as long as `timeoutMs`,
 * then no more until it says something, and what it said last counts. What a worker that ended has counted counts on, so that
 * counters never fall; its gauges (`lastValue`) are left out, because what they say is no more. Where several have one gauge
 * of equal tags, `gauges` says what becomes of it; by default this process's own counts, which is always the latest one. A thread
 * that is terminated, or a process that is killed, takes with it what it counted since its last report, which is at most the
 * `interval` of its `shareMetrics` ago.
 *
 * Messages are looked at before they are believed: wrong, foreign or too large ones are refused, counted in `stats()` and
 * warned about (`SNAPSHOT_INVALID`) at most once a minute. At most 1,024 calls of `shareMetrics` are known at a time, 64 of one
 * worker. Nothing keeps the process alive but somebody who waits for `collect`, for `timeoutMs` at most. In its first moments it does not know yet who is
 * there, and waits half of that in any case. Adding up takes some 5 µs for each series of each worker.
 *
 * @param telemetry - The bus of this process.
 * @param options - See {@link CollectOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `CONFIG_INVALID` in a worker thread: what threads share comes to
 * the main thread of their process.
 * @example
 * telemetry.attachMetricsHandler();
 * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
 * using all = collectWorkers(telemetry);
 * (await all.collect()).getCounters(); // => { 'coder.session.start': 1 }
 */
export function collectWorkers(telemetry: Metered, options: CollectOptions = {}): WorkerMetrics {
  const source = (telemetry as Metered | null | undefined)?.[METRICS_SEAM];
  if (source === undefined) throw optionInvalid('collectWorkers: telemetry', telemetry, 'a bus of createTelemetry of telemetry-bus');
  const settings = collectSettings(options);
  if (!isMainThread) {
    const why = 'What worker threads share comes to the main thread, whoever started them';
    throw new TelemetryError('CONFIG_INVALID', 'collectWorkers was called in a worker thread', why, 'Call it in the main thread');
  }
  const collector = new Collector(telemetry, source, settings);
  return Object.freeze<WorkerMetrics>({
    [METRICS_SEAM]: collector.source,
    collect: () => collector.collect(),
    snapshot: () => collector.snapshot(),
    workers: () => collector.workers(),
    add: (worker) => collector.add(worker),
    stats: () => collector.stats(),
    stop: () => collector.stop(),
    [Symbol.dispose]: () => collector.stop(),
  });
}
