import { type EventName, keyOf } from './event';
import { isLevel, LEVELS, type LevelName } from './level';
import { checkOptions, isRecord, type OptionRule, optionInvalid } from './options';
import { type InputOf, isSchema, type StandardSchema } from './schema';
import { shared } from './shared';
import { type Duration, PER_MS, parseDuration, type TimeUnit } from './unit';

declare const PAYLOAD: unique symbol;

/** The types an event carries. Only the compiler sees this. */
export interface Payload<Measurements, Metadata> {
  readonly measurements: Measurements;
  readonly metadata: Metadata;
}

/** What `defineEvent` returns: options and types of an event that has no name yet. */
export interface EventSpec<Measurements = object, Metadata = object> {
  readonly [PAYLOAD]: Payload<Measurements, Metadata>;
}

/**
 * An event of a catalogue: the frozen tuple `[app, component, action]`, typed as that literal, which also knows the
 * types of its measurements and metadata.
 */
export type EventDefinition<Name extends EventName = EventName, Measurements = object, Metadata = object> = Name &
  EventSpec<Measurements, Metadata>;

/** Picks the payload types out of a definition or a spec. */
export type PayloadIn<Spec> = Spec extends EventSpec<infer Measurements, infer Metadata> ? Payload<Measurements, Metadata> : never;

/** What is said about one measurement. */
export interface MeasurementOptions {
  /** Unit of the emitted numbers. For `duration` one of `ns`, `us`, `ms`, `s`; default `ms`. */
  readonly unit?: string;
  /** One sentence for catalogues and dashboards. */
  readonly doc?: string;
}

/**
 * Options of an event. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `doc` | one sentence for catalogues and dashboards | none |
 * | `level` | log level of the event's records | by action: error, exception … `error`; timeout, retry … `warn`; the rest `info` |
 * | `tags` | metadata keys that split metrics into series | none |
 * | `private` | metadata keys whose content is never logged, only its length | none |
 * | `measurements` | unit and text per measurement | durations in ms |
 * | `stream` | tags the event's records: sinks with this `stream` take them whatever the log's level is | none |
 * | `slow` | durations that count as slow and very slow | none |
 * | `schema` | Standard Schemas that give types and can be checked | none |
 * | `eventType` | makes its records business events: message `EVENT: <type>`, `event_type`, `event_action`, everything else in `data`, durations as `duration_seconds` | none |
 */
export interface EventOptions<Measurements = object, Metadata = object, MeasurementSchema = undefined, MetadataSchema = undefined> {
  readonly doc?: string;
  readonly level?: LevelName;
  readonly tags?: readonly KeyOf<Metadata, MetadataSchema>[];
  readonly private?: readonly KeyOf<Metadata, MetadataSchema>[];
  readonly measurements?: {
    readonly [Name in KeyOf<Measurements, MeasurementSchema>]?: Name extends 'duration'
      ? MeasurementOptions & { readonly unit?: TimeUnit }
      : MeasurementOptions;
  };
  readonly stream?: string;
  readonly slow?: { readonly warn?: Duration; readonly error?: Duration };
  readonly schema?: { readonly measurements?: MeasurementSchema; readonly metadata?: MetadataSchema };
  readonly eventType?: string;
}

type KeyOf<Shape, Schema> = [keyof Typed<Shape, Schema>] extends [never] ? string : keyof Typed<Shape, Schema> & string;
type Typed<Shape, Schema> = Schema extends StandardSchema ? InputOf<Schema> : Shape;

/** What the library keeps of a definition, behind a symbol of the tuple. */
export interface Definition {
  /** Unique in the process; indexes each bus's list of channels. */
  readonly id: number;
  readonly name: EventName;
  readonly key: string;
  readonly doc?: string;
  readonly level?: LevelName;
  readonly tags?: readonly string[];
  readonly private?: readonly string[];
  /** Tag of its records. */
  readonly stream?: string;
  /** Unit of `duration`. */
  readonly unit: TimeUnit;
  readonly measurements?: Readonly<Record<string, MeasurementOptions>>;
  /** Thresholds in ms. */
  readonly slow?: { readonly warn?: number; readonly error?: number };
  readonly schema?: { readonly measurements?: StandardSchema; readonly metadata?: StandardSchema };
  /** Its records are those of a business event. */
  readonly eventType?: string;
}

