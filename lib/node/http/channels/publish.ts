import diagnostics from 'node:diagnostics_channel';
import type { Bus } from '../../../core/bus';
import { type EventPrefix, isSegments, keyOf, nameError } from '../../../core/event';
import type { AnyHandler, HandlerHandle } from '../../../core/handler';
import { checkOptions, type OptionRule } from '../../../core/options';
import { type Publishing, whilePublishing } from './loops';
import { SpanChannels } from './spans';

/** Options of `publishToChannels`. */
export interface PublishOptions {
  /** What the names of channels begin with: 1 to 64 letters, digits, `.`, `_`, `-`. Default `telemetry-bus`. */
  readonly prefix?: string;
  /** Which events: names or the beginnings of names. Default all, the library's own included. */
  readonly events?: readonly EventPrefix[];
}

/** What an event's channel carries. */
export interface ChannelMessage {
  readonly event: readonly [app: string, component: string, action: string];
  readonly measurements: object;
  readonly metadata: object;
}

const PREFIX = /^[\w.-]{1,64}$/;
const RULES: Readonly<Record<keyof PublishOptions, OptionRule>> = {
  prefix: [(value) => typeof value === 'string' && PREFIX.test(value), '1 to 64 letters, digits, ".", "_" or "-"'],
  events: [(value) => Array.isArray(value) && value.length > 0, 'a list of event names or of their beginnings'],
};
const PARTS: ReadonlySet<string> = new Set(['start', 'stop', 'exception']);

/**
 * Publishes the events of a bus on channels of `node:diagnostics_channel`, for tools that listen there: `telemetry-bus:<app>.<component>.<action>`,
 * with `{ event, measurements, metadata }` as handlers see them, private metadata included.
 *
 * The events `start`, `stop` and `exception` of a component are also told on the channels that `tracingChannel('telemetry-bus:<app>.<component>')`
 * listens to: `start`, then `asyncEnd`, and `error` before it when the span failed. All messages of a span are one object, found by its
 * `telemetrySpanContext` (1,000 open ones of a component are known), and it gets an `error`. There is no `end` and no `asyncStart`: an event
 * does not tell where a function first returned.
 *
 * What a subscriber throws ends the process, unless it is handled there: so does Node with all channels.
 *
 * Cost per event that nobody listens to: the call of a handler and a property read, for those of spans four; and payloads are built that
 * would not be without any handler, so name the `events` that matter on hot paths.
 *
 * @param telemetry - The bus. Its handlers have ids that begin with `telemetry-channels`.
 * @param options - See {@link PublishOptions}.
 * @returns What ends it.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `EVENT_NAME_INVALID`; `HANDLER_EXISTS` when that is published already.
 * @example
 * using published = publishToChannels(telemetry, { events: [['coder', 'session']] });
 * published.id; // => 'telemetry-channels:coder.session'
 */
export function publishToChannels<Events>(telemetry: Bus<Events>, options: PublishOptions = {}): HandlerHandle {
  checkOptions('publishToChannels', options, RULES);
  const { prefix = 'telemetry-bus', events = [[]] } = options;
  for (const name of events) {
    if (!isSegments(name) || name.length > 3) throw nameError(name, '[], [app], [app, component] or [app, component, action]');
  }
  const bus = telemetry as unknown as Bus;
  const components = new Map<string, SpanChannels>();

  function handlerOf(event: readonly [string, string, string]): AnyHandler {
    const channel = diagnostics.channel(`${prefix}:${keyOf(event)}`);
    const entry: Publishing = { bus: telemetry, key: keyOf(event) };
    const publish = (measurements: object, metadata: object): void =>
      whilePublishing(entry, () => channel.publish({ event, measurements, metadata } satisfies ChannelMessage));
    const [app, component, part] = event;
    if (!PARTS.has(part)) {
      return (_event, measurements, metadata) => {
        if (channel.hasSubscribers) publish(measurements, metadata);
      };
    }
    const name = `${prefix}:${app}.${component}`;
    const spans = components.get(name) ?? new SpanChannels(name);
    components.set(name, spans);
    return (_event, measurements, metadata) => {
      if (channel.hasSubscribers) publish(measurements, metadata);
      if (spans.isHeard) whilePublishing(entry, () => spans.publish(part, event, measurements, metadata));
      else spans.clear();
    };
  }

  const handles: HandlerHandle[] = [];
  const detach = (): boolean => handles.map((handle) => handle.detach()).some(Boolean);
  try {
    // Within another one, it would be published twice.
    for (const name of events.filter((name, index) => !events.some((other, at) => at !== index && isWithin(name, other, at < index)))) {
      const id = name.length === 0 ? ID : `${ID}:${keyOf(name)}`;
      handles.push(bus.attachEach(id, name, handlerOf, { onError: 'keep' }));
    }
  } catch (error) {
    detach();
    throw error;
  }
  return { id: handles[0]!.id, detach, [Symbol.dispose]: detach };
}

const ID = 'telemetry-channels';

/** Of two that are the same, the later one is within the other. */
const isWithin = (name: EventPrefix, outer: EventPrefix, isLater: boolean): boolean =>
  outer.every((segment, index) => name[index] === segment) && (name.length > outer.length || isLater);
