import type { Level } from '../core/level';
import type { Sink, SinkStats } from '../sinks/sink';
import { rankOf } from './gate';
import type { LogRecord, RecordLevel } from './record';

/** Turns a record into text, without a newline at its end. */
export type RecordFormat = (record: LogRecord) => string;

/** A sink with what it takes and how. */
export interface OutputOptions {
  readonly sink: Sink;
  /** `undefined` for the default JSON, which is there already. */
  readonly format: RecordFormat | undefined;
  /** Lines below are not for it. */
  readonly level: Level;
}

/** One place where lines go. Nothing a sink or a format does gets past it. */
export class Output {
  readonly sink: Sink;
  readonly rank: number;
  private readonly format: RecordFormat | undefined;
  private readonly counts = { accepted: 0, threw: 0 };

  constructor({ sink, format, level }: OutputOptions) {
    this.sink = sink;
    this.rank = rankOf(level);
    this.format = format;
  }

  /** @param line - The record as a line of default JSON. */
  write(line: string, level: RecordLevel): void {
    this.counts.accepted++;
    try {
      this.sink.write(this.format === undefined ? line : formatted(this.format, line), level);
    } catch {
      this.counts.threw++;
    }
  }

  /** What the sink says of itself; for one that says nothing, what is known here. */
  stats(): SinkStats {
    const { accepted, threw } = this.counts;
    const own = this.sink.stats?.();
    return own ?? { accepted, written: accepted - threw, queued: 0, dropped: threw === 0 ? {} : { threw } };
  }
}

/** Several outputs of one format follow each other: the last line formatted is kept for the next. */
let last: { readonly format: RecordFormat; readonly line: string; readonly text: string } | undefined;

/** A format that fails gives way to JSON: the line counts for more than its looks. */
function formatted(format: RecordFormat, line: string): string {
  if (last !== undefined && last.format === format && last.line === line) return last.text;
  let text = line;
  try {
    const made: unknown = format(JSON.parse(line) as LogRecord);
    if (typeof made === 'string') text = `${made}\n`;
  } catch {
    // `text` is the JSON line.
  }
  last = { format, line, text };
  return text;
}