type DefinitionOptions = Omit<Definition, 'id' | 'name' | 'key'>;

const DEFINITION = Symbol.for('telemetry-bus/definition');
const SPEC = Symbol.for('telemetry-bus/spec');

/**
 * The definition behind a tuple; `undefined` for a plain tuple. One property read: emissions call this.
 *
 * @example
 * definitionOf(coder.session.start)?.key; // => 'coder.session.start'
 */
export const definitionOf = (event: EventName): Definition | undefined => (event as { readonly [DEFINITION]?: Definition })[DEFINITION];

/**
 * Describes one event of a catalogue: its types, and what logs, metrics and dashboards should know about it.
 * Give both types, or none (then it accepts anything), or a `schema` to infer them from.
 *
 * @param options - See {@link EventOptions}.
 * @returns The leaf for `defineEvents`.
 * @throws {TelemetryError} `OPTION_UNKNOWN` and `OPTION_INVALID` for options that are misspelled or of a wrong type.
 * @example
 * defineEvent<{ duration: number; tokens: number }, { model: string }>({ tags: ['model'], slow: { warn: '5s' } });
 */
export function defineEvent<
  Measurements extends object = object,
  Metadata extends object = object,
  MeasurementSchema = undefined,
  MetadataSchema = undefined,
>(
  options?: EventOptions<NoInfer<Measurements>, NoInfer<Metadata>, MeasurementSchema, MetadataSchema>,
): EventSpec<Typed<Measurements, MeasurementSchema>, Typed<Metadata, MetadataSchema>> {
  checkOptions(WHERE, options, RULES);
  const { slow = {}, measurements = {}, schema, ...rest } = (options ?? {}) as EventOptions;
  for (const [name, value] of Object.entries(measurements)) {
    checkOptions(`${WHERE}: measurements.${name}`, value, {
      unit: name === 'duration' ? Object.keys(PER_MS).join('|') : 'string',
      doc: 'string',
    });
  }
  checkOptions(`${WHERE}: slow`, slow, { warn: 'any', error: 'any' });
  checkOptions(`${WHERE}: schema`, schema, { measurements: SCHEMA, metadata: SCHEMA });
  const limits = Object.entries(slow).map(([name, limit]) => [name, parseDuration(`${WHERE}: slow.${name}`, limit)]);
  const { warn, error } = Object.fromEntries(limits) as NonNullable<Definition['slow']>;
  if (warn !== undefined && error !== undefined && error < warn)
    throw optionInvalid(`${WHERE}: slow.error`, slow.error, 'no less than slow.warn');
  const spec = {
    ...rest,
    measurements,
    schema,
    slow: { ...(warn !== undefined && { warn }), ...(error !== undefined && { error }) },
    unit: (measurements as Record<string, MeasurementOptions>).duration?.unit ?? 'ms',
  };
  return Object.freeze({ [SPEC]: spec }) as never;
}

/** A tag is chosen by a program, never by data. */
export const STREAM_RULE: OptionRule = [
  (value) => typeof value === 'string' && /^[A-Za-z][\w-]{0,63}$/.test(value),
  'a name of at most 64 letters, digits, _ or -, beginning with a letter',
];

const WHERE = 'defineEvent';
const SCHEMA = [isSchema, 'a Standard Schema (zod, valibot, arktype …)'] as const;
const RULES = {
  doc: 'string',
  level: [isLevel, LEVELS.join('|')],
  tags: 'strings',
  private: 'strings',
  stream: STREAM_RULE,
  measurements: 'object',
  slow: 'object',
  schema: 'object',
  eventType: STREAM_RULE,
} as const;

/** Makes the frozen tuple for a leaf of a catalogue; the same leaf under two names makes two events. */
export function nameEvent(name: EventName, spec: unknown): EventDefinition {
  const found = isRecord(spec) ? (spec as { readonly [SPEC]?: DefinitionOptions })[SPEC] : undefined;
  if (found === undefined) throw optionInvalid(`Event ${keyOf(name)}`, spec, 'defineEvent(…)');
  const tuple = [...name];
  const definition: Definition = { id: shared.nextDefinition++, name: tuple as never, key: keyOf(name), ...found };
  return Object.freeze(Object.defineProperty(tuple, DEFINITION, { value: definition })) as never;
}
