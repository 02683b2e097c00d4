import type { Alerts } from '../alerts/api';
import type { Environment, Variables } from '../config/environment';
import type { ConfigOptions, TelemetryConfig } from '../config/load';
import type { ConfigInput, ConfigValues } from '../config/table';
import type { BusEvents } from '../core/bus-options';
import type { EventsOf } from '../core/catalogue';
import type { Clock } from '../core/clock';
import type { LevelName } from '../core/level';
import { isRecord, type OptionRule } from '../core/options';
import type { Warning } from '../core/warning';
import type { ErrorTrackerOptions } from '../errors/tracker-options';
import type { Health } from '../health/api';
import type { Logger, LoggerOptions, LogOptions, LogStats, SinkOptions, SinkStats, Telemetry, telemetry } from '../index';
import { LOG_RULES } from '../log/options';
import type { StreamWriter } from '../log/stream-writer';
import type { MetricsOptions } from '../metrics/options';
import type { WatchSlowOptions } from '../performance/options';
import type { SlowWatch } from '../performance/slow-watch';
import type { SecurityOptions } from '../security/options';
import type { LogFileEntry } from './admin/parts';
import type { FileSinkStats } from './file/options';
import type { StartAlertsOptions, StartHealthOptions, StartMonitorOptions } from './monitoring/options';
import type { Monitor } from './runtime/monitor';
import type { STARTED_FILES } from './started-seam';
import type { ErrorStorage } from './storage/error-storage';
import type { StorageOptions } from './storage/options';
import type { StreamsOptions } from './streams/options';

/** How the console shows lines. */
export interface ConsoleOptions extends Omit<SinkOptions, 'sink' | 'when'> {
  /** This level and above go to stderr. Default `LOG_STDERR_FROM`. */
  readonly stderrFrom?: LevelName;
}

/**
 * Options of `startTelemetry`; none is needed. Those of the log ({@link LogOptions}) are the same here, and
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `app` | name of the application, in every record and in paths | `APP_NAME` |
 * | `events` | a catalogue, or several, to be declared on the bus | none |
 * | `bus` | the bus to start | the default bus |
 * | `environment` | `development`, `test`, `staging`, `production` | `APP_ENV`, else `NODE_ENV`, else development |
 * | `presets` | which files there are: `bot`, `web`, `wrapper`, `platform` | `LOG_PRESET`, else `web` |
 * | `streams` | changes streams of the preset, adds others; see `StreamOptions` | none |
 * | `logDir` | folder of the files | `LOG_DIR`; see the README |
 * | `instanceFolders` | files in `instances/<instance>/logs` | `false` |
 * | `console` | how the console shows lines; `false`: never | `LOG_TO_CONSOLE`, `LOG_FORMAT` |
 * | `sinks` | further sinks; `stop` closes them | none |
 * | `values`, `env`, `profiles` | as for `loadConfig` | `process.env` |
 * | `handlers` | attaches the log and the metrics handler | `true` |
 * | `metrics` | definitions, history, exemplars, limit of series; see `MetricsOptions` | with a history |
 * | `errors` | how errors are told apart, and when storms of them are collapsed; see `ErrorTrackerOptions` | as for `createTelemetry` |
 * | `security` | the detectors of security events; `false`: none. See `SecurityOptions` | all on |
 * | `slow` | thresholds and classes of slow operations; `false`: nobody watches. See `WatchSlowOptions` | those of definitions |
 * | `storage` | a database for errors; see `StorageOptions` | none |
 * | `monitor` | samples of system and runtime; `false`: none; given, they are taken also with `MONITOR_SYSTEM_METRICS=0`. See `MonitorOptions` | `MONITOR_SYSTEM_METRICS`, `MONITOR_SAMPLE_INTERVAL`, `MONITOR_MAX_SAMPLES` |
 * | `health` | health checks; `false`: none run by themselves, nor with `MONITOR_SCHEDULED_CHECKS=0`. See `StartHealthOptions` | those that are added to `healthOf(bus)`, see `MONITOR_…` |
 * | `alerts` | rules, and who is told; `false`: nobody is. See `StartAlertsOptions` | those that are added to `alertsOf(bus)`; the log, and Slack where `SLACK_…` says so |
 * | `signals` | writes what waits when a signal ends the process, which is then sent again: `true` for SIGTERM, SIGINT and SIGHUP, or a list. Without what else `stop` does: readiness, `shutdownDelayMs`, alerts that wait | `false` |
 * | `reopenOn` | a signal that makes all files be opened again: for logrotate | none |
 * | `exitDeadlineMs` | how long the end of the process may wait for lines, in ms | 1,000 |
 * | `closeDeadlineMs` | how long `stop` and `flush` may take, in ms | 5,000 |
 * | `shutdownDelayMs` | how long `stop` waits after readiness has failed, so that no more work comes, in ms; `signals` do not wait | 0 |
 * | `onWarning` | told what must not be thrown, as `{ code, message }`, of log and files, and until `stop` of what watches the bus: health, alerts, pollers, errors, security, slow operations | loglevel, logger `telemetry-bus`; what watches the bus tells the `onWarning` of the bus |
 * | `clock` | decides about rotation by the clock | the system's |
 */
