/** Ids of W3C Trace Context; zeros are none. */
const TRACE_ID = /^(?!0+$)[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0+$)[0-9a-f]{16}$/;

/** The flag of a trace that is recorded. */
export const SAMPLED = 1;

export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** Ids of a span when they are such as OpenTelemetry takes. */
export const traceIdsOf = (traceId: unknown, spanId: unknown): TraceIds | undefined =>
  typeof traceId === 'string' && typeof spanId === 'string' && TRACE_ID.test(traceId) && SPAN_ID.test(spanId)
    ? { traceId, spanId }
    : undefined;
