import type { TelemetryConfig } from '../config/load';
import { enginesOf } from '../engines';
import { watchSlow } from '../entries/performance';
import { securityOf } from '../entries/security';
import type { ErrorTracker } from '../errors/tracker';
import type { SinkStats, Telemetry } from '../index';
import type { LogSeam } from '../log/seam';
import type { StreamWriter } from '../log/stream-writer';
import type { WatchSlowOptions } from '../performance/options';
import type { SlowWatch } from '../performance/slow-watch';
import { SLOW_HANDLER_ID } from '../performance/watch';
import type { SecurityOptions } from '../security/options';
import type { Sink } from '../sinks/sink';
import { account, accounts } from './accounting';
import { watchCrashes } from './crash';
import type { Ending } from './endings';
import { logAtExit, setExitDeadline } from './exit-hook';
import type { Monitoring } from './monitoring/start-monitoring';
import { endingSignals, watchSignal } from './signals';
import type { FlushReport, StartedStats, StartedTelemetry, StartOptions, StopReport } from './start-options';
import { adminsOf, flushAdmins, stopAdmins } from './started-admins';
import { listLogFiles, STARTED_FILES } from './started-seam';
import type { ErrorStorage } from './storage/error-storage';
import type { OpenStream } from './streams/open';

/** What was made ready. */
export interface StartedParts {
  readonly bus: Telemetry;
  readonly seam: LogSeam;
  readonly config: TelemetryConfig;
  readonly streams: readonly OpenStream[];
  readonly console: Sink | undefined;
  /** The application's own. */
  readonly others: readonly Sink[];
  readonly storage: ErrorStorage | undefined;
  readonly monitoring: Monitoring;
  readonly options: StartOptions & { readonly exitDeadlineMs: number };
  /** Called when `stop` begins. */
  readonly ended: () => void;
  /** Called when it is over. */
  readonly release: () => void;
}

/** A sink that can write what waits before it returns. */
type SyncSink = Sink & { flushSync?(deadlineMs?: number): void };

/** Attaches handlers, installs what belongs to the process, and makes what `startTelemetry` returns. */
export function createStarted(parts: StartedParts): StartedTelemetry<never> {
  const { bus, seam, config, streams, options, storage, monitoring } = parts;
  const { closeDeadlineMs = 5000, shutdownDelayMs = 0 } = options;
  const sinks: readonly SyncSink[] = [...streams.map(({ sink }) => sink), ...(parts.console ? [parts.console] : []), ...parts.others];
  const engines = enginesOf('startTelemetry', bus);
  const { tracker, http } = engines;
  const admins = adminsOf(engines);
  tracker.reopen();
  http.wantAccess(config.monitorRequestLogging);
  const security = securityOf(bus);
  security.configure(options.security === false ? NO_DETECTORS : { ...ALL_DETECTORS, ...options.security });
  // First, because it may still fail. Nothing runs before this function is over.
  monitoring.begin();
  const { slow, detach } = options.handlers === false ? NO_HANDLERS : attachHandlers(bus, options.slow);
  const takeBack = install(parts, tracker, sinks);
  admins.isStopped = false;
  let stopping: Promise<StopReport> | undefined;

  async function flush(deadlineMs: number = closeDeadlineMs): Promise<FlushReport> {
    const begin = performance.now();
    tracker.flush();
    await within(deadlineMs, [...sinks.map((sink) => sink.flush?.()), storage?.flush()]);
    const waiting = Object.entries(all()).filter(([, { queued }]) => queued > 0);
    return { queued: Object.fromEntries(waiting.map(([name, { queued }]) => [name, queued])), tookMs: performance.now() - begin };
  }

  async function stopOnce(): Promise<StopReport> {
    const begin = performance.now();
    monitoring.shutDown();
    if (shutdownDelayMs > 0) await within(shutdownDelayMs, [new Promise(() => undefined)]);
    const changes = stopAdmins(admins);
    if (changes.length > 0) await within(closeDeadlineMs, changes);
    flushAdmins(admins);
    // What is reported while the sinks close is written line by line: nobody would be left to sum it up.
    tracker.close();
    // Alerts may be told to the log.
    await within(closeDeadlineMs, [monitoring.stop(closeDeadlineMs)]);
    // Who read meanwhile is told as well.
    flushAdmins(admins);
    parts.ended();
    detach();
    await within(closeDeadlineMs, [...sinks.map(closeSink), storage?.stop()]);
    takeBack();
    http.wantAccess(true);
    parts.release();
    const rotated = streams.reduce((sum, { sink }) => sum + sink.stats().rotations, 0);
    const each = { ...all(), ...(storage && { storage: countsOf(storage.stats()) }) };
    return { ...account(Object.values(each)), sinks: each, rotated, tookMs: performance.now() - begin };
  }

  const all = (): Record<string, SinkStats> => accounts(streams, bus.logStats().sinks);
  const stop = (): Promise<StopReport> => {
    stopping ??= stopOnce();
    return stopping;
  };

  return Object.freeze({
    telemetry: bus as never,
    config,
    streams: Object.freeze(Object.fromEntries(streams.map(({ name, path }) => [name, path]))),
    slow,
    storage,
    monitor: monitoring.monitor,
    health: monitoring.health,
    alerts: monitoring.alerts,
    logger: bus.logger,
    ...seam.streams(),
    ...(!config.monitorRequestLogging && { access: () => undefined }),
    security: security.record as StreamWriter['security'],
    flush,
    stats: (): StartedStats => ({
      ...bus.logStats(),
      streams: Object.fromEntries(streams.map(({ name, sink }) => [name, sink.stats()])),
      accounting: account(Object.values(all())),
    }),
    stop,
    [STARTED_FILES]: () => listLogFiles(streams),
    async [Symbol.asyncDispose]() {
      await stop();
    },
  });
}

