/** Looks in between: what the code under test does to the file system, step by step. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Calls that change names or what they stand for. */
const CHANGING = ['renameSync', 'linkSync', 'unlinkSync', 'mkdirSync', 'ftruncateSync', 'writeSync', 'openSync'] as const;
type Call = (typeof CHANGING)[number];

/** Thrown by every step from the crash on: a process that is gone does nothing more. */
export class Crash extends Error {}

export interface Steps {
  /** Before a step, numbered from 1. What it throws comes instead of the step. */
  readonly before?: (step: number, call: Call, args: readonly unknown[]) => void;
  /** After a step. */
  readonly after?: (step: number, call: Call) => void;
}

/** Watches all steps until what it returns is called. Opening counts where it makes a file. */
function watchSteps({ before, after }: Steps): () => void {
  const originals = CHANGING.map((call) => [call, fs[call]] as const);
  let step = 0;
  let isInside = false;
  for (const [call, original] of originals) {
    const watched = (...args: unknown[]): unknown => {
      const isStep = !isInside && (call !== 'openSync' || (typeof args[1] === 'number' && (args[1] & fs.constants.O_CREAT) !== 0));
      if (!isStep) return (original as (...all: unknown[]) => unknown)(...args);
      step++;
      isInside = true;
      try {
        before?.(step, call, args);
        const result = (original as (...all: unknown[]) => unknown)(...args);
        after?.(step, call);
        return result;
      } finally {
        isInside = false;
      }
    };
    (fs as unknown as Record<string, unknown>)[call] = watched;
  }
  syncBuiltinESMExports();
  return () => {
    for (const [call, original] of originals) (fs as unknown as Record<string, unknown>)[call] = original;
    syncBuiltinESMExports();
  };
}

/** Runs `work` with its steps watched. */
export function withSteps<T>(steps: Steps, work: () => T): T {
  const end = watchSteps(steps);
  try {
    return work();
  } finally {
    end();
  }
}

/** The same for work that goes on in the background. */
export async function withStepsUntil<T>(steps: Steps, work: () => Promise<T>): Promise<T> {
  const end = watchSteps(steps);
  try {
    return await work();
  } finally {
    end();
  }
}

/** A process that is killed right before one of its steps. */
export function crashAt(step: number): Steps & { hasCrashed: boolean } {
  const steps = {
    hasCrashed: false,
    before(now: number) {
      if (now < step) return;
      steps.hasCrashed = true;
      throw new Crash();
    },
  };
  return steps;
}

/** Runs `work` as a process that is killed right before one of its steps. */
export function crashBefore(step: number, work: () => unknown): void {
  try {
    withSteps(crashAt(step), work);
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}
