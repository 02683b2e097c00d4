import { read } from '../../core/read';
import { PER_MS, type TimeUnit } from '../../core/unit';
import type { Measure, Reading } from '../measure';
import type { AlertCondition, ReadyRule } from '../rule';
import { matchesEvent } from '../rules/event-pattern';
import { filterOf, groupReader } from './event-fields';
import { Groups } from './groups';
import { isBelow, type MeasureParts } from './parts';
import { SlidingWindow } from './slices';

type OfDurations = Extract<AlertCondition, { readonly kind: 'duration' }>;

/** A histogram takes some kilobytes: fewer groups have one of their own. */
const MOST_HISTOGRAMS = 100;

/** What the durations of events within a window come to; no number while there are none. The running slice takes part. */
export function createDuration(rule: ReadyRule, condition: OfDurations, { host, hub, stepMs }: MeasureParts): Measure {
  const window = new SlidingWindow(condition.window as number, stepMs, host.clock.monotonicTime());
  const patterns = [condition.event].flat() as readonly string[];
  const passes = filterOf(condition.filter);
  const groups = new Groups({
    by: rule.by,
    make: () => host.createDurations(window.windowMs, window.sliceMs),
    redact: host.redact,
    release: (durations) => durations.release(),
    most: MOST_HISTOGRAMS,
  });
  const leave = hub.watchEvents({
    takerOf(name, key, definition) {
      if (!patterns.some((pattern) => matchesEvent(pattern, name))) return undefined;
      const groupOf = groupReader(host, rule.by, key, definition);
      const unit = definition?.unit ?? 'ms';
      return (measurements, metadata, now) => {
        const ms = durationOf(read(measurements, 'duration'), unit);
        if (ms !== undefined && passes(metadata)) groups.of(() => groupOf(metadata)).record(ms, now);
      };
    },
  });
  const needsWhole = isBelow(rule.threshold);
  return {
    read(now, isNow) {
      const isWhole = window.isWhole(now, isNow);
      const readings: Reading[] = [];
      for (const [group, durations] of groups.entries()) {
        const summary = durations.summary(now);
        if (summary === undefined && group !== undefined) groups.forget(group);
        else if (summary === undefined || (needsWhole && !isWhole)) readings.push({ group, value: undefined });
        else readings.push({ group, value: summary[condition.of], details: { count: String(summary.count) } });
      }
      return readings;
    },
    isPartial: (_value, now) => !window.isWhole(now),
    get overflow() {
      return groups.overflow;
    },
    stop() {
      leave();
      groups.clear();
    },
  };
}

/** A duration in ms; `undefined` for what is none. Multiplying by a thousand keeps whole seconds whole. */
function durationOf(value: unknown, unit: TimeUnit): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0) || number === Number.POSITIVE_INFINITY) return undefined;
  const ms = unit === 's' ? number * 1e3 : number / PER_MS[unit];
  return ms === Number.POSITIVE_INFINITY ? undefined : ms;
}
