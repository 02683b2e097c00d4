import { setTimeout as delay } from 'node:timers/promises';
import { type CheckFunction, readingOf } from '../../../health/result';

export interface AskOptions {
  /** It is asked again until it is well or this long is over; 0: it is asked once. */
  readonly waitMs: number;
  /** Ends it earlier. */
  readonly signal: AbortSignal;
  /** `false`: asking again can't help. Default: it always may. */
  readonly mayPass?: (error: unknown) => boolean;
  /** For one answer. Default 5 s. */
  readonly limitMs?: number;
}

/** What came of it: how long the answer took, or why there was none. */
export type Answer = { readonly ms: number; readonly isDegraded: boolean; readonly detail: string | undefined } | Unanswered;

export interface Unanswered {
  /** Of the last time that came to an end. */
  readonly error: unknown;
  /** For how long it was asked, in ms. */
  readonly askedMs: number;
  readonly isInterrupted: boolean;
}

const LIMIT_MS = 5_000;
const PAUSE_MS = 250;

/** Something answered that it is not well. */
export class NotWell extends Error {
  override readonly name = 'NotWell';
}

/** Nothing came in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(readonly limitMs: number) {
    super(`no answer within ${Number((limitMs / 1000).toFixed(1))} s`);
  }
}

/** It was interrupted before it knew anything. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('interrupted');
  }
}

/** Asks until the answer is a good one. Never throws. */
export async function ask(check: CheckFunction, { waitMs, signal, mayPass = () => true, limitMs = LIMIT_MS }: AskOptions): Promise<Answer> {
  const first = performance.now();
  const until = first + waitMs;
  let last: unknown;
  for (;;) {
    const begin = performance.now();
    const left = until - begin;
    try {
      // The last time is as long as there is time, but not so short that nothing can answer.
      const answer = await askOnce(check, waitMs === 0 ? limitMs : Math.min(limitMs, Math.max(left, PAUSE_MS)), signal);
      return { ms: performance.now() - begin, ...goodOf(answer) };
    } catch (error) {
      // That it was interrupted says less than what came before.
      if (!(error instanceof Interrupted)) last = error;
      const now = performance.now();
      if (signal.aborted || now >= until || !mayPass(error)) {
        return { error: last ?? error, askedMs: now - first, isInterrupted: signal.aborted };
      }
    }
    // Rejects when aborted, which the next question sees for itself.
    await delay(Math.min(PAUSE_MS, Math.max(0, until - performance.now())), undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Asks one time. What does not heed its signal is left behind: how it ends then is nobody's business.
 *
 * @throws {NoAnswer} when it takes too long; {@link Interrupted}; what the check throws.
 */
export async function askOnce(check: CheckFunction, limitMs: number, outer: AbortSignal): Promise<unknown> {
  const controller = new AbortController();
  let end = (_error: Error): void => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    end = (error) => {
      reject(error);
      controller.abort(error);
    };
  });
  const interrupt = () => end(new Interrupted());
  const timer = setTimeout(() => end(new NoAnswer(limitMs)), limitMs);
  outer.addEventListener('abort', interrupt);
  try {
    if (outer.aborted) throw new Interrupted();
    return await Promise.race([check({ signal: controller.signal }), ended]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', interrupt);
  }
}

interface Good {
  readonly isDegraded: boolean;
  readonly detail: string | undefined;
}

/** @throws {NotWell} */
function goodOf(answer: unknown): Good {
  // What is a secret here is known to the caller, who masks it.
  const { outcome, detail } = readingOf(answer, (text) => text);
  if (outcome === 'fail') throw new NotWell(detail ?? 'it says that it is unhealthy');
  return { isDegraded: outcome === 'warn', detail };
}
