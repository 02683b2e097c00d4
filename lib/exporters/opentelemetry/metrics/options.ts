import { checkOptions } from '../../../core/options';
import type { MetricView } from '../../../metrics/view';

/** What both ways to OpenTelemetry take. */
export interface OtelMetricsOptions {
  /** Which metrics are told; default all. Called once per metric and collection. */
  readonly include?: (metric: MetricView) => boolean;
  /**
   * Whether tags and metrics that OpenTelemetry has names for are called by them, such as `gen_ai.request.model` for the tag
   * `model` of an event of a language model; default true.
   */
  readonly semanticNames?: boolean;
}

export interface MetricProducerOptions extends OtelMetricsOptions {
  /**
   * `explicit` (the default): those with buckets of their own have those, the others are exponential. `exponential`: all that keep
   * cells are.
   */
  readonly histograms?: 'explicit' | 'exponential';
  /**
   * How many buckets an exponential histogram has at most, 2 to 10,000. What has more is told with a lower scale, which doubles the
   * width of its buckets. By default the scale stays 7, which takes 4,700 buckets for values from 1 µs to 24 h.
   */
  readonly maxBuckets?: number;
  /** The name of the instrumentation scope; default `telemetry-bus`. */
  readonly scope?: string;
}

/** Options as they are used. */
export interface Resolved {
  readonly include: ((metric: MetricView) => boolean) | undefined;
  readonly semanticNames: boolean;
  readonly exponential: boolean;
  readonly maxBuckets: number;
  readonly scope: string;
}

const COMMON = { include: 'function', semanticNames: 'boolean' } as const;
const isScope = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= 255;
const isBucketCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 2 && (value as number) <= 10_000;
const PRODUCER = {
  ...COMMON,
  histograms: 'explicit|exponential',
  maxBuckets: [isBucketCount, 'a whole number from 2 to 10,000'],
  scope: [isScope, 'a name of 1 to 255 characters'],
} as const;

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`. */
export function resolveOptions(where: string, options: MetricProducerOptions): Resolved {
  checkOptions(where, options, PRODUCER);
  return {
    include: options.include,
    semanticNames: options.semanticNames ?? true,
    exponential: options.histograms === 'exponential',
    maxBuckets: options.maxBuckets ?? 10_000,
    scope: options.scope ?? 'telemetry-bus',
  };
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`. */
export function resolveCommon(where: string, options: OtelMetricsOptions): Pick<Resolved, 'include' | 'semanticNames'> {
  checkOptions(where, options, COMMON);
  return { include: options.include, semanticNames: options.semanticNames ?? true };
}
