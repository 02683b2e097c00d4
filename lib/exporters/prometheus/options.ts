import { refusal } from '../../core/errors';
import { checkOptions, isFunction } from '../../core/options';
import { show } from '../../core/show';
import type { MetricView } from '../../metrics/view';
import { OVERFLOW_TAG } from '../../metrics/view';
import { escapeValue } from './escape';
import type { ConstantLabels } from './family';
import { type Quantiles, quantilesOf } from './lines';
import { isLabelName } from './names';

/** What is used of a registry of prom-client, or of its successor. */
export interface MetricRegistry {
  getMetricsAsJSON(): readonly unknown[] | PromiseLike<readonly unknown[]>;
}

export interface PrometheusExporterOptions {
  /** Registries of prom-client whose metrics are written on the same page, after those of the bus; default none. */
  readonly registries?: readonly MetricRegistry[];
  /** Which metrics of the bus are written; default all. Called once per metric and scrape. */
  readonly include?: (metric: MetricView) => boolean;
  /** Labels of every sample, such as `{ app: 'shop' }`; default none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Which quantiles summaries have, from 0 to 1; default 0.5, 0.9 and 0.99. */
  readonly quantiles?: readonly number[];
  /** Whether OpenMetrics pages have `_created` samples; default true. Earlier Prometheus stores each as a series of its own. */
  readonly created?: boolean;
  /** What may be kept for the next scrape, in bytes; default 16 MiB, 0 keeps nothing, at most 1 GiB. */
  readonly maxCacheBytes?: number;
}

/** Options as the exporter needs them. */
export interface Resolved {
  readonly registries: readonly MetricRegistry[];
  readonly include: ((metric: MetricView) => boolean) | undefined;
  readonly constant: ConstantLabels & { readonly entries: readonly (readonly [string, string])[] };
  readonly quantiles: Quantiles;
  readonly created: boolean;
  readonly maxCacheBytes: number;
}

const MEBI = 1_048_576;

const isRegistry = (value: unknown): boolean => isFunction((value as Partial<MetricRegistry> | null)?.getMetricsAsJSON);
const isQuantile = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const isByteCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1024 * MEBI;

const RULES = {
  registries: [(value: unknown) => Array.isArray(value) && value.every(isRegistry), 'a list of prom-client registries'],
  include: 'function',
  labels: 'object',
  quantiles: [(value: unknown) => Array.isArray(value) && value.every(isQuantile), 'a list of numbers from 0 to 1'],
  created: 'boolean',
  maxCacheBytes: [isByteCount, 'a whole number of bytes from 0 to 2^30'],
} as const;

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `METRIC_INVALID` for a label. */
export function resolveOptions(where: string, options: PrometheusExporterOptions): Resolved {
  checkOptions(where, options, RULES);
  const entries = Object.entries(options.labels ?? {});
  for (const [name, value] of entries) {
    if (!isLabelName(name) || name === OVERFLOW_TAG) {
      const expected = `letters, digits and _, not beginning with a digit or __, and not le, quantile or ${OVERFLOW_TAG}`;
      throw refusal('METRIC_INVALID', `${where}: label`, name, expected);
    }
    if (typeof value !== 'string') throw refusal('METRIC_INVALID', `${where}: label ${show(name)}`, value, 'a string');
  }
  return {
    registries: [...(options.registries ?? [])],
    include: options.include,
    constant: {
      entries,
      names: entries.map(([name]) => name),
      text: entries.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(','),
    },
    quantiles: quantilesOf(options.quantiles ?? [0.5, 0.9, 0.99]),
    created: options.created ?? true,
    maxCacheBytes: options.maxCacheBytes ?? 16 * MEBI,
  };
}
