import type { Clock } from '../../../core/clock';
import type { EventName } from '../../../core/event';
import type { HandlerFactory } from '../../../core/handler';
import type { Hiding } from '../../../core/hiding';
import { read } from '../../../core/read';
import type { EnteredSpan, EnterSpan } from '../../../core/span-scope';
import type { OtelSpan, OtelSpanAttributes, OtelTraceApi, OtelTracer } from '../api/trace';
import { parentContext } from '../context/remote-parent';
import { SpanContexts } from '../context/span-contexts';
import { hrTimeOf } from '../metrics/data';
import { AttributeReader, type Emitted } from './attributes';
import { type EventInfo, EventInfos } from './event-info';
import { exceptionAttributes, type Thrown, thrownIn, verdictOn } from './failure';
import { type OpenSpan, OpenSpans } from './open-spans';
import type { ResolvedSpansOptions } from './options';
import { RedactedValues } from './redacted-values';
import { kindOf, operationName, spanName } from './span-name';
import { endOf, type Moment, WallTime } from './wall-time';

/** The account of spans: `started` is `ended` and `abandoned` and `open` together. */
export interface OtelSpansStats {
  readonly started: number;
  /** By their own end. */
  readonly ended: number;
  readonly open: number;
  /** Ended by `maxOpen` or by `stop`. */
  readonly abandoned: number;
  /** How often something of a span could not be done: a tracer that throws, an event that can't be read, an option that fails. */
  readonly failed: number;
}

/** What spans need. */
export interface SpanBridgeParts {
  readonly api: OtelTraceApi;
  readonly tracer: OtelTracer;
  readonly clock: Clock;
  readonly options: ResolvedSpansOptions;
  /** Whether what people and models write to each other may be told. */
  readonly withContent: boolean;
  redactor(): Hiding | undefined;
  /** Whether exceptions are events of the span. @param isQuiet - Records of the event are hardly ever written. */
  tellsExceptions(isQuiet: boolean): boolean;
  /** Told of what failed. */
  failed(reason: unknown): void;
}

/** Says why a span was ended by somebody else. */
const ABANDONED = 'telemetry_bus.span.abandoned';
const EXCEPTION = 'exception';
const NOTHING = Object.freeze({});
const UNTOLD: Emitted = { measurements: NOTHING, metadata: NOTHING };
const MAX_NAME = 256;

/** When a span was over, and how long it took. */
interface Lasted {
  readonly end: Moment;
  readonly durationMs: number;
}

/** Makes spans of OpenTelemetry out of the events of spans. */
export class SpanBridge {
  private readonly counts = { started: 0, ended: 0, abandoned: 0, failed: 0 };
  private readonly open: OpenSpans;
  private readonly infos: EventInfos;
  private readonly values: RedactedValues;
  private readonly attributes: AttributeReader;
  private readonly time: WallTime;
  private readonly contexts: SpanContexts;

  constructor(private readonly parts: SpanBridgeParts) {
    const { api, clock, options, withContent, redactor } = parts;
    this.open = new OpenSpans(options.maxOpen, (open) => this.abandon(open, 'limit'));
    this.infos = new EventInfos((event) => this.includes(event));
    this.values = new RedactedValues(redactor);
    this.attributes = new AttributeReader(this.infos, this.values, options.attributes, withContent);
    this.time = new WallTime(clock);
    this.contexts = new SpanContexts(api, (reason) => this.failed(reason));
  }

  /** The handler for all events. */
  readonly handler: HandlerFactory = (event, definition) => {
    const info = this.infos.make(event, definition);
    return (_event, measurements, metadata) => {
      try {
        const { telemetrySpanContext: context } = metadata as { readonly telemetrySpanContext?: unknown };
        if (context !== undefined) this.hear(info, context, { measurements, metadata });
      } catch (reason) {
        this.failed(reason);
      }
    };
  };

  /** Runs the function of a span with the span active. */
  readonly enter: EnterSpan = <Result>(entered: EnteredSpan, work: () => Result): Result => {
    let open: OpenSpan | undefined;
    try {
      open = entered.event === undefined ? this.open.get(entered.context) : this.beginUntold(entered.context, entered.event);
    } catch (reason) {
      this.failed(reason);
    }
    return open?.context === undefined ? work() : this.contexts.run(open.span, open.context, work);
  };

  stats(): OtelSpansStats {
    return { ...this.counts, open: this.open.size };
  }

  /** Ends the spans that are under way: their own end is not heard any more. */
  stop(): void {
    for (const open of this.open.takeAll()) this.abandon(open, 'stop');
  }

  private hear(info: EventInfo, context: unknown, emitted: Emitted): void {
    if (!OpenSpans.isKey(context)) return;
    this.values.refresh();
    const duration = read(emitted.measurements, 'duration');
    if (typeof duration === 'number' || typeof duration === 'bigint') {
      const end = this.time.ofEvent(emitted.measurements);
      const ended = this.open.take(context, info.component);
      if (ended !== undefined) this.end(ended, info, emitted, end);
      else if (!this.open.wasEvicted(context)) this.tellWhole(info, context, emitted, { end, durationMs: Number(duration) / info.perMs });
      return;
    }
    const open = this.open.get(context);
    // Within a span only what tells when it began begins another one.
    if (typeof read(emitted.measurements, 'systemTime') === 'number') this.begin(info, context, emitted);
    else if (open !== undefined) this.tellEvent(open, info, emitted);
    // What comes after the end of a span, or of one that nobody saw begin, begins none.
    else if (info.isStart) this.begin(info, context, emitted);
  }

