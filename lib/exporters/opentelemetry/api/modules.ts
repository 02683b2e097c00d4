import type { OtelLoggerProvider } from '../logs/api';
import type { OtelMeter } from '../metrics/meter';
import type { OtelTraceApi } from './trace';

/** Where meters come from: the SDK's. */
export interface OtelMeterProvider {
  getMeter(name: string, version?: string): OtelMeter;
}

/** What is used of `@opentelemetry/api`; the module itself is one. */
export interface OpenTelemetryApi extends OtelTraceApi {
  readonly metrics: { getMeterProvider(): OtelMeterProvider };
  /** Tell what stands in for an SDK where there is none. */
  readonly ProxyTracerProvider?: new () => { getDelegate(): unknown };
  createNoopMeter?(): unknown;
}

/** What is used of `@opentelemetry/api-logs`; the module itself is one. */
export interface OpenTelemetryLogsApi {
  readonly logs: { getLoggerProvider(): OtelLoggerProvider };
  createNoopLogger?(): unknown;
}
