import type { Definition } from '../../core/definition';
import type { EventName } from '../../core/event';
import { read } from '../../core/read';
import type { Measure, Reading } from '../measure';
import type { AlertCondition, ReadyRule } from '../rule';
import { matchesEvent } from '../rules/event-pattern';
import { filterOf, groupReader } from './event-fields';
import type { EventTaker } from './event-hub';
import { Groups } from './groups';
import { isBelow, type MeasureParts } from './parts';
import { SliceSums, SlidingWindow } from './slices';

type Counted = Extract<AlertCondition, { readonly kind: 'count' | 'rate' | 'sum' | 'absent' }>;

/**
 * Events within a window: how many, how many a second, a measurement added up, or whether there was none.
 *
 * Until a whole window was watched, small numbers mean nothing: there is no number then for a rule that asks for less than
 * something, nor for one that asks for absence, unless the event was seen.
 */
export function createCount(rule: ReadyRule, condition: Counted, { host, hub, stepMs }: MeasureParts): Measure {
  const window = new SlidingWindow(condition.window as number, stepMs, host.clock.monotonicTime());
  const patterns = [condition.event].flat() as readonly string[];
  const passes = filterOf(condition.filter);
  const groups = new Groups({ by: rule.by, make: () => new SliceSums(window), redact: host.redact });
  const needsWhole = isBelow(rule.threshold);

  function takerOf(name: EventName, key: string, definition: Definition | undefined): EventTaker | undefined {
    if (!patterns.some((pattern) => matchesEvent(pattern, name))) return undefined;
    const groupOf = groupReader(host, rule.by, key, definition);
    if (condition.kind !== 'sum')
      return (_measurements, metadata, now) => {
        if (passes(metadata)) groups.of(() => groupOf(metadata)).add(1, now);
      };
    return (measurements, metadata, now) => {
      const amount = amountOf(read(measurements, condition.measurement));
      if (amount !== undefined && passes(metadata)) groups.of(() => groupOf(metadata)).add(amount, now);
    };
  }

  function numberOf(sum: number, isWhole: boolean): number | undefined {
    if (condition.kind === 'absent') return sum > 0 ? 0 : isWhole ? 1 : undefined;
    if (needsWhole && !isWhole) return undefined;
    return condition.kind === 'rate' ? (sum * 1000) / window.windowMs : sum;
  }

  const leave = hub.watchEvents({ takerOf });
  return {
    read(now, isNow) {
      const isWhole = window.isWhole(now, isNow);
      const readings: Reading[] = [];
      for (const [group, sums] of groups.entries()) {
        const sum = sums.at(now, isNow);
        if (group !== undefined && sums.isEmptyAt(now)) groups.forget(group);
        else readings.push({ group, value: numberOf(sum, isWhole) });
      }
      return readings;
    },
    // What was seen is there, however short the look.
    isPartial: (value, now) => !(condition.kind === 'absent' && value === 0) && !window.isWhole(now),
    get overflow() {
      return groups.overflow;
    },
    stop() {
      leave();
      groups.clear();
    },
  };
}

/** A measurement that can be added up. */
function amountOf(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
