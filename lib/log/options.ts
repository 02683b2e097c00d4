import { STREAM_RULE } from '../core/definition';
import type { LevelName } from '../core/level';
import { isFunction, isRecord, type OptionRule, optionInvalid } from '../core/options';
import type { Sink } from '../sinks/sink';
import { isLoggerName } from './gate';
import type { Limits } from './limits';
import { MOST } from './limits';
import type { RecordFormat } from './output';
import { CORE_FIELDS, type LogRecord } from './record';
import type { RedactionOptions } from './redaction/redactor';

/** A sink with what it takes and how; what is left out is as for the whole log. */
export interface SinkOptions {
  readonly sink: Sink;
  /** Lines below this level are not for it; default: all that pass. */
  readonly level?: LevelName;
  /** Nor are lines above this one; default: none is too high. */
  readonly maxLevel?: LevelName;
  /**
   * Only lines with this tag, of events (`defineEvent({ stream })`) and loggers (`logger(name, { stream })`), whatever the
   * level of the log is. Without it, tagged lines come as others do.
   */
  readonly stream?: string;
  /** Only lines of these loggers and those below them: `shop.payment` takes `shop.payment.card`, too. */
  readonly loggers?: readonly string[];
  /**
   * Only records it says yes to. Each line is parsed for it, which costs as much as writing it. When it throws, the line is
   * taken.
   */
  readonly where?: (record: LogRecord) => boolean;
  /** Asked before each line, so it must cost next to nothing; while it says no, nothing is taken. */
  readonly when?: () => boolean;
  /** A format's name, a pattern, or a function of the record. */
  readonly format?: string | RecordFormat;
  readonly schema?: 'default' | 'pino' | 'ecs' | 'otel';
  /** Colours in `pretty`; default: where the sink writes to a terminal, as `NO_COLOR` and `FORCE_COLOR` say. */
  readonly colors?: boolean;
}

/** What to load the configuration from; the same as `ConfigOptions`, which checks it. */
export interface LogConfigOptions {
  readonly values?: object | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly profiles?: object | undefined;
}

/**
 * Options of the log. What is left out comes from environment variables, `config/<environment>` and defaults, in this
 * order; the README has the table.
 *
 * | option | meaning | variable |
 * | --- | --- | --- |
 * | `app`, `instance`, `port` | who writes, in every record | `APP_NAME`, `INSTANCE_NAME`, `PORT` |
 * | `level`, `levels` | the level for all, and for names such as `coder.llm` or `coder` | `LOG_LEVEL` |
 * | `format` | `json`, `text`, `pretty`, `minimal`, `combined`, or a pattern such as `%(asctime)s %(message)s` | `LOG_FORMAT` |
 * | `schema` | field names of JSON: `default`, `pino`, `ecs`, `otel` | `LOG_SCHEMA` |
 * | `fieldsUnder` | nests own fields under a key | `LOG_FIELDS_UNDER` |
 * | `caller` | adds module, function, line to all plain lines | `LOG_CALLER` |
 * | `diagnostic` | `log.diagnostic()` writes | `ENABLE_DIAGNOSTIC` |
 * | `timeZone` | of the text formats: `local`, `utc` | `LOG_TIME_ZONE` |
 * | `stderrFrom` | the console writes this level and above to stderr | `LOG_STDERR_FROM` |
 * | `redact` | what is masked besides the built-in; `false`: nothing (not in production) | `FILTER_SENSITIVE_DATA` |
 * | `limits` | see {@link Limits} | |
 * | `sinks` | where lines go instead of the console | |
 * | `config` | what to load the configuration from besides these options, as for `loadConfig` | |
 */
export interface LogOptions {
  readonly app?: string;
  readonly instance?: string;
  readonly port?: number;
  readonly level?: LevelName;
  readonly levels?: Readonly<Record<string, LevelName>>;
  readonly format?: string;
  readonly schema?: 'default' | 'pino' | 'ecs' | 'otel';
  readonly fieldsUnder?: string;
  readonly caller?: boolean;
  readonly diagnostic?: boolean;
  readonly timeZone?: 'local' | 'utc';
  readonly stderrFrom?: LevelName;
  readonly redact?: RedactionOptions | false;
  readonly limits?: Partial<Limits>;
  readonly sinks?: readonly (Sink | SinkOptions)[];
  readonly config?: LogConfigOptions;
}

const isSink = (value: unknown): value is Sink => isRecord(value) && typeof value.name === 'string' && isFunction(value.write);
const isLimit = (name: keyof Limits): OptionRule => [
  (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) <= MOST[name],
  `a whole number from 1 to ${MOST[name]}`,
];

/** What the configuration checks itself is `any` here. */
export const LOG_RULES: Readonly<Record<string, OptionRule>> = {
  app: 'any',
  instance: 'any',
  port: 'any',
  level: 'any',
  levels: 'any',
  format: 'any',
  schema: 'any',
  fieldsUnder: [(value) => !CORE_FIELDS.includes(value as string), 'a name that no core field has'],
  caller: 'any',
  diagnostic: 'any',
  timeZone: 'any',
  stderrFrom: 'any',
  redact: [(value) => value === false || isRecord(value), 'an object of redaction options, or false'],
  limits: 'object',
  sinks: [Array.isArray, 'a list of sinks'],
  config: 'object',
};

export const LIMIT_RULES: Readonly<Record<string, OptionRule>> = {
  depth: isLimit('depth'),
  keys: isLimit('keys'),
  items: isLimit('items'),
  chars: isLimit('chars'),
  bytes: isLimit('bytes'),
};

export const SINK_RULES: Readonly<Record<string, OptionRule>> = {
  sink: 'object',
  level: 'any',
  maxLevel: 'any',
  stream: STREAM_RULE,
  loggers: [(value) => Array.isArray(value) && value.every(isLoggerName), 'a list of logger names such as shop.payment'],
  where: 'function',
  when: 'function',
  format: 'any',
  schema: 'any',
  colors: 'boolean',
};

/**
 * A sink given by itself takes everything in the format of the log.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for what is no sink.
 */
export function sinkOptions(given: Sink | SinkOptions): SinkOptions {
  if (isSink(given)) return { sink: given };
  if (isRecord(given) && isSink(given.sink)) return given;
  throw optionInvalid('Sink', given, '{ name, write }, or { sink, level, stream, format … }');
}
