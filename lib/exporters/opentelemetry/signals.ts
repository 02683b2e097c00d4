import { TelemetryError } from '../../core/errors';
import { API, LOGS_API } from './api/load';
import type { OpenTelemetryApi, OpenTelemetryLogsApi, OtelMeterProvider } from './api/modules';
import { isLogging, isMetering, isTracing } from './api/providers';
import type { OtelTracerProvider } from './api/trace';
import type { OtelLoggerProvider } from './logs/api';

export type Signal = 'spans' | 'metrics' | 'logs';

/** Where what is told goes; a signal without a provider is not told. */
export interface Providers {
  readonly spans?: OtelTracerProvider;
  readonly metrics?: OtelMeterProvider;
  readonly logs?: OtelLoggerProvider;
}

interface Asked {
  readonly wanted: ReadonlySet<Signal>;
  readonly api: OpenTelemetryApi;
  /** Missing where its package is, and nobody insists on log records. */
  readonly logsApi: OpenTelemetryLogsApi | undefined;
  /** Those that are given are taken as they are. */
  readonly given: Providers;
  readonly requireSdk: boolean;
}

/**
 * Finds the providers of the signals that are wanted: those that were given, else the global ones.
 *
 * @returns With them those signals that are wanted and that nobody takes.
 * @throws {TelemetryError} `PEER_MISSING` when nobody takes any of them.
 */
export function findProviders({ wanted, api, logsApi, given, requireSdk }: Asked): {
  readonly found: Providers;
  readonly missing: Signal[];
} {
  const tracing = given.spans ?? api.trace.getTracerProvider();
  const metering = given.metrics ?? api.metrics.getMeterProvider();
  const logging = given.logs ?? logsApi?.logs.getLoggerProvider();
  const takes: Readonly<Record<Signal, () => boolean>> = {
    spans: () => given.spans !== undefined || !requireSdk || isTracing(api, tracing),
    // Unlike the other two, the API has no instrument that reaches an SDK which is registered later.
    metrics: () => given.metrics !== undefined || isMetering(api, metering),
    logs: () =>
      given.logs !== undefined || (logsApi !== undefined && logging !== undefined && (!requireSdk || isLogging(logsApi, logging))),
  };
  const all = [...wanted];
  const taken = all.filter((signal) => takes[signal]());
  const missing = all.filter((signal) => !taken.includes(signal));
  if (taken.length === 0 && missing.length > 0 && requireSdk) throw sdkMissing();
  const found: Providers = {
    ...(taken.includes('spans') && { spans: tracing }),
    ...(taken.includes('metrics') && { metrics: metering }),
    ...(taken.includes('logs') && { logs: logging! }),
  };
  return { found, missing };
}

const sdkMissing = (): TelemetryError =>
  new TelemetryError(
    'PEER_MISSING',
    'OpenTelemetry was not started',
    `The package ${API} is there, but no OpenTelemetry SDK is registered with it, so nothing would be told to anybody`,
    'Install an SDK such as with "npm install @opentelemetry/sdk-node" and start it before startOpenTelemetry, or say { requireSdk: false }',
  );

/** The warning about signals that are not told. */
export const missingText = (missing: readonly Signal[], hasLogsApi: boolean): string =>
  missing.includes('logs') && !hasLogsApi
    ? `startOpenTelemetry: ${missing.join(' and ')} are not told: the package ${LOGS_API} is not installed${missing.length > 1 ? ', and no SDK takes the others' : ''}`
    : `startOpenTelemetry: ${missing.join(' and ')} are not told: no OpenTelemetry SDK is registered for them`;
