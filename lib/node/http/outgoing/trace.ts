import { activeTrace } from '../../../core/active-trace';
import { type ContextFields, contextFields } from '../../../core/context';
import { newSpanId } from '../../../http/ids';
import { currentTrace } from '../../../http/scope';
import { formatTraceparent, type TraceContext, traceOfActive } from '../../../http/trace-context';

/** The headers that pass a trace on, and the span of the request that carries them. */
export interface TraceHeaders {
  readonly spanId: string;
  readonly traceparent: string;
  readonly tracestate: string | undefined;
}

const TRACE_ID = /^(?!0+$)[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0+$)[0-9a-f]{16}$/;

/**
 * What a request made here carries: the span of another system that is active here, as its own; the trace of the request that is answered here, else the one that the fields `trace_id` and
 * `span_id` of the scope name, as a job would open it. `undefined` outside of any trace.
 */
export function traceHeaders(): TraceHeaders | undefined {
  const active = activeTrace();
  if (active !== undefined)
    return { spanId: active.fields.span_id, traceparent: formatTraceparent(traceOfActive(active)), tracestate: active.state };
  const trace = currentTrace() ?? traceOfFields(contextFields());
  if (trace === undefined) return undefined;
  const spanId = newSpanId();
  return { spanId, traceparent: formatTraceparent({ ...trace, spanId, parentId: trace.spanId }), tracestate: trace.state };
}

/** What was not taken up from anybody was begun here, and is recorded. */
function traceOfFields(fields: ContextFields | undefined): TraceContext | undefined {
  if (fields === undefined) return undefined;
  const { trace_id: traceId, span_id: spanId } = fields;
  if (typeof traceId !== 'string' || !TRACE_ID.test(traceId)) return undefined;
  if (typeof spanId !== 'string' || !SPAN_ID.test(spanId)) return undefined;
  return { traceId, spanId, parentId: undefined, flags: 1, state: undefined };
}
