import type { AlertsHost, SeenHealth } from './alerts/host';
import type { Clock } from './core/clock';
import { contextFields } from './core/context';
import { errorIdOf } from './core/error-id';
import type { ErrorMark } from './core/error-mark';
import type { EventName } from './core/event';
import type { HandlerInfo } from './core/handler';
import { quietly } from './core/quietly';
import { read } from './core/read';
import type { Warning } from './core/warning';
import { hashOf } from './errors/hash';
import type { ErrorTracker } from './errors/tracker';
import type { HealthHost } from './health/host';
import type { Pipeline } from './log/pipeline';
import type { PlainWriter } from './log/plain-writer';
import { NO_ERROR } from './log/writer';
import { lastValue } from './metrics/define';
import { createDurations } from './metrics/duration-recorder';
import type { HistoryHost } from './metrics/history/host';
import type { HistoryQuery, HistorySeries } from './metrics/history/query';
import type { MetricDefinition } from './metrics/metric';
import type { MetricView } from './metrics/view';
import { createWindowedDurations } from './metrics/windowed-durations';
import type { GaugeDefinition, PollerHost } from './poller/host';
import type { Security } from './security/security';

/** What the engines that watch an application use of their bus, of its own parts. */
export interface MonitoredBus {
  execute(event: EventName, measurements: object, metadata?: object): void;
  listHandlers(): readonly HandlerInfo[];
  metric(name: string): MetricView | undefined;
  registerMetrics(definitions: readonly MetricDefinition[]): void;
  unregisterMetrics(...names: string[]): unknown;
  /** `undefined` without a history. */
  history(query: HistoryQuery): readonly HistorySeries[] | undefined;
  readonly histories: HistoryHost;
}

interface Host extends MonitoredBus {
  readonly clock: Clock;
  readonly pipeline: () => Pipeline;
  readonly writer: PlainWriter;
  readonly tracker: ErrorTracker;
  readonly warn: (warning: Warning) => void;
  readonly attachEach: AlertsHost['attachEach'];
  security(): Security;
  /** What `healthOf` made, if somebody asked. */
  health(): SeenChecks | undefined;
}

/** What is read of health checks. */
export interface SeenChecks {
  report(): { readonly status: string; readonly checks: Readonly<Record<string, { readonly status: string }>> };
}

/** Makes what the engines that watch an application know of their bus. */
export function assembleMonitoring(host: Host): { readonly poller: PollerHost; readonly health: HealthHost; readonly alerts: AlertsHost } {
  const { clock, pipeline, warn, execute } = host;
  const redact = (text: string): string => quietly(() => pipeline().settings.redactor.text(text)) ?? '';
  return {
    poller: {
      clock,
      execute,
      registerGauges(gauges) {
        const definitions = gauges.map(gaugeOf);
        host.registerMetrics(definitions);
        return () => void host.unregisterMetrics(...definitions.map(({ name }) => name));
      },
      warn,
    },
    health: {
      clock,
      execute,
      createLatencies: createDurations,
      sinks: () => pipeline().stats().sinks,
      handlers: () => host.listHandlers(),
      redact,
      maskOf: (key, text) => maskOf(pipeline, key, text),
      warn,
    },
    alerts: {
      clock,
      random: Math.random,
      attachEach: host.attachEach,
      execute,
      onError: (listener) => host.tracker.onError(listener),
      onSecurity: (listener) => host.security().on((event) => listener({ ...event, fields: { ...event, ...event.found } })),
      series: (metric) => host.metric(metric)?.series() ?? [],
      history: (metric, tags, last) => host.history({ metric, last, ...(tags && { tags }) }),
      health() {
        const seen = host.health()?.report();
        return seen && { overall: rankOf(seen.status), checks: mapValues(seen.checks, ({ status }) => rankOf(status)) };
      },
      createDurations: createWindowedDurations,
      context: contextFields,
      writeLine: (level, message, fields) =>
        void quietly(() =>
          host.writer.write('alerts', { level, message, fields, error: NO_ERROR, caller: undefined, mark: markOfAlert(fields) }),
        ),
      redact,
      origin: () => quietly(() => originOf(pipeline())) ?? {},
      warn,
    },
  };
}

/** Where that can't be told, all is masked. */
function maskOf(pipeline: () => Pipeline, key: string, text: string): string | undefined {
  let mask: string | undefined = '';
  quietly(() => {
    const { redactor } = pipeline().settings;
    const verdict = redactor.verdict(key);
    if (verdict === 'plain') mask = undefined;
    else mask = verdict === 'session' ? redactor.session(text) : redactor.replacement;
  });
  return mask;
}

const gaugeOf = ({ name, event, measurement, unit, description, tags, expireAfterMs }: GaugeDefinition): MetricDefinition =>
  lastValue(name, event, {
    measurement,
    tags,
    // What a platform can't tell is not there; that is no sample that was rejected.
    keep: (measurements: Readonly<Record<string, unknown>>) => measurements[measurement] !== undefined,
    expireAfter: expireAfterMs,
    ...(unit !== undefined && { unit }),
    ...(description !== undefined && { description }),
  } as never);

const RANKS: Readonly<Record<string, 0 | 1 | 2>> = { degraded: 1, unhealthy: 2 };
const rankOf = (status: string): SeenHealth['overall'] => RANKS[status] ?? 0;

const mapValues = <From, To>(from: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(from).map(([key, value]) => [key, map(value)]));

/**
 * A line that tells of an alert tells of no error: with a mark of its own it is not judged, so that nothing that counts errors, the
 * detectors of the security among them, takes it for one. Lines of a rule have one fingerprint.
 */
const markOfAlert = (fields: object): ErrorMark => ({
  id: errorIdOf(undefined),
  fingerprint: hashOf(['alert', String(read(fields, 'rule') ?? '')]),
  occurrences: 0,
});

/** Where notifications come from, in the words of records. */
function originOf({ settings }: Pipeline): Record<string, string> {
  const { app, environment, instance, hostname } = settings.resource;
  const known = Object.entries({ app, environment, instance, hostname }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Record<string, string>;
}
