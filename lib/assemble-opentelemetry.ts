import { provideTraceSource } from './core/active-trace';
import { TelemetryError } from './core/errors';
import { isSdkDisabled } from './core/variables/otel-resource';
import { capturesContent, exceptionSignals } from './core/variables/otel-variables';
import { type Engines, enginesOf, type Hosted } from './engines';
import { Complaints, reasonOf } from './exporters/complaints';
import { sourceOf } from './exporters/metric-source';
import { API, LOGS_API, loadPeer } from './exporters/opentelemetry/api/load';
import type { OpenTelemetryApi, OpenTelemetryLogsApi, OtelMeterProvider } from './exporters/opentelemetry/api/modules';
import { SCOPE } from './exporters/opentelemetry/api/providers';
import type { OtelTracerProvider } from './exporters/opentelemetry/api/trace';
import { traceSourceOf } from './exporters/opentelemetry/context/trace-source';
import { logBridge, type OtelLoggerProvider } from './exporters/opentelemetry/logs';
import { observeMetrics } from './exporters/opentelemetry/metrics';
import { type OpenTelemetryOptions, type ResolvedOptions, resolveOptions } from './exporters/opentelemetry/options';
import { findProviders, missingText, type Signal } from './exporters/opentelemetry/signals';
import { type OtelSpansStats, SpanBridge } from './exporters/opentelemetry/spans/span-bridge';
import { LOG_HANDLER_ID } from './handlers/log';
import type { Metered } from './metrics/seam';
import type { Sink, SinkStats } from './sinks/sink';
import type { Telemetry } from './telemetry';

/** A bus that OpenTelemetry can be told of: one of `createTelemetry` of `telemetry-bus`. */
export interface OpenTelemetryBus extends Hosted, Metered, Pick<Telemetry, 'addSink' | 'attachEach'> {}

/** What is told of a bridge. A signal that is not told has no account. */
export interface OpenTelemetryStats {
  readonly spans?: OtelSpansStats;
  readonly logs?: SinkStats;
}

/** A bridge that runs. */
export interface OpenTelemetryBridge extends AsyncDisposable {
  /** `OTEL_SDK_DISABLED` is `true`: nothing is attached, and nothing was loaded. */
  readonly isDisabled: boolean;
  /** The signals that are told. */
  readonly signals: readonly Signal[];
  stats(): OpenTelemetryStats;
  /**
   * Takes everything back. Spans that are under way are ended with what is known, and have an attribute
   * `telemetry_bus.span.abandoned`. The SDK goes on: whoever started it shuts it down. A second call changes nothing.
   */
  stop(): Promise<void>;
}

/** Id of the handler that makes spans. */
export const OPENTELEMETRY_HANDLER_ID = 'telemetry-opentelemetry';

const WHERE = 'startOpenTelemetry';

/** What there is one of for each bus. */
interface Slot {
  isStarted: boolean;
  /** Somebody reads the metrics through a producer. */
  hasProducer: boolean;
  /** They are told by a bridge. */
  observesMetrics: boolean;
}

const slotOf = (engines: Engines): Slot =>
  engines.single<Slot>('opentelemetry', () => ({ isStarted: false, hasProducer: false, observesMetrics: false }));

/** Starts a bridge; see `startOpenTelemetry`. */
export async function assembleOpenTelemetry(telemetry: OpenTelemetryBus, options: OpenTelemetryOptions): Promise<OpenTelemetryBridge> {
  const engines = enginesOf(WHERE, telemetry);
  const resolved = resolveOptions(WHERE, options);
  const doubt = (message: string): void => engines.health.warn({ code: 'CONFIG_DOUBTFUL', message: `${WHERE}: ${message}` });
  const slot = slotOf(engines);
  if (slot.isStarted) throw alreadyStarted();
  if (isSdkDisabled(options.env, doubt)) return DISABLED;
  slot.isStarted = true;
  const undo: (() => unknown)[] = [() => (slot.isStarted = slot.observesMetrics = false)];
  try {
    return await start({ telemetry, engines, slot, options, resolved, undo });
  } catch (error) {
    takeBack(undo);
    throw error;
  }
}

interface Starting {
  readonly telemetry: OpenTelemetryBus;
  readonly engines: Engines;
  readonly slot: Slot;
  readonly options: OpenTelemetryOptions;
  readonly resolved: ResolvedOptions;
  /** What takes back what was done, in the order it was done. */
  readonly undo: (() => unknown)[];
}

