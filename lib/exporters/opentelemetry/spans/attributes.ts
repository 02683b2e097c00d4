import { read } from '../../../core/read';
import { isContent, putAttribute } from '../../../core/semantics/attributes';
import type { OtelSpanAttributes } from '../api/trace';
import type { EventInfo, EventInfos } from './event-info';
import type { RedactedValues } from './redacted-values';

/** Which fields of events become attributes. */
export type SpanAttributesOption = 'all' | 'tags' | 'none';

const MAX_ATTRIBUTES = 64;
/** Longer texts are read again rather than held as long as the span is under way. */
const MAX_TOLD = 256;
/** What the span says itself. */
const TOLD = new Set(['telemetrySpanContext', 'systemTime', 'monotonicTime', 'duration', '__proto__', '']);
/** What the status and the exception say. */
const FAILURE = new Set(['kind', 'reason', 'stacktrace']);
/** As tracking says that no router told a template; then there is no attribute. */
export const UNMATCHED = '(unmatched)';

/** An event as it was emitted. */
export interface Emitted {
  readonly measurements: object;
  readonly metadata: object;
}

interface Reading {
  readonly info: EventInfo;
  /** Says how a function failed: then kind, reason and stacktrace are no fields. */
  readonly isFailure: boolean;
  /** The event that began the span: what is still the same is told already, and what it keeps private stays so. */
  readonly begun?: { readonly info: EventInfo; readonly told: ReadonlyMap<string, unknown> } | undefined;
  /** Takes what is told of the metadata, for those that come later. */
  readonly telling?: Map<string, unknown>;
}

/** Reads attributes out of events. */
export class AttributeReader {
  constructor(
    private readonly infos: EventInfos,
    private readonly values: RedactedValues,
    private readonly wanted: SpanAttributesOption,
    private readonly withContent: boolean,
  ) {}

  /** At most 64; hostile fields are left out. Never throws. */
  read({ measurements, metadata }: Emitted, { info, isFailure, begun, telling }: Reading): OtelSpanAttributes {
    const attributes: OtelSpanAttributes = {};
    if (this.wanted === 'none') return attributes;
    const isTold = this.filter(info, begun?.info);
    let room = MAX_ATTRIBUTES;
    for (const key of keysOf(measurements)) {
      if (room === 0) break;
      if (isTold(key) && this.put(attributes, key, read(measurements, key), info)) room--;
    }
    for (const key of keysOf(metadata)) {
      if (room === 0) break;
      if ((isFailure && FAILURE.has(key)) || !isTold(key)) continue;
      const value = read(metadata, key);
      if (begun?.told.has(key) && begun.told.get(key) === value) continue;
      if (!this.put(attributes, key, value, info)) continue;
      if (isShort(value)) telling?.set(key, value);
      room--;
    }
    return attributes;
  }

  private filter({ component, tags }: EventInfo, begun: EventInfo | undefined): (key: string) => boolean {
    const hidden = this.infos.hiddenIn(component);
    const more = begun === undefined || begun.component === component ? undefined : this.infos.hiddenIn(begun.component);
    const isAll = this.wanted === 'all';
    return (key) => !TOLD.has(key) && !hidden.has(key) && more?.has(key) !== true && (isAll || tags.has(key));
  }

  private put(attributes: OtelSpanAttributes, key: string, given: unknown, { domain }: EventInfo): boolean {
    if (domain === 'gen_ai' && !this.withContent && isContent(key, given)) return false;
    if (domain === 'http' && key === 'route' && given === UNMATCHED) return false;
    const value = this.values.value(key, given);
    if (value === undefined) return false;
    putAttribute((name, each) => void (attributes[name] = each as typeof value), this.values.key(key), value, domain);
    return true;
  }
}

const isShort = (value: unknown): boolean =>
  typeof value === 'string' ? value.length <= MAX_TOLD : typeof value === 'number' || typeof value === 'boolean';

function keysOf(fields: object): readonly string[] {
  try {
    return Object.keys(fields);
  } catch {
    return [];
  }
}
