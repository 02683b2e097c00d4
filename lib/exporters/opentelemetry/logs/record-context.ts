import { scopeOwner } from '../../../core/context';
import { read } from '../../../core/read';
import type { OtelContext } from '../api/trace';
import { SAMPLED, type TraceIds } from '../context/trace-ids';
import type { OtelLogsApi } from './api';

/** The key under which the SDK says that what happens is its own work (`suppressTracing` of `@opentelemetry/core`). */
const SUPPRESSED: symbol = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Whether the SDK is at work here, sending what it has. */
export const isSuppressed = (context: OtelContext): boolean => context.getValue(SUPPRESSED) === true;

/** Whether a valid span is active. */
function hasSpan(api: OtelLogsApi, active: OtelContext): boolean {
  const span = api.trace.getSpan(active);
  return span !== undefined && api.trace.isSpanContextValid(span.spanContext());
}

/**
 * The context that a record belongs to: the active one when a span is active, else one that is made of the record's ids.
 *
 * @param ids - Those of the record, if they are valid.
 */
export function recordContext(api: OtelLogsApi, active: OtelContext, ids: TraceIds | undefined): OtelContext {
  if (ids === undefined || hasSpan(api, active)) return active;
  return api.trace.setSpanContext(api.ROOT_CONTEXT, { ...ids, traceFlags: flagsOf(ids.traceId) });
}

/** The flags that came with a request of this trace. What began here is recorded. */
function flagsOf(traceId: string): number {
  const trace = read(scopeOwner(), 'trace');
  const flags = read(trace, 'traceId') === traceId ? read(trace, 'flags') : undefined;
  return typeof flags === 'number' ? flags : SAMPLED;
}
