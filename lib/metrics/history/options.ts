import { checkOptions, isFunction } from '../../core/options';
import type { MetricView, Tags } from '../view';

const MOST_SERIES = 10_000;

/**
 * What a history follows.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `series` | how many series at most, 1 to 10,000; those with tags get at most half of the places | 200 |
 * | `select` | which series; told the metric and the tags | all, while there is room |
 */
export interface HistoryOptions {
  readonly series?: number;
  readonly select?: (metric: MetricView, tags: Tags) => boolean;
}

export function checkHistoryOptions(options: HistoryOptions): void {
  checkOptions('metrics: history', options, {
    series: [
      (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_SERIES,
      'an integer from 1 to 10,000',
    ],
    select: [isFunction, 'a function'],
  });
}
