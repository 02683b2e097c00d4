import type { AlertsHost } from './alerts/host';
import type { Hiding } from './core/hiding';
import { optionInvalid } from './core/options';
import type { SpanScope } from './core/span-scope';
import type { Warning } from './core/warning';
import type { ErrorHost } from './errors/host';
import type { ErrorTracker } from './errors/tracker';
import type { HealthHost } from './health/host';
import type { HttpHost } from './http/host';
import type { HistoryHost } from './metrics/history/host';
import type { MetricDefinition } from './metrics/metric';
import type { PerformanceHost } from './performance/host';
import type { PollerHost } from './poller/host';
import type { SecurityHost } from './security/host';

/** Where a bus lets engines at its parts. A symbol of all copies of the library: the bus may be another copy's. */
export const ENGINES: unique symbol = Symbol.for('telemetry-bus/engines') as never;

/** What request tracking uses of a bus; what there is of the errors and the metrics is put to it where tracking begins. */
export interface HttpSeam extends Omit<HttpHost, 'registerMetrics' | 'reportError' | 'messageFor'> {
  /** @throws {TelemetryError} `METRIC_CONFLICT` */
  registerMetrics(definitions: readonly MetricDefinition[]): void;
  unregisterMetrics(...names: string[]): void;
  hasMetric(name: string): boolean;
  /** Says whether access records are wanted, which they are unless somebody said otherwise. */
  wantAccess(wanted: boolean): void;
}

/** What engines use of a bus. */
export interface Engines {
  readonly errors: ErrorHost;
  readonly tracker: ErrorTracker;
  readonly security: SecurityHost;
  readonly performance: PerformanceHost;
  readonly poller: PollerHost;
  readonly health: HealthHost;
  readonly alerts: AlertsHost;
  readonly http: HttpSeam;
  readonly histories: HistoryHost;
  /** Where a bridge gets around the functions of spans. */
  readonly spans: SpanScope;
  /** What hides secrets by the rules of the log: another object after these were changed. `undefined` while there can be no log. */
  redactor(): Hiding | undefined;
  /** Lets engines warn this one instead of the bus's `onWarning`. Returns what ends it. */
  tellWarnings(listener: (warning: Warning) => void): () => void;
  /** What there is one of for each bus, by its kind: made by the first who asks. */
  single<Kind>(kind: string, make: () => Kind): Kind;
}

/** A bus that engines can work with: one of `createTelemetry` of `telemetry-bus`. */
export interface Hosted {
  readonly [ENGINES]?: Engines;
}

/** @throws {TelemetryError} `OPTION_INVALID` for what is no such bus. */
export function enginesOf(where: string, telemetry: Hosted): Engines {
  const engines = (telemetry as Hosted | undefined)?.[ENGINES];
  if (engines === undefined) throw optionInvalid(`${where}: telemetry`, telemetry, "a bus of createTelemetry of 'telemetry-bus'");
  return engines;
}
