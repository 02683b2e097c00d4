import type { LevelName } from '../core/level';

/** Options of a logger. */
export interface LoggerOptions {
  /**
   * Tags the lines: a sink with this `stream` takes them whatever the level of the log is. Others take them as any line.
   */
  readonly stream?: string;
}

/** Fields of a line: an object, or a function that makes one, called only when the line is written. */
export type LogFields = object | (() => object);

/**
 * Writes one line.
 *
 * - `log.info('Processing message', { channel_id })`: a message and fields.
 * - `log.error(error, 'Upstream call failed', { session_id })`: an error first; without a message, its own is used.
 * - `log.info({ channel_id }, 'Processing message')`: fields first, as in pino.
 *
 * An Error among the fields is the line's error as well. Never throws, whatever it is given.
 */
export interface LogMethod {
  (message: string, fields?: LogFields): void;
  (error: Error, message?: string, fields?: LogFields): void;
  (fields: object, message?: string): void;
  (error: unknown, message: string, fields?: LogFields): void;
}

/**
 * A named source of plain lines, which share levels, redaction, context and sinks with the records of events.
 *
 * Below its level a line costs a check: fields given as a function are not built, nothing is formatted.
 *
 * @example
 * const log = telemetry.logger('bot');
 * log.debug('Fetched', () => ({ rows: work() }));
 * log.name; // => 'app.bot'
 */
export interface Logger {
  /** `<app>.<name>`: the `logger` of its records, and what levels are set by. */
  readonly name: string;
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly critical: LogMethod;
  /**
   * Written whatever the level is, if diagnostics are on (`ENABLE_DIAGNOSTIC`); else it does nothing. Where there is a sink
   * with the stream `diagnostic`, others take such a line only if `debug` passes.
   */
  readonly diagnostic: LogMethod;
  /** A logger of the same name whose lines all carry these fields; they are read once, now. */
  child(fields: object): Logger;
  /** Whether a line of this level would be written. */
  isEnabled(level: LevelName): boolean;
}
