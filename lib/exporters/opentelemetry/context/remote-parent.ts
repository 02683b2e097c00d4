import { contextFields, scopeOwner } from '../../../core/context';
import { read } from '../../../core/read';
import type { OtelContext, OtelTraceApi } from '../api/trace';
import { SAMPLED, traceIdsOf } from './trace-ids';

/** What a tracked request knows of its trace; another copy of the library may have made it. */
interface Traced {
  readonly traceId?: unknown;
  readonly spanId?: unknown;
  readonly parentId?: unknown;
  readonly flags?: unknown;
  readonly state?: unknown;
}

/**
 * In which context a span begins: that of the active span; else that of the caller of the request which the span is; else that of the
 * span that the scope names in `trace_id` and `span_id`.
 *
 * @param context - `telemetrySpanContext` of the span that begins.
 */
export function parentContext(api: OtelTraceApi, context: unknown): OtelContext {
  const active = api.context.active();
  const span = api.trace.getSpan(active);
  if (span !== undefined && api.trace.isSpanContextValid(span.spanContext())) return active;
  const owner = scopeOwner();
  const trace = read(owner, 'trace') as Traced | undefined;
  if (typeof trace === 'object' && trace !== null && read(owner, 'span') === context) {
    // Without a caller the request is the first of its trace, whose ids OpenTelemetry makes.
    return remote(api, active, trace, trace.traceId, trace.parentId);
  }
  const fields = contextFields();
  return fields === undefined ? active : remote(api, active, trace, fields.trace_id, fields.span_id);
}

function remote(api: OtelTraceApi, active: OtelContext, trace: Traced | undefined, traceId: unknown, spanId: unknown): OtelContext {
  const ids = traceIdsOf(traceId, spanId);
  if (ids === undefined) return active;
  const { flags, state } = trace !== undefined && trace.traceId === traceId ? trace : ({} as Traced);
  return api.trace.setSpanContext(active, {
    ...ids,
    // What was not taken up from anybody was begun here, and is recorded.
    traceFlags: typeof flags === 'number' ? flags : SAMPLED,
    isRemote: true,
    ...(typeof state === 'string' && { traceState: api.createTraceState(state) }),
  });
}
