import { assembleErrors } from './assemble-errors';
import { type FormatConfig, logSettings, outputOf } from './assemble-log';
import { assembleMetrics } from './assemble-metrics';
import { detectEnvironment, ENVIRONMENTS } from './config/environment';
import type { BusEvents } from './core/bus-options';
import type { AnyCatalogue } from './core/catalogue';
import { systemClock } from './core/clock';
import { BUS_RULES, buildBus } from './core/create-bus';
import { BUS_SEAM, type BusSeamed, type HandlerHandle } from './core/handler';
import type { LevelName } from './core/level';
import { checkOptions, optionInvalid } from './core/options';
import type { Warning } from './core/warning';
import { createLogHandler, LOG_HANDLER_ID } from './handlers/log';
import { createLogger } from './log/create-logger';
import { isLoggerName, readLevel } from './log/gate';
import { INTERCEPT } from './log/intercept';
import type { LoggerOptions } from './log/logger';
import { warnThroughLoglevel } from './log/loglevel';
import { type LogOptions, type SinkOptions, sinkOptions } from './log/options';
import { type Interceptor, Pipeline } from './log/pipeline';
import { redactedWarnings } from './log/redacted-warnings';
import { type LineToRender, renderLine } from './log/render';
import { LOG_SEAM } from './log/seam';
import { createStreamWriter } from './log/stream-writer';
import type { Sink } from './sinks/sink';
import type { Telemetry, TelemetryOptions } from './telemetry';
import { createInspector, validationMode } from './validation/inspector';

const RULES = {
  ...BUS_RULES,
  validate: 'off|warn|throw',
  environment: ENVIRONMENTS.join('|'),
  log: 'object',
  metrics: 'object',
  errors: 'object',
};

/**
 * Creates a telemetry bus of its own, with its built-in handlers (not attached yet).
 *
 * @param options - See {@link TelemetryOptions}. Without `events` the bus takes any name.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `EVENT_DUPLICATE` when catalogues contradict each other;
 * `SCHEMA_ASYNC` when a schema answers with a promise.
 * @example
 * const telemetry = createTelemetry({ events: coder });
 * telemetry.stats().names.declared; // => 10
 */
export function createTelemetry<Catalogues extends AnyCatalogue = never>(
  options: TelemetryOptions<Catalogues> = {},
): Telemetry<BusEvents<Catalogues>> {
  checkOptions('createTelemetry', options, RULES);
  const { clock = systemClock() } = options;
  const onWarning = redactedWarnings(options.onWarning ?? warnThroughLoglevel);
  const validation = validationMode(options.validate, options.environment ?? detectEnvironment());
  const bus = buildBus({ ...options, clock, onWarning }, createInspector(validation, onWarning));
  let log: HandlerHandle | undefined;
  let all: HandlerHandle | undefined;
  const isAttached = (id: string) => bus.listHandlers().some((handler) => handler.id === id);
  const metrics = assembleMetrics({ ...bus, clock, onWarning, isAttached });
  if (options.events !== undefined) metrics.declare(options.events);
  const errors = assembleErrors({
    clock,
    onWarning,
    pipeline: () => thePipeline(),
    attachEach: bus.attachEach,
    durationsOf: (event) => metrics.durationsOf(event),
    monitored: {
      ...metrics.monitored,
      execute: bus.execute as never,
      listHandlers: bus.listHandlers,
      emitter: bus.emitter as never,
      hasHandlers: bus.hasHandlers,
      spans: (bus as BusSeamed)[BUS_SEAM]!.spans,
      declareEvents: (events) => void telemetry.declareEvents(events),
    },
    options: options.errors,
  });

  let logOptions: LogOptions = {};
  let pipeline: Pipeline | undefined;
  let formats: FormatConfig;
  // Made at its first use: a bus that logs nothing reads no configuration.
  const thePipeline = () => pipeline ?? configureLog({});

  function configureLog(changes: LogOptions, before: LogOptions = logOptions, tell = onWarning): Pipeline {
    const next = { ...before, ...changes };
    const settings = logSettings(next, { environment: options.environment, onWarning: tell });
    logOptions = next;
    formats = settings.formats;
    if (pipeline === undefined) pipeline = new Pipeline(clock, errors.tracker, settings);
    else pipeline.configure(settings);
    return pipeline;
  }

  const telemetry = {
    ...bus,
    ...metrics.api,
    ...errors.api,
    declareEvents(events: AnyCatalogue) {
      bus.declareEvents(events);
      metrics.declare(events);
      return telemetry;
    },
    attachLogHandler(changes?: LogOptions) {
      const handler = createLogHandler(changes === undefined ? thePipeline() : configureLog(changes));
      if (log === undefined || !isAttached(LOG_HANDLER_ID)) {
        log = bus.attachEach(LOG_HANDLER_ID, [], handler, { onError: 'keep', listens: true });
      }
      return log;
    },
    detachLogHandler: () => bus.detach(LOG_HANDLER_ID),
    attachAll() {
      telemetry.attachLogHandler();
      telemetry.attachMetricsHandler();
      all ??= { id: 'telemetry-all', detach: telemetry.detachAll, [Symbol.dispose]: telemetry.detachAll };
      return all;
    },
    detachAll() {
      const wasLog = telemetry.detachLogHandler();
      return telemetry.detachMetricsHandler() || wasLog;
    },
    logger: (name: string, options?: LoggerOptions) => createLogger(thePipeline(), name, options),
    configureLog(changes: LogOptions) {
      configureLog(changes);
    },
    addSink(given: Sink | SinkOptions) {
      const log = thePipeline();
      const sink = sinkOptions(given);
      const detach = log.addOutput(outputOf(sink, formats));
      return { id: sink.sink.name, detach, [Symbol.dispose]: detach };
    },
    setLogLevel(level: LevelName | 'inherit', name?: string) {
      const { gate } = thePipeline();
      if (name !== undefined && !isLoggerName(name))
        throw optionInvalid('setLogLevel: name', name, 'a name such as "coder" or "coder.llm"');
      gate.set(level === 'inherit' && name !== undefined ? undefined : readLevel('setLogLevel: level', level), name);
    },
    getLogLevel: (name = '') => thePipeline().gate.levelOf(name),
    getLogLevels: () => thePipeline().gate.list(),
    logStats: () => thePipeline().stats(),
    [LOG_SEAM]: {
      replace: (changes: LogOptions, tell: (warning: Warning) => void) => void configureLog(changes, {}, tell),
      logger: (name: string) => createLogger(thePipeline(), name, {}, false),
      streams: () => createStreamWriter(thePipeline()),
      render: (line: LineToRender, sink: Sink) => renderLine(thePipeline(), line, sink),
    },
    [INTERCEPT]: (interceptor: Interceptor) => thePipeline().intercept(interceptor),
  };
  if (options.metrics !== undefined) metrics.api.configureMetrics(options.metrics);
  if (options.log !== undefined) configureLog(options.log);
  return Object.freeze(telemetry) as never;
}
