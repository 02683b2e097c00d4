import type { HrTime } from '../metrics/data';

/**
 * What is used of `@opentelemetry/api` for spans: its own types, told by their structure, so that nothing has to be installed for
 * these declarations. Methods, not functions, since the real ones take more than is known here.
 */

/** A context: values that go with a piece of work. */
export interface OtelContext {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): OtelContext;
  deleteValue(key: symbol): OtelContext;
}

export interface OtelTraceState {
  serialize(): string;
}

/** What says which span it is, also on other machines. */
export interface OtelSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  /** Bit 0: sampled. */
  readonly traceFlags: number;
  readonly isRemote?: boolean | undefined;
  readonly traceState?: OtelTraceState | undefined;
}

export type OtelSpanValue = string | number | boolean | string[] | number[] | boolean[];
export type OtelSpanAttributes = Record<string, OtelSpanValue>;

export interface OtelSpan {
  spanContext(): OtelSpanContext;
  setAttributes(attributes: OtelSpanAttributes): unknown;
  addEvent(name: string, attributes: OtelSpanAttributes, time: HrTime): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  updateName(name: string): unknown;
  end(time?: HrTime): void;
  isRecording(): boolean;
}

export interface OtelSpanOptions {
  readonly kind: number;
  readonly startTime: HrTime;
  readonly attributes: OtelSpanAttributes;
}

export interface OtelTracer {
  startSpan(name: string, options: OtelSpanOptions, context: OtelContext): OtelSpan;
}

/** Where spans come from: the SDK's. */
export interface OtelTracerProvider {
  getTracer(name: string, version?: string): OtelTracer;
}

/** The part of `@opentelemetry/api` that spans and contexts take. */
export interface OtelTraceApi {
  readonly trace: {
    getTracerProvider(): OtelTracerProvider;
    getSpan(context: OtelContext): OtelSpan | undefined;
    setSpan(context: OtelContext, span: OtelSpan): OtelContext;
    setSpanContext(context: OtelContext, spanContext: OtelSpanContext): OtelContext;
    isSpanContextValid(spanContext: OtelSpanContext): boolean;
  };
  readonly context: {
    active(): OtelContext;
    with<Result>(context: OtelContext, fn: () => Result): Result;
  };
  readonly ROOT_CONTEXT: OtelContext;
  createTraceState(list?: string): OtelTraceState;
}

/** `SpanKind` */
export const KIND = { internal: 0, server: 1, client: 2 } as const;
/** `SpanStatusCode.ERROR` */
export const STATUS_ERROR = 2;
