import type { Definition } from '../../core/definition';
import type { EventName } from '../../core/event';
import { read } from '../../core/read';
import type { Measure, Reading } from '../measure';
import type { AlertCondition, ReadyRule } from '../rule';
import { matchesEvent, segmentsOf, sharesComponent } from '../rules/event-pattern';
import { filterOf, groupReader } from './event-fields';
import type { EventTaker } from './event-hub';
import { Groups } from './groups';
import { isBelow, type MeasureParts } from './parts';
import { SliceSums, SlidingWindow } from './slices';

type OfErrors = Extract<AlertCondition, { readonly kind: 'errorRate' | 'burnRate' }>;

const FAILED: ReadonlySet<string> = new Set(['error', 'exception', 'failure', 'failed']);
const ENDED: ReadonlySet<string> = new Set(['stop', 'response', 'complete']);

/** What an event is to a rule. */
interface Part {
  /** Adds to all. */
  readonly isCounted: boolean;
  readonly isFailure: boolean;
  /** It is a failure if its metadata says so. */
  readonly mayFail: boolean;
}

/**
 * Says what part an event has in a share of failures.
 *
 * - `event` names the calls: where they begin (`llm.request`), or where they end well (`llm.response`: an action `stop`,
 *   `response` or `complete`); then failures add to all.
 * - A pattern of two segments also means a span: of `coder.tool`, `coder.tool.start` are the calls.
 * - Failures, unless `failures` names them, are the events of the same app and component whose action is error, exception,
 *   failure or failed, and those whose action is stop, response or complete which end a span that failed (with `kind` and
 *   `stacktrace` in the metadata).
 */
function partOf(condition: OfErrors, name: EventName): Part {
  const patterns = [condition.event].flat() as readonly string[];
  const action = name[2];
  const isEnd = ENDED.has(action);
  const isCall = patterns.some((pattern) => matchesEvent(pattern, name) || (isSpan(pattern, name) && action === 'start'));
  if (condition.failures !== undefined) {
    const isFailure = ([condition.failures].flat() as readonly string[]).some((pattern) => matchesEvent(pattern, name));
    const areEnds = patterns.every((pattern) => ENDED.has(segmentsOf(pattern)[2]));
    return { isCounted: isCall || (isFailure && areEnds), isFailure, mayFail: false };
  }
  const related = patterns.filter((pattern) => sharesComponent(pattern, name) || isSpan(pattern, name));
  const isFailure = related.length > 0 && FAILED.has(action);
  const addsToAll = isFailure && related.some((pattern) => ENDED.has(segmentsOf(pattern)[2]));
  return { isCounted: isCall || addsToAll, isFailure, mayFail: related.length > 0 && isEnd };
}

/** Whether a pattern of two segments is the app and the component of an event. */
function isSpan(pattern: string, [app, component]: EventName): boolean {
  return pattern.split('.').length === 2 && matchesEvent(`${pattern}.*`, [app, component, 'any']);
}

/** Whether an event ends a span that failed. */
const tellsOfFailure = (metadata: object): boolean =>
  read(metadata, 'kind') !== undefined && typeof read(metadata, 'stacktrace') === 'string';

interface Shares {
  readonly all: SliceSums;
  readonly failures: SliceSums;
}

/**
 * Failures as a share of all within a window, and how fast they use up what an objective allows.
 *
 * There is a number as soon as there was a call or a failure. Where calls are counted as they begin, more may fail than
 * begin within a window, because they began before it: the share is 1 then, never more.
 */
export function createErrorRate(rule: ReadyRule, condition: OfErrors, { host, hub, stepMs }: MeasureParts): Measure {
  const spans = condition.kind === 'burnRate' ? condition.windows! : [condition.window!];
  const windows = spans.map((ms) => new SlidingWindow(ms as number, stepMs, host.clock.monotonicTime()));
  const allowed = condition.kind === 'burnRate' ? 1 - condition.slo : 1;
  const passes = filterOf(condition.filter);
  const make = (): readonly Shares[] => windows.map((window) => ({ all: new SliceSums(window), failures: new SliceSums(window) }));
  const groups = new Groups({ by: rule.by, make, redact: host.redact });
  const needsWhole = isBelow(rule.threshold);

  function takerOf(name: EventName, key: string, definition: Definition | undefined): EventTaker | undefined {
    const { isCounted, isFailure, mayFail } = partOf(condition, name);
    if (!isCounted && !isFailure && !mayFail) return undefined;
    const groupOf = groupReader(host, rule.by, key, definition);
    return (_measurements, metadata, now) => {
      const hasFailed = isFailure || (mayFail && tellsOfFailure(metadata));
      if (!(isCounted || hasFailed) || !passes(metadata)) return;
      for (const { all, failures } of groups.of(() => groupOf(metadata))) {
        if (isCounted) all.add(1, now);
        if (hasFailed) failures.add(1, now);
      }
    };
  }

  function readingOf(group: string | undefined, shares: readonly Shares[], now: number, isNow: boolean | undefined): Reading {
    const counts = shares.map(({ all, failures }) => {
      const failed = failures.at(now, isNow);
      return { failed, all: Math.max(all.at(now, isNow), failed) };
    });
    const isTold = counts.every(({ all }) => all > 0) && !(needsWhole && !windows.every((window) => window.isWhole(now, isNow)));
    if (!isTold) return { group, value: undefined };
    const rates = counts.map(({ all, failed }) => failed / all / allowed);
    const { failed, all } = counts[0]!;
    return { group, value: Math.min(...rates), details: { failures: String(failed), of: String(all) } };
  }

  const leave = hub.watchEvents({ takerOf });
  return {
    read(now, isNow) {
      const readings: Reading[] = [];
      for (const [group, shares] of groups.entries()) {
        const isEmpty = shares.every(({ all, failures }) => all.isEmptyAt(now) && failures.isEmptyAt(now));
        if (group !== undefined && isEmpty) groups.forget(group);
        else readings.push(readingOf(group, shares, now, isNow));
      }
      return readings;
    },
    // The smallest of several counts: one that is whole is enough for it.
    isPartial: (_value, now) => !windows.some((window) => window.isWhole(now)),
    get overflow() {
      return groups.overflow;
    },
    stop() {
      leave();
      groups.clear();
    },
  };
}
