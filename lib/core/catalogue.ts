import { type Definition, definitionOf, type EventDefinition, type EventSpec, nameEvent, type Payload, type PayloadIn } from './definition';
import { TelemetryError } from './errors';
import { type EventName, isSegment, nameError } from './event';
import type { Handler } from './handler';
import { isRecord, optionInvalid } from './options';
import type { OwnEvents } from './own-events';

declare const EVENTS: unique symbol;
const DEFINITIONS = Symbol.for('telemetry-bus/definitions');

/** What `defineEvents` takes: components, each with its actions. */
export interface EventTree {
  readonly [component: string]: { readonly [action: string]: EventSpec };
}

/** What `defineEvents` returns: the tree again, its leaves now frozen tuples. */
export type Catalogue<App extends string, Tree> = {
  readonly [Component in keyof Tree & string]: {
    readonly [Action in keyof Tree[Component] & string]: Tree[Component][Action] extends EventSpec<infer Measurements, infer Metadata>
      ? EventDefinition<readonly [App, Component, Action], Measurements, Metadata>
      : never;
  };
} & AnyCatalogue<{ readonly [Name in App]: Tree }>;

/** Any catalogue; `Events` is what it adds to the types of a bus. */
export interface AnyCatalogue<Events = object> {
  readonly [EVENTS]: Events;
}

/** The events of a bus that takes any name. */
export interface AnyEvents {
  readonly [app: string]: EventTree;
}

/** The types that catalogues give a bus: app → component → action → payload, the library's own events included. */
export type EventsOf<Catalogues> = (Catalogues extends AnyCatalogue<infer Events> ? (events: Events) => void : never) extends (
  events: infer All,
) => void
  ? All & OwnEvents
  : never;

/** The union of the names a bus knows. */
export type NameOf<Events> = {
  [App in keyof Events & string]: {
    [Component in keyof Events[App] & string]: {
      [Action in keyof Events[App][Component] & string]: readonly [App, Component, Action];
    }[keyof Events[App][Component] & string];
  }[keyof Events[App] & string];
}[keyof Events & string];

type At<Shape, Key> = Key extends keyof Shape ? Shape[Key] : never;

/** The spec of a name: a definition brings its own, a literal tuple is looked up. Not distributive, which is what keeps it cheap. */
type SpecOf<Events, Name extends EventName> = [Name] extends [EventSpec] ? Name : At<At<At<Events, Name[0]>, Name[1]>, Name[2]>;

type Part<Shape, Key extends string> = Shape extends { readonly [Name in Key]: infer Found } ? Found : never;

/** What handlers see of an untyped event: a record, whose fields can be read. */
type Readable<Shape, Value> = Shape extends unknown ? ([keyof Shape] extends [never] ? Readonly<Record<string, Value>> : Shape) : never;

/** The keys of all members of a union; `keyof` gives only those they share. */
type KeysIn<Shape> = Shape extends unknown ? keyof Shape : never;

/** The measurements of an event of a bus; a union of names gives the union. */
export type MeasurementsOf<Events, Name extends EventName> = Name extends EventName
  ? Readable<Part<PayloadIn<SpecOf<Events, Name>>, 'measurements'>, number>
  : never;

/** The metadata of an event of a bus; a union of names gives the union. */
export type MetadataOf<Events, Name extends EventName> = Name extends EventName
  ? Readable<Part<PayloadIn<SpecOf<Events, Name>>, 'metadata'>, unknown>
  : never;

/**
 * The handler of an event of a bus. For an untyped event its payload parameters may be annotated as one knows them to
 * be (a method's parameters are compared both ways); for a typed one they must agree with the catalogue.
 */
export type HandlerOf<Events, Name extends EventName, Config> = [
  KeysIn<PayloadIn<SpecOf<Events, Name>>['measurements']> | KeysIn<PayloadIn<SpecOf<Events, Name>>['metadata']>,
] extends [never]
  ? {
      handle(event: Name, measurements: MeasurementsOf<Events, Name>, metadata: MetadataOf<Events, Name>, config: Config): unknown;
    }['handle']
  : Handler<Name, MeasurementsOf<Events, Name>, MetadataOf<Events, Name>, Config>;

