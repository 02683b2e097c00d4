import type { Definition } from '../core/definition';
import type { EventName } from '../core/event';
import type { AnyHandler } from '../core/handler';
import type { TimeUnit } from '../core/unit';
import { isDuration, otherDuration, toMs } from './duration';
import type { EventTally } from './event-tallies';
import type { Faults } from './faults';
import type { WatchSlowOptions } from './options';
import type { SlowReporter } from './reporter';
import type { Tally } from './tally';
import type { Limits } from './thresholds';

/** A class of operations. */
export interface WatchedClass {
  readonly name: string;
  readonly tally: Tally;
  /** `undefined`: it only counts. */
  limits: Limits | undefined;
}

/** An event that is watched. */
export interface WatchedEvent {
  readonly name: EventName;
  readonly key: string;
  readonly definition: Definition | undefined;
  /** Its own thresholds. */
  readonly limits: Limits | undefined;
  /** `undefined`: no class is asked for. */
  readonly classOf: WatchSlowOptions['classOf'];
}

/** What all watched events of a watch use. */
export interface WatchParts {
  readonly classes: ReadonlyMap<string, WatchedClass>;
  readonly tallyOf: (key: string) => EventTally;
  readonly reporter: SlowReporter;
  readonly faults: Faults;
}

/** The handler of one event. The place it counts in is taken by the first emission: names that are never emitted take none. */
export function watchedEvent(event: WatchedEvent, { classes, tallyOf, reporter, faults }: WatchParts): AnyHandler {
  const { key, limits, classOf } = event;
  const unit: TimeUnit = event.definition?.unit ?? 'ms';
  // Asked for each operation, classOf is given all of the metadata: a copy would cost more than the rest.
  const mayQuote = (event.definition?.private ?? []).length === 0;
  let counted: EventTally | undefined;

  /** The class of an operation; `undefined` where the event's own thresholds hold. */
  function classFor(measurements: object, metadata: object): WatchedClass | undefined {
    let found: unknown;
    try {
      found = classOf!(event.name, measurements as Readonly<Record<string, unknown>>, metadata as Readonly<Record<string, unknown>>);
    } catch (reason) {
      faults.add('classOf', reason, mayQuote);
      return undefined;
    }
    if (found === undefined || found === null) return undefined;
    const known = classes.get(found as string);
    if (known === undefined) faults.add('unknownClass', found, mayQuote);
    return known;
  }

  /** What is no ordinary number of ms: seconds, a bigint, or no duration at all. */
  function unusual(duration: unknown): number | undefined {
    const found = isDuration(duration) ? duration : otherDuration(duration);
    const ms = typeof found === 'number' ? toMs(found, unit) : found;
    if (isDuration(ms)) return ms;
    faults.ignore(typeof ms === 'number' ? 'infinite' : ms);
    return undefined;
  }

  return (_event, measurements, metadata) => {
    let duration: unknown;
    try {
      ({ duration } = measurements as { readonly duration?: unknown });
    } catch {
      faults.ignore('unreadable');
      return;
    }
    if (duration === undefined) return;
    const ms = unit === 'ms' && isDuration(duration) ? duration : unusual(duration);
    if (ms === undefined) return;
    const known = classOf === undefined ? undefined : classFor(measurements, metadata);
    const holding = known === undefined ? limits : known.limits;
    if (holding === undefined && known === undefined) return;
    counted ??= tallyOf(key);
    if (known === undefined) counted.own.add(ms);
    else {
      known.tally.add(ms);
      counted.classed.add(ms);
    }
    if (holding === undefined || !(ms > holding.lowest)) return;
    const severity = ms > holding.error ? 'very_slow' : 'slow';
    known?.tally.mark(severity);
    (known === undefined ? counted.own : counted.classed).mark(severity);
    reporter.report({ event, className: known?.name, durationMs: ms, severity, limits: holding, measurements, metadata });
  };
}
