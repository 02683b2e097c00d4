import type { Channel, Channels } from './channel';
import type { Clock } from './clock';
import { isThenable, type Payload } from './dispatch';
import type { EventName } from './event';
import { startHeartbeat } from './heartbeat';
import { checkOptions, isRecord } from './options';
import type { FailureKind } from './own-events';
import { shared } from './shared';
import type { EnteredSpan, SpanScope } from './span-scope';
import type { Span, SpanOptions } from './span-types';
import { stackOf } from './stack';
import { parseDuration } from './unit';

/** What spans need of their bus. */
export interface SpanParts {
  readonly clock: Clock;
  readonly channels: Channels;
  readonly emit: (channel: Channel, measurements: Payload, metadata: Payload) => void;
  readonly scope: SpanScope;
}

type Part = 'start' | 'stop' | 'exception' | 'heartbeat';
type Work = (span: Span) => unknown;

/** What a span is opened with: a prefix, or its events by part; a part without an event is not emitted. */
type Target = readonly string[] | { readonly [Name in Part]?: EventName | undefined };

/** The four ways to run a function under events, untyped; bus.ts gives them their types. */
export interface Spans {
  span(target: Target, metadata: Payload, work: Work, options?: SpanOptions): unknown;
  measure(target: Target, metadata: Payload, work: Work, options?: SpanOptions): unknown;
  executeWithTelemetry(event: EventName, metadata: Payload, work: Work, options?: SpanOptions): unknown;
  executeWithStartComplete(start: EventName, complete: EventName, metadata: Payload, work: Work, options?: SpanOptions): unknown;
}

/**
 * A span under way, and what the measured function is given to say more about it. One object per span: together with
 * the payloads it is all that a synchronous span allocates.
 */
class ActiveSpan implements Span {
  private measurements: Payload = undefined;
  private additions: Payload = undefined;
  private startMetadata: object | undefined = undefined;
  private begin: number;
  private readonly context = shared.nextSpan++;
  /** The channels of the prefix, so that each part costs one lookup and not three. */
  private actions: ReadonlyMap<unknown, Channel> | undefined = undefined;

  constructor(
    private readonly parts: SpanParts,
    private readonly target: Target,
    private readonly given: Payload,
  ) {
    const { clock } = parts;
    const time = clock.monotonicTime();
    this.begin = time;
    const start = this.heard('start');
    if (start === undefined) return;
    parts.emit(start, { systemTime: clock.systemTime(time), monotonicTime: time }, this.metadata());
    // The time of the start handlers is theirs, not the function's.
    this.begin = clock.monotonicTime();
  }

  add(measurements: object): void {
    this.measurements = this.measurements ? merge(this.measurements, measurements) : measurements;
  }

  set(metadata: object): void {
    this.additions = this.additions ? merge(this.additions, metadata) : metadata;
  }

  stop(): void {
    const stop = this.heard('stop');
    if (stop === undefined) return;
    const times = this.times(stop);
    this.tell(stop, times, this.additions ? this.metadataWith(this.additions) : this.metadata());
  }

  fail(kind: FailureKind, reason: unknown): void {
    const exception = this.heard('exception');
    if (exception === undefined) return;
    const times = this.times(exception);
    const failure = merge(this.additions, { kind, reason, stacktrace: stackOf(reason) });
    this.tell(exception, times, this.metadataWith(failure));
  }

  /** What those are told who get around its function. */
  entered(): EnteredSpan {
    const event = this.startMetadata === undefined ? this.locate('stop')?.name : undefined;
    const { telemetrySpanContext: context } = this.metadata() as { readonly telemetrySpanContext?: unknown };
    return { context, event };
  }

  /** Starts the heartbeat; returns what ends it. */
  beat(periodMs: number): () => void {
    return startHeartbeat(this.parts.clock, this.begin, periodMs, (elapsed, beat) => {
      const heartbeat = this.heard('heartbeat');
      if (heartbeat !== undefined) this.tell(heartbeat, { elapsed, beat }, this.metadata());
    });
  }

  /** Emits what belongs to the span: where somebody gets around that, too, within it. */
  private tell(channel: Channel, measurements: object, metadata: object): void {
    const { emit, scope } = this.parts;
    if (scope.emit === undefined) emit(channel, measurements, metadata);
    else scope.emit({ ...this.entered(), event: undefined }, () => emit(channel, measurements, metadata));
  }

