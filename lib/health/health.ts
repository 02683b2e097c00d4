import { refusal, TelemetryError } from '../core/errors';
import { isFunction, optionInvalid } from '../core/options';
import { nearest } from '../core/show';
import type { Duration } from '../core/unit';
import { Check } from './check';
import { onGrid } from './grid';
import type { HealthHost } from './host';
import { type HealthListener, Listeners } from './listeners';
import {
  type CheckOptions,
  checkNameOf,
  DEFAULTS,
  type HealthOptions,
  type HealthSettings,
  readCheckOptions,
  readHealthOptions,
  readMaxAge,
} from './options';
import { type ProbeResult, Probes } from './probes';
import type { CheckReport, HealthReport } from './report';
import type { CheckFunction } from './result';
import { HEALTH_SEAM, type HealthSeam } from './seam';
import { overallOf } from './standing';

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

/** How many there can be. */
export const MAX_CHECKS = 200;

/** A check with what is due of it. */
interface Entry {
  readonly check: Check;
  /** Ends its schedule. */
  rest: (() => void) | undefined;
  /** Interval of its schedule. */
  intervalMs: number;
}

/** Creates what runs and judges health checks. Nothing runs until `start()` or `check()`. */
export function createHealth(host: HealthHost): Health {
  const entries = new Map<string, Entry>();
  const listeners = new Listeners((warning) => host.warn(warning));
  const checks = (): Check[] => [...entries.values()].map(({ check }) => check);
  const probes = new Probes(checks);
  let settings: HealthSettings = DEFAULTS;
  let isStarted = false;

  function schedule(entry: Entry): void {
    const { check } = entry;
    entry.rest?.();
    entry.intervalMs = check.settings.intervalMs;
    const offset = Math.random() * settings.jitter * entry.intervalMs;
    entry.rest = onGrid(host.clock, entry.intervalMs, offset, () => check.tick());
  }

  function use(next: HealthSettings): void {
    settings = next;
    for (const entry of entries.values()) {
      if (isStarted && entry.intervalMs !== entry.check.settings.intervalMs) schedule(entry);
    }
  }

  function judged(check: Check, from: Check['status'], detail: string | undefined): void {
    // It is done for ever, whoever asks and when.
    if (check.hasPassed) probes.startup();
    const { name, status, critical, failures } = check;
    if (status === from) return;
    const overall = overallOf(checks());
    const time = host.clock.systemTime();
    listeners.tell({ check: name, from, to: status, ...(detail !== undefined && { detail }), critical, failures, time, overall });
  }

  function add(name: string, given: CheckFunction, options?: CheckOptions): CheckHandle {
    const known = checkNameOf(name);
    if (!isFunction(given))
      throw refusal('HANDLER_INVALID', `addCheck "${known}"`, given, 'a function, such as () => pool.query("SELECT 1")');
    const own = readCheckOptions(known, options);
    if (entries.has(known)) {
      const fix = 'Choose another name, or remove() the first';
      throw new TelemetryError('HANDLER_EXISTS', `Health check "${known}" exists`, 'Each name stands for one check', fix);
    }
    if (entries.size >= MAX_CHECKS) {
      const what = `Health check "${known}" can't be added`;
      throw new TelemetryError(
        'OPTION_INVALID',
        what,
        `There are ${MAX_CHECKS} already, the most`,
        'Remove one, or check several things in one',
      );
    }
    const check = new Check(known, given, { host, settings: () => ({ ...settings, ...own }), judged });
    const entry: Entry = { check, rest: undefined, intervalMs: 0 };
    entries.set(known, entry);
    if (isStarted) schedule(entry);
    const remove = (): boolean => {
      if (entries.get(known) !== entry) return false;
      entries.delete(known);
      entry.rest?.();
      check.dispose();
      return true;
    };
    return { name: known, remove, [Symbol.dispose]: () => void remove() };
  }

  function report(): HealthReport {
    const listed = [...entries].map(([name, { check }]): [string, CheckReport] => [name, check.report()]);
    return { status: overallOf(checks()), time: host.clock.systemTime(), checks: Object.fromEntries(listed) };
  }

  function wanted(name: string | undefined): Check[] {
    if (name === undefined) return checks();
    const entry = entries.get(name);
    if (entry !== undefined) return [entry.check];
    const near = typeof name === 'string' ? nearest(name, [...entries.keys()]) : undefined;
    throw optionInvalid('health.check: name', name, near === undefined ? 'the name of a check' : `the name of a check, such as "${near}"`);
  }

  return Object.freeze<Health>({
    addCheck: add,
    async check(name, options) {
      const maxAge = readMaxAge(options);
      const old = wanted(name).filter((check) => !check.isFresh(maxAge ?? check.settings.intervalMs));
      await Promise.all(old.map((check) => check.run()));
      return report();
    },
    report,
    live: () => probes.live(),
    ready: () => probes.ready(),
    startup: () => probes.startup(),
    start() {
      probes.isShuttingDown = false;
      if (isStarted) return;
      isStarted = true;
      for (const entry of entries.values()) schedule(entry);
    },
    stop() {
      isStarted = false;
      for (const entry of entries.values()) {
        entry.rest?.();
        entry.check.cancel();
      }
    },
    shutDown() {
      probes.isShuttingDown = true;
    },
    configure: (options) => use({ ...settings, ...readHealthOptions(options) }),
    on(listener) {
      if (!isFunction(listener)) throw refusal('HANDLER_INVALID', 'health.on: listener', listener, 'a function');
      return listeners.add(listener);
    },
    stats: () => ({
      checks: entries.size,
      running: checks().filter((check) => check.isRunning).length,
      hanging: checks().reduce((sum, check) => sum + check.hanging, 0),
      listenerFailures: listeners.failures,
      isStarted,
      isShuttingDown: probes.isShuttingDown,
    }),
    [HEALTH_SEAM]: {
      begin(options) {
        const before = settings;
        if (options !== undefined) use({ ...DEFAULTS, ...readHealthOptions(options) });
        const backToBefore = probes.begin();
        return () => {
          backToBefore();
          use(before);
        };
      },
    },
  });
}
