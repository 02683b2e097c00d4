import type { Clock } from '../core/clock';
import { withoutContext } from '../core/context';
import { isThenable } from '../core/dispatch';
import type { PollerFailureMetadata } from '../core/own-events';
import { quietly } from '../core/quietly';
import { show } from '../core/show';
import { POLLER_FAILURE } from './failure-event';
import type { Grid, Tick } from './grid';
import type { PollerHost } from './host';
import type { MeasurementSettings } from './options';
import { type Row, readRows } from './readings';
import { type PollOutcome, Run } from './run';
import { type MeasurementStats, Tally } from './tally';

/** What timers can hold. */
const LONGEST_TIMER_MS = 2147483647;
/** So many runs may be given up and not end; then no other begins until one of them does. */
const MAX_ABANDONED = 3;
/** A time-out that comes so much too late is put off once, for so long at most. */
const LATE_MS = 250;
const LONGEST_GRACE_MS = 1000;

/** One measurement and its times. */
export class Task {
  readonly tally: Tally = new Tally();
  private readonly clock: Clock;
  private next: Tick;
  /** The tick that ran last by its timer, or passed. */
  private last = -1;
  private cancelTimer: () => void = () => undefined;
  private run: Run | undefined = undefined;
  private isStopped = false;
  private isTold = false;

  constructor(
    readonly settings: MeasurementSettings,
    private readonly host: PollerHost,
    private readonly grid: Grid,
  ) {
    this.clock = host.clock;
    this.next = grid.first();
    this.wait();
  }

  /** Begins a run, unless one is under way: that one then answers. Never rejects. */
  async poll(): Promise<PollOutcome> {
    const run = this.run ?? this.begin(this.grid.at(this.clock.monotonicTime()));
    const outcome = run === undefined ? (this.isStopped ? 'stopped' : 'skipped') : await run.ended;
    return { measurement: this.settings.name, outcome };
  }

  stats(): MeasurementStats & { readonly nextInMs: number | undefined } {
    return { ...this.tally.stats(), nextInMs: this.isStopped ? undefined : this.nextInMs() };
  }

  /** Once. */
  stop(): void {
    this.isStopped = true;
    this.cancelTimer();
    const { run } = this;
    this.run = undefined;
    run?.end('stopped');
    run?.abort(Object.assign(new Error('The poller was stopped'), { name: 'AbortError' }));
    const { stop } = this.settings;
    if (stop !== undefined) quietly(stop);
  }

  private arm(tick: Tick): void {
    this.cancelTimer();
    this.next = tick;
    this.wait();
  }

  /** In several steps where one timer can't hold it. */
  private wait(): void {
    const delay = Math.max(0, this.next.due - this.clock.monotonicTime());
    this.cancelTimer = this.clock.setTimer(
      delay > LONGEST_TIMER_MS ? () => this.wait() : () => withoutContext(() => this.ticked()),
      Math.min(delay, LONGEST_TIMER_MS),
    );
  }

  /** One run, however late it is: ticks that passed meanwhile are counted, and the next one is in the future. */
  private ticked(): void {
    const now = this.clock.monotonicTime();
    const { number, due } = this.next;
    const next = this.grid.next(now, number + 1);
    const missed = next.number - number - 1;
    if (missed > 0) this.tally.missedTicks(missed, { since: this.clock.systemTime(now) - Math.round(now - due), ms: now - due });
    this.last = next.number - 1;
    this.arm(next);
    if (this.run !== undefined) this.tally.skipped++;
    else if (this.begin(number) === undefined) this.tally.skipped++;
  }

  /** `undefined` when none may begin. */
  private begin(tick: number): Run | undefined {
    if (this.isStopped || this.isFull()) return undefined;
    const begin = this.clock.monotonicTime();
    const run = new Run(tick, begin, this.clock.systemTime(begin));
    this.run = run;
    this.tally.runs++;
    try {
      const { measure } = this.settings;
      const returned = measure({ signal: run.signal });
      if (isThenable(returned)) this.follow(run, returned);
      else this.succeeded(run, returned);
    } catch (reason) {
      this.failed(run, 'error', reason);
    }
    return run;
  }

  /** With a promise of ours, which calls `then` once, later, and catches what that throws. */
  private follow(run: Run, returned: PromiseLike<unknown>): void {
    // It may have stopped its own poller.
    if (!run.isOver) run.cancelTimer = this.clock.setTimer(() => this.timedOut(run), this.settings.timeoutMs);
    const settled = new Promise((resolve) => resolve(returned));
    settled.then(
      (value) => this.settled(run, () => this.succeeded(run, value)),
      (reason) => this.settled(run, () => this.failed(run, 'error', reason)),
    );
  }

  private settled(run: Run, count: () => void): void {
    if (!run.isOver) count();
    else if (run.isAbandoned) this.tally.abandoned--;
  }

  private succeeded(run: Run, value: unknown): void {
    if (run.isOver) return;
    const { event } = this.settings;
    let rows: readonly Row[] = [];
    try {
      if (event !== undefined) rows = readRows(value);
    } catch (reason) {
      this.failed(run, 'value', reason);
      return;
    }
    this.over(run, 'ok');
    const wasFailing = this.tally.failures > 0;
    this.tally.succeeded(run.since);
    // It may have been put off.
    if (wasFailing) this.arm(this.grid.next(this.clock.monotonicTime(), this.last + 1));
    for (const { measurements, metadata } of rows) if (!this.isStopped) this.host.execute(event!, measurements, metadata);
  }

  /**
   * A timer that comes late tells of a process that was suspended or blocked, not of the measurement, whose answer may be
   * there already: it gets a little more time, once.
   */
  private timedOut(run: Run): void {
    const { timeoutMs } = this.settings;
    if (!run.hadGrace && this.clock.monotonicTime() - run.begin - timeoutMs > LATE_MS) {
      run.hadGrace = true;
      run.cancelTimer = this.clock.setTimer(() => this.timedOut(run), Math.min(timeoutMs, LONGEST_GRACE_MS));
      return;
    }
    const reason = Object.assign(new Error(`It took longer than ${timeoutMs} ms`), { name: 'TimeoutError' });
    run.isAbandoned = true;
    this.tally.abandoned++;
    this.failed(run, 'timeout', reason);
    run.abort(reason);
  }

  private failed(run: Run, kind: PollerFailureMetadata['kind'], reason: unknown): void {
    if (run.isOver) return;
    this.over(run, kind);
    this.tally.failedBy(kind);
    const { failures } = this.tally;
    const { name, backOffTicks } = this.settings;
    const least = run.tick + Math.min(2 ** (failures - 1), backOffTicks);
    this.arm(this.grid.next(this.clock.monotonicTime(), Math.max(least, this.last + 1)));
    this.host.execute(POLLER_FAILURE, { failures, retryInMs: Math.round(this.nextInMs()) }, { measurement: name, kind, reason });
  }

  private over(run: Run, outcome: PollOutcome['outcome']): void {
    run.end(outcome);
    this.run = undefined;
    this.tally.took(this.clock.monotonicTime() - run.begin);
  }

  private nextInMs(): number {
    return Math.max(0, this.next.due - this.clock.monotonicTime());
  }

  private isFull(): boolean {
    if (this.tally.abandoned < MAX_ABANDONED) return false;
    if (!this.isTold) {
      this.isTold = true;
      this.host.warn({
        code: 'SAMPLE_FAILED',
        message: `Measurement ${show(this.settings.name)} waits: ${MAX_ABANDONED} runs took longer than ${this.settings.timeoutMs} ms and have not ended. It goes on when one of them ends`,
      });
    }
    return true;
  }
}
