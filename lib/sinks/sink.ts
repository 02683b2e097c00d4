import type { ErrorMark } from '../core/error-mark';
import type { Level } from '../core/level';

/** What a sink has done with the lines it was given. At any quiet moment accepted = written + queued + all of dropped. */
export interface SinkStats {
  readonly accepted: number;
  readonly written: number;
  /** Taken, but neither written nor dropped yet. */
  readonly queued: number;
  /** By reason, such as `overflow`, `closed`, or the code of a system error. */
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * Where log lines go. A sink is given finished lines: formatted, redacted, each ending in a newline.
 *
 * - `write` MUST NOT throw, and MUST NOT wait: what can't be written at once is queued within a bound, or dropped and
 *   counted.
 * - `write` MUST count every line it is given; see {@link SinkStats}.
 * - Lines MUST leave in the order they came.
 * - A sink MUST NOT emit events or log: it would be fed its own lines.
 * - `flush` settles when nothing is queued; a sink without it never queues.
 * - `close` flushes and lets go of what the sink holds; afterwards lines are dropped as `closed`. Closing twice is
 *   harmless; a sink without it holds nothing.
 */
export interface Sink {
  /** Shown in statistics. */
  readonly name: string;
  /** What it writes to, where that may be a terminal: decides about colours and width. */
  readonly stream?: { readonly isTTY?: boolean; readonly columns?: number } | undefined;
  /** Lines that it is given unless somebody says otherwise, in the default schema; without it, those of the configuration. */
  readonly format?: 'json' | undefined;
  /** @param mark - Of a line that tells of an error; absent for others, and where the log knows no more than the line. */
  write(line: string, level: Level, mark?: ErrorMark): void;
  /** Without it, lines that `write` took without throwing count as written. */
  stats?(): SinkStats;
  flush?(): Promise<void>;
  close?(): Promise<void>;
}
