import type { OtelContext, OtelTraceApi } from '../api/trace';
import type { HrTime } from '../metrics/data';

/**
 * What is used of `@opentelemetry/api-logs`: its own types, told by their structure, so that nothing has to be installed for these
 * declarations. Methods, not functions, since the real ones take more than is known here.
 */

/** What an attribute or a body can be. */
export type OtelAnyValue = string | number | boolean | null | undefined | OtelAnyValue[] | { [key: string]: OtelAnyValue };

export interface OtelLogRecord {
  timestamp?: HrTime;
  observedTimestamp?: HrTime;
  severityNumber?: number;
  severityText?: string;
  body?: OtelAnyValue;
  eventName?: string;
  attributes?: { [key: string]: OtelAnyValue };
  context?: OtelContext;
}

export interface OtelLogger {
  emit(record: OtelLogRecord): void;
  /** Missing in older versions of the API. */
  enabled?(options?: { context?: OtelContext; severityNumber?: number; eventName?: string }): boolean;
}

/** Where loggers come from: the SDK's. */
export interface OtelLoggerProvider {
  getLogger(name: string): OtelLogger;
}

/** The part of `@opentelemetry/api` that log records take. */
export type OtelLogsApi = {
  readonly trace: Pick<OtelTraceApi['trace'], 'getSpan' | 'setSpanContext' | 'isSpanContextValid'>;
  readonly context: Pick<OtelTraceApi['context'], 'active'>;
  readonly ROOT_CONTEXT: OtelContext;
};