  /** The channel of one of the events, if somebody hears it at this moment: what nobody hears is not built. */
  private heard(part: Part): Channel | undefined {
    const channel = this.actions?.get(part) ?? this.locate(part);
    return channel !== undefined && (channel.calls.length > 0 || channel.inspected) ? channel : undefined;
  }

  /** The channel of a part. Hostile targets and invalid names give none: that event reaches nobody. */
  private locate(part: Part): Channel | undefined {
    const { channels } = this.parts;
    try {
      if (Array.isArray(this.target)) {
        const app = this.target[0];
        const component = this.target[1];
        if (this.target.length !== 2) return undefined;
        this.actions = channels.component(app, component);
        return this.actions?.get(part) ?? channels.find([app, component, part]);
      }
      const { [part]: event, start, stop } = this.target as { readonly [Name in Part]?: EventName };
      if (event !== undefined) return channels.find(event);
      const sibling = start ?? stop;
      if (sibling !== undefined && (part === 'exception' || part === 'heartbeat')) return channels.find([sibling[0], sibling[1], part]);
    } catch {
      // null, or an object that refuses to be read
    }
    return undefined;
  }

  private times(channel: Channel): object {
    const monotonicTime = this.parts.clock.monotonicTime();
    const duration = Math.max(0, monotonicTime - this.begin) * channel.perMs;
    return this.measurements ? merge(this.measurements, { duration, monotonicTime }) : { duration, monotonicTime };
  }

  /** Start metadata, with a context of its own unless it brings one. */
  private metadata(): object {
    this.startMetadata ??= this.metadataWith(undefined);
    return this.startMetadata;
  }

  /** Start metadata and more. The context stands first: behind a spread, a key makes the literal 12 times slower. */
  private metadataWith(more: Payload): object {
    try {
      return more ? { telemetrySpanContext: this.context, ...this.given, ...more } : { telemetrySpanContext: this.context, ...this.given };
    } catch {
      return merge(merge({ telemetrySpanContext: this.context }, this.given), more);
    }
  }
}

export function createSpans(parts: SpanParts): Spans {
  function run(target: Target, given: Payload, work: Work, options?: SpanOptions, pairs?: boolean): unknown {
    const period = options && heartbeatOf(options);
    const span = new ActiveSpan(parts, target, given);
    let returned: unknown;
    try {
      const { enter } = parts.scope;
      returned = enter === undefined ? work(span) : enter(span.entered(), () => work(span));
    } catch (reason) {
      span.fail('error', reason);
      throw reason;
    }
    if (!attempt(isThenable, returned)) return finish(span, returned, pairs);
    const stopBeating = period && span.beat(period);
    return returned.then(
      (settled) => {
        if (stopBeating) stopBeating();
        return finish(span, settled, pairs);
      },
      (reason) => {
        if (stopBeating) stopBeating();
        span.fail('rejection', reason);
        throw reason;
      },
    );
  }

  return {
    span: (target, metadata, work, options) => run(target, metadata, work, options, true),
    measure: (target, metadata, work, options) => run(target, metadata, work, options),
    executeWithTelemetry: (stop, metadata, work, options) => run({ stop, exception: stop }, metadata, work, options),
    executeWithStartComplete: (start, stop, metadata, work, options) => run({ start, stop, exception: stop }, metadata, work, options),
  };
}

function finish(span: ActiveSpan, returned: unknown, pairs: boolean | undefined): unknown {
  if (!pairs || !attempt(isSpanResult, returned)) {
    span.stop();
    return returned;
  }
  if (returned.length === 3) span.add(returned[1]);
  span.set(returned.at(-1) as object);
  span.stop();
  return returned[0];
}

/** Asks a question about a function's result; a result that refuses to be read answers no. */
function attempt<Kind>(question: (value: unknown) => value is Kind, value: unknown): value is Kind {
  try {
    return question(value);
  } catch {
    return false;
  }
}

/**
 * Both objects in one, the second winning. What can't be read is left out rather than thrown into the application.
 * `Object.assign` takes 45 ns here, two spreads 350.
 */
function merge(first: Payload, second: Payload): object {
  try {
    return Object.assign({}, first, second);
  } catch {
    return first ?? {};
  }
}

const isSpanResult = (value: unknown): value is readonly [unknown, object, object?] =>
  Array.isArray(value) && (value.length === 2 || (value.length === 3 && isRecord(value[1]))) && isRecord(value.at(-1));

function heartbeatOf(options: SpanOptions): number | undefined {
  checkOptions('span', options, { heartbeat: 'any' });
  return options.heartbeat === undefined ? undefined : parseDuration('span: heartbeat', options.heartbeat);
}
