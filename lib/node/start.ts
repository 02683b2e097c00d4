import { presets } from '../../config/presets';
import { configArguments } from '../assemble-log';
import { loadConfig, type TelemetryConfig } from '../config/load';
import type { AnyCatalogue } from '../core/catalogue';
import { TelemetryError } from '../core/errors';
import { checkOptions, optionInvalid } from '../core/options';
import { shared } from '../core/shared';
import { DEFAULT_SETTINGS, readTrackerOptions } from '../errors/tracker-options';
import { type LogOptions, type SinkOptions, type Telemetry, telemetry } from '../index';
import { warnThroughLoglevel } from '../log/loglevel';
import { SINK_RULES, sinkOptions } from '../log/options';
import { redactedWarnings } from '../log/redacted-warnings';
import { LOG_SEAM, type LogSeam } from '../log/seam';
import { readWatchOptions } from '../performance/options';
import { SLOW_HANDLER_ID } from '../performance/watch';
import { readOptions } from '../security/options';
import type { Sink } from '../sinks/sink';
import { consoleOutput } from './console-output';
import type { LossSummary } from './file/options';
import { logPlace } from './log-directory';
import { checkMonitoring } from './monitoring/options';
import { checkOnBus, type Monitoring, startMonitoring } from './monitoring/start-monitoring';
import { endingSignals } from './signals';
import { START_RULES, type StartedEvents, type StartedTelemetry, type StartOptions } from './start-options';
import { createStarted } from './started';
import { storageSettings } from './storage/options';
import { prepareStorage } from './storage/start-storage';
import { type OpenStream, openStreams } from './streams/open';
import { checkStreams, planStreams } from './streams/plan';

const CONSOLE_RULES = { ...SINK_RULES, stderrFrom: 'any' };

/**
 * Starts the telemetry of an application, all from configuration: log files and console, the handlers for logs and
 * metrics, an orderly end. On the default bus unless one is given, whose log is configured anew.
 *
 * Installs in the process what writes waiting lines at its end, and a monitor that logs the error which ends it; neither
 * changes how it ends. Signals only with `signals`, which write what waits and no more: a service that is to fail its readiness first,
 * to wait for `shutdownDelayMs`, and to tell its last alerts leaves `signals` out and says
 * `process.once('SIGTERM', () => app.stop().then(() => process.exit()))`. All of it goes with `stop`.
 *
 * Health, alerts, security and the log are set up anew: what `configure` said on this bus before, or an earlier start, no longer holds.
 *
 * @param options - See {@link StartOptions}; none is needed.
 * @throws {TelemetryError} rejecting, before anything has changed: `CONFIG_INVALID` with everything that is wrong in
 * variables and options; `OPTION_UNKNOWN`, `OPTION_INVALID`; `RULE_INVALID`; `HANDLER_EXISTS` for a check or a rule of a name that the bus
 * has already; `SINK_OPEN_FAILED` with all files that can't be opened;
 * `EVENT_DUPLICATE`; `METRIC_CONFLICT`; `ALREADY_STARTED` for a bus that was started and not stopped.
 * @example
 * await using app = await startTelemetry({ app: 'shop', bus: telemetry, environment: 'production', logDir: folder });
 * app.logger('cart').info('Added', { sku: 'A-1' });
 * app.streams.app === join(folder, 'app.log'); // => true
 * (await app.stop()).dropped; // => {}
 */
export async function startTelemetry<Catalogues extends AnyCatalogue = never, Events = unknown>(
  options: StartOptions<Catalogues, Events> = {},
): Promise<StartedTelemetry<StartedEvents<Catalogues, Events>>> {
  checkOptions('startTelemetry', options, START_RULES);
  checkStreams(options.streams ?? {});
  if (typeof options.console === 'object') checkOptions('startTelemetry: console', options.console, CONSOLE_RULES);
  const bus = (options.bus ?? telemetry) as Telemetry;
  const seam = bus[LOG_SEAM];
  if (seam === undefined) throw optionInvalid('startTelemetry: bus', options.bus, 'a bus of createTelemetry of telemetry-bus');
  checkEngines(options as unknown as StartOptions);
  const config = loadConfig({ values: valuesOf(options as unknown as StartOptions), env: options.env, profiles: options.profiles });
  const release = claim(bus);
  try {
    return (await start({ options: options as unknown as StartOptions, bus, seam, config, release })) as never;
  } catch (error) {
    release();
    throw error;
  }
}

/** Refuses options of engines that can't be, before anything has changed. @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
function checkEngines({ errors, security = {}, slow = {}, storage, health, alerts, monitor }: StartOptions): void {
  readTrackerOptions(errors, DEFAULT_SETTINGS);
  if (security !== false) readOptions(security);
  if (slow !== false) readWatchOptions(slow);
  if (storage !== undefined) storageSettings(storage);
  checkMonitoring(health, alerts, monitor);
}

/** What is needed to start, checked. */
interface StartParts {
  readonly options: StartOptions;
  readonly bus: Telemetry;
  readonly seam: LogSeam;
  readonly config: TelemetryConfig;
  readonly release: () => void;
}

