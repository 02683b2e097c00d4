import type { Level } from '../core/level';
import { LEVELS } from '../core/level';
import { checkOptions, isFunction } from '../core/options';
import { SinkCounts } from './counts';
import type { Sink } from './sink';

/** What is used of `process.stdout` and `process.stderr`. */
export interface LineStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly writableLength?: number;
  readonly destroyed?: boolean;
  write(text: string, done: (error?: Error | null) => void): unknown;
  once(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
}

export interface ConsoleSinkOptions {
  /** Lines of this level and above go to stderr; `silent` (the default): none. */
  readonly stderrFrom?: Level;
  /** Where lines go instead of the platform's streams. */
  readonly stdout?: LineStream;
  readonly stderr?: LineStream;
  /** Where lines go on platforms without streams, by level; the console's methods. */
  readonly print?: (line: string, level: Level) => void;
}

/** What may wait in a stream that does not keep up, in bytes. Beyond, lines are dropped and counted. */
const MAX_QUEUED_BYTES = 8 * 1_048_576;

const STREAM = [(value: unknown) => isFunction((value as LineStream | null)?.write), 'a writable stream'] as const;
const RULES = { stderrFrom: LEVELS.join('|'), stdout: STREAM, stderr: STREAM, print: 'function' } as const;

const ignore = (): void => undefined;

/**
 * Creates the sink for the console: stdout, and stderr from a level on; where the platform has no streams, the console.
 *
 * A reader that goes away (`node app | head`) costs the lines it did not take, counted by the code of the error; it does
 * not end the program, which is what Node's own console does about it, too. Where the platform writes to a pipe in the
 * calling thread (Node on Linux), a reader that stops reading stops the program.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * consoleSink({ stderrFrom: 'warn' }).name; // => 'console'
 */
export function consoleSink(options: ConsoleSinkOptions = {}): Sink {
  checkOptions('consoleSink', options, RULES);
  const counts = new SinkCounts();
  const waiting = new Set<() => void>();
  const settled = (): void => {
    if (waiting.size === 0 || counts.queued > 0) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const fromStderr = LEVELS.indexOf(options.stderrFrom ?? 'silent');
  const platform = (globalThis as { process?: { readonly stdout?: LineStream; readonly stderr?: LineStream } }).process;
  return Object.freeze({
    name: 'console',
    stream: options.stdout ?? platform?.stdout,
    write(line: string, level: Level) {
      counts.accepted++;
      const isError = LEVELS.indexOf(level) >= fromStderr;
      // Looked up with each line: a test, or a program that goes to the background, replaces them.
      const stream = isError ? (options.stderr ?? platform?.stderr) : (options.stdout ?? platform?.stdout);
      if (isFunction(stream?.write)) writeTo(stream, line, counts, settled);
      else {
        try {
          options.print?.(line.slice(0, -1), level);
          counts.written++;
        } catch {
          counts.drop('error');
        }
      }
    },
    stats: () => counts.stats(),
    flush: () => (counts.queued === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.add(resolve))),
  });
}

function writeTo(stream: LineStream, line: string, counts: SinkCounts, settled: () => void): void {
  if (stream.destroyed || (stream.writableLength ?? 0) > MAX_QUEUED_BYTES) {
    counts.drop(stream.destroyed ? 'closed' : 'overflow');
    return;
  }
  // A stream may call back and throw, or call back twice: a line has one fate.
  let isOver = false;
  const end = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    if (error === undefined || error === null) counts.written++;
    else counts.drop(codeOf(error));
    settled();
  };
  try {
    // A stream without a listener throws its error into the program.
    stream.once?.('error', ignore);
    stream.write(line, (error) => {
      end(error);
      if (error) expectError(stream);
    });
  } catch (error) {
    end(error ?? 'error');
  } finally {
    stream.off?.('error', ignore);
  }
}

/** Streams that will tell their listeners of an error that was counted. */
const expecting = new WeakSet<LineStream>();

/**
 * A stream tells its listeners after its callback. Whether others listen does not matter: what pipes into stdout (the
 * output of a worker, say) listens only to throw the error again when nobody else does.
 */
function expectError(stream: LineStream): void {
  if (expecting.has(stream)) return;
  expecting.add(stream);
  stream.once?.('error', () => expecting.delete(stream));
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code.slice(0, 64) : 'error';
}
