import type { OtelContext, OtelSpan } from '../api/trace';
import type { EventInfo } from './event-info';
import type { Moment } from './wall-time';

/** A span under way. */
export interface OpenSpan {
  readonly span: OtelSpan;
  /** Where it is active; `undefined` for one that no tracer made, which is active nowhere. */
  readonly context: OtelContext | undefined;
  /** The event that began it. */
  readonly info: EventInfo;
  /** What its attributes tell of the metadata of that event. */
  readonly told: ReadonlyMap<string, unknown>;
  readonly name: string;
  /** No event told of its beginning. */
  readonly isUntold: boolean;
  readonly start: Moment;
}

/** Longer ones are nobody's id, and many of them would take a lot of memory. */
const MAX_KEY = 256;

/** More spans with one context are of a program that gives all of them the same. */
const MAX_DEPTH = 64;
/** How many spans that were ended before their time are known. */
const MAX_EVICTED = 10_000;

/**
 * Spans under way by their `telemetrySpanContext`, at most so many. Metadata is passed on, and the context in it: then several spans
 * have one, of which the innermost is first.
 */
export class OpenSpans {
  /** The innermost. */
  private readonly spans = new Map<unknown, OpenSpan>();
  /** Those around it, the outermost first. Hardly ever any. */
  private readonly outer = new Map<unknown, OpenSpan[]>();
  private count = 0;
  private readonly evictions = new Set<unknown>();

  /** @param evicted - Told of the oldest when there are too many. */
  constructor(
    private readonly max: number,
    private readonly evicted: (open: OpenSpan) => void,
  ) {}

  get size(): number {
    return this.count;
  }

  /** Whether something can tell spans apart. */
  static isKey(context: unknown): boolean {
    return context !== undefined && context !== null && (typeof context !== 'string' || context.length <= MAX_KEY);
  }

  get(context: unknown): OpenSpan | undefined {
    return this.spans.get(context);
  }

  add(context: unknown, open: OpenSpan): void {
    const around = this.spans.get(context);
    if (around !== undefined) this.outer.set(context, [...(this.outer.get(context) ?? []), around]);
    this.spans.set(context, open);
    this.count++;
    if ((this.outer.get(context)?.length ?? 0) >= MAX_DEPTH) this.evict(context);
    else if (this.count > this.max) this.evictOldest();
  }

  /** @param component - That of the event which ends it: of several spans, the innermost of that, else the innermost. */
  take(context: unknown, component: string): OpenSpan | undefined {
    const open = this.spans.get(context);
    if (open === undefined) return undefined;
    const around = this.outer.get(context);
    const at = around === undefined ? -1 : [...around, open].map(({ info }) => info.component).lastIndexOf(component);
    const found = around?.[at] ?? open;
    this.remove(context, found);
    return found;
  }

  /** Whether a span was ended because there were too many; true once. */
  wasEvicted(context: unknown): boolean {
    return this.evictions.delete(context);
  }

  takeAll(): OpenSpan[] {
    const all = [...this.spans].flatMap(([context, open]) => [...(this.outer.get(context) ?? []), open]);
    this.spans.clear();
    this.outer.clear();
    this.evictions.clear();
    this.count = 0;
    return all;
  }

  private evictOldest(): void {
    for (const context of this.spans.keys()) {
      this.evict(context);
      return;
    }
  }

  /** Of a context, the outermost. */
  private evict(context: unknown): void {
    const oldest = this.outer.get(context)?.[0] ?? this.spans.get(context)!;
    this.remove(context, oldest);
    this.remember(context);
    this.evicted(oldest);
  }

  private remember(context: unknown): void {
    this.evictions.add(context);
    if (this.evictions.size <= MAX_EVICTED) return;
    for (const oldest of this.evictions) {
      this.evictions.delete(oldest);
      return;
    }
  }

  private remove(context: unknown, open: OpenSpan): void {
    this.count--;
    const around = this.outer.get(context);
    if (around === undefined) {
      this.spans.delete(context);
      return;
    }
    const rest = [...around, this.spans.get(context)!].filter((other) => other !== open);
    this.spans.set(context, rest.pop()!);
    if (rest.length === 0) this.outer.delete(context);
    else this.outer.set(context, rest);
  }
}
