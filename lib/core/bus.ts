import type { BusStats } from './bus-options';
import type { AnyCatalogue, AnyEvents, Emission, EventsOf, HandlerOf, MeasurementsOf, MetadataOf, NameOf } from './catalogue';
import type { EventName, EventPrefix } from './event';
import type { AttachOptions, HandlerFactory, HandlerHandle, HandlerInfo } from './handler';
import type { EventOf, Span, SpanOptions, SpanResultOf, SpanTarget, Unwrapped, WithContext } from './span-types';

declare const KNOWN: unique symbol;

/**
 * A telemetry bus: events are emitted on it, handlers are attached to it.
 *
 * `Events` holds the types of its catalogues. A bus with more events can be passed where one with fewer is expected.
 */
export interface Bus<Events = AnyEvents> {
  /** Only the compiler sees this: it lets functions that take a bus infer its events. */
  readonly [KNOWN]?: Events;

  /**
   * Emits an event: calls every handler attached to it, here and now, in the order they were attached.
   *
   * Never throws and returns nothing: a failing handler is dealt with by its policy and announced as
   * `[telemetry, handler, failure]`. The handlers are those attached when the emission began, less any detached since.
   * Measurements and metadata are handed over as they are; missing ones arrive as one frozen empty object. An event
   * nobody declared reaches whoever is attached to it; an invalid name reaches nobody and is counted. Emissions nested
   * deeper than 16 are dropped and counted.
   *
   * Cost: a lookup by definition or, somewhat slower, by tuple; nothing is allocated. See `emitter` for less.
   *
   * @example
   * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
   * telemetry.execute(['coder', 'session', 'start'], { count: 1 }, { sessionId: 's1' });
   */
  execute<const Name extends NameOf<Events>>(event: Name, ...payload: Emission<Events, Name>): void;

  /**
   * Resolves an event once and returns a function that emits it: `execute` without the lookup.
   *
   * @throws {TelemetryError} `EVENT_NAME_INVALID`
   * @example
   * const started = telemetry.emitter(coder.session.start);
   * started({ count: 1 }, { sessionId: 's1' });
   */
  emitter<const Name extends NameOf<Events>>(event: Name): (...payload: Emission<Events, Name>) => void;

  /**
   * Whether anything would hear the event: lets expensive payloads go unbuilt.
   *
   * @example
   * telemetry.hasHandlers(coder.session.start); // => false
   */
  hasHandlers<const Name extends NameOf<Events>>(event: Name): boolean;

  /**
   * Attaches a handler to one event.
   *
   * It runs inside every emission that begins from now on, in the emitter's stack; see `Handler` for what it may
   * do. If it throws, or returns a promise that rejects, it has failed: the other handlers still run, its policy
   * applies (`onError`, by default it is detached from all its events), and `[telemetry, handler, failure]` is emitted
   * with measurements `monotonicTime`, `systemTime` and metadata `eventName`, `handlerId`, `handlerConfig`, `kind`
   * (`error` or `rejection`), `reason`, `stacktrace`.
   *
   * @param id - Unique on this bus.
   * @param event - A definition of a catalogue, or its tuple.
   * @param handler - Called with the event, its measurements, its metadata, and `config`.
   * @param config - Handed to every call as it is.
   * @param options - See {@link AttachOptions}.
   * @returns A handle that detaches; it can be disposed (`using`).
   * @throws {TelemetryError} `HANDLER_EXISTS` when the id is taken; `EVENT_NAME_INVALID`; `HANDLER_INVALID`;
   * `OPTION_UNKNOWN`, `OPTION_INVALID`.
   * @example
   * const slow: number[] = [];
   * const handle = telemetry.attach('slow', coder.llm.response, (_event, { duration }) => slow.push(duration));
   * telemetry.execute(coder.llm.response, { duration: 9000 }, { model: 'm1' });
   * slow; // => [9000]
   * handle.detach(); // => true
   */
  attach<const Name extends NameOf<Events>, Config = undefined>(
    id: string,
    event: Name,
    handler: HandlerOf<Events, NoInfer<Name>, Config>,
    config?: Config,
    options?: AttachOptions,
  ): HandlerHandle;

  /**
   * Attaches one handler to several events under one id: to all of them, or, if anything is wrong, to none. Naming an
   * event twice attaches it once; no event at all attaches nothing and leaves the id free. Otherwise as `attach`.
   *
   * @example
   * telemetry.attachMany('both', [coder.session.start, coder.session.stop], (event) => event[2]);
   * telemetry.listHandlers().length; // => 2
   */
  attachMany<const Name extends NameOf<Events>, Config = undefined>(
    id: string,
    events: readonly Name[],
    handler: HandlerOf<Events, NoInfer<Name>, Config>,
    config?: Config,
    options?: AttachOptions,
  ): HandlerHandle;

  /**
   * Attaches a handler to every event whose name begins with a prefix, events met later included; `[]` is every event,
   * the library's own as well. Takes part in the same order as exact handlers. Otherwise as `attach`.
   *
   * @example
   * const seen: string[] = [];
   * telemetry.attachPrefix('all-of-session', ['coder', 'session'], (event) => seen.push(event.join('.')));
   * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
   * seen; // => ['coder.session.start']
   */
  attachPrefix<Config = undefined>(
    id: string,
    prefix: EventPrefix,
    handler: HandlerOf<AnyEvents, EventName, Config>,
    config?: Config,
    options?: AttachOptions,
  ): HandlerHandle;

