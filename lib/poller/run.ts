import type { PollerFailureMetadata } from '../core/own-events';

/** What became of one run. `skipped`: it did not begin. `stopped`: the poller stopped meanwhile. */
export interface PollOutcome {
  readonly measurement: string;
  readonly outcome: 'ok' | PollerFailureMetadata['kind'] | 'skipped' | 'stopped';
}

/** One run of a measurement. Once over, nothing that it brings counts. */
export class Run {
  readonly ended: Promise<PollOutcome['outcome']>;
  private readonly controller = new AbortController();
  private resolve: (outcome: PollOutcome['outcome']) => void = () => undefined;
  /** Cancels the time-out. */
  cancelTimer: () => void = () => undefined;
  isOver = false;
  /** It was given up and has not ended. */
  isAbandoned = false;
  /** Its time-out was put off. */
  hadGrace = false;

  /**
   * @param tick - In which period it began.
   * @param begin - Monotonic ms.
   * @param since - The same, ms since the epoch.
   */
  constructor(
    readonly tick: number,
    readonly begin: number,
    readonly since: number,
  ) {
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(outcome: PollOutcome['outcome']): void {
    this.isOver = true;
    this.cancelTimer();
    this.resolve(outcome);
  }

  abort(reason: Error): void {
    this.controller.abort(reason);
  }
}
