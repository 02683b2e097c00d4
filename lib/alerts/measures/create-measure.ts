import type { Measure } from '../measure';
import type { ReadyRule } from '../rule';
import { createCount } from './counts';
import { createDuration } from './duration';
import { createErrorRate } from './error-rate';
import { createErrors, createSecurityCount } from './errors';
import { createHistory, createValue } from './metrics';
import type { MeasureParts } from './parts';
import { createCustom, createHealth } from './states';

export type { MeasureParts } from './parts';

/**
 * Makes what takes the numbers of a rule, from now on until it is stopped. See `SlidingWindow` for what a window covers.
 *
 * Memory: for each group of a rule 16 bytes for each slice in which something happened, at most 721 slices, in at most 1,000
 * groups; of durations a histogram of some kilobytes each, in at most 100 groups.
 *
 * @param rule - What `readRule` made.
 * @throws {TelemetryError} `HANDLER_EXISTS` when the bus has a handler `telemetry-alerts` of somebody else.
 */
export function createMeasure(rule: ReadyRule, parts: MeasureParts): Measure {
  const { condition } = rule;
  switch (condition.kind) {
    case 'value':
      return createValue(rule, condition, parts);
    case 'history':
      return createHistory(rule, condition, parts);
    case 'count':
    case 'rate':
    case 'sum':
    case 'absent':
      return createCount(rule, condition, parts);
    case 'duration':
      return createDuration(rule, condition, parts);
    case 'errorRate':
    case 'burnRate':
      return createErrorRate(rule, condition, parts);
    case 'errors':
      return createErrors(rule, condition, parts);
    case 'security':
      return createSecurityCount(rule, condition, parts);
    case 'health':
      return createHealth(rule, condition, parts);
    case 'custom':
      return createCustom(rule, condition, parts);
  }
}
