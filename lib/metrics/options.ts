import { checkOptions, isRecord, optionInvalid } from '../core/options';
import { isLimit, isMetricDefinition } from './check-definition';
import type { HistoryOptions } from './history/options';
import type { MetricDefinition } from './metric';

/**
 * Options of a bus's metrics. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `definitions` | metrics to register: what `counter`, `sum`, `lastValue`, `summary`, `distribution` return | none |
 * | `history` | keeps the last minutes to a day, and what `window` asks for: `true`, or `{ series, select }` | `false`; in `startTelemetry` `true` |
 * | `exemplars` | ties counts and buckets to the latest trace and error; costs some 50 ns an event | `false` |
 * | `maxSeries` | series that a metric may have before the rest is added up in one; 1 to 1,000,000 | 2,000 |
 */
export interface MetricsOptions {
  readonly definitions?: readonly MetricDefinition[];
  readonly history?: boolean | HistoryOptions;
  readonly exemplars?: boolean;
  readonly maxSeries?: number;
}

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function checkMetricsOptions(options: unknown): asserts options is MetricsOptions {
  checkOptions('metrics', options, {
    definitions: 'any',
    history: [(value) => typeof value === 'boolean' || isRecord(value), 'true, false, or { series, select }'],
    exemplars: 'boolean',
    maxSeries: [isLimit, 'a whole number from 1 to 1,000,000'],
  });
  const { definitions } = options as MetricsOptions;
  if (definitions !== undefined) checkDefinitions('metrics: definitions', definitions);
}

/** @throws {TelemetryError} `OPTION_INVALID` for what no function of this library defined. */
export function checkDefinitions(where: string, definitions: unknown): asserts definitions is readonly MetricDefinition[] {
  if (!Array.isArray(definitions)) throw optionInvalid(where, definitions, 'a list of what counter(…), sum(…) … return');
  for (const definition of definitions)
    if (!isMetricDefinition(definition))
      throw optionInvalid(where, definition, 'what counter(…), sum(…), lastValue(…), summary(…) or distribution(…) returns');
}
