import type { EventSpec, PayloadIn } from '../core/definition';
import type { EventName } from '../core/event';
import type { MetricType } from './view';

/** A function of a definition as the library calls it. */
export type SampleFunction = (measurements: object, metadata: object, event: EventName) => unknown;

declare const TYPE: unique symbol;

/**
 * A metric as plain, frozen data: what `counter`, `sum`, `lastValue`, `summary` and `distribution` return. It does
 * nothing until it is registered on a bus, and one definition can be registered on many.
 */
export interface MetricDefinition<Type extends MetricType = MetricType> {
  /** Only the compiler sees this. */
  readonly [TYPE]?: Type;
  readonly type: Type;
  readonly name: string;
  readonly events: readonly EventName[];
  /** Key of the measurements, or a function. Counters have none. */
  readonly measurement: string | SampleFunction | undefined;
  readonly tags: readonly string[] | SampleFunction;
  /** What exporters call the tags, one for each key, where that differs. */
  readonly tagNames: readonly string[] | undefined;
  readonly keep: SampleFunction | undefined;
  readonly drop: SampleFunction | undefined;
  /** Of what is told. */
  readonly unit: string | undefined;
  /** Of what is measured, where that differs. */
  readonly from: string | undefined;
  readonly description: string | undefined;
  readonly monotonic: boolean;
  /** Inclusive upper bounds of a distribution, ascending. */
  readonly bounds: readonly number[] | undefined;
  /** Whether cells are kept, so that quantiles can be told. */
  readonly hdr: boolean;
  /** What quantiles are told to besides 1 %, in `unit`. */
  readonly resolution: number | undefined;
  /** Its own limit of series. */
  readonly maxSeries: number | undefined;
  /** Series without a sample for so long are let go. */
  readonly expireAfterMs: number | undefined;
}

/** The events an argument names: one, or a list. */
type EventsIn<Given> = Given extends EventName ? Given : Given extends readonly (infer Each)[] ? Each : never;

/** The payload of a definition of a catalogue; a plain tuple can carry anything. */
type PayloadOf<Event> = Event extends EventSpec
  ? PayloadIn<Event>
  : { readonly measurements: Readonly<Record<string, number>>; readonly metadata: Readonly<Record<string, unknown>> };

type Part<Event, Name extends 'measurements' | 'metadata'> =
  PayloadOf<Event> extends { readonly [Key in Name]: infer Found } ? Found : never;

/** Keys of any of the events; any text where one is untyped. */
type KeysOf<Event, Name extends 'measurements' | 'metadata'> = Event extends unknown
  ? [keyof Part<Event, Name>] extends [never]
    ? string
    : keyof Part<Event, Name> & string
  : never;

/** What functions see of an untyped event: a record, whose fields can be read. */
type Readable<Shape, Value> = Shape extends unknown ? ([keyof Shape] extends [never] ? Readonly<Record<string, Value>> : Shape) : never;

type MeasurementKey<Given> = KeysOf<EventsIn<Given>, 'measurements'>;
type MetadataKey<Given> = KeysOf<EventsIn<Given>, 'metadata'>;

/** A function of a sample. The order is that of handlers: measurements, metadata; the event comes last. */
export type OfSample<Given, Result> = (
  measurements: EventsIn<Given> extends infer Event ? Readable<Part<Event, 'measurements'>, number> : never,
  metadata: EventsIn<Given> extends infer Event ? Readable<Part<Event, 'metadata'>, unknown> : never,
  event: EventName,
) => Result;

/** What a tag can be made of. */
export type TagInput = string | number | boolean | bigint | null | undefined;

/** Options that every metric has. All are optional. */
export interface MetricOptions<Given> {
  /** One sentence, for exporters and dashboards. */
  readonly description?: string;
  /**
   * Metadata keys that split the metric into series; the same under other names, `{ http_route: 'route' }`; or a function that returns
   * tags and their values, `(measurements, metadata) => ({ … })`, which costs some ten times as much as keys do.
   */
  readonly tags?:
    | readonly MetadataKey<Given>[]
    | Readonly<Record<string, MetadataKey<Given>>>
    | OfSample<Given, Readonly<Record<string, TagInput>>>;
  /** Only samples it returns true for count. Not together with `drop`. */
  readonly keep?: OfSample<Given, boolean | undefined>;
  /** Samples it returns true for don't count. */
  readonly drop?: OfSample<Given, boolean | undefined>;
  /** How many series there may be; the rest is added up in one. Default: that of the bus, 2,000. */
  readonly maxSeries?: number;
}

/** Options of a metric of values. */
export interface ValueOptions<Given> extends MetricOptions<Given> {
  /** Key of the measurements, or a function; a sample for which it is `undefined` counts as `missing`. */
  readonly measurement?: MeasurementKey<Given> | OfSample<Given, number | bigint | undefined>;
  /**
   * The unit, such as `ms`, `byte`, `token`; or a pair, from what is measured to what is told: `['ms', 's']`. Times, sizes
   * and `percent` can be converted. Default: what the event's definition says of the measurement.
   */
  readonly unit?: string | readonly [from: string, to: string];
}

/** Of a metric that has no default for what it measures. */
export interface MeasuredOptions<Given> extends ValueOptions<Given> {
  readonly measurement: MeasurementKey<Given> | OfSample<Given, number | bigint | undefined>;
}

export interface SumOptions<Given> extends MeasuredOptions<Given> {
  /** `false`: negative values count, too, and exporters see a gauge. Default `true`. */
  readonly monotonic?: boolean;
}

export interface LastValueOptions<Given> extends MeasuredOptions<Given> {
  /** Lets go of a series that had no sample for so long. Default: never. */
  readonly expireAfter?: number | string;
}

export interface SummaryOptions<Given> extends ValueOptions<Given> {
  /** The smallest difference that matters, in the metric's unit. Default: 1 µs, 1 byte, a millionth of a ratio, else 1. */
  readonly resolution?: number;
}

export interface DistributionOptions<Given> extends SummaryOptions<Given> {
  /** Inclusive upper bounds of the buckets, ascending, at most 200. Default: by unit. */
  readonly bounds?: readonly number[];
  /** Keeps quantiles beside the buckets: some 2 kB a series for a latency. Default `false`. */
  readonly hdr?: boolean;
}