async function start(starting: Starting): Promise<OpenTelemetryBridge> {
  const { engines, options, slot, undo } = starting;
  const wanted = new Set(starting.resolved.wanted);
  if (options.metrics === undefined && slot.hasProducer) wanted.delete('metrics');
  const api = options.api ?? (await loadPeer<OpenTelemetryApi>(API, 'api'));
  const logsApi = wanted.has('logs') ? await loadLogs(options) : undefined;
  const given = {
    ...(options.tracerProvider && { spans: options.tracerProvider }),
    ...(options.meterProvider && { metrics: options.meterProvider }),
    ...(options.loggerProvider && { logs: options.loggerProvider }),
  };
  const { found, missing } = findProviders({ wanted, api, logsApi, given, requireSdk: options.requireSdk ?? true });
  if (missing.length > 0) engines.health.warn({ code: 'PEER_MISSING', message: missingText(missing, logsApi !== undefined) });

  // Inbound first: what comes after may write records already.
  if (options.context !== false) undo.push(provideTraceSource(traceSourceOf(api)));
  if (found.metrics !== undefined) tellMetrics(starting, found.metrics);
  const logs = found.logs && tellLogs(starting, api, found.logs);
  const spans = found.spans && tellSpans(starting, api, found.spans, logs !== undefined);
  const signals = (['spans', 'metrics', 'logs'] as const).filter((signal) => found[signal] !== undefined);
  return bridgeOf(signals, undo, () => ({ ...(spans && { spans: spans.stats() }), ...(logs?.stats && { logs: logs.stats() }) }));
}

/** Without `@opentelemetry/api-logs` the other signals are told, unless somebody insists on log records. */
async function loadLogs({ logs, logsApi, loggerProvider }: OpenTelemetryOptions): Promise<OpenTelemetryLogsApi | undefined> {
  if (logsApi !== undefined || loggerProvider !== undefined) return logsApi;
  try {
    return await loadPeer<OpenTelemetryLogsApi>(LOGS_API, 'logsApi');
  } catch (error) {
    if (logs !== undefined) throw error;
    return undefined;
  }
}

function tellMetrics({ telemetry, engines, slot, resolved, undo }: Starting, provider: OtelMeterProvider): void {
  if (slot.hasProducer) engines.health.warn({ code: 'CONFIG_DOUBTFUL', message: TWICE });
  slot.observesMetrics = true;
  undo.push(observeMetrics(provider.getMeter(SCOPE), telemetry, resolved.metrics));
}

function tellLogs({ telemetry, options, resolved, undo }: Starting, api: OpenTelemetryApi, provider: OtelLoggerProvider): Sink {
  const { sink } = logBridge({ api, provider, content: capturesContent(options.env) });
  const { level } = resolved.logs;
  const handle = telemetry.addSink(level === undefined ? sink : { sink, level });
  undo.push(() => {
    handle.detach();
    return sink.close?.();
  });
  return sink;
}

function tellSpans(
  { telemetry, engines, options, resolved, undo }: Starting,
  api: OpenTelemetryApi,
  provider: OtelTracerProvider,
  hasLogs: boolean,
): SpanBridge {
  const { health, spans: scope } = engines;
  const complaints = new Complaints(sourceOf(WHERE, telemetry));
  const isLogged = (): boolean => hasLogs && health.handlers().some(({ id }) => id === LOG_HANDLER_ID);
  const bridge = new SpanBridge({
    api,
    tracer: provider.getTracer(SCOPE),
    clock: health.clock,
    options: resolved.spans,
    withContent: capturesContent(options.env),
    redactor: () => engines.redactor(),
    tellsExceptions: (isQuiet) => exceptionSignals(options.env, !isQuiet && isLogged()).spanEvents,
    failed: (reason) => complaints.onceAMinute('span', `For OpenTelemetry: a span failed: ${reasonOf(reason)}`),
  });
  const handle = telemetry.attachEach(OPENTELEMETRY_HANDLER_ID, [], bridge.handler, { onError: 'keep' });
  scope.enter = scope.emit = bridge.enter;
  undo.push(() => {
    handle.detach();
    if (scope.enter === bridge.enter) scope.enter = scope.emit = undefined;
    bridge.stop();
  });
  return bridge;
}

function bridgeOf(
  signals: OpenTelemetryBridge['signals'],
  undo: (() => unknown)[],
  stats: OpenTelemetryBridge['stats'],
): OpenTelemetryBridge {
  const stop = async (): Promise<void> => takeBack(undo);
  return Object.freeze({ isDisabled: false, signals, stats, stop, [Symbol.asyncDispose]: stop });
}

/** The last first; each once. */
function takeBack(undo: (() => unknown)[]): void {
  for (const one of undo.splice(0).reverse()) {
    try {
      void one();
    } catch {
      // A provider of somebody else that throws: the rest is taken back all the same.
    }
  }
}

const nothing = async (): Promise<void> => undefined;
const DISABLED: OpenTelemetryBridge = Object.freeze({
  isDisabled: true,
  signals: [],
  stats: () => ({}),
  stop: nothing,
  [Symbol.asyncDispose]: nothing,
});

const TWICE =
  'The metrics of a bus are told twice: createMetricProducer was called for it, and startOpenTelemetry observes them, too. Say { metrics: false }.';

const alreadyStarted = (): TelemetryError =>
  new TelemetryError(
    'ALREADY_STARTED',
    'OpenTelemetry was started for this bus already',
    'What happens on it would be told twice',
    'Keep the bridge of the first startOpenTelemetry, or stop it first',
  );

/** Somebody reads the metrics of a bus through a producer. */
export function noteProducer(telemetry: Hosted): void {
  const engines = enginesOf('createMetricProducer', telemetry);
  const slot = slotOf(engines);
  slot.hasProducer = true;
  if (slot.observesMetrics) engines.health.warn({ code: 'CONFIG_DOUBTFUL', message: TWICE });
}
