import { type Variables, variableIn } from './process-variables';

/** Where the exceptions of spans go. */
export interface ExceptionSignals {
  /** Log records, as the convention has it now. */
  readonly logs: boolean;
  /** Events of the span, as it was before. */
  readonly spanEvents: boolean;
}

/**
 * Where exceptions go, by `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN`: `logs`, or `logs/dup` for log records and events of spans. Without it
 * log records, since nobody relies on anything earlier here. https://opentelemetry.io/docs/specs/semconv/exceptions/
 *
 * @param hasLogs - Whether log records reach OpenTelemetry. Where they do not, and nothing was asked for, exceptions are events of
 * spans, so that they are not lost.
 * @example
 * exceptionSignals({ OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: 'logs/dup' }); // => { logs: true, spanEvents: true }
 */
export function exceptionSignals(env?: Variables, hasLogs = true): ExceptionSignals {
  // It is a list, as its sister OTEL_SEMCONV_STABILITY_OPT_IN is.
  const asked = variableIn(env, 'OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN')
    .split(',')
    .map((word) => word.trim().toLowerCase());
  if (asked.includes('logs/dup')) return { logs: hasLogs, spanEvents: true };
  return { logs: hasLogs, spanEvents: !hasLogs && !asked.includes('logs') };
}

/**
 * Whether `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is `true`, in any case: then what people and models write to each other
 * may be told to OpenTelemetry. Any other value is a no.
 */
export const capturesContent = (env?: Variables): boolean =>
  variableIn(env, 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT').toLowerCase() === 'true';
