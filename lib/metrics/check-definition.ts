import { type Definition, definitionOf } from '../core/definition';
import { refusal, TelemetryError } from '../core/errors';
import { type EventName, isEventName, keyOf, nameError } from '../core/event';
import { checkOptions, isFunction, isRecord, type OptionRule } from '../core/options';
import { show } from '../core/show';
import { parseDuration } from '../core/unit';
import { MAX_BOUNDS } from './bounds';
import { defaultBounds, stepsPer } from './default-bounds';
import type { DistributionOptions, LastValueOptions, MetricDefinition, SampleFunction, SumOptions } from './metric';
import { converter } from './units';
import { type MetricType, OVERFLOW_TAG } from './view';

const BRAND = Symbol.for('telemetry-bus/metric');
const NAME = /^[A-Za-z]\w*(?:[.-]\w+)*$/;
/** Labels that mean something to Prometheus. */
const RESERVED: readonly string[] = ['le', 'quantile', OVERFLOW_TAG];
const MAX_SERIES: OptionRule = [isLimit, 'a whole number from 1 to 1,000,000'];
const positive = (value: unknown): boolean => typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY;

export function isLimit(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1e6;
}

const COMMON: Readonly<Record<string, OptionRule>> = {
  description: 'string',
  tags: [
    (value) =>
      isFunction(value) || ((Array.isArray(value) || isRecord(value)) && Object.values(value).every((tag) => typeof tag === 'string')),
    'a list of metadata keys, an object of names and metadata keys, or a function',
  ],
  keep: 'function',
  drop: 'function',
  maxSeries: MAX_SERIES,
};
const VALUE: typeof COMMON = {
  ...COMMON,
  measurement: [(value) => isFunction(value) || (typeof value === 'string' && value !== ''), 'a key of the measurements, or a function'],
  unit: [isUnit, 'a unit such as "ms", "byte" or "token", or a pair of them: from and to'],
};
const SUMMARY: typeof COMMON = { ...VALUE, resolution: [positive, 'a number above 0'] };
const RULES: Readonly<Record<MetricType, typeof COMMON>> = {
  counter: COMMON,
  sum: { ...VALUE, monotonic: 'boolean' },
  lastValue: { ...VALUE, expireAfter: 'any' },
  summary: SUMMARY,
  distribution: {
    ...SUMMARY,
    bounds: [isBounds, `ascending finite numbers, not negative, from 1 to ${MAX_BOUNDS} of them`],
    hdr: 'boolean',
  },
};

/** What a definition is made of, before it is checked. */
interface Given {
  readonly events: unknown;
  readonly options: unknown;
}

/** All options of all types: which a type takes is checked before. */
type AnyOptions = Omit<
  DistributionOptions<EventName> & SumOptions<EventName> & LastValueOptions<EventName>,
  'tags' | 'keep' | 'drop' | 'measurement'
> & {
  readonly tags?: readonly string[] | Readonly<Record<string, string>> | SampleFunction;
  readonly keep?: SampleFunction;
  readonly drop?: SampleFunction;
  readonly measurement?: string | SampleFunction;
};

/** Checks a definition and makes it. @throws {TelemetryError} `METRIC_INVALID`, `EVENT_NAME_INVALID`, `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function define<Type extends MetricType>(type: Type, name: string, given: Given): MetricDefinition<Type> {
  if (typeof name !== 'string' || !NAME.test(name) || name.length > 200)
    throw refusal(
      'METRIC_INVALID',
      `${type}: name`,
      name,
      'letters, digits, _, parts joined by . or -, beginning with a letter, at most 200 characters',
    );
  const where = `${type} ${show(name)}`;
  checkOptions(where, given.options, RULES[type]);
  const events = eventsOf(where, given.events);
  const options = (given.options ?? {}) as AnyOptions;
  const { keep, drop, expireAfter, hdr = false } = options;
  if (keep !== undefined && drop !== undefined) throw impossible(where, 'keep and drop', 'Give one of them');
  const tags = tagsOf(options.tags);
  if (!isFunction(tags.tags)) checkTags(where, tags as TagKeys, events);
  const quantiles = type === 'summary' || hdr;
  if (options.resolution !== undefined && !quantiles)
    throw impossible(where, 'resolution without quantiles', 'Add hdr: true, or leave it out');
  const measurement =
    type === 'counter' ? undefined : (options.measurement ?? (type === 'summary' || type === 'distribution' ? 'duration' : undefined));
  if (measurement === undefined && type !== 'counter')
    throw impossible(where, 'no measurement', 'Name a key of the measurements, or give a function');
  const { unit, from } = unitsOf(where, options.unit, { events, measurement });
  const bounds = type === 'distribution' ? Object.freeze([...(options.bounds ?? defaultBounds(unit))]) : undefined;
  const definition = {
    type,
    name,
    events,
    measurement,
    ...tags,
    keep,
    drop,
    unit,
    from,
    description: options.description,
    monotonic: type === 'counter' || (type === 'sum' && options.monotonic !== false),
    bounds,
    hdr: quantiles,
    resolution: quantiles ? 1 / stepsPer(unit, options.resolution) : undefined,
    maxSeries: options.maxSeries,
    expireAfterMs: expireAfter === undefined ? undefined : parseDuration(`${where}: expireAfter`, expireAfter),
  };
  return Object.freeze(Object.defineProperty(definition, BRAND, { value: true }));
}

/** Whether a function of this module made it, of whichever copy of the library. */
export const isMetricDefinition = (value: unknown): value is MetricDefinition => isRecord(value) && Object.hasOwn(value, BRAND);

