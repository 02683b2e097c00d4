import type { OtelContext, OtelSpan, OtelTraceApi } from '../api/trace';
import { keepsContexts, runIn, runInSpanScope } from './run-in';

/** The contexts in which spans are active. */
export class SpanContexts {
  private readonly hasContexts: boolean;

  /** @param failed - Told of what the API throws. */
  constructor(
    private readonly api: OtelTraceApi,
    private readonly failed: (reason: unknown) => void,
  ) {
    this.hasContexts = keepsContexts(api);
  }

  /** @returns `undefined` for a span that no tracer made: it is active nowhere, since no record belongs to it. */
  of(span: OtelSpan, parent: OtelContext): OtelContext | undefined {
    try {
      return isOwn(this.api, span, parent) ? this.api.trace.setSpan(parent, span) : undefined;
    } catch (reason) {
      this.failed(reason);
      return undefined;
    }
  }

  /** Runs a function with a span active; once, and nothing but what the function throws is thrown. @param context - That of the span. */
  run<Result>(span: OtelSpan, context: OtelContext, work: () => Result): Result {
    const { api } = this;
    let inside: OtelContext | undefined = context;
    let run = work;
    try {
      if (!this.hasContexts) {
        const spanContext = span.spanContext();
        run = () => runInSpanScope(spanContext, work);
      }
      const active = api.context.active();
      const outer = api.trace.getSpan(active);
      // What else the active context has stays; where the span is active already, nothing is to be done.
      if (outer !== undefined) inside = outer === span ? undefined : api.trace.setSpan(active, span);
    } catch (reason) {
      this.failed(reason);
    }
    return inside === undefined ? run() : runIn(api, inside, run, this.failed);
  }
}

/** Whether a tracer made a span. Without an SDK it hands out the parent again, or one whose ids are zeros. */
function isOwn({ trace }: OtelTraceApi, span: OtelSpan, parent: OtelContext): boolean {
  const spanContext = span.spanContext();
  return trace.isSpanContextValid(spanContext) && trace.getSpan(parent)?.spanContext().spanId !== spanContext.spanId;
}