  /**
   * As `attachPrefix`, but with a handler of its own for each event: `factory` is called once per event name, with the
   * definition where there is one, when it attaches or when the name is first seen. What can be looked up per event is
   * then looked up once. This is how the metrics handler attaches; it counts as an instrument, not as a listener, when
   * the bus decides whether a failure went unheard.
   *
   * @example
   * const counts = new Map<string, number>();
   * telemetry.attachEach('count', [], (event) => {
   *   const key = event.join('.');
   *   return () => counts.set(key, (counts.get(key) ?? 0) + 1);
   * });
   * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
   * counts.get('coder.session.start'); // => 1
   */
  attachEach(id: string, prefix: EventPrefix, factory: HandlerFactory, options?: AttachOptions): HandlerHandle;

  /**
   * Detaches a handler from all its events. `false` when the id is unknown.
   *
   * @example
   * telemetry.detach('nobody'); // => false
   */
  detach(id: string): boolean;

  /**
   * Lists the handlers of the events that begin with a prefix, one entry per event, in attach order. A prefix handler
   * is one entry, under its prefix.
   *
   * @throws {TelemetryError} `EVENT_NAME_INVALID` when it is not a list of segments.
   * @example
   * telemetry.attach('audit', coder.session.stop, () => {}, { any: 'config' });
   * telemetry.listHandlers(['coder']).map(({ id, config }) => [id, config]); // => [['audit', { any: 'config' }]]
   */
  listHandlers(prefix?: readonly string[]): HandlerInfo[];

  /**
   * Runs a function between a start event and a stop or exception event. The function says what the stop event carries:
   * it returns `[result, metadata]` or `[result, measurements, metadata]`, and `span` returns the result. Any other
   * value comes back unchanged. `measure` is the more convenient twin.
   *
   * start: `systemTime` (ms since the epoch), `monotonicTime` (ms). stop and exception: `duration`, `monotonicTime`.
   * All carry the start metadata and a `telemetrySpanContext` that pairs them, unless it brings its own; exception adds
   * `kind`, `reason`, `stacktrace`, and the same error is thrown on. Handlers' time is not part of the duration, which
   * is in ms unless the definition names another unit.
   *
   * @param target - `[app, component]` of a component with `start` and `stop`, or an object of those events.
   * @param metadata - Start metadata.
   * @param work - Synchronous or asynchronous.
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` for wrong options, before anything ran.
   * @example
   * const found = await telemetry.span(['coder', 'tool'], { name: 'grep' }, async () => [await work(), { files: 12 }, {}]);
   * found; // => 42
   */
  span<
    const Target extends SpanTarget<Events>,
    const Returned extends SpanResultOf<Events, Start, Stop> | PromiseLike<SpanResultOf<Events, Start, Stop>>,
    Start extends EventName = EventOf<Target, 'start'>,
    Stop extends EventName = EventOf<Target, 'stop'>,
  >(target: Target, metadata: MetadataOf<Events, Start> & WithContext, work: () => Returned, options?: SpanOptions): Unwrapped<Returned>;

  /**
   * As `span`, but the function returns its plain result and says more about the stop event through what it is given:
   * `span.add(measurements)`, `span.set(metadata)`.
   *
   * @example
   * const lines = telemetry.measure(['coder', 'tool'], { name: 'wc' }, (span) => {
   *   span.add({ files: 10 });
   *   return 3;
   * });
   * lines; // => 3
   */
  measure<
    const Target extends SpanTarget<Events>,
    Returned,
    Start extends EventName = EventOf<Target, 'start'>,
    Stop extends EventName = EventOf<Target, 'stop'>,
  >(
    target: Target,
    metadata: MetadataOf<Events, Start> & WithContext,
    work: (span: Span<MeasurementsOf<Events, Stop>, MetadataOf<Events, Stop>>) => Returned,
    options?: SpanOptions,
  ): Returned;

  /**
   * Runs a function and emits one event with its `duration` when it ended. When it fails, the event also carries
   * `kind`, `reason`, `stacktrace`, and the error is thrown on.
   *
   * @example
   * telemetry.executeWithTelemetry(coder.agent.complete, { agent: 'planner' }, () => work()); // => 42
   */
  executeWithTelemetry<const Name extends NameOf<Events>, Returned>(
    event: Name,
    metadata: MetadataOf<Events, Name> & WithContext,
    work: (span: Span<MeasurementsOf<Events, Name>, MetadataOf<Events, Name>>) => Returned,
    options?: SpanOptions,
  ): Returned;

  /**
   * Runs a function, emits one event before (`systemTime`, `monotonicTime`) and one after (`duration`,
   * `monotonicTime`). When it fails, the second also carries `kind`, `reason`, `stacktrace`, and the error is thrown on.
   *
   * @example
   * const { dispatch, complete } = coder.agent;
   * telemetry.executeWithStartComplete(dispatch, complete, { agent: 'planner' }, () => work()); // => 42
   */
  executeWithStartComplete<const Start extends NameOf<Events>, const Complete extends NameOf<Events>, Returned>(
    start: Start,
    complete: Complete,
    metadata: MetadataOf<Events, Start> & WithContext,
    work: (span: Span<MeasurementsOf<Events, Complete>, MetadataOf<Events, Complete>>) => Returned,
    options?: SpanOptions,
  ): Returned;

  /**
   * Adds a catalogue to a bus that runs already. The bus is returned with the wider type.
   *
   * @throws {TelemetryError} `EVENT_DUPLICATE`, `OPTION_INVALID`, `SCHEMA_ASYNC`
   * @example
   * const shop = defineEvents('shop', { cart: { add: defineEvent() } });
   * telemetry.declareEvents(shop).execute(shop.cart.add);
   */
  declareEvents<const Added extends AnyCatalogue>(events: Added | readonly Added[]): Bus<Events & EventsOf<Added>>;

  /**
   * What the bus knows of itself: handlers, names, what was dropped.
   *
   * @example
   * telemetry.stats().dropped; // => { nested: 0, invalidName: 0 }
   */
  stats(): BusStats;
}
