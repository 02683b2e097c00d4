import { type EventName, type EventPrefix, isEventName, isSegments } from '../core/event';
import { checkOptions, type OptionRule, optionInvalid } from '../core/options';
import { type Duration, parseDuration } from '../core/unit';
import { readThresholdTable, type SlowThresholds, type ThresholdsInMs } from './thresholds';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Options of `watchSlow`. All are optional; without any, the thresholds of definitions (`slow`) hold.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `classes` | thresholds of each class of operations, by name; at most 50 | none |
 * | `classOf` | says which class an operation is of; `undefined`: the thresholds of its event hold. Given together with `classes` | none |
 * | `events` | for which events, or prefixes of events, `classOf` is asked | every event with a duration |
 * | `thresholds` | thresholds of events, by dotted key, instead of their definitions'; `{}` takes them away | those of definitions |
 * | `describe` | what the line calls an operation; 200 characters of it | `<method> <path>` of the metadata, else the event's key |
 * | `keep` | how many of the slowest operations are kept, 1 to 1,000 | 50 |
 * | `maxAge` | for how long | 1 h |
 * | `maxEvents` | how many events are counted by themselves, 1 to 10,000; the rest together | 200 |
 * | `contextKeys` | which fields of the scope are kept with the slowest operations; they are not redacted | `request_id`, `trace_id`, `span_id` |
 */
export interface WatchSlowOptions {
  readonly classes?: Readonly<Record<string, SlowThresholds>>;
  readonly classOf?: (event: EventName, measurements: Fields, metadata: Fields) => string | undefined;
  readonly events?: readonly EventPrefix[];
  readonly thresholds?: Readonly<Record<string, SlowThresholds>>;
  readonly describe?: (event: EventName, measurements: Fields, metadata: Fields) => string | undefined;
  readonly keep?: number;
  readonly maxAge?: Duration;
  readonly maxEvents?: number;
  readonly contextKeys?: readonly string[];
}

/** Thresholds to change; see `SlowWatch.setThresholds`. */
export type ThresholdChanges = Pick<WatchSlowOptions, 'classes' | 'thresholds'>;

/** Options that were checked. */
export interface WatchSettings {
  readonly classes: ReadonlyMap<string, ThresholdsInMs>;
  readonly thresholds: ReadonlyMap<string, ThresholdsInMs>;
  readonly classOf: WatchSlowOptions['classOf'];
  /** Whether the class of an event's operations is asked for. */
  readonly isClassed: (event: EventName) => boolean;
  readonly describe: WatchSlowOptions['describe'];
  readonly keep: number;
  readonly maxAgeMs: number;
  readonly maxEvents: number;
  readonly contextKeys: readonly string[];
}

const WHERE = 'watchSlow';
const MAX_CLASSES = 50;
const MAX_CONTEXT_KEYS = 20;

const count = (most: number): OptionRule => [
  (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most,
  `a whole number from 1 to ${most}`,
];

const RULES = {
  classes: 'object',
  classOf: 'function',
  events: [
    (value: unknown) => Array.isArray(value) && value.every((prefix) => isSegments(prefix) && prefix.length <= 3),
    'a list of events or of prefixes, such as [coder.llm.response, ["coder", "tool"]]',
  ],
  thresholds: 'object',
  describe: 'function',
  keep: count(1000),
  maxAge: 'any',
  maxEvents: count(10_000),
  contextKeys: [
    (value: unknown) => Array.isArray(value) && value.length <= MAX_CONTEXT_KEYS && value.every((key) => typeof key === 'string'),
    `a list of at most ${MAX_CONTEXT_KEYS} names of fields`,
  ],
} as const;

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function readWatchOptions(options: WatchSlowOptions): WatchSettings {
  checkOptions(WHERE, options, RULES);
  const { classes, classOf, events, describe, keep = 50, maxAge = '1h', maxEvents = 200 } = options;
  if ((classes === undefined) !== (classOf === undefined)) {
    const missing = classes === undefined ? 'classes' : 'classOf';
    throw optionInvalid(`${WHERE}: ${missing}`, undefined, 'classes together with classOf: one means nothing without the other');
  }
  if (events !== undefined && classOf === undefined) {
    throw optionInvalid(`${WHERE}: events`, events, 'events together with classes and classOf: for these, classOf is asked');
  }
  const prefixes = events?.map((prefix) => [...prefix]);
  return {
    classes: readClasses(WHERE, classes ?? {}),
    thresholds: readEventThresholds(WHERE, options.thresholds ?? {}),
    classOf,
    isClassed: (event) =>
      classOf !== undefined && (prefixes === undefined || prefixes.some((prefix) => prefix.every((part, index) => event[index] === part))),
    describe,
    keep,
    maxAgeMs: parseDuration(`${WHERE}: maxAge`, maxAge),
    maxEvents,
    contextKeys: [...(options.contextKeys ?? ['request_id', 'trace_id', 'span_id'])],
  };
}

function readClasses(where: string, classes: Readonly<Record<string, SlowThresholds>>): Map<string, ThresholdsInMs> {
  const names = Object.keys(classes);
  if (names.length > MAX_CLASSES) throw optionInvalid(`${where}: classes`, names.length, `at most ${MAX_CLASSES} classes`);
  return readThresholdTable(`${where}: classes`, classes, (name) => {
    // It stands in texts and on terminals as it is.
    if (!/^[A-Za-z][\w.-]{0,63}$/.test(name)) {
      throw optionInvalid(`${where}: classes`, name, 'a name of at most 64 letters, digits, _, . or -, beginning with a letter');
    }
  });
}

const readEventThresholds = (where: string, thresholds: Readonly<Record<string, SlowThresholds>>): Map<string, ThresholdsInMs> =>
  readThresholdTable(`${where}: thresholds`, thresholds, (key) => {
    if (!isEventName(key.split('.'))) {
      throw optionInvalid(`${where}: thresholds`, key, 'the dotted key of an event, such as "coder.llm.response"');
    }
  });

/**
 * The settings with some thresholds changed; those not named stay.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`; `OPTION_INVALID`, also for a class that there is not.
 */
export function changedThresholds(settings: WatchSettings, changes: ThresholdChanges): WatchSettings {
  const where = 'setThresholds';
  if (changes === undefined) throw optionInvalid(where, changes, '{ classes: …, thresholds: … }');
  checkOptions(where, changes, { classes: 'object', thresholds: 'object' });
  const classes = readClasses(where, changes.classes ?? {});
  for (const name of classes.keys()) {
    if (settings.classes.has(name)) continue;
    throw optionInvalid(`${where}: classes`, name, `one of the classes there are: ${[...settings.classes.keys()].join(', ') || 'none'}`);
  }
  return {
    ...settings,
    classes: new Map([...settings.classes, ...classes]),
    thresholds: new Map([...settings.thresholds, ...readEventThresholds(where, changes.thresholds ?? {})]),
  };
}
