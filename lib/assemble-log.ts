import { type Environment, processVariables } from './config/environment';
import { type ConfigOptions, loadConfig, type TelemetryConfig } from './config/load';
import { checkOptions, isFunction, optionInvalid } from './core/options';
import type { Warning } from './core/warning';
import { usesColors } from './log/formats/colors';
import { createFormat } from './log/formats/create-format';
import { readLevel } from './log/gate';
import { LIMITS } from './log/limits';
import { consoleMethod } from './log/loglevel';
import { LIMIT_RULES, LOG_RULES, type LogOptions, SINK_RULES, type SinkOptions, sinkOptions } from './log/options';
import type { OutputOptions, RecordFormat } from './log/output';
import type { LogSettings } from './log/pipeline';
import type { RecordLevel } from './log/record';
import { createRedactor, NO_REDACTION } from './log/redaction/redactor';
import { platformResource } from './log/resource';
import { consoleSink } from './sinks/console';
import type { Sink } from './sinks/sink';

/** A log needs to know these besides its options. */
export interface LogSurroundings {
  readonly environment: Environment | undefined;
  readonly onWarning: (warning: Warning) => void;
}

/**
 * Makes the settings of a log out of options, environment variables and `config/`.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `CONFIG_INVALID` with everything that is wrong in
 * variables and options.
 */
export function logSettings(
  options: LogOptions,
  { environment, onWarning }: LogSurroundings,
): LogSettings & { readonly formats: FormatConfig } {
  checkOptions('log', options, LOG_RULES);
  checkOptions('log: limits', options.limits, LIMIT_RULES);
  const config = loadConfig(configOptions(options, environment));
  sayOnce(config.warnings, onWarning);
  const { redact } = options;
  return {
    formats: config,
    resource: {
      ...platformResource(),
      app: config.app,
      environment: config.environment,
      instance: config.instance,
      port: config.port,
    },
    level: config.logLevel,
    levels: config.logLevels,
    redactor: config.filterSensitiveData ? createRedactor(redact === false ? undefined : redact) : NO_REDACTION,
    limits: { ...LIMITS, ...options.limits },
    fieldsUnder: config.logFieldsUnder,
    caller: config.logCaller,
    diagnostic: config.enableDiagnostic,
    outputs: (options.sinks ?? [consoleOf(config)]).map((given) => outputOf(sinkOptions(given), config)),
  };
}

/** What to load the configuration from. What an option says wins over `config.values`. */
function configOptions(options: LogOptions, environment: Environment | undefined): ConfigOptions {
  checkOptions('log: config', options.config, { values: 'object', env: 'object', profiles: 'object' });
  const { values, ...elsewhere } = (options.config ?? {}) as ConfigOptions;
  const given = Object.entries(configArguments(options, values?.environment ?? environment)).filter(([, value]) => value !== undefined);
  return { ...elsewhere, values: { ...values, ...Object.fromEntries(given) } };
}

/** The options as arguments of the configuration, under its names. */
export function configArguments(options: LogOptions, environment: Environment | undefined): Record<string, unknown> {
  return {
    environment,
    app: options.app,
    instance: options.instance,
    port: options.port,
    logLevel: options.level,
    logLevels: options.levels,
    logFormat: options.format,
    logSchema: options.schema,
    logFieldsUnder: options.fieldsUnder,
    logCaller: options.caller,
    enableDiagnostic: options.diagnostic,
    logTimeZone: options.timeZone,
    logStderrFrom: options.stderrFrom,
    filterSensitiveData: options.redact === false ? false : undefined,
  };
}

const consoleOf = (config: TelemetryConfig): Sink =>
  consoleSink({ stderrFrom: config.logStderrFrom, print: (line, level) => consoleMethod(level as RecordLevel)(line) });

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function outputOf(options: SinkOptions, config: FormatConfig): OutputOptions {
  checkOptions('log: sinks', options, SINK_RULES);
  return {
    sink: options.sink,
    level: options.level === undefined ? 'trace' : readLevel('log: sinks: level', options.level),
    maxLevel: options.maxLevel === undefined ? 'critical' : readLevel('log: sinks: maxLevel', options.maxLevel),
    stream: options.stream,
    loggers: options.loggers,
    when: options.when,
    where: options.where,
    format: formatOf(options, config),
  };
}

/** What of a configuration decides about formats. */
export type FormatConfig = Pick<TelemetryConfig, 'explain' | 'logFormat' | 'logSchema' | 'logFieldsUnder' | 'logTimeZone'>;

function formatOf({ sink, format, schema, colors }: SinkOptions, config: FormatConfig): RecordFormat | undefined {
  if (isFunction(format)) return format as RecordFormat;
  const name = format ?? sink.format ?? config.logFormat;
  if (typeof name !== 'string') throw optionInvalid('log: sinks: format', format, "a format's name, a pattern, or a function");
  const wanted = schema ?? (sink.format === undefined ? config.logSchema : 'default');
  // The line of the writer is that already.
  if (name === 'json' && wanted === 'default') return undefined;
  const columns = sink.stream?.columns ?? 0;
  return createFormat(name, {
    schema: wanted,
    ...(config.logFieldsUnder !== undefined && { fieldsUnder: config.logFieldsUnder }),
    ...(columns > 0 && { width: columns }),
    timeZone: config.logTimeZone,
    instance: hasOwnInstance(config),
    colors: colors ?? (sink.stream !== undefined && usesColors(processVariables(), sink.stream)),
  });
}

/** Somebody named the instance: then there are several, and text lines tell them apart. */
const hasOwnInstance = (config: FormatConfig): boolean =>
  config.explain().some(({ key, source }) => key === 'instance' && source !== 'default');

/** Every bus reads the same variables: what is doubtful about them is said once. */
const said = new Set<string>();

function sayOnce(warnings: readonly string[], onWarning: LogSurroundings['onWarning']): void {
  for (const message of warnings) {
    if (said.has(message)) continue;
    if (said.size < 100) said.add(message);
    onWarning({ code: 'CONFIG_DOUBTFUL', message });
  }
}
