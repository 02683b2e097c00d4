import type { ErrorMark } from '../core/error-mark';
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
  /** Nor are those above. */
  readonly maxLevel: Level;
  /** Only lines of this tag. */
  readonly stream: string | undefined;
  /** Only lines of these loggers and of those below them. */
  readonly loggers: readonly string[] | undefined;
  /** Asked with each line, before it is formatted. */
  readonly when: (() => boolean) | undefined;
  readonly where: ((record: LogRecord) => boolean) | undefined;
}

/** One place where lines go. Nothing a sink or a format does gets past it. */
export class Output {
  readonly sink: Sink;
  readonly rank: number;
  readonly maxRank: number;
  readonly stream: string | undefined;
  readonly loggers: readonly string[] | undefined;
  private readonly options: OutputOptions;
  /** It may leave lines out that its levels let through. */
  readonly isChoosy: boolean;
  private readonly format: RecordFormat | undefined;
  private readonly counts = { accepted: 0, threw: 0 };

  constructor(options: OutputOptions) {
    this.sink = options.sink;
    this.rank = rankOf(options.level);
    this.maxRank = rankOf(options.maxLevel);
    this.stream = options.stream;
    this.loggers = options.loggers;
    this.format = options.format;
    this.options = options;
    this.isChoosy = options.when !== undefined || options.where !== undefined;
  }

  /** @param line - The record as a line of default JSON. */
  write(line: string, level: RecordLevel, mark: ErrorMark | undefined): void {
    if (this.isChoosy && !this.wants(line)) return;
    this.counts.accepted++;
    try {
      this.sink.write(this.render(line), level, mark);
    } catch {
      this.counts.threw++;
    }
  }

  /** The line as this output writes it. */
  render(line: string): string {
    return this.format === undefined ? line : formatted(this.format, line);
  }

  /** A condition that fails lets the line in: better one too many than none. */
  private wants(line: string): boolean {
    const { when, where } = this.options;
    try {
      if (when !== undefined && !when()) return false;
      return where === undefined || Boolean(where(JSON.parse(line) as LogRecord));
    } catch {
      return true;
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
