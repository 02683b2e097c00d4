import { codeOf } from './open-file';
import { Timer } from './timer';
import type { Warner } from './warner';

/** Between attempts, in ms; doubled after each, so that a file is found writable within half a second. */
const RETRY_MS = 10;
const LONGEST_RETRY_MS = 500;

/** What goes wrong with a file: counts it, tells of it, and has it tried again. */
export class Trouble {
  readonly errors: Record<string, number> = {};
  /** Why nothing can be written now. */
  code: string | undefined;
  private readonly warner: Warner;
  private readonly retry: Timer;
  private delayMs = RETRY_MS;

  constructor(warner: Warner, tryAgain: () => void) {
    this.warner = warner;
    this.retry = new Timer(tryAgain);
  }

  report(about: string, error: unknown): string {
    const code = codeOf(error);
    this.errors[code] = (this.errors[code] ?? 0) + 1;
    this.warner.warn('SINK_FAILED', `${about} ${code}`, `${about} failed (${(error as Error).message}). It is tried again.`);
    return code;
  }

  /** Nothing can be written now: it is tried again in a while, whether lines come or not. */
  began(error: unknown): void {
    this.delayMs = this.code === undefined ? RETRY_MS : Math.min(2 * this.delayMs, LONGEST_RETRY_MS);
    this.code = this.report('writing', error);
    this.retry.start(this.delayMs);
  }

  /** Writing works. */
  ended(): void {
    this.code = undefined;
    this.retry.stop();
  }

  /** Nothing is tried any more. */
  stop(): void {
    this.retry.stop();
  }
}
