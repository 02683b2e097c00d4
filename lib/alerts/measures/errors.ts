import { read } from '../../core/read';
import type { AlertsHost, SeenSecurityEvent } from '../host';
import type { Measure, Reading } from '../measure';
import type { AlertCondition, ReadyRule } from '../rule';
import { Groups, oneLine } from './groups';
import type { MetError } from './met-error';
import { isBelow, type MeasureParts } from './parts';
import { SliceSums, SlidingWindow } from './slices';

type OfErrors = Extract<AlertCondition, { readonly kind: 'errors' }>;
type OfSecurity = Extract<AlertCondition, { readonly kind: 'security' }>;

const MOST_IDS = 3;
const MAX_MESSAGE = 200;

/** What is kept of one group of errors. */
class ErrorTally {
  readonly sums: SliceSums;
  private readonly ids: string[] = [];
  private message = '';
  private fingerprint = '';
  private shown: string | undefined;

  constructor(window: SlidingWindow) {
    this.sums = new SliceSums(window);
  }

  add(met: MetError, now: number): void {
    const { mark } = met.seen;
    this.sums.add(mark.occurrences, now);
    if (this.ids.at(-1) !== mark.id) this.ids.push(mark.id);
    if (this.ids.length > MOST_IDS) this.ids.shift();
    this.fingerprint = mark.fingerprint;
    this.message = met.message;
    this.shown = undefined;
  }

  /** For people. The message is masked when it is asked for, not for each error of a storm. */
  details(count: number, redact: (text: string) => string): Readonly<Record<string, string>> {
    this.shown ??= oneLine(redact(this.message), MAX_MESSAGE);
    const { ids, fingerprint, shown } = this;
    return { error_ids: ids.join(', '), message: shown, fingerprint, count: String(count) };
  }
}

/** Errors within a window. An error that was told of before is not counted, nor is a line below level error. */
export function createErrors(rule: ReadyRule, condition: OfErrors, { host, hub, stepMs }: MeasureParts): Measure {
  const window = new SlidingWindow(condition.window as number, stepMs, host.clock.monotonicTime());
  const groups = new Groups({ by: rule.by, make: () => new ErrorTally(window), redact: host.redact });
  const isWanted = errorTest(condition);
  const leave = hub.watchErrors((met, now) => {
    if (isWanted(met)) groups.of(() => fieldOf(met, rule.by!, host)).add(met, now);
  });
  const needsWhole = isBelow(rule.threshold);
  return {
    read(now, isNow) {
      const isWhole = window.isWhole(now, isNow);
      const readings: Reading[] = [];
      for (const [group, tally] of groups.entries()) {
        const count = tally.sums.at(now, isNow);
        if (group !== undefined && tally.sums.isEmptyAt(now)) groups.forget(group);
        else if (needsWhole && !isWhole) readings.push({ group, value: undefined });
        else if (count === 0) readings.push({ group, value: 0 });
        else readings.push(withDetails(group, count, () => tally.details(count, host.redact)));
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

function errorTest({ pattern, level, logger, fingerprint }: OfErrors): (met: MetError) => boolean {
  return (met) => {
    const { mark, place } = met.seen;
    if (mark.occurrences === 0) return false;
    if (level === undefined ? place.level !== 'error' && place.level !== 'critical' : place.level !== level) return false;
    if (logger !== undefined && place.logger !== logger) return false;
    if (fingerprint !== undefined && mark.fingerprint !== fingerprint) return false;
    return pattern === undefined || (typeof pattern === 'string' ? met.text.includes(pattern) : pattern.test(met.text));
  };
}

/** Details that are made when they are read, and once. */
function withDetails(group: string | undefined, value: number, make: () => Readonly<Record<string, string>>): Reading {
  let made: Readonly<Record<string, string>> | undefined;
  return {
    group,
    value,
    get details() {
      made ??= make();
      return made;
    },
  };
}

/** What errors are grouped by: what is known of all of them, else a field of the line, of the scope, or of the error. Never throws. */
function fieldOf(met: MetError, by: string, host: AlertsHost): unknown {
  const { mark, place, error } = met.seen;
  if (by === 'fingerprint') return mark.fingerprint;
  if (by === 'type') return met.type;
  if (by === 'logger') return place.logger;
  if (by === 'event') return place.event;
  return written(met, by) ?? read(host.context(), by) ?? (met.seen.hasError ? read(error, by) : undefined);
}

function written({ seen }: MetError, name: string): unknown {
  try {
    return seen.place.fieldOf?.(name);
  } catch {
    return undefined;
  }
}

/** Security events within a window. */
export function createSecurityCount(rule: ReadyRule, condition: OfSecurity, { host, hub, stepMs }: MeasureParts): Measure {
  const window = new SlidingWindow(condition.window as number, stepMs, host.clock.monotonicTime());
  const names = condition.name === undefined ? undefined : new Set([condition.name].flat());
  const groups = new Groups({ by: rule.by, make: () => new SliceSums(window), redact: host.redact });
  const groupOf = (event: SeenSecurityEvent): unknown => {
    if (rule.by === 'event') return event.name;
    return rule.by === 'severity' ? event.severity : read(event.fields, rule.by!);
  };
  const leave = hub.watchSecurity((event, now) => {
    if (names === undefined || names.has(event.name)) groups.of(() => groupOf(event)).add(1, now);
  });
  const needsWhole = isBelow(rule.threshold);
  return {
    read(now, isNow) {
      const isWhole = window.isWhole(now, isNow);
      const readings: Reading[] = [];
      for (const [group, sums] of groups.entries()) {
        const value = sums.at(now, isNow);
        if (group !== undefined && sums.isEmptyAt(now)) groups.forget(group);
        else readings.push({ group, value: needsWhole && !isWhole ? undefined : value });
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
