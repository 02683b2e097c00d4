import type { ContextFields } from './context';
import { shared } from './shared';

/** A span of another system that is active here; see `provideTraceSource`. */
export interface ActiveTrace {
  /** What records have of it. One object as long as the span is active, so that lines can be told to have the same. */
  readonly fields: { readonly trace_id: string; readonly span_id: string };
  /** Bit 0: sampled. */
  readonly flags: number;
  /** The list of the header `tracestate`, if there is one. */
  readonly state: string | undefined;
}

/** Tells which span is active here, if any. */
export type TraceSource = () => ActiveTrace | undefined;

/**
 * Has records, samples and outgoing requests belong to the spans of another system, which keeps them in a context of its own.
 *
 * @param source - Asked for each record. What it throws counts for nothing.
 * @returns Ends it.
 */
export function provideTraceSource(source: TraceSource): () => void {
  shared.traceSources = [...(shared.traceSources ?? []), source];
  return () => {
    const rest = (shared.traceSources ?? []).filter((other) => other !== source);
    // Without any, a context costs what it did before there were some.
    shared.traceSources = rest.length === 0 ? undefined : rest;
  };
}

/** Whether anybody tells of spans of another system. */
export const tellsTraces = (): boolean => shared.traceSources !== undefined;

/** The span of another system that is active here. */
export function activeTrace(): ActiveTrace | undefined {
  const { traceSources } = shared;
  if (traceSources === undefined) return undefined;
  for (const source of traceSources) {
    try {
      const active = source();
      if (active !== undefined) return active;
    } catch {
      // A record is worth more than its trace.
    }
  }
  return undefined;
}

/** Whether an id is one of the span that is active here: hex digits, which hold no secret. */
export function isActiveId(id: unknown): boolean {
  const fields = activeTrace()?.fields;
  return fields !== undefined && (id === fields.trace_id || id === fields.span_id);
}

/** What was put together last: the same lines come again and again. */
let last: { readonly fields: ContextFields; readonly trace: ActiveTrace['fields']; readonly both: ContextFields } | undefined;

/** The fields of a scope with the ids of the active span, which win: they are where other systems look for the record. */
export function withActiveTrace(fields: ContextFields | undefined): ContextFields | undefined {
  const trace = activeTrace()?.fields;
  if (trace === undefined) return fields;
  if (fields === undefined) return trace;
  if (last?.fields === fields && last.trace === trace) return last.both;
  const isThere = fields.trace_id === trace.trace_id && fields.span_id === trace.span_id;
  const both = isThere ? fields : Object.freeze({ ...fields, ...trace });
  last = { fields, trace, both };
  return both;
}
