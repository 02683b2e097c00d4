import { writeSync } from 'node:fs';

/** Something with lines that wait. */
export interface Leaving {
  readonly name: string;
  /** Writes what waits, within a time. */
  flushSync(deadlineMs: number): void;
  /** Lines that could not be written, and why, once the process ends; lets go of everything. */
  abandon(): { readonly lines: number; readonly reason: string };
}

/** How long all of them together may keep a process from ending. */
const DEADLINE_MS = 1000;

const leaving = new Set<Leaving>();
const lastWords = new Set<() => void>();
let deadlineMs = DEADLINE_MS;

/** @param ms - How long a process that ends may be kept. */
export function setExitDeadline(ms: number = DEADLINE_MS): void {
  deadlineMs = ms;
}

/**
 * Has something written when the process ends, in whatever way that tells: the end of its work, `process.exit`, an
 * uncaught exception. Returns what takes it back. The listener is there only while there is something to write.
 */
export function writeAtExit(sink: Leaving): () => void {
  return join(leaving, sink);
}

/** The same for what logs something then: called before anything that waits is written. */
export function logAtExit(log: () => void): () => void {
  return join(lastWords, log);
}

function join<Item>(items: Set<Item>, item: Item): () => void {
  if (leaving.size + lastWords.size === 0) process.on('exit', atExit);
  items.add(item);
  return () => {
    if (items.delete(item) && leaving.size + lastWords.size === 0) process.off('exit', atExit);
  };
}

/** Writes what waits anywhere, within a time. */
function flushAllSync(ms: number = deadlineMs): void {
  const until = performance.now() + ms;
  for (const sink of leaving) sink.flushSync(Math.max(0, until - performance.now()));
}

function atExit(): void {
  for (const log of lastWords) log();
  flushAllSync();
  for (const sink of leaving) {
    const { lines, reason } = sink.abandon();
    if (lines > 0) tell(`telemetry-bus: ${lines} ${lines === 1 ? 'line' : 'lines'} of ${sink.name} were lost at exit: ${reason}\n`);
  }
}

/** Through the descriptor: what goes to the stream may not leave any more. */
function tell(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody reads it.
  }
}
