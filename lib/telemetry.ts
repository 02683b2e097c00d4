import type { Environment } from './config/environment';
import type { Bus } from './core/bus';
import type { BusOptions } from './core/bus-options';
import type { AnyCatalogue, AnyEvents, EventsOf } from './core/catalogue';
import type { HandlerHandle } from './core/handler';
import type { Level, LevelName } from './core/level';
import type { Hosted } from './engines';
import type { ErrorTrackerOptions } from './errors/tracker-options';
import type { Interceptable } from './log/intercept';
import type { Logger, LoggerOptions } from './log/logger';
import type { LogOptions, SinkOptions } from './log/options';
import type { LogStats } from './log/pipeline';
import type { Seamed } from './log/seam';
import type { MetricsOptions } from './metrics/options';
import type { Sink } from './sinks/sink';
import type { BusErrors } from './telemetry-errors';
import type { BusMetrics } from './telemetry-metrics';
import type { Validation } from './validation/inspector';

/**
 * Options of `createTelemetry`: those of a bus ({@link BusOptions}), and
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `validate` | check payloads against the schemas of their events: `off`, `warn`, `throw` (test environment only) | `off` in production, else `warn` |
 * | `environment` | `development`, `test`, `staging`, `production` | `APP_ENV`, else `NODE_ENV`, else development |
 * | `log` | see {@link LogOptions}; makes the log now instead of at its first use | environment variables and `config/` |
 * | `metrics` | see {@link MetricsOptions} | counters and durations of events, no history |
 * | `errors` | see {@link ErrorTrackerOptions} | 10,000 different ones; storms of what is reported are collapsed |
 *
 * and `onWarning` says warnings through loglevel (logger `telemetry-bus`) unless given.
 */
export interface TelemetryOptions<Catalogues = unknown> extends BusOptions<Catalogues> {
  readonly validate?: Validation;
  readonly environment?: Environment;
  readonly log?: LogOptions;
  readonly metrics?: MetricsOptions;
  readonly errors?: ErrorTrackerOptions;
}

/** A bus with its built-in handlers. */
export interface Telemetry<Events = AnyEvents> extends Bus<Events>, BusMetrics<Events>, BusErrors, Interceptable, Seamed, Hosted {
  /**
   * Attaches the log handler (id `telemetry-log`): from now on every event whose level passes becomes a record. Attached
   * already, it stays, and the same handle is returned. It never detaches because of a failure. It hears failures of
   * other handlers, too, and logs them.
   *
   * The level of an event is its definition's, else what its action says: `error`, `request_failed` → error, `timeout`,
   * `retry` → warn, `cache_hit`, `heartbeat` → debug, the rest info.
   *
   * Cost per event: below its level some nanoseconds; a JSON line of five fields of its own about a third of what pino takes.
   *
   * @param options - As for `configureLog`.
   * @throws {TelemetryError} `CONFIG_INVALID`, `OPTION_UNKNOWN`, `OPTION_INVALID`
   * @example
   * const memory = memorySink();
   * telemetry.attachLogHandler({ level: 'info', format: 'minimal', sinks: [memory] });
   * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
   * memory.lines; // => ['INFO coder.session.start count=1 sessionId=s1\n']
   */
  attachLogHandler(options?: LogOptions): HandlerHandle;

  /**
   * Detaches the log handler; `false` when it was not attached. Loggers go on.
   *
   * @example
   * telemetry.detachLogHandler(); // => false
   */
  detachLogHandler(): boolean;

  /**
   * Attaches the log handler and the metrics handler. A second call returns the same handle, which detaches both.
   *
   * @throws {TelemetryError} `CONFIG_INVALID`
   * @example
   * telemetry.attachAll() === telemetry.attachAll(); // => true
   * telemetry.listHandlers().map(({ id }) => id); // => ['telemetry-log', 'telemetry-metrics']
   */
  attachAll(): HandlerHandle;

  /**
   * Detaches the built-in handlers; `false` when none was attached. What they counted can still be read.
   *
   * @example
   * telemetry.attachAll();
   * telemetry.detachAll(); // => true
   */
  detachAll(): boolean;

  /**
   * A logger for plain lines, named `<app>.<name>`. Asked for twice, there are two that write the same.
   *
   * @param name - Words joined by dots, such as `bot` or `bot.telegram`.
   * @param options - `stream` tags its lines; see {@link LoggerOptions}.
   * @throws {TelemetryError} `OPTION_INVALID` for a name that can't be one; `CONFIG_INVALID` when this makes the log.
   * @example
   * const log = telemetry.logger('bot');
   * log.info('Processing message', { channel_id: '12345' });
   */
  logger(name: string, options?: LoggerOptions): Logger;

  /**
   * Configures the log: handlers and loggers that are there go on with it. Options not given keep what earlier calls
   * said; levels set at run time are forgotten. Without this call the log is configured at its first use, from
   * environment variables and `config/<environment>`.
   *
   * @throws {TelemetryError} `CONFIG_INVALID` with everything that is wrong; `OPTION_UNKNOWN`, `OPTION_INVALID`. Then the
   * log stays as it was.
   * @example
   * telemetry.configureLog({ app: 'shop', level: 'warn', levels: { 'shop.cart': 'debug' } });
   * telemetry.getLogLevel('shop.cart'); // => 'debug'
   */
  configureLog(options: LogOptions): void;

  /**
   * Adds a sink to those there are. The handle takes it out again, without closing it.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
   * @example
   * const memory = memorySink();
   * using added = telemetry.addSink({ sink: memory, level: 'error', format: 'minimal' });
   * telemetry.logger('bot').info('not for it');
   * memory.lines.length; // => 0
   */
  addSink(sink: Sink | SinkOptions): HandlerHandle;

  /**
   * Changes levels at run time: for all, or for a name and what is below it (`coder`, `coder.llm`, `app.bot`).
   * `inherit` takes back what was set for a name.
   *
   * @throws {TelemetryError} `OPTION_INVALID`
   * @example
   * telemetry.setLogLevel('error');
   * telemetry.setLogLevel('debug', 'coder.llm');
   * telemetry.getLogLevel('coder.llm'); // => 'debug'
   * telemetry.getLogLevel('coder.session'); // => 'error'
   */
  setLogLevel(level: LevelName | 'inherit', name?: string): void;

  /** The level that holds for a name, or for all names without their own. */
  getLogLevel(name?: string): Level;

  /** The level for all under `''`, and that of each name that has its own. */
  getLogLevels(): Record<string, Level>;

  /**
   * What the log knows of itself: lines made, values masked, and the account of each sink.
   *
   * @example
   * telemetry.logStats().dropped; // => { nested: 0 }
   */
  logStats(): LogStats;

  declareEvents<const Added extends AnyCatalogue>(events: Added | readonly Added[]): Telemetry<Events & EventsOf<Added>>;
}

/**
 * The bus of a catalogue, for parameters and fields.
 *
 * @example
 * const watch = (telemetry: TelemetryOf<typeof coder>) => telemetry.attachMetricsHandler();
 * watch(telemetry).id; // => 'telemetry-metrics'
 */
export type TelemetryOf<Catalogues> = Telemetry<EventsOf<Catalogues>>;