const countsOf = ({ accepted, written, queued, dropped }: SinkStats): SinkStats => ({ accepted, written, queued, dropped });

/** Not before what waits is written: a sink that can't be waited for any longer goes on by itself, and closes then. */
async function closeSink(sink: Sink): Promise<void> {
  try {
    await sink.flush?.();
  } finally {
    await sink.close?.();
  }
}

/** As they are by default, whatever an earlier start said. */
const ALL_DETECTORS: SecurityOptions = { failures: {}, errorRate: {}, suspiciousErrors: {} };
const NO_DETECTORS: SecurityOptions = { failures: false, errorRate: false, suspiciousErrors: false };

interface Attached {
  readonly slow: SlowWatch | undefined;
  /** Detaches what was attached. */
  detach(): void;
}

const NO_HANDLERS: Attached = { slow: undefined, detach: () => undefined };

/** Attaches the handlers that are not there yet. */
function attachHandlers(bus: Telemetry, slowOptions: WatchSlowOptions | false = {}): Attached {
  const there = new Set(bus.listHandlers().map(({ id }) => id));
  const isWatched = slowOptions === false || there.has(SLOW_HANDLER_ID);
  const handles = [bus.attachLogHandler(), bus.attachMetricsHandler()].filter(({ id }) => !there.has(id));
  const slow = isWatched ? undefined : watchSlow(bus, slowOptions);
  return {
    slow,
    detach() {
      for (const handle of handles) handle.detach();
      slow?.detach();
    },
  };
}

/** Installs what looks out for the end of the process. Returns what takes it back. */
function install({ seam, streams, options }: StartedParts, tracker: ErrorTracker, sinks: readonly SyncSink[]): () => void {
  const log = seam.logger('process');
  const app: Ending = {
    deadlineMs: options.exitDeadlineMs,
    crashed: (error, origin) => log.critical(error, origin === 'unhandledRejection' ? 'Unhandled rejection' : 'Uncaught exception'),
    flushSync(deadlineMs) {
      tracker.flush();
      const until = performance.now() + deadlineMs;
      for (const sink of sinks) sink.flushSync?.(Math.max(0, until - performance.now()));
    },
    reopen() {
      for (const { sink } of streams) sink.reopen();
    },
  };
  const { signals, reopenOn } = options;
  const all = [watchCrashes(app), ...endingSignals(signals).map((signal) => watchSignal(signal, app, 'end'))];
  if (reopenOn !== undefined) all.push(watchSignal(reopenOn, app, 'reopen'));
  setExitDeadline(options.exitDeadlineMs);
  all.push(logAtExit(() => tracker.flush()));
  return () => {
    for (const takeBack of all) takeBack();
    setExitDeadline();
  };
}

/** Waits for all, but not longer than a time. A sink that fails to flush has counted what it lost. */
async function within(deadlineMs: number, promises: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  // It keeps the process: without it, one that awaits `stop` with nothing else to do would end before the answer.
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  await Promise.race([Promise.allSettled(promises), over]);
  clearTimeout(timer);
}