/** One event or several, each once. */
function eventsOf(where: string, given: unknown): readonly EventName[] {
  const events: readonly unknown[] = isEventName(given) ? [given] : Array.isArray(given) ? given : [];
  if (events.length === 0) throw refusal('METRIC_INVALID', `${where}: events`, given, 'an event, or a list with at least one');
  for (const event of events) if (!isEventName(event)) throw nameError(event, `${where}: events: [app, component, action]`);
  return Object.freeze([...new Map((events as readonly EventName[]).map((event) => [keyOf(event), event])).values()]);
}

/** Keys and, where they differ, the names that exporters see. */
interface TagKeys {
  readonly tags: readonly string[];
  readonly tagNames: readonly string[] | undefined;
}

function tagsOf(given: AnyOptions['tags']): TagKeys | { readonly tags: SampleFunction; readonly tagNames: undefined } {
  if (isFunction(given)) return { tags: given as SampleFunction, tagNames: undefined };
  if (!isRecord(given)) return { tags: Object.freeze([...(given ?? [])]), tagNames: undefined };
  return { tags: Object.freeze(Object.values(given)), tagNames: Object.freeze(Object.keys(given)) };
}

function checkTags(where: string, { tags, tagNames = tags }: TagKeys, events: readonly EventName[]): void {
  const hidden = tags.find((key) => events.some((event) => definitionOf(event)?.private?.includes(key)));
  if (hidden !== undefined) {
    throw impossible(
      where,
      `the tag ${show(hidden)}, which its event keeps private`,
      'Leave it out, or make the tag of something less with a function',
    );
  }
  const seen = new Set<string>();
  for (const name of tagNames) {
    const label = name.replace(/[^A-Za-z0-9_]/g, '_');
    if (label === '' || RESERVED.includes(label) || label.startsWith('__')) {
      throw refusal(
        'METRIC_INVALID',
        `${where}: tag`,
        name,
        `a name that exporters can use: not empty, not ${RESERVED.join(', ')}, not beginning with __`,
      );
    }
    if (seen.has(label)) throw impossible(where, `two tags that are ${show(label)} outside`, 'Rename one, or leave it out');
    seen.add(label);
  }
}

/** What is measured and what is told. What an event says of its measurement counts unless an option does. */
function unitsOf(
  where: string,
  given: AnyOptions['unit'],
  { events, measurement }: { readonly events: readonly EventName[]; readonly measurement: string | SampleFunction | undefined },
): { unit: string | undefined; from: string | undefined } {
  if (typeof given === 'object') {
    converter(where, given[0], given[1]);
    return { from: given[0], unit: given[1] };
  }
  const declared = typeof measurement === 'string' ? events.map((event) => declaredUnit(definitionOf(event), measurement)) : [];
  const unit = given ?? declared.find((found) => found !== undefined);
  for (const other of declared) if (other !== undefined) converter(where, other, unit);
  return { unit, from: undefined };
}

/** The unit that an event's definition gives a measurement. */
export const declaredUnit = (definition: Definition | undefined, measurement: string): string | undefined =>
  measurement === 'duration' ? (definition?.unit ?? 'ms') : definition?.measurements?.[measurement]?.unit;

function isUnit(value: unknown): boolean {
  const isName = (name: unknown): boolean => typeof name === 'string' && name !== '' && name.length <= 32;
  return isName(value) || (Array.isArray(value) && value.length === 2 && value.every(isName));
}

function isBounds(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_BOUNDS) return false;
  return value.every((bound, index) => Number.isFinite(bound) && bound >= 0 && (index === 0 || bound > value[index - 1]));
}

const impossible = (where: string, what: string, fix: string): TelemetryError =>
  new TelemetryError('METRIC_INVALID', `${where} can't be`, `It has ${what}`, fix);
