import { contextFields, runInScope } from '../../../core/context';
import type { OtelContext, OtelSpanContext, OtelTraceApi } from '../api/trace';

/**
 * Runs a function in a context of OpenTelemetry: once, whatever the context manager does, and nothing but what the function throws is
 * thrown.
 */
export function runIn<Result>(api: OtelTraceApi, context: OtelContext, work: () => Result, failed: (reason: unknown) => void): Result {
  let outcome: Outcome<Result> | undefined;
  const once = (): Result => {
    outcome ??= outcomeOf(work);
    return resultOf(outcome);
  };
  try {
    api.context.with(context, once);
  } catch (reason) {
    // What the function threw comes out below.
    if (outcome?.isThrown !== true) failed(reason);
  }
  return once();
}

/** How a function ended. */
type Outcome<Result> = { readonly isThrown: false; readonly result: Result } | { readonly isThrown: true; readonly reason: unknown };

function outcomeOf<Result>(work: () => Result): Outcome<Result> {
  try {
    return { isThrown: false, result: work() };
  } catch (reason) {
    return { isThrown: true, reason };
  }
}

function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (outcome.isThrown) throw outcome.reason;
  return outcome.result;
}

/** Whether the API keeps contexts at all: without a context manager, everything happens in the root context. */
export function keepsContexts({ context, ROOT_CONTEXT }: OtelTraceApi): boolean {
  const probe = Symbol('telemetry-bus/probe');
  try {
    return context.with(ROOT_CONTEXT.setValue(probe, true), () => context.active().getValue(probe) === true);
  } catch {
    return false;
  }
}

/** Runs a function in a scope that names a span, where OpenTelemetry keeps no contexts. */
export const runInSpanScope = <Result>({ traceId, spanId }: OtelSpanContext, work: () => Result): Result =>
  runInScope(Object.freeze({ ...contextFields(), trace_id: traceId, span_id: spanId }), work);
