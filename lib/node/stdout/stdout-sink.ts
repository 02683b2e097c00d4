import { fstatSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { LEVELS, type Level } from '../../core/level';
import type { Warning } from '../../core/warning';
import { consoleSink } from '../../sinks/console';
import type { Sink, SinkStats } from '../../sinks/sink';
import { writeAtExit } from '../exit-hook';
import { Later } from '../file/later';
import type { LossSummary } from '../file/options';
import { Warner } from '../file/warner';
import { PipeWriter } from './pipe-writer';

export interface StdoutSinkOptions {
  /** Lines of this level and above go to stderr. */
  readonly stderrFrom: Level;
  readonly onWarning: (warning: Warning) => void;
  /** Makes the line that says how many were lost, once there is room again. */
  readonly onLoss: (summary: LossSummary) => string | undefined;
}

/** A sink that can be written out at the end of a process. */
export interface StdoutSink extends Sink {
  flushSync(deadlineMs?: number): void;
}

const MAX_QUEUED_BYTES = 8 * 1_048_576;

/**
 * The console of a Node process. Where its output is a pipe (a container, a service, `| jq`), a reader that stops neither
 * stops the program nor fills its memory: lines wait, the lowest levels are dropped first, and a process that ends waits a
 * second for the reader and says on stderr how many lines were lost. Else it is `consoleSink`.
 */
export function stdoutSink({ stderrFrom, onWarning, onLoss }: StdoutSinkOptions): StdoutSink {
  const fallback = consoleSink({ stderrFrom });
  const fromStderr = LEVELS.indexOf(stderrFrom);
  const open = (fd: 1 | 2, name: string): PipeWriter | undefined => pipeWriter(fd, name, onWarning, onLoss);
  const out = open(1, 'stdout');
  const err = fromStderr < LEVELS.indexOf('silent') ? open(2, 'stderr') : undefined;
  const writers = [out, err].filter((writer) => writer !== undefined);
  const leave = writers.map((writer) => writeAtExit(writer));

  return Object.freeze({
    name: 'console',
    stream: process.stdout,
    write(line: string, level: Level) {
      const isError = LEVELS.indexOf(level) >= fromStderr;
      const writer = isError ? err : out;
      // A program that has put something in the place of `write` wants to see what is written.
      if (writer === undefined || Object.hasOwn(isError ? process.stderr : process.stdout, 'write')) fallback.write(line, level);
      else writer.write(line, level);
    },
    stats: () => [fallback, ...writers].map((part) => part.stats!()).reduce(sum),
    async flush() {
      await Promise.all([fallback.flush?.(), ...writers.map((writer) => writer.flush())]);
    },
    flushSync(deadlineMs = 1000) {
      const until = performance.now() + deadlineMs;
      for (const writer of writers) writer.flushSync(Math.max(0, until - performance.now()));
    },
    async close() {
      for (const writer of writers) writer.close();
      for (const go of leave) go();
    },
  });
}

/** For a pipe or a socket that Node has made non-blocking; elsewhere writing is Node's affair. */
function pipeWriter(
  fd: 1 | 2,
  name: string,
  onWarning: StdoutSinkOptions['onWarning'],
  onLoss: StdoutSinkOptions['onLoss'],
): PipeWriter | undefined {
  // The streams of a worker are the main thread's.
  if (!isMainThread || process.platform === 'win32') return undefined;
  try {
    // Asking for the stream is what makes Node set the descriptor up.
    const stream = fd === 1 ? process.stdout : process.stderr;
    const kind = fstatSync(fd);
    if (stream.isTTY || !(kind.isFIFO() || kind.isSocket())) return undefined;
    const isTaken = (): boolean => stream.writableLength > 0;
    return new PipeWriter({
      name,
      fd,
      maxQueuedBytes: MAX_QUEUED_BYTES,
      isTaken,
      onLoss,
      warner: new Warner(name, onWarning, new Later()),
    });
  } catch {
    // Closed before we came.
    return undefined;
  }
}

function sum(a: SinkStats, b: SinkStats): SinkStats {
  const dropped: Record<string, number> = { ...a.dropped };
  for (const [reason, lines] of Object.entries(b.dropped)) dropped[reason] = (dropped[reason] ?? 0) + lines;
  return { accepted: a.accepted + b.accepted, written: a.written + b.written, queued: a.queued + b.queued, dropped };
}
