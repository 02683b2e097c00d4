/**
 * What the metrics SDK of OpenTelemetry reads, as far as it is used: its own types, told by their structure, so that nothing has to
 * be installed for these declarations. Numbers stand for its enumerations.
 */

/** Seconds and nanoseconds since the epoch. */
export type HrTime = [seconds: number, nanoseconds: number];

export type OtelAttributes = Record<string, string | number | boolean>;

/** One series at one instant. */
export interface OtelDataPoint<Value> {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: OtelAttributes;
  readonly value: Value;
}

/** Counts by classic bucket, not cumulative. */
export interface OtelHistogram {
  /** `counts` has one more than there are `boundaries`, which are inclusive upper bounds. */
  buckets: { boundaries: number[]; counts: number[] };
  count: number;
  sum?: number;
  min?: number;
  max?: number;
}

/** Counts of buckets that each are wider than the one before by the same factor. */
export interface OtelExponentialHistogram {
  count: number;
  sum?: number;
  scale: number;
  zeroCount: number;
  positive: { offset: number; bucketCounts: number[] };
  negative: { offset: number; bucketCounts: number[] };
  min?: number;
  max?: number;
}

interface OtelDescriptor {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** 0 for whole numbers, 1 for doubles. */
  readonly valueType: 0 | 1;
}

interface Common {
  readonly descriptor: OtelDescriptor;
  /** 1: cumulative. */
  readonly aggregationTemporality: 1;
}

/** A metric with all its series. `dataPointType`: 0 a histogram, 1 an exponential one, 2 a gauge, 3 a sum. */
export type OtelMetricData =
  | (Common & { readonly dataPointType: 3; readonly isMonotonic: boolean; readonly dataPoints: OtelDataPoint<number>[] })
  | (Common & { readonly dataPointType: 2; readonly dataPoints: OtelDataPoint<number>[] })
  | (Common & { readonly dataPointType: 0; readonly dataPoints: OtelDataPoint<OtelHistogram>[] })
  | (Common & { readonly dataPointType: 1; readonly dataPoints: OtelDataPoint<OtelExponentialHistogram>[] });

/** A resource that says nothing. Readers put that of the SDK in its place. */
export interface OtelResource {
  readonly attributes: Record<string, never>;
  merge<Other>(other: Other | null): Other;
  getRawAttributes(): [];
}

/** What a collection found. */
export interface OtelCollectionResult {
  resourceMetrics: {
    resource: OtelResource;
    scopeMetrics: { scope: { readonly name: string; readonly version?: string }; metrics: OtelMetricData[] }[];
  };
  /** Why something is missing; at most 100 errors. */
  errors: unknown[];
}

/** Where a reader of the SDK gets metrics from besides its own: for the option `metricProducers`. */
export interface OtelMetricProducer {
  /** Never rejects. */
  collect(options?: { timeoutMillis?: number }): Promise<OtelCollectionResult>;
}

export const EMPTY_RESOURCE: OtelResource = Object.freeze({
  attributes: {},
  merge: <Other>(other: Other | null): Other => other ?? (EMPTY_RESOURCE as Other),
  getRawAttributes: (): [] => [],
});

/** @param ms - Since the epoch. */
export function hrTimeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  // Rounding may not make a whole second of nanoseconds.
  return [seconds, Math.min(Math.round((ms - seconds * 1000) * 1e6), 999_999_999)];
}