export interface StartOptions<Catalogues = never, Events = unknown> extends Omit<LogOptions, 'config'> {
  readonly events?: Catalogues | readonly Catalogues[];
  readonly bus?: Telemetry<Events> | undefined;
  readonly environment?: Environment;
  readonly presets?: ConfigValues['logPreset'];
  readonly streams?: StreamsOptions;
  readonly logDir?: string;
  readonly instanceFolders?: boolean;
  readonly console?: ConsoleOptions | boolean;
  readonly values?: ConfigInput;
  readonly env?: Variables;
  readonly profiles?: NonNullable<ConfigOptions['profiles']>;
  readonly handlers?: boolean;
  readonly metrics?: MetricsOptions;
  readonly errors?: ErrorTrackerOptions;
  readonly security?: SecurityOptions | false;
  readonly slow?: WatchSlowOptions | false;
  readonly storage?: StorageOptions;
  readonly monitor?: StartMonitorOptions | false;
  readonly health?: StartHealthOptions | false;
  readonly alerts?: StartAlertsOptions | false;
  readonly signals?: boolean | readonly NodeJS.Signals[];
  readonly reopenOn?: NodeJS.Signals;
  readonly exitDeadlineMs?: number;
  readonly closeDeadlineMs?: number;
  readonly shutdownDelayMs?: number;
  readonly onWarning?: (warning: Warning) => void;
  readonly clock?: Clock;
}

/** The events of the default bus, with those of the catalogues; without either it takes any name. */
type DefaultEvents = typeof telemetry extends Telemetry<infer Events> ? Events : never;

/** The events of a bus that was started. */
export type StartedEvents<Catalogues, Events> = [Catalogues] extends [never]
  ? [unknown] extends [Events]
    ? DefaultEvents
    : Events
  : [unknown] extends [Events]
    ? string extends keyof DefaultEvents
      ? BusEvents<Catalogues>
      : DefaultEvents & EventsOf<Catalogues>
    : Events & EventsOf<Catalogues>;

/** What becomes of lines, over all sinks: accepted = written + queued + all of dropped. */
export interface Accounting {
  readonly accepted: number;
  readonly written: number;
  readonly queued: number;
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** What `stats` says. */
export interface StartedStats extends LogStats {
  readonly streams: Readonly<Record<string, FileSinkStats>>;
  /** The sum of all sinks; a line that goes into three counts three times. */
  readonly accounting: Accounting;
}

/** What `flush` says. */
export interface FlushReport {
  /** Lines that still wait, by sink; only sinks with any. */
  readonly queued: Readonly<Record<string, number>>;
  readonly tookMs: number;
}

/** What `stop` says: the account of all sinks from the start on. */
export interface StopReport extends Accounting {
  readonly sinks: Readonly<Record<string, SinkStats>>;
  /** Files that were rotated. */
  readonly rotated: number;
  readonly tookMs: number;
}

/** A bus with everything that belongs to an application: configuration, log files, an orderly end. */
export interface StartedTelemetry<Events> extends StreamWriter, AsyncDisposable {
  readonly telemetry: Telemetry<Events>;
  readonly config: TelemetryConfig;
  /** Paths by name of the stream. */
  readonly streams: Readonly<Record<string, string>>;
  /** Looks for slow operations; `undefined` with `slow: false`, without handlers, or where the bus had a watch already. */
  readonly slow: SlowWatch | undefined;
  /** `undefined` without the option. */
  readonly storage: ErrorStorage | undefined;
  /** The latest samples of the system; `undefined` where none are taken. */
  readonly monitor: Monitor | undefined;
  /** The checks of the bus, as `healthOf`. */
  readonly health: Health;
  /** The alerts of the bus, as `alertsOf`. */
  readonly alerts: Alerts;
  /** As `telemetry.logger`. */
  logger(name: string, options?: LoggerOptions): Logger;
  /**
   * Resolves when nothing waits any more, or at the deadline with what does.
   *
   * @param deadlineMs - Default `closeDeadlineMs`.
   */
  flush(deadlineMs?: number): Promise<FlushReport>;
  stats(): StartedStats;
  /**
   * Stops: lets readiness fail and waits for `shutdownDelayMs`, ends checks, samples and rules, delivers alerts that wait, detaches the handlers that the start attached, writes what waits, closes the files, and takes back what was
   * installed in the process. Takes at most `closeDeadlineMs` after that wait, and as long for alerts; what could not be written then is `queued` in the report.
   * Called again, it returns the same report. Lines written later are counted as dropped; a console that is a terminal still
   * shows them.
   */
  stop(): Promise<StopReport>;
  /** For the admin API. */
  readonly [STARTED_FILES]?: () => readonly LogFileEntry[];
}

const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 600_000;
const TIME = [isTime, 'milliseconds, at most 600,000'] as const;
const OR_OFF: OptionRule = [(value) => value === false || isRecord(value), 'an object of options, or false'];
const isSignal = (value: unknown): boolean => typeof value === 'string' && /^SIG[A-Z0-9]{2,10}$/.test(value);

const { config: _, ...LOG } = LOG_RULES as Readonly<Record<keyof LogOptions, OptionRule>>;
/** What the configuration checks itself is `any` here. */
export const START_RULES: Readonly<Record<keyof StartOptions, OptionRule>> = {
  ...LOG,
  events: 'any',
  bus: 'any',
  environment: 'any',
  presets: 'any',
  streams: 'object',
  logDir: 'any',
  instanceFolders: 'boolean',
  console: [(value) => typeof value === 'boolean' || (typeof value === 'object' && value !== null), 'an object of options, true or false'],
  values: 'any',
  env: 'any',
  profiles: 'any',
  handlers: 'boolean',
  metrics: 'object',
  errors: 'object',
  security: OR_OFF,
  slow: OR_OFF,
  storage: 'object',
  monitor: OR_OFF,
  health: OR_OFF,
  alerts: OR_OFF,
  signals: [
    (value) => typeof value === 'boolean' || (Array.isArray(value) && value.every(isSignal)),
    "true, false, or a list of signals such as 'SIGTERM'",
  ],
  reopenOn: [isSignal, "a signal such as 'SIGHUP'"],
  exitDeadlineMs: TIME,
  closeDeadlineMs: TIME,
  shutdownDelayMs: TIME,
  onWarning: 'function',
  clock: 'object',
};