async function start({ options, bus, seam, config, release }: StartParts): Promise<StartedTelemetry<never>> {
  const { clock, streams: given = {}, instanceFolders = false, exitDeadlineMs = 1000, closeDeadlineMs = 5000 } = options;
  const onWarning = redactedWarnings(options.onWarning ?? warnThroughLoglevel);
  const { monitor, health, alerts } = options;
  checkOnBus({ bus, config, health, alerts });
  if (endingSignals(options.signals).length > 0 && (options.shutdownDelayMs ?? 0) > 0) {
    onWarning({
      code: 'CONFIG_DOUBTFUL',
      message: 'startTelemetry: shutdownDelayMs has no effect when one of signals ends the process; call stop() in a handler of your own',
    });
  }
  if (options.slow && bus.listHandlers().some(({ id }) => id === SLOW_HANDLER_ID)) {
    onWarning({
      code: 'CONFIG_DOUBTFUL',
      message: 'startTelemetry: slow has no effect, because the bus has a watch over slow operations already',
    });
  }
  const preset = presets[config.logPreset];
  const onLoss = (sink: Sink, { dropped, levels, from, to }: LossSummary): string => {
    const fields = { dropped, levels, from: new Date(from).toISOString(), to: new Date(to).toISOString(), sink: sink.name };
    return seam.render({ level: 'warn', message: 'Log lines were dropped', fields }, sink);
  };
  let isStopped = false;
  const others = (options.sinks ?? []).map(sinkOptions);
  const planned = config.logToFile ? planStreams({ preset, given, config, place: () => logPlace(config, instanceFolders) }) : [];
  const prepared = options.storage && prepareStorage('startTelemetry', bus, { closeDeadlineMs, ...options.storage });
  let streams: readonly OpenStream[] = [];
  let shown: SinkOptions | undefined;
  let monitoring: Monitoring | undefined;
  try {
    // What can fail for reasons outside comes first, while nothing of the bus has changed.
    await prepared?.ready();
    streams = await openStreams(planned, { config, env: options.env, clock, onWarning, onLoss });
    const file = streams.find(({ name }) => name === 'app')?.sink;
    shown = consoleOutput({ options: options.console, config, preset, file, isStopped: () => isStopped, onWarning, onLoss });
    const outputs: SinkOptions[] = [...streams.map(({ takes, sink }) => ({ ...takes, sink })), ...(shown ? [shown] : []), ...others];
    if (options.events !== undefined) bus.declareEvents(options.events as unknown as AnyCatalogue);
    bus.configureMetrics({ history: true, ...options.metrics });
    if (options.errors !== undefined) bus.configureErrors(options.errors);
    monitoring = startMonitoring({ bus, config, monitor, health, alerts, onWarning, isListening: options.onWarning !== undefined });
    seam.replace(logOptions(options, config, outputs), onWarning);
    return createStarted({
      bus,
      seam,
      config,
      streams,
      console: shown?.sink,
      others: others.map(({ sink }) => sink),
      storage: prepared?.attach(),
      monitoring,
      options: { ...options, exitDeadlineMs },
      ended: () => {
        isStopped = true;
      },
      release,
    });
  } catch (error) {
    monitoring?.cancel();
    await prepared?.stop();
    const made = [...streams.map(({ sink }) => sink), ...(shown ? [shown.sink] : [])];
    await Promise.allSettled(made.map((sink) => sink.close?.()));
    throw error;
  }
}

/** The options as values of the configuration; those named win over `values`. */
function valuesOf(options: StartOptions): object {
  const { environment, values, logDir, presets: logPreset } = options;
  const named = { ...configArguments(options as LogOptions, environment), logDir, logPreset };
  return { ...values, ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) };
}

/** What the log is told; it loads the same configuration once more, with its own options on top. */
function logOptions(options: StartOptions, config: TelemetryConfig, sinks: readonly SinkOptions[]): LogOptions {
  const { fieldsUnder, redact, limits } = options;
  const values = { ...valuesOf(options), environment: config.environment };
  const given = Object.entries({ fieldsUnder, redact, limits }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), sinks, config: { values, env: options.env, profiles: options.profiles } };
}

/** Takes a bus for itself. @throws {TelemetryError} `ALREADY_STARTED` */
function claim(bus: object): () => void {
  const started = (shared.started ??= new WeakSet());
  if (started.has(bus)) {
    throw new TelemetryError(
      'ALREADY_STARTED',
      'startTelemetry was called for this bus before',
      'It was not stopped since, or is still stopping',
      'Use what the first call returned, await its stop(), or give this part a bus of its own',
    );
  }
  started.add(bus);
  return () => void started.delete(bus);
}
