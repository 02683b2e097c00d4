import { isFunction } from '../core/options';
import { quietly } from '../core/quietly';
import { read } from '../core/read';
import { CHANGED, CHECKED } from './events';
import type { HealthHost, Latencies, LatencySummary } from './host';
import type { CheckSettings } from './options';
import type { CheckReport } from './report';
import type { CheckFunction, Reading } from './result';
import { startRun } from './run';
import { type CheckStatus, nextStanding, type Standing, UNKNOWN } from './standing';

/** Runs of one check that may be under way at once, those that took too long included. */
const MAX_UNDER_WAY = 3;

/** What a check uses. */
export interface CheckParts {
  readonly host: HealthHost;
  /** What holds now: defaults may change. */
  settings(): CheckSettings;
  /** Called after each run. */
  judged(check: Check, before: CheckStatus, detail: string | undefined): void;
}

/** One check: runs it, one run at a time, and remembers what came of it. */
export class Check {
  private standing: Standing = UNKNOWN;
  private last: Reading | undefined;
  private lastRun: number | undefined;
  private lastChange: number | undefined;
  private duration: number | undefined;
  private runs = 0;
  /** Monotonic time of what is known. */
  private knownAt = Number.NEGATIVE_INFINITY;
  private flight: { readonly over: Promise<void>; cancel(): void } | undefined;
  private underWay = 0;
  private isDisposed = false;
  private readonly latencies: Latencies;
  /** A run was no failure, at some time. */
  hasPassed = false;

  constructor(
    readonly name: string,
    private readonly check: CheckFunction,
    private readonly parts: CheckParts,
  ) {
    this.latencies = parts.host.createLatencies();
  }

  get status(): CheckStatus {
    return this.standing.status;
  }

  get failures(): number {
    return this.standing.failures;
  }

  get settings(): CheckSettings {
    return this.parts.settings();
  }

  get critical(): boolean {
    return this.settings.critical;
  }

  get isRunning(): boolean {
    return this.flight !== undefined;
  }

  get hanging(): number {
    return this.underWay - (this.isRunning ? 1 : 0);
  }

  /** Whether what is known is no older than that. */
  isFresh(maxAgeMs: number): boolean {
    return this.parts.host.clock.monotonicTime() - this.knownAt < maxAgeMs;
  }

  /** Runs now, or joins the run under way. Settles when it is over; never rejects. A check that was removed runs no more. */
  run(): Promise<void> {
    if (this.flight !== undefined) return this.flight.over;
    return this.underWay < MAX_UNDER_WAY && !this.isDisposed ? this.start() : Promise.resolve();
  }

  /** It is time for a run. A check whose runs all hang is not asked again, which is a failure in itself. */
  tick(): void {
    if (this.isRunning || this.underWay < MAX_UNDER_WAY) void this.run();
    else this.judge({ outcome: 'timeout', detail: `${MAX_UNDER_WAY} runs took too long and still go on: it waits for one of them` });
  }

  /** Ends the run under way; it counts for nothing. */
  cancel(): void {
    this.flight?.cancel();
  }

  dispose(): void {
    this.isDisposed = true;
    this.cancel();
    const dispose = read(this.check, Symbol.dispose as never);
    if (isFunction(dispose)) quietly(() => Reflect.apply(dispose, this.check, []));
  }

  private start(): Promise<void> {
    const { host } = this.parts;
    let finish!: () => void;
    const over = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const flight = { over, cancel: (): void => undefined };
    const land = (): void => {
      this.flight = undefined;
      finish();
    };
    this.flight = flight;
    this.underWay++;
    const stop = startRun(this.check, {
      clock: host.clock,
      masks: host,
      timeoutMs: this.settings.timeoutMs,
      ended: (reading, durationMs) => {
        land();
        this.ran(reading, durationMs);
      },
      settled: () => {
        this.underWay--;
      },
    });
    flight.cancel = () => {
      stop();
      land();
    };
    // It may have removed itself.
    if (this.isDisposed) flight.cancel();
    return over;
  }

  private ran(reading: Reading, durationMs: number): void {
    const { host } = this.parts;
    if (this.isDisposed) return;
    this.runs++;
    this.duration = durationMs;
    this.lastRun = host.clock.systemTime();
    this.latencies.record(durationMs);
    host.execute(CHECKED, { duration: durationMs }, { check: this.name, outcome: reading.outcome });
    // Who heard of the run may have removed the check.
    if (!this.isDisposed) this.judge(reading);
  }

  private judge(reading: Reading): void {
    const { host } = this.parts;
    const before = this.status;
    this.last = reading;
    this.knownAt = host.clock.monotonicTime();
    this.standing = nextStanding(this.standing, reading.outcome, this.settings);
    if (this.failures === 0) this.hasPassed = true;
    if (this.status !== before) this.changed(before, reading.detail);
    this.parts.judged(this, before, reading.detail);
  }

  private changed(from: CheckStatus, detail: string | undefined): void {
    const { host } = this.parts;
    this.lastChange = host.clock.systemTime();
    const { status, failures, critical } = this;
    const metadata = { check: this.name, from, ...(detail !== undefined && { detail }), critical };
    host.execute(CHANGED[status as keyof typeof CHANGED], { failures }, metadata);
  }

  report(): CheckReport {
    const { critical, probes } = this.settings;
    const { detail, data } = this.last ?? {};
    const latency = latencyOf(this.latencies);
    return {
      status: this.status,
      critical,
      probes,
      ...(detail !== undefined && { detail }),
      ...(data !== undefined && { data }),
      ...(this.lastRun !== undefined && { lastRun: this.lastRun }),
      ...(this.lastChange !== undefined && { lastChange: this.lastChange }),
      ...(this.duration !== undefined && { duration: this.duration }),
      failures: this.failures,
      runs: this.runs,
      isRunning: this.isRunning,
      hanging: this.hanging,
      ...(latency !== undefined && { latency }),
    };
  }
}

/** These fields and no others: a recorder may know more. */
function latencyOf(latencies: Latencies): LatencySummary | undefined {
  const found = latencies.summary();
  if (found === undefined) return undefined;
  const { count, min, max, mean, p50, p95, p99 } = found;
  return { count, min, max, mean, p50, p95, p99 };
}
