import type { Clock } from '../core/clock';
import { withoutContext } from '../core/context';

/**
 * Calls back at multiples of a step of monotonic time. Each next moment is reckoned from the clock and not from the last call, so
 * that nothing drifts; and moments that passed while the process stood still are one call, not many. The calls are in no scope of
 * `runWithContext`, whoever started it.
 */
export class Ticker {
  private cancel: (() => void) | undefined;
  private stepMs = 0;

  /** @param onTick - Must not throw. Given the moment that was due, which the call may be late for. */
  constructor(
    private readonly clock: Clock,
    private readonly onTick: (at: number) => void,
  ) {}

  get isRunning(): boolean {
    return this.cancel !== undefined;
  }

  /** Begins, or goes on with another step. */
  start(stepMs: number): void {
    this.stop();
    this.stepMs = stepMs;
    this.arm();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private arm(): void {
    const now = this.clock.monotonicTime();
    const due = (Math.floor(now / this.stepMs) + 1) * this.stepMs;
    // Whole milliseconds are what timers take; cut instead of rounded up, it would come too early and again at once.
    const cancel = this.clock.setTimer(() => withoutContext(() => this.ring(due, cancel)), Math.max(1, Math.ceil(due - now)));
    this.cancel = cancel;
  }

  private ring(due: number, cancel: () => void): void {
    const now = this.clock.monotonicTime();
    // A timer may come a little early.
    if (now >= due) this.onTick(Math.floor(now / this.stepMs) * this.stepMs);
    // Unless the tick stopped it, or began anew.
    if (this.cancel === cancel) this.arm();
  }
}
