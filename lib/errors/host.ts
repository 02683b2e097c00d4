import type { Clock } from '../core/clock';
import type { ErrorMark, ErrorPlace, ErrorVerdict, ErrorWatch } from '../core/error-mark';
import type { Warning } from '../core/warning';

type Level = ErrorPlace['level'];

/** A line about an error, or the summary of several. */
export interface ErrorLine {
  readonly level: Level;
  /** The name of a logger without the app: `bot`, `errors`. */
  readonly logger: string;
  readonly message: string;
  readonly fields: object;
  /** What was thrown; without it the line tells of none. */
  readonly error?: { readonly thrown: unknown };
  /** What was made of the error already; without it the log asks {@link ErrorWatch}. */
  readonly mark?: ErrorMark;
}

/** What errors use of their bus. */
export interface ErrorHost {
  readonly clock: Clock;
  /** Counts, and tells whether a line should be written. */
  readonly watch: ErrorWatch & { report(error: unknown, place: ErrorPlace): ErrorVerdict };
  /** Writes a line about an error; what it is given is redacted and bounded. Never throws. */
  writeError(line: ErrorLine): void;
  /** Writes a plain line through the logger of this name (without the app). Fields pass redaction and limits. Never throws. */
  writeLine(level: Level, logger: string, message: string, fields: object): void;
  /** Whether a line of that logger and level would be written. */
  isEnabled(level: Level, logger: string): boolean;
  /** Writes a record of the stream `performance`: `Performance metric: <name>`. */
  writePerformance(name: string, fields: object): void;
  /** The name of a logger with the app, as its records have it. */
  loggerName(logger: string): string;
  warn(warning: Warning): void;
  /** What there is one of for each bus, made by the first who asks. Without it each `createErrorFunctions` has its own. */
  readonly shared?: <State>(key: string, make: () => State) => State;
}