/** The type `{}`: it extends whatever requires no key. */
type Empty = Record<never, never>;

/** The arguments after the event: optional from the right where nothing in them is required. */
export type Emission<Events, Name extends EventName> = [PayloadIn<SpecOf<Events, Name>>] extends [
  Payload<infer Measurements, infer Metadata>,
]
  ? Empty extends Metadata
    ? Empty extends Measurements
      ? [measurements?: Measurements | null, metadata?: Metadata | null]
      : [measurements: Measurements, metadata?: Metadata | null]
    : Empty extends Measurements
      ? [measurements: Measurements | null | undefined, metadata: Metadata]
      : [measurements: Measurements, metadata: Metadata]
  : unknown[];

/**
 * Declares the events of an app as a tree of components and actions.
 *
 * The leaves of the result are the events: frozen tuples `[app, component, action]`, to be passed to `execute`,
 * `attach` and the rest. Costs nothing until a bus uses it.
 *
 * @param app - First segment of every name.
 * @param tree - Components, each an object of actions made by `defineEvent`.
 * @throws {TelemetryError} `EVENT_NAME_INVALID` for a segment that can't be one; `OPTION_INVALID` for a leaf that
 * `defineEvent` did not make.
 * @example
 * const coder = defineEvents('coder', { session: { start: defineEvent<{ count: number }, { sessionId: string }>() } });
 * coder.session.start; // => ['coder', 'session', 'start']
 */
export function defineEvents<const App extends string, Tree extends EventTree>(app: App, tree: Tree): Catalogue<App, Tree> {
  if (!isSegment(app)) throw nameError(app, 'a segment as app');
  const definitions: Definition[] = [];
  const named = mapEntries({ [app]: tree }, (_, components) =>
    mapEntries(components, (component, actions) =>
      Object.freeze(
        mapEntries(actions, (action, spec) => {
          const event = nameEvent([app, component, action], spec);
          definitions.push(definitionOf(event)!);
          return event;
        }),
      ),
    ),
  );
  return Object.freeze(Object.defineProperty(named[app]!, DEFINITIONS, { value: definitions })) as never;
}

/** Maps the values of one storey of a catalogue, whose keys must be segments. */
function mapEntries<Mapped>(storey: unknown, map: (segment: string, value: unknown) => Mapped): Record<string, Mapped> {
  if (!isRecord(storey)) throw optionInvalid('defineEvents: catalogue', storey, '{ component: { action: defineEvent(…) } }');
  const entries = Object.entries(storey).map(([segment, value]) => {
    if (!isSegment(segment)) throw nameError(segment, 'a segment');
    return [segment, map(segment, value)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * The definitions of one catalogue or several.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for something that is not a catalogue; `EVENT_DUPLICATE` when two
 * catalogues define one name differently (the same catalogue twice is fine).
 */
export function definitionsOf(catalogues: unknown): readonly Definition[] {
  const byKey = new Map<string, Definition>();
  for (const catalogue of Array.isArray(catalogues) ? catalogues : [catalogues]) {
    const definitions = isRecord(catalogue) ? (catalogue as { [DEFINITIONS]?: Definition[] })[DEFINITIONS] : undefined;
    if (definitions === undefined)
      throw optionInvalid('createTelemetry: events', catalogue, 'what defineEvents returned, or a list of that');
    for (const definition of definitions) addUnique(byKey, definition);
  }
  return [...byKey.values()];
}

/** Adds a definition to a table. @throws {TelemetryError} `EVENT_DUPLICATE` */
export function addUnique(byKey: Map<string, Definition>, definition: Definition): void {
  const known = byKey.get(definition.key);
  if (known !== undefined && known !== definition) {
    throw new TelemetryError(
      'EVENT_DUPLICATE',
      `Event ${definition.key} is defined twice`,
      'Two catalogues of one bus declare it',
      'Rename one, or share one catalogue',
    );
  }
  byKey.set(definition.key, definition);
}
