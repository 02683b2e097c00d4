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
  listenerCount(event: 'error'): number;
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
      if (isFunction(stream?.write)) writeTo(stream, line, counts);
      else {
        options.print?.(line.slice(0, -1), level);
        counts.written++;
      }
    },
    stats: () => counts.stats(),
  });
}

function writeTo(stream: LineStream, line: string, counts: SinkCounts): void {
  if (stream.destroyed || (stream.writableLength ?? 0) > MAX_QUEUED_BYTES) {
    counts.drop(stream.destroyed ? 'closed' : 'overflow');
    return;
  }
  // A stream without a listener throws its error into the program.
  stream.once('error', ignore);
  try {
    stream.write(line, (error) => {
      if (error === undefined || error === null) counts.written++;
      else {
        counts.drop((error as { code?: string }).code ?? 'error');
        // The stream tells its listeners after this.
        if (stream.listenerCount('error') === 0) stream.once('error', ignore);
      }
    });
  } catch (error) {
    counts.drop((error as { code?: string }).code ?? 'error');
  } finally {
    stream.off('error', ignore);
  }
}
