import type { Clock } from '../core/clock';
import { isFunction } from '../core/options';
import { read } from '../core/read';
import type { Masks } from './host';
import { type CheckFunction, failureOf, type Reading, readingOf } from './result';

/** A time-out that comes so much too late is put off once, for so long at most. */
const LATE_MS = 250;
const LONGEST_GRACE_MS = 1000;

/** What a run needs. */
interface RunParts {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly masks: Masks;
  /** Called once, when the run is over: with what it came to, or because its time is. Not for one that was cancelled. */
  ended(reading: Reading, durationMs: number): void;
  /** Called once, when the function is done with, however late. */
  settled(): void;
}

/**
 * Runs a check, for no longer than its time. What it comes to afterwards counts for nothing.
 *
 * A timer that comes late tells of a process that was suspended or blocked, not of the check, whose answer may be there already: it gets
 * a little more time, once.
 *
 * @returns What cancels the run.
 */
export function startRun(check: CheckFunction, { clock, timeoutMs, masks, ended, settled }: RunParts): () => void {
  const controller = new AbortController();
  const begun = clock.monotonicTime();
  let [isOver, hadGrace] = [false, false];

  function end(reading: Reading): void {
    if (isOver) return;
    isOver = true;
    stopTimer();
    ended(reading, clock.monotonicTime() - begun);
  }
  function timedOut(): void {
    if (!hadGrace && clock.monotonicTime() - begun - timeoutMs > LATE_MS) {
      hadGrace = true;
      stopTimer = clock.setTimer(timedOut, Math.min(timeoutMs, LONGEST_GRACE_MS));
      return;
    }
    // First what it came to: a listener to the signal could answer at once.
    end({ outcome: 'timeout', detail: `It took longer than ${timeoutMs} ms` });
    controller.abort(abortReason('TimeoutError', `The check took longer than ${timeoutMs} ms`));
  }
  let stopTimer = clock.setTimer(timedOut, timeoutMs);

  const finish = (reading: Reading): void => {
    settled();
    end(reading);
  };
  const fail = (reason: unknown): void => finish(failureOf(reason, masks.redact));
  let answer: unknown;
  let reading: Reading | undefined;
  try {
    answer = check({ signal: controller.signal });
  } catch (error) {
    reading = failureOf(error, masks.redact);
  }
  // One that answers at once is over at once, without a turn in which its time could be over instead.
  if (isFunction(read(answer, 'then')))
    new Promise((resolve) => resolve(answer)).then((value) => finish(readingOf(value, masks.redact, masks.maskOf)), fail);
  else finish(reading ?? readingOf(answer, masks.redact, masks.maskOf));

  return () => {
    isOver = true;
    stopTimer();
    controller.abort(abortReason('AbortError', 'The check was stopped'));
  };
}

/** The errors that signals are aborted with are known by their names. */
const abortReason = (name: string, message: string): Error => Object.assign(new Error(message), { name });
