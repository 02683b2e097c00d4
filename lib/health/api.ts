import type { Duration } from '../core/unit';
import type { HealthListener } from './listeners';
import type { CheckOptions, HealthOptions } from './options';
import type { ProbeResult } from './probes';
import type { HealthReport } from './report';
import type { CheckFunction } from './result';
import { HEALTH_SEAM, type HealthSeam } from './seam';

/** What adding a check returns. It speaks of this check: when it is gone, a namesake is not touched. */
export interface CheckHandle extends Disposable {
  readonly name: string;
  /** Removes it: a run under way is aborted and counts for nothing. `false` when it was gone already. */
  remove(): boolean;
}

export interface HealthStats {
  readonly checks: number;
  /** Runs under way. */
  readonly running: number;
  /** Runs that took too long, and go on all the same. */
  readonly hanging: number;
  readonly listenerFailures: number;
  /** Checks run by themselves. */
  readonly isStarted: boolean;
  readonly isShuttingDown: boolean;
}

/** Health checks of a bus. */
export interface Health {
  /**
   * Adds a check. It runs when `start()` was called, or is, and whenever `check()` asks for it.
   *
   * A run that throws, rejects, returns `false` or `{ status: 'unhealthy' }`, or takes too long is a failure. One failure makes a
   * check degraded, `unhealthyAfter` in a row unhealthy; a pass makes an unhealthy one degraded, and `healthyAfter` in a row healthy.
   * It is run once at a time, and other checks never wait for it. A function that ignores its signal is left behind when its time is
   * over; when three of its runs hang it is not run again until one of them is over, and each run that is left out is a failure.
   *
   * @param name - At most 64 letters, digits, `_`, `-`, `.`, beginning with a letter.
   * @param check - See {@link CheckFunction}.
   * @param options - See {@link CheckOptions}; what is left out follows `configure`, also later.
   * @throws {TelemetryError} `HANDLER_EXISTS` when the name is taken; `HANDLER_INVALID` for what is no function; `OPTION_UNKNOWN`,
   * `OPTION_INVALID`, also for the 201st check.
   * @example
   * const health = healthOf(telemetry);
   * health.addCheck('queue', () => ({ status: 'degraded', detail: '120 jobs wait' }), { critical: false });
   * (await health.check()).checks.queue?.detail; // => '120 jobs wait'
   */
  addCheck(name: string, check: CheckFunction, options?: CheckOptions): CheckHandle;
  /**
   * Runs checks whose result is older than `maxAge`, all at once, and waits for them. A run under way is joined, not repeated.
   *
   * @param name - One check; default all.
   * @param options - `maxAge`: how old a result may be; default the interval of the check, 0 runs it in any case.
   * @returns What `report()` then says. It comes when the last of them is over, at the latest after their time-outs.
   * @throws {TelemetryError} By a rejection: `OPTION_INVALID` for a name that there is not, and for options that are wrong.
   */
  check(name?: string, options?: { readonly maxAge?: Duration }): Promise<HealthReport>;
  /** What is known. Runs nothing, so that it can be asked as often as somebody likes; costs some microseconds a check. */
  report(): HealthReport;
  /**
   * Whether the process should be left alive: asks checks with the probe `live` only, none by default, because a restart mends no
   * database. Fails when one of them that is critical is unhealthy.
   */
  live(): ProbeResult;
  /**
   * Whether the process should be given work: fails while it shuts down, until `startup()` is done, and when a critical check with
   * the probe `ready` is unhealthy.
   */
  ready(): ProbeResult;
  /** Whether each critical check with the probe `startup` passed or warned once. From then on it passes for ever. */
  startup(): ProbeResult;
  /**
   * Runs each check now and then at its interval. The first run comes at once; the second is put off by `jitter`; from then on there
   * is no drift, and after a suspended process no burst. Doesn't keep the process alive. Harmless when it runs already; ends
   * `shutDown()`.
   */
  start(): void;
  /** Runs no check by itself any more, and aborts runs under way, which count for nothing. What is known stays. */
  stop(): void;
  /** Lets `ready()` fail from now on, until `start()` or `startTelemetry`. Call it first when the process is to end. Checks go on. */
  shutDown(): void;
  /**
   * Changes what holds for checks that don't say otherwise themselves.
   *
   * @param options - See {@link HealthOptions}.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; nothing is changed then.
   */
  configure(options: HealthOptions): void;
  /**
   * Calls back for each change of a check, right after its event. What a listener throws is counted, and warned of once.
   *
   * @returns What ends it.
   * @throws {TelemetryError} `HANDLER_INVALID` when it is not a function.
   */
  on(listener: HealthListener): () => void;
  stats(): HealthStats;
  /** For `startTelemetry`. */
  readonly [HEALTH_SEAM]?: HealthSeam;
}
