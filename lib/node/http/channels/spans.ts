import diagnostics from 'node:diagnostics_channel';

/** What the channels of a span carry: one object for all of its messages, as Node's TracingChannel has it. */
interface SpanMessage {
  event: readonly string[];
  measurements: object;
  metadata: object;
  /** What the measured function failed with. */
  error?: unknown;
}

/** Of one component; the oldest goes, and its end is told with an object of its own. */
const MAX_OPEN = 1000;

/** The channels that Node's `tracingChannel(name)` listens to, for the spans of one component. */
export class SpanChannels {
  private readonly start: diagnostics.Channel;
  private readonly asyncEnd: diagnostics.Channel;
  private readonly error: diagnostics.Channel;
  private readonly open = new Map<unknown, SpanMessage>();

  /** @param name - As for `tracingChannel`. */
  constructor(name: string) {
    this.start = diagnostics.channel(`tracing:${name}:start`);
    this.asyncEnd = diagnostics.channel(`tracing:${name}:asyncEnd`);
    this.error = diagnostics.channel(`tracing:${name}:error`);
  }

  get isHeard(): boolean {
    return this.start.hasSubscribers || this.asyncEnd.hasSubscribers || this.error.hasSubscribers;
  }

  /** @param part - Of the span: `start`, `stop` or `exception`. */
  publish(part: string, event: readonly string[], measurements: object, metadata: object): void {
    const { telemetrySpanContext: context, reason } = metadata as { readonly telemetrySpanContext?: unknown; readonly reason?: unknown };
    const { open } = this;
    if (part === 'start') {
      const message = { event, measurements, metadata };
      if (context !== undefined) {
        for (const oldest of open.keys()) {
          if (open.size < MAX_OPEN) break;
          open.delete(oldest);
        }
        open.set(context, message);
      }
      this.start.publish(message);
      return;
    }
    const message: SpanMessage = open.get(context) ?? { event, measurements, metadata };
    open.delete(context);
    Object.assign(message, { event, measurements, metadata });
    if (part === 'exception') {
      message.error = reason;
      this.error.publish(message);
    }
    this.asyncEnd.publish(message);
  }

  /** Nobody listens any more. */
  clear(): void {
    if (this.open.size > 0) this.open.clear();
  }
}
