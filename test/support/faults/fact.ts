/** Registers tests of faults: each with a folder of its own, and everything it starts or mounts taken back afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import { mulberry32 } from '../secrets';
import { missing, type Need } from './needs';
import { noteResult } from './table';

/** Whether the long forms run: `npm run test:faults`. */
const LONG: boolean = process.env.FAULTS === 'long';

/** One seed for a run. */
const SEED: number = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** What a test of a fault works with. */
export interface Bench {
  /** An empty folder. */
  readonly dir: string;
  /** Random numbers from a seed that is printed; `SEED` repeats it. */
  readonly random: () => number;
  /** Picks by the form that runs. */
  readonly size: <T>(short: T, long: T) => T;
  /** Figures for the table of results. */
  readonly note: (figures: string) => void;
  /** Is called when the test is over, whatever came of it, the last one first. */
  readonly undo: (back: () => unknown) => void;
}

export interface FactOptions {
  readonly needs?: readonly Need[];
  /** When it is given up, in ms, short and long. */
  readonly limit?: readonly [short: number, long: number];
  /** Left out of the short form. */
  readonly long?: boolean;
}

/**
 * Registers a test. What it needs and is not there is said aloud; in CI, that is a failure.
 *
 * @param row - Where it stands in the catalogue of faults.
 */
export function fact(row: string, name: string, body: (bench: Bench) => unknown, options: FactOptions = {}): void {
  if (options.long && !LONG) return;
  const lacking = missing(options.needs ?? []);
  if (lacking !== undefined && process.env.CI !== 'true') {
    console.log(`SKIPPED ${row}: ${name}: ${lacking}`);
    noteResult({ row, name, figures: lacking, verdict: 'skipped', ms: 0 });
    test.skip(name);
    return;
  }
  test(name, async () => {
    if (lacking !== undefined) throw new Error(`This test must run in CI: ${lacking}`);
    const figures: string[] = [];
    const start = performance.now();
    let verdict = 'failed';
    try {
      await within(options.limit?.[LONG ? 1 : 0] ?? 60_000, (undo) => run(body, name, figures, undo));
      verdict = 'held';
    } finally {
      noteResult({ row, name, figures: figures.join('; '), verdict, ms: performance.now() - start });
    }
  });
}

type Undo = (back: () => unknown) => void;

/** Runs it, gives up in time, and takes back in both cases. */
async function within(limitMs: number, run: (undo: Undo) => unknown): Promise<void> {
  const backs: (() => unknown)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not over after ${limitMs / 1000} s`)), limitMs);
  });
  try {
    await Promise.race([run((back) => backs.push(back)), limit]);
  } finally {
    clearTimeout(timer);
    for (const back of backs.reverse()) await back();
  }
}

async function run(body: (bench: Bench) => unknown, name: string, figures: string[], undo: Undo): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'faults-'));
  undo(() => rmSync(dir, { recursive: true, force: true }));
  let generator: (() => number) | undefined;
  const random = (): number => {
    if (generator === undefined) console.log(`${name}: SEED=${SEED}`);
    generator ??= mulberry32(SEED);
    return generator();
  };
  await body({ dir, random, size: (short, long) => (LONG ? long : short), note: (text) => figures.push(text), undo });
}

/** Waits for a condition; a test does not sleep and hope. */
export async function until(what: string, condition: () => unknown, limitMs = 20_000): Promise<number> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > limitMs) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return performance.now() - start;
}

/**
 * Something is over within its goal. The short form runs beside other tests, which may hold it up: there it is only to be over soon.
 */
export function inTime(ms: number, goalMs: number): void {
  const limitMs = LONG ? goalMs : 10 * goalMs;
  if (ms > limitMs) throw new Error(`It took ${Math.round(ms)} ms, not ${limitMs} at most`);
}

/** For what has a length by itself, such as a time in which nothing may happen. */
export const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
