import type { MeasuredDurations } from './calibrate';
import type { EventTallies } from './event-tallies';
import type { Faults } from './faults';
import type { SlowReport } from './slow-watch';
import { sumOf } from './tally';
import type { ThresholdsInMs } from './thresholds';
import type { WatchedClass } from './watched-event';

/** What a watch counts in. */
export interface Counted {
  readonly classes: ReadonlyMap<string, WatchedClass>;
  readonly events: EventTallies;
  readonly faults: Faults;
}

/** What was counted, as plain data. */
export function reportOf({ classes, events, faults }: Counted): SlowReport {
  const seen = events.listed().map(({ key, own, classed }) => [key, sumOf([own, classed])] as const);
  const overflow = events.overflow();
  return {
    total: sumOf([...seen.map(([, tally]) => tally), overflow]),
    classes: Object.fromEntries([...classes].map(([name, { tally }]) => [name, sumOf([tally])])),
    events: Object.fromEntries(seen.filter(([, { count }]) => count > 0)),
    overflow,
    ...faults.counts(),
  };
}

/** What was recorded, with the thresholds that judge it now. */
export function measuredOf(
  { classes, events }: Counted,
  thresholds: { readonly classes: ReadonlyMap<string, ThresholdsInMs>; readonly events: ReadonlyMap<string, ThresholdsInMs> },
): MeasuredDurations[] {
  const ofClasses = [...classes].map(([name, { tally }]) => ({
    class: name,
    event: undefined,
    durations: tally.summary(),
    thresholds: thresholds.classes.get(name),
    judged: sumOf([tally]),
  }));
  const ofEvents = events
    .listed()
    .filter(({ own }) => own.count > 0)
    .map(({ key, own }) => ({
      class: undefined,
      event: key,
      durations: own.summary(),
      thresholds: thresholds.events.get(key),
      judged: sumOf([own]),
    }));
  return [...ofClasses, ...ofEvents];
}
