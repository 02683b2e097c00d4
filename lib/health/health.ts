import { refusal, TelemetryError } from '../core/errors';
import { isFunction, optionInvalid } from '../core/options';
import { nearest } from '../core/show';
import type { CheckHandle, Health } from './api';
import { Check } from './check';
import { onGrid } from './grid';
import type { HealthHost } from './host';
import { Listeners } from './listeners';
import { type CheckOptions, checkNameOf, DEFAULTS, type HealthSettings, readCheckOptions, readHealthOptions, readMaxAge } from './options';
import { Probes } from './probes';
import type { CheckReport, HealthReport } from './report';
import type { CheckFunction } from './result';
import { HEALTH_SEAM } from './seam';
import { overallOf } from './standing';

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
