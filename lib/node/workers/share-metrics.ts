import { isMainThread } from 'node:worker_threads';
import { optionInvalid } from '../../core/options';
import { METRICS_SEAM, type Metered } from '../../metrics/seam';
import type { Line, LineOwner } from './links/line';
import { openProcessLine } from './links/process-line';
import { openThreadLine } from './links/thread-line';
import { intervalOf, type ShareOptions } from './share-options';
import { Sharer } from './sharer';
import type { WorkerKind } from './worker-info';

/** Metrics that a parent collects. */
export interface SharedMetrics extends Disposable, AsyncDisposable {
  /** Whether there is anybody to share with: this is a worker. */
  readonly isShared: boolean;
  /** What this is; `undefined` where it is no worker. */
  readonly kind: WorkerKind | undefined;
  /** Sends a snapshot now. Settles when the system has taken it; never rejects. */
  send(): Promise<void>;
  /**
   * Sends a last snapshot, which counts on in the parent, and shares nothing any more. Settles when the system has taken it;
   * never rejects. A worker of `node:cluster` that disconnects should await this before: afterwards nothing goes through.
   */
  stop(): Promise<void>;
}

/**
 * Shares the metrics of a worker with its parent, where `collectWorkers` takes them. It finds out by itself what it runs in: a
 * worker thread, a worker of `node:cluster`, a child of `fork`. In a program that is none of these it does nothing
 * (`isShared` is false), so that one program can run alone and as a worker.
 *
 * A snapshot is sent when the parent asks; from the first question on also at intervals; and at the end of the thread or
 * process. At the end of a process that calls `process.exit` only what the system takes at once gets through, some 100 KiB; await
 * `stop` before, where a last interval of more than that matters. What is sent at intervals is never more than one snapshot ahead
 * of what the parent takes.
 *
 * Nothing of it keeps the worker alive but a snapshot that the system has not taken yet, and nothing is thrown. A snapshot
 * costs the worker some 10 µs for each series. Threads report over a `BroadcastChannel`, which nobody else's listeners see.
 * Processes report over their channel:
 * `cluster.on('message')` and `worker.on('message')` of the parent, and `process.on('message')` of the worker see messages
 * that have the key `telemetry-bus/metrics`.
 *
 * @param telemetry - A bus of `createTelemetry`; or what `collectWorkers` returned in a worker that has workers itself.
 * @param options - See {@link ShareOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const shared = shareMetrics(telemetry);
 * shared.isShared; // => false
 */
export function shareMetrics(telemetry: Metered, options: ShareOptions = {}): SharedMetrics {
  const source = (telemetry as Metered | null | undefined)?.[METRICS_SEAM];
  if (source === undefined) throw optionInvalid('shareMetrics: telemetry', telemetry, 'a bus of createTelemetry of telemetry-bus');
  const intervalMs = intervalOf(options);
  const open = lineHere();
  const sharer = open === undefined ? undefined : new Sharer(telemetry, source, intervalMs, open);
  const stop = async (): Promise<void> => sharer?.stop();
  return Object.freeze<SharedMetrics>({
    isShared: sharer !== undefined,
    kind: sharer?.kind,
    send: async () => sharer?.send(),
    stop,
    [Symbol.dispose]: () => void stop(),
    [Symbol.asyncDispose]: stop,
  });
}

/** Where metrics go from here, if anywhere. */
function lineHere(): ((owner: LineOwner) => Line) | undefined {
  if (!isMainThread) return openThreadLine;
  return process.connected && process.send !== undefined ? openProcessLine : undefined;
}
