import { type CompressOutcome, compressFile } from './compress-file';
import { nextOf, type Plan, postpone, retryMs } from './compress-plan';
import type { Family, Retention } from './family';
import { type Rotated, readFamily } from './names';
import { removeFile } from './remove-file';
import { repair } from './rotate-names';
import { type Sleeper, startSleeper } from './sleeper';

export interface CompressorOptions {
  readonly family: Family;
  readonly retention: Retention;
  /** What the active file may grow to. */
  readonly reserveBytes: number;
  /** How long a file is left alone after it was first seen rotated. Default 2,000 ms. */
  readonly graceMs?: number;
  /** The newest file is left alone until there is a newer one. Default `false`. */
  readonly sparesNewest?: boolean;
  /** Told of the first of several failures in a row, by the code of the system. */
  readonly onProblem?: (code: string, message: string) => void;
}

/** Compresses rotated files in the background, the oldest first, one at a time. */
export interface Compressor {
  /** Looks for files now: call it at the start, and after each rotation. */
  poke(): void;
  /** Settles when every file is compressed, or has to wait for a later attempt. Keeps the process alive until then. */
  idle(): Promise<void>;
  /** Ends what is being done, leaving nothing half done. */
  stop(): Promise<void>;
  /** The same for the end of the process: before it returns. */
  abandon(): void;
}

/** Other processes notice within a second that their file was rotated, and write into it until then. */
const GRACE_MS = 2_000;

/**
 * Creates what compresses rotated files. It does not keep the process alive: where nothing else does, the process ends
 * between two chunks, and the next one starts over with the original, which is only deleted once the compressed file is
 * whole. Files that can't be compressed stay as they are and are tried again, later each time.
 */
export function createCompressor(options: CompressorOptions): Compressor {
  const { family, graceMs = GRACE_MS, sparesNewest = false } = options;
  const waiting = new Set<() => void>();
  const plans = new Map<string, Plan>();
  let [isStopped, isPoked, isWorking, isFailing] = [false, false, false, false];
  let working: Promise<void> = Promise.resolve();
  let sleeper: Sleeper | undefined;
  let temporary: string | undefined;

  /** Settles early when it is poked or stopped. */
  async function sleep(ms: number): Promise<boolean> {
    if (isStopped) return false;
    await new Promise<void>((resolve) => {
      sleeper = startSleeper(ms, resolve);
      if (waiting.size > 0) sleeper.ref();
    });
    sleeper = undefined;
    return !isStopped;
  }

  function settle(): void {
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  function report(error: unknown, what: string): void {
    const { code = 'error', message } = error as NodeJS.ErrnoException;
    if (!isFailing) options.onProblem?.(code, `${what}: ${message}`);
    isFailing = true;
  }

  async function attempt(file: Rotated, plan: Plan): Promise<void> {
    let outcome: CompressOutcome = 'left';
    try {
      outcome = await compressFile({
        ...options,
        file,
        pause: sleep,
        onTemporary(path) {
          temporary = path;
        },
      });
      if (outcome === 'compressed') isFailing = false;
    } catch (error) {
      report(error, `A rotated file could not be compressed, ${file.path}`);
    }
    if (outcome === 'left') postpone(plan);
  }

  async function work(): Promise<void> {
    let failures = 0;
    for (;;) {
      isPoked = false;
      try {
        if (failures === 0) repair(family);
        const next = nextOf(readFamily(family), plans, graceMs, sparesNewest);
        failures = 0;
        if (next === undefined) return;
        if (next.isLater) settle();
        if (next.file !== undefined) await attempt(next.file, next.plan);
        else if (!isPoked && !(await sleep(next.waitMs))) return;
      } catch (error) {
        report(error, `Rotated files could not be listed, ${family.folder}`);
        settle();
        if (!(await sleep(retryMs(failures++)))) return;
      }
      if (isStopped) return;
    }
  }

  function poke(): void {
    isPoked = true;
    if (isStopped) return;
    if (isWorking) {
      sleeper?.wake();
      return;
    }
    isWorking = true;
    working = work().finally(() => {
      isWorking = false;
      // Poked when it had just looked for the last time.
      if (isPoked && !isStopped) poke();
      else settle();
    });
  }

  return Object.freeze({
    poke,
    idle() {
      if (!isWorking) return Promise.resolve();
      sleeper?.ref();
      return new Promise<void>((resolve) => waiting.add(resolve));
    },
    stop() {
      isStopped = true;
      sleeper?.wake();
      return working;
    },
    abandon() {
      isStopped = true;
      try {
        if (temporary !== undefined) removeFile(temporary);
      } catch {
        // The next process finds it.
      }
      sleeper?.wake();
    },
  });
}
