import type { EventName } from './event';

/** A span whose function is about to run. */
export interface EnteredSpan {
  /** Its `telemetrySpanContext`. */
  readonly context: unknown;
  /** The event that will end it, if none told of its beginning. */
  readonly event: EventName | undefined;
}

/** Runs the function of a span in a context of its own. It MUST call `work` once, return what that returns, and throw nothing else. */
export type EnterSpan = <Result>(span: EnteredSpan, work: () => Result) => Result;

/** Where a bus lets another system get around the functions of its spans, so that what they do belongs to them there, too. */
export interface SpanScope {
  /** One at a time: the last. Looked up for each span. */
  enter: EnterSpan | undefined;
  /** Gets around the emission of what a span tells after its beginning, so that the records of it belong to the span. */
  emit?: EnterSpan | undefined;
}
