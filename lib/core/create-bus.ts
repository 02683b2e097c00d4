import type { Bus } from './bus';
import type { BusEvents, BusOptions } from './bus-options';
import { type AnyCatalogue, addUnique, definitionsOf } from './catalogue';
import { type Channel, createChannels } from './channel';
import { systemClock } from './clock';
import type { Definition } from './definition';
import { createDispatch, type DispatchReports, NESTING_LIMIT, type Payload } from './dispatch';
import { checkName, type EventName, type EventPrefix } from './event';
import { createFailures } from './failures';
import { type AnyHandler, type AttachOptions, BUS_SEAM, type BusSeam, type HandlerFactory } from './handler';
import { checkOptions, isFunction, isRecord, type OptionRule } from './options';
import { createRegistry, type Registry } from './registry';
import { createSpans } from './span';
import type { SpanScope } from './span-scope';
import { type Warning, warnOnConsole } from './warning';

/** Looks at definitions and emissions before handlers do, and may refuse them by throwing; the seam for validation. */
export interface Inspector {
  declared(definition: Definition): void;
  emitted(channel: Channel, measurements: Payload, metadata: Payload): void;
}

/** What {@link createBus} accepts; shared with `createTelemetry`, which accepts more. */
export const BUS_RULES: Readonly<Record<string, OptionRule>> = {
  events: 'any',
  clock: [
    (value) => isRecord(value) && isFunction(value.monotonicTime) && isFunction(value.systemTime) && isFunction(value.setTimer),
    'a Clock',
  ],
  maxNames: [(value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 1e6, 'a whole number up to 1,000,000'],
  onWarning: 'function',
};

/**
 * Creates a bus: events, handlers and spans, without logs and metrics. `telemetry-bus/core` exports it under the name
 * `createTelemetry`: the same call as in `telemetry-bus`, so that only the import changes when an application wants more.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `EVENT_DUPLICATE` when catalogues contradict each other.
 * @example
 * const telemetry = createTelemetry({ events: coder });
 * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
 */
export function createBus<Catalogues extends AnyCatalogue = never>(options: BusOptions<Catalogues> = {}): Bus<BusEvents<Catalogues>> {
  checkOptions('createTelemetry', options, BUS_RULES);
  return buildBus(options);
}

/** {@link createBus} for options that were checked, with what looks at emissions first. */
export function buildBus<Catalogues extends AnyCatalogue>(
  { clock = systemClock(), maxNames = 10_000, onWarning = warnOnConsole, events }: BusOptions<Catalogues>,
  inspector?: Inspector,
): Bus<BusEvents<Catalogues>> {
  const dropped = { nested: 0 };
  let failures = 0;
  const declared = new Map<string, Definition>();
  const namedTooDeep = new Set<string>();

  function warn(warning: Warning): void {
    try {
      onWarning(warning);
    } catch {
      // A warning that can't be delivered has nowhere else to go.
    }
  }

  function failed(...failure: Parameters<DispatchReports['failed']>): void {
    failures++;
    try {
      handleFailure(...failure);
    } catch {
      // A clock or a signal of the application's that throws: the emitter must not learn of it here.
    }
  }

  const channels = createChannels(maxNames, (channel) => registry.resolve(channel));
  const dispatch = createDispatch({
    failed,
    tooDeep({ key }) {
      dropped.nested++;
      if (namedTooDeep.size >= 100 || namedTooDeep.has(key)) return;
      namedTooDeep.add(key);
      warn({
        code: 'NESTING_LIMIT',
        message: `${key} was dropped: emissions nested deeper than ${NESTING_LIMIT}; does a handler emit what it handles?`,
      });
    },
  });
  const registry: Registry = createRegistry(channels, clock, failed);
  const handleFailure = createFailures(clock, channels, { registry, dispatch, warn });

  const emit: typeof dispatch.deliver = inspector
    ? (channel, measurements, metadata) => {
        if (channel.inspected) inspector.emitted(channel, measurements, metadata);
        dispatch.deliver(channel, measurements, metadata);
      }
    : dispatch.deliver;

  function execute(event: EventName, measurements?: Payload, metadata?: Payload): void {
    const channel = channels.find(event);
    if (channel !== undefined) emit(channel, measurements, metadata);
  }

  const scope: SpanScope = { enter: undefined };
  const bus = {
    ...createSpans({ clock, channels, emit, scope }),
    execute,
    emitter(event: EventName) {
      checkName(event);
      const channel = channels.open(event);
      // A name past the limit is looked up each time: nothing may hold on to it.
      if (!channel.remembered) return execute.bind(null, event);
      channel.held = true;
      return (measurements: Payload, metadata: Payload) => emit(channel, measurements, metadata);
    },
    hasHandlers(event: EventName) {
      const channel = channels.find(event);
      return channel !== undefined && channel.calls.length > 0;
    },
    attach: (id: string, event: EventName, handler: AnyHandler, config?: unknown, options?: AttachOptions) =>
      registry.attach({ id, events: [event], match: 'exact', handler, config, options }),
    attachMany: (id: string, events: readonly EventName[], handler: AnyHandler, config?: unknown, options?: AttachOptions) =>
      registry.attach({ id, events, match: 'exact', handler, config, options }),
    attachPrefix: (id: string, prefix: EventPrefix, handler: AnyHandler, config?: unknown, options?: AttachOptions) =>
      registry.attach({ id, events: [prefix], match: 'prefix', handler, config, options }),
    attachEach: (id: string, prefix: EventPrefix, handler: HandlerFactory, options?: AttachOptions) =>
      registry.attach({ id, events: [prefix], match: 'prefix', handler, isFactory: true, options }),
    detach: registry.detach,
    listHandlers: (prefix: readonly string[] = []) => registry.list(prefix),
    declareEvents(added: unknown) {
      const next = new Map(declared);
      for (const definition of definitionsOf(added)) {
        addUnique(next, definition);
        inspector?.declared(definition);
      }
      // Nothing is declared unless everything can be.
      for (const [key, definition] of next) {
        declared.set(key, definition);
        channels.open(definition.name);
      }
      return bus;
    },
    stats: () => ({
      handlers: registry.size(),
      names: { declared: declared.size, undeclared: channels.counts.undeclared, limit: maxNames },
      dropped: { ...dropped, invalidName: channels.counts.invalid },
      failures,
    }),
    [BUS_SEAM]: { channels: channels.all, wrap: registry.wrap, spans: scope } satisfies BusSeam,
  };
  if (events !== undefined) bus.declareEvents(events);
  return Object.freeze(bus) as never;
}
