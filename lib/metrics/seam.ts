import type { Clock } from '../core/clock';
import type { Warning } from '../core/warning';
import type { MetricView } from './view';

/** Where exporters find the metrics of a bus; global, so that both builds know it. */
export const METRICS_SEAM: unique symbol = Symbol.for('telemetry-bus/metrics') as never;

/** The metrics of a bus, for exporters. */
export interface MetricSource {
  /** All metrics with at least one series, in the order they were first seen. Reading removes gauges that expired. */
  metrics(): Iterable<MetricView>;
  /** Brings what `metrics` tells up to date, where it comes from elsewhere. Exporters wait for it. Never rejects, and ends in time. */
  prepare?(): Promise<void>;
  readonly clock: Clock;
  /** Says what an exporter must not throw. */
  warn(warning: Warning): void;
}

/** A bus that has metrics: one of `createTelemetry` of `telemetry-bus`. */
export interface Metered {
  readonly [METRICS_SEAM]?: MetricSource;
}
