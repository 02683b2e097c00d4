import type { Definition } from '../core/definition';
import { type EventName, type EventPrefix, keyOf } from '../core/event';
import type { AnyHandler, HandlerHandle } from '../core/handler';
import { checkOptions, type OptionRule } from '../core/options';
import { calibrateThresholds, type MeasuredDurations } from './calibrate';
import { EventTallies } from './event-tallies';
import { Faults } from './faults';
import type { PerformanceHost } from './host';
import { changedThresholds, readWatchOptions, type ThresholdChanges, type WatchSlowOptions } from './options';
import { SlowReporter } from './reporter';
import type { SlowestQuery, SlowWatch } from './slow-watch';
import { Slowest, type SlowOperation } from './slowest';
import { Tally } from './tally';
import { type Limits, limitsOf, type ThresholdsInMs } from './thresholds';
import { measuredOf, reportOf } from './watch-report';
import { type WatchedClass, watchedEvent } from './watched-event';

/** Id of the handler that looks for slow operations. */
export const SLOW_HANDLER_ID: string = 'telemetry-slow';

/**
 * Watches the `duration` of events for operations that are slow, from now on, with one handler, id `telemetry-slow`.
 *
 * A duration that is over `warn` is slow, one that is over `error` very slow; equal is not over. Each writes one line of the
 * stream `performance`, at warn or error: `Slow request [tools]: POST /path - 35.2s`, `VERY SLOW REQUEST …`; without a class,
 * and without method and path in the metadata, `Slow operation: coder.llm.response - 6.2s`. Its fields are `metric` (the
 * event's key), `duration_ms`, `class`, `threshold_ms`, `severity` (`slow`, `very_slow`) and `operation` (what the message calls
 * it). A class decides alone: the event's own thresholds hold only where `classOf` names none.
 *
 * Nothing that it meets in events makes it throw. A `duration` that is no finite number from 0 on is ignored and counted. If
 * `classOf` throws or names a class that there is not, the event's own thresholds hold; if `describe` throws or tells no text,
 * the default stands. Both are counted in `counts()` and warned about once. Metadata that a definition calls private is never
 * told: not to `describe`, not in a line, not in `slowest()`.
 *
 * Cost per event: a call that does nothing for one without thresholds that no class is asked for; else a comparison and the
 * recording of a duration.
 *
 * @param host - The bus.
 * @param options - See {@link WatchSlowOptions}.
 * @returns The watch, which is also the handle that detaches it.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `HANDLER_EXISTS` when the bus has a watch already.
 */
export const watchSlow = (host: PerformanceHost, options: WatchSlowOptions = {}): SlowWatch =>
  createWatch(host, options, { id: SLOW_HANDLER_ID, prefix: [] }).watch;

/** Where a watch stands among the handlers of its bus. */
export interface WatchPlace {
  readonly id: string;
  /** It watches the events that begin with this. */
  readonly prefix: EventPrefix;
}

/** A watch, and what an engine that has one of its own asks besides. */
export interface PlacedWatch {
  readonly watch: SlowWatch;
  /** The thresholds of a class that hold now; `undefined` for one that only counts. Costs a lookup. */
  limitsOf(className: string): Limits | undefined;
}

/** As {@link watchSlow}, with a handler of another id and over other events, beside the bus's own watch. @throws {TelemetryError} as that. */
export function createWatch(host: PerformanceHost, options: WatchSlowOptions, { id, prefix }: WatchPlace): PlacedWatch {
  let settings = readWatchOptions(options);
  const createDurations = () => host.createDurations();
  const classes = new Map<string, WatchedClass>();
  for (const [name, thresholds] of settings.classes) {
    classes.set(name, { name, limits: limitsOf(thresholds), tally: new Tally(createDurations) });
  }
  const faults = new Faults((warning) => host.warn(warning));
  const events = new EventTallies(settings.maxEvents, createDurations, (key) =>
    faults.say({
      code: 'SERIES_LIMIT',
      message: `watchSlow counts ${settings.maxEvents} events by themselves; ${key} and further ones are counted together. Raise maxEvents`,
    }),
  );
  const slowest = new Slowest(settings.keep, settings.maxAgeMs);
  const reporter = new SlowReporter(host, settings, { slowest, faults });
  const parts = { classes, tallyOf: (key: string) => events.of(key), reporter, faults };
  const counted = { classes, events, faults };
  /** What definitions say, as far as the bus knows them. */
  const defined = new Map<string, ThresholdsInMs>();

  function factory(name: EventName, definition: Definition | undefined): AnyHandler {
    const key = keyOf(name);
    if (definition?.slow !== undefined) defined.set(key, Object.freeze({ ...definition.slow }));
    const limits = limitsOf(settings.thresholds.get(key) ?? definition?.slow);
    const classOf = settings.isClassed(name) ? settings.classOf : undefined;
    if (limits === undefined && classOf === undefined) return ignoreEvent;
    return watchedEvent({ name, key, definition, limits, classOf }, parts);
  }

  const attach = (): HandlerHandle => host.attachEach(id, prefix, factory, { onError: 'keep' });
  let handle = attach();
  const detach = (): boolean => handle.detach();

  function eventThresholds(): Map<string, ThresholdsInMs> {
    const holding = new Map([...defined, ...settings.thresholds]);
    return new Map([...holding].filter(([, thresholds]) => limitsOf(thresholds) !== undefined));
  }
  const measured = (): MeasuredDurations[] => measuredOf(counted, { classes: settings.classes, events: eventThresholds() });

  const watch = Object.freeze<SlowWatch>({
    id,
    detach,
    [Symbol.dispose]: detach,
    slowest(query: SlowestQuery = {}) {
      checkOptions('slowest', query, QUERY_RULES);
      const { class: className, event, limit = Number.POSITIVE_INFINITY } = query;
      const key = typeof event === 'object' ? keyOf(event) : event;
      const isWanted = (operation: SlowOperation): boolean =>
        (className === undefined || operation.class === className) && (key === undefined || operation.event === key);
      return slowest.list(host.clock.monotonicTime(), limit, isWanted);
    },
    counts: () => reportOf(counted),
    thresholds: () => ({ classes: Object.fromEntries(settings.classes), events: Object.fromEntries(eventThresholds()) }),
    setThresholds(changes: ThresholdChanges) {
      settings = changedThresholds(settings, changes);
      for (const watched of classes.values()) watched.limits = limitsOf(settings.classes.get(watched.name));
      // Each event's function is made anew: it may have had nothing to do so far. A handler that was detached stays so.
      if (changes.thresholds !== undefined && handle.detach()) handle = attach();
    },
    measured,
    calibrate: (calibration) => calibrateThresholds({ measured }, calibration),
    reset() {
      for (const { tally } of classes.values()) tally.clear();
      events.clear();
      faults.clear();
      slowest.clear();
    },
  });
  return { watch, limitsOf: (className) => classes.get(className)?.limits };
}

const ignoreEvent: AnyHandler = () => undefined;

const QUERY_RULES: Readonly<Record<string, OptionRule>> = {
  class: 'string',
  event: [
    (value) => typeof value === 'string' || (Array.isArray(value) && value.every((part) => typeof part === 'string')),
    'an event, or its dotted key',
  ],
  limit: [(value) => Number.isInteger(value) && (value as number) >= 1, 'a whole number from 1 on'],
};