  private begin(info: EventInfo, context: unknown, emitted: Emitted): void {
    if (info.isIncluded) this.open.add(context, this.start(info, context, emitted, this.time.ofStart(emitted.measurements)));
  }

  /** Begins a span whose beginning no event tells. */
  private beginUntold(context: unknown, event: EventName): OpenSpan | undefined {
    if (!OpenSpans.isKey(context)) return undefined;
    const info = this.infos.of(event);
    if (!info.isIncluded) return undefined;
    this.values.refresh();
    const open = { ...this.start(info, context, UNTOLD, this.time.now()), isUntold: true };
    this.open.add(context, open);
    return open;
  }

  /** A span of which only the end was heard. */
  private tellWhole(info: EventInfo, context: unknown, emitted: Emitted, { end, durationMs }: Lasted): void {
    if (!info.isIncluded || !Number.isFinite(durationMs)) return;
    const time = Math.max(0, end.time - Math.max(0, durationMs));
    this.end(this.start(info, context, emitted, { time, monotonic: undefined }), info, emitted, end);
  }

  private start(info: EventInfo, context: unknown, emitted: Emitted, start: Moment): OpenSpan {
    const { api, tracer, options } = this.parts;
    const parent = parentContext(api, context);
    const told = new Map<string, unknown>();
    const isFailure = thrownIn(emitted.metadata) !== undefined;
    const attributes = this.attributes.read(emitted, { info, isFailure, telling: told });
    const operation = options.attributes === 'none' ? undefined : operationName(info);
    if (operation !== undefined) attributes['gen_ai.operation.name'] = operation;
    const name = this.nameOf(info, emitted.metadata);
    const span = tracer.startSpan(name, { kind: kindOf(info), startTime: hrTimeOf(start.time), attributes }, parent);
    this.counts.started++;
    return { span, context: this.contexts.of(span, parent), info, told, name, start, isUntold: false };
  }

  private end(open: OpenSpan, info: EventInfo, emitted: Emitted, moment: Moment): void {
    const { span, start } = open;
    const end = endOf(start, moment);
    try {
      if (span.isRecording()) this.finish(open, info, emitted, end);
    } catch (reason) {
      this.failed(reason);
    }
    this.counts.ended++;
    span.end(hrTimeOf(end));
  }

  private finish(open: OpenSpan, info: EventInfo, emitted: Emitted, time: number): void {
    const { span } = open;
    const { metadata } = emitted;
    const thrown = thrownIn(metadata);
    const attributes = this.attributes.read(emitted, { info, isFailure: thrown !== undefined, begun: open });
    const verdict = verdictOn(info, metadata, thrown, this.values);
    if (verdict !== undefined) attributes['error.type'] = verdict.type;
    setAll(span, attributes);
    if (verdict !== undefined) span.setStatus(verdict.status);
    if (thrown !== undefined && this.parts.tellsExceptions(info.isQuiet)) this.addException(span, thrown, time);
    this.rename(open, metadata);
  }

  private addException(span: OtelSpan, thrown: Thrown, time: number): void {
    span.addEvent(EXCEPTION, exceptionAttributes(thrown, this.values), hrTimeOf(time));
  }

  /** A route, or a model, may be known only at the end. */
  private rename({ span, info, name, isUntold }: OpenSpan, metadata: object): void {
    const hasOwnName = this.parts.options.name !== undefined;
    if (!isUntold && (hasOwnName || info.domain === undefined)) return;
    const known = this.nameOf(info, metadata);
    if (known !== name) span.updateName(known);
  }

  private tellEvent({ span, ...begun }: OpenSpan, info: EventInfo, emitted: Emitted): void {
    if (!span.isRecording()) return;
    const { measurements, metadata } = emitted;
    const attributes = this.attributes.read(
      { measurements, metadata: info.isHeartbeat ? NOTHING : metadata },
      { info, isFailure: thrownIn(metadata) !== undefined, begun },
    );
    span.addEvent(info.name, attributes, hrTimeOf(this.time.ofEvent(measurements).time));
  }

  private abandon({ span, start }: OpenSpan, why: 'limit' | 'stop'): void {
    this.counts.abandoned++;
    try {
      if (span.isRecording()) span.setAttributes({ [ABANDONED]: why });
      span.end(hrTimeOf(endOf(start, this.time.now())));
    } catch (reason) {
      this.failed(reason);
    }
  }

  private nameOf(info: EventInfo, metadata: object): string {
    const { name } = this.parts.options;
    try {
      const own = name?.(info.event, metadata as Readonly<Record<string, unknown>>);
      if (typeof own === 'string' && own !== '') return this.values.text(own, MAX_NAME);
    } catch (reason) {
      this.failed(reason);
    }
    return spanName(info, metadata, this.values);
  }

  private includes(event: EventName): boolean {
    const { include } = this.parts.options;
    try {
      return include === undefined || include(event) === true;
    } catch (reason) {
      this.failed(reason);
      return true;
    }
  }

  private failed(reason: unknown): void {
    this.counts.failed++;
    this.parts.failed(reason);
  }
}

function setAll(span: OtelSpan, attributes: OtelSpanAttributes): void {
  for (const _ in attributes) {
    span.setAttributes(attributes);
    return;
  }
}
