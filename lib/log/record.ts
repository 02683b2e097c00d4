import type { Level } from '../core/level';

/** A level a record can have; `silent` is a threshold only. */
export type RecordLevel = Exclude<Level, 'silent'>;

/** How a level is spelled in JSON and text. */
export type LevelLabel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

export const LABELS: Readonly<Record<RecordLevel, LevelLabel>> = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  critical: 'CRITICAL',
};

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/** An error inside a record. Own fields of the error (`code`, `statusCode` …) stand beside these. */
export interface ExceptionRecord {
  /** Name of the error's class. */
  readonly type: string;
  readonly message: string;
  /** Stack frames, the innermost first: `at name (file:line:column)`. */
  readonly traceback: readonly string[];
  readonly cause?: ExceptionRecord;
  /** The errors of an AggregateError. */
  readonly errors?: readonly ExceptionRecord[];
  readonly [field: string]: JsonValue | undefined;
}

/**
 * One log line in the default schema, as it was written: plain JSON values, redacted and bounded. Formats and schemas
 * other than the default one are made from it, so that nothing reaches an output that did not pass the walk.
 */
export interface LogRecord {
  /** ISO 8601 with milliseconds, UTC. */
  readonly timestamp: string;
  readonly level: LevelLabel;
  /** `<app>.<component>` for events, `<app>.<name>` for loggers. */
  readonly logger: string;
  readonly message: string;
  /** Dotted key of the event; absent for plain lines. */
  readonly event_name?: string;
  readonly app?: string;
  readonly environment?: string;
  readonly instance?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly pid?: number;
  /** `main` or `worker-N`. */
  readonly thread?: string;
  readonly module?: string;
  readonly function?: string;
  readonly line?: number;
  readonly request_id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly error_id?: string;
  readonly error_type?: string;
  readonly fingerprint?: string;
  readonly exception?: ExceptionRecord;
  /** Everything else: measurements, then metadata or the fields of the call, child fields, context. */
  readonly [field: string]: JsonValue | undefined;
}

/** The names of a record that are not the record's own fields, in the order they are written. */
export const CORE_FIELDS: readonly string[] = [
  'timestamp',
  'level',
  'logger',
  'message',
  'event_name',
  'app',
  'environment',
  'instance',
  'port',
  'hostname',
  'pid',
  'thread',
  'module',
  'function',
  'line',
  'request_id',
  'trace_id',
  'span_id',
  'error_id',
  'error_type',
  'fingerprint',
  'exception',
];
