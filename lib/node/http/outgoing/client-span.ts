import { type ContextFields, contextFields, runInScope, withoutContext } from '../../../core/context';
import { shared } from '../../../core/shared';
import { stackOf } from '../../../core/stack';
import { httpEvents } from '../../../http/events';
import { methodOf, pathOf } from '../../../http/head';
import type { HttpHost } from '../../../http/host';

/** What events of outgoing requests use of their bus. */
export type ClientHost = Pick<HttpHost, 'clock' | 'declareEvents' | 'emitter' | 'hasHandlers' | 'spans' | 'warn'>;

/** Where a request goes, for its events. */
export interface ClientTarget {
  readonly method: string;
  readonly host: string;
  /** Without the query, which carries tokens. */
  readonly path: string;
}

const MAX_HOST = 255;

/** @param target - Of the request line: a path, or a whole URL. */
export const clientTarget = (method: unknown, host: string, target: unknown): ClientTarget => ({
  method: methodOf(method),
  host: host.slice(0, MAX_HOST),
  path: pathOf(target),
});

type Emit = (measurements: object, metadata: object) => void;

/** Emits the events of requests that the program makes, on one bus. */
export class ClientEvents {
  private readonly start: Emit;
  private readonly stop: Emit;
  private readonly exception: Emit;

  constructor(private readonly host: ClientHost) {
    host.declareEvents(httpEvents);
    this.start = host.emitter(httpEvents.client.start);
    this.stop = host.emitter(httpEvents.client.stop);
    this.exception = host.emitter(httpEvents.client.exception);
  }

  /**
   * A request begins.
   *
   * @param spanId - Its span, when it belongs to a trace: its records carry it instead of the caller's.
   */
  open(target: ClientTarget, spanId: string | undefined): ClientSpan | undefined {
    const { start, stop, exception } = httpEvents.client;
    const { host } = this;
    if (!host.hasHandlers(start) && !host.hasHandlers(stop) && !host.hasHandlers(exception)) return undefined;
    const outer = contextFields();
    const fields = spanId === undefined ? outer : Object.freeze({ ...outer, span_id: spanId });
    return new ClientSpan(host.clock, this, fields, { ...target, telemetrySpanContext: shared.nextSpan++ });
  }

  /** Runs something within a span, for those that keep spans active. */
  within<Result>(context: unknown, work: () => Result): Result {
    const { enter } = this.host.spans;
    return enter === undefined ? work() : enter({ context, event: undefined }, work);
  }

  /** The caller's scope, which answers do not arrive in. */
  emit(part: 'start' | 'stop' | 'exception', fields: ContextFields | undefined, measurements: object, metadata: object): void {
    const emit = (): void => this[part](measurements, metadata);
    if (fields === undefined) withoutContext(emit);
    else runInScope(fields, emit);
  }
}

/** A request under way, on one bus. It has one end, however often it is told of. */
export class ClientSpan {
  private readonly begin: number;
  private isOver = false;

  constructor(
    private readonly clock: ClientHost['clock'],
    private readonly events: ClientEvents,
    private readonly fields: ContextFields | undefined,
    private readonly metadata: ClientTarget & { readonly telemetrySpanContext: unknown },
  ) {
    const time = clock.monotonicTime();
    events.emit('start', fields, { systemTime: clock.systemTime(time), monotonicTime: time }, metadata);
    // The time of the start handlers is theirs.
    this.begin = clock.monotonicTime();
  }

  within<Result>(work: () => Result): Result {
    return this.events.within(this.metadata.telemetrySpanContext, work);
  }

  end(status: number): void {
    this.finish('stop', { status });
  }

  fail(reason: unknown): void {
    this.finish('exception', { kind: 'error', reason, stacktrace: stackOf(reason) });
  }

  private finish(part: 'stop' | 'exception', more: object): void {
    if (this.isOver) return;
    this.isOver = true;
    const monotonicTime = this.clock.monotonicTime();
    const duration = Math.max(0, monotonicTime - this.begin);
    this.events.emit(part, this.fields, { duration, monotonicTime }, { ...this.metadata, ...more });
  }
}
