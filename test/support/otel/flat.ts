import type { AnyValue, KeyValue } from './definitions';

/** Attributes as a plain record; whole numbers come as numbers. */
export type Plain = Readonly<Record<string, unknown>>;

interface OtlpScope {
  readonly name?: string;
  readonly version?: string;
}

/** Of every point; times are ns since the epoch in decimal. */
interface OtlpPoint {
  readonly attributes?: readonly KeyValue[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
}

interface OtlpNumberPoint extends OtlpPoint {
  readonly asDouble?: number;
  readonly asInt?: string;
}

interface OtlpHistogramPoint extends OtlpPoint {
  readonly count: string;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}

interface OtlpExponentialPoint extends OtlpPoint {
  readonly count: string;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly scale: number;
  readonly zeroCount?: string;
  readonly positive?: { readonly offset?: number; readonly bucketCounts?: readonly string[] };
  readonly negative?: { readonly offset?: number; readonly bucketCounts?: readonly string[] };
}

export interface OtlpMetric {
  readonly name: string;
  readonly description?: string;
  readonly unit?: string;
  readonly sum?: {
    readonly aggregationTemporality: number;
    readonly isMonotonic?: boolean;
    readonly dataPoints: readonly OtlpNumberPoint[];
  };
  readonly gauge?: { readonly dataPoints: readonly OtlpNumberPoint[] };
  readonly histogram?: { readonly aggregationTemporality: number; readonly dataPoints: readonly OtlpHistogramPoint[] };
  readonly exponentialHistogram?: { readonly aggregationTemporality: number; readonly dataPoints: readonly OtlpExponentialPoint[] };
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly { readonly name: string; readonly timeUnixNano: string; readonly attributes?: readonly KeyValue[] }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string; readonly attributes?: readonly KeyValue[] }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

export interface OtlpLogRecord {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: AnyValue;
  readonly attributes?: readonly KeyValue[];
  readonly traceId?: string;
  readonly spanId?: string;
  readonly flags?: number;
  readonly eventName?: string;
}

/** One item of a request with what stands around it. */
export interface Found<Item> {
  readonly item: Item;
  readonly scope: OtlpScope;
  readonly resource: Plain;
}

type Group = Readonly<Record<string, unknown>> & { readonly resource?: { readonly attributes?: readonly KeyValue[] } };

/** All metrics, spans or log records of a decoded body, each with its scope and its resource. */
export const metricsIn = (body: Plain): Found<OtlpMetric>[] => itemsIn(body, 'resourceMetrics', 'scopeMetrics', 'metrics');
export const spansIn = (body: Plain): Found<OtlpSpan>[] => itemsIn(body, 'resourceSpans', 'scopeSpans', 'spans');
export const logRecordsIn = (body: Plain): Found<OtlpLogRecord>[] => itemsIn(body, 'resourceLogs', 'scopeLogs', 'logRecords');

function itemsIn<Item>(body: Plain, groups: string, scopes: string, items: string): Found<Item>[] {
  return ((body[groups] ?? []) as Group[]).flatMap((group) =>
    ((group[scopes] ?? []) as (Plain & { readonly scope?: OtlpScope })[]).flatMap((of) =>
      ((of[items] ?? []) as Item[]).map((item) => ({ item, scope: of.scope ?? {}, resource: plainAttributes(group.resource?.attributes) })),
    ),
  );
}

export const plainAttributes = (attributes: readonly KeyValue[] = []): Plain =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));

/** What a value says; nothing set is `undefined`, as the definitions want an empty value. */
export function plainValue(value: AnyValue | undefined): unknown {
  if (value === undefined) return undefined;
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue !== undefined) return plainAttributes(value.kvlistValue.values);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue;
}
