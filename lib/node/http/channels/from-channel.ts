import type { Bus } from '../../../core/bus';
import type { AnyEvents, MeasurementsOf, MetadataOf, NameOf } from '../../../core/catalogue';
import { isThenable } from '../../../core/dispatch';
import { checkName, type EventName, keyOf } from '../../../core/event';
import { isFunction, isRecord, optionInvalid } from '../../../core/options';
import { isError, read } from '../../../core/read';
import { show } from '../../../core/show';
import { ENGINES, type Hosted } from '../../../engines';
import { isPublishing } from './loops';
import { subscribeTo } from './subscribe-to';

/** What is emitted for a message; `undefined` for one that is no event. */
export type ChannelPayload<Measurements = object, Metadata = object> =
  | { readonly measurements?: Measurements; readonly metadata?: Metadata }
  | undefined;

/** What became of the messages of a channel. */
export interface ChannelStats {
  readonly emitted: number;
  /** `map` told no payload. */
  readonly ignored: number;
  /** `map` threw, or told something else. */
  readonly faults: number;
  /** Emitting would have led back to the same event. */
  readonly loops: number;
}

/** Emits the messages of a channel as events until it is stopped. */
export interface ChannelSource extends Disposable {
  readonly channel: string | symbol;
  stats(): ChannelStats;
  /** Harmless when called again. */
  stop(): void;
}

/**
 * Emits an event for each message of a channel of `node:diagnostics_channel`: what Node, drivers and frameworks tell there.
 *
 * The event is emitted in the stack of whoever publishes, who never meets an error: what `map` throws, and what it returns that is no
 * payload, is counted and warned of once. A message that comes while the event of an earlier one is being emitted by this very bridge, and
 * one that our own publishing of the same event makes, is dropped and counted: they would go round for ever.
 *
 * @param telemetry - The bus.
 * @param channel - Its name.
 * @param event - A definition of a catalogue, or its tuple.
 * @param map - Called with each message and the name of the channel; must be quick, it is the publisher's time.
 * @throws {TelemetryError} `EVENT_NAME_INVALID`; `OPTION_INVALID` for a name that is no text or symbol, or a `map` that is no function.
 * @example
 * using source = emitFromChannel(telemetry, 'jobs:done', coder.session.start, (message) => ({
 *   measurements: { count: 1 },
 *   metadata: { sessionId: String((message as { id: number }).id) },
 * }));
 * source.stats(); // => { emitted: 0, ignored: 0, faults: 0, loops: 0 }
 */
export function emitFromChannel<Events = AnyEvents, const Name extends NameOf<Events> = NameOf<Events>>(
  telemetry: Bus<Events>,
  channel: string | symbol,
  event: Name,
  map: (message: unknown, channel: string | symbol) => ChannelPayload<MeasurementsOf<Events, Name>, MetadataOf<Events, Name>>,
): ChannelSource {
  if ((typeof channel !== 'string' || channel === '') && typeof channel !== 'symbol') {
    throw optionInvalid('emitFromChannel: channel', channel, 'the name of a channel');
  }
  checkName(event);
  if (!isFunction(map)) throw optionInvalid('emitFromChannel: map', map, 'a function that makes a payload of a message');
  const emit = (telemetry as unknown as Bus).emitter(event as EventName);
  const key = keyOf(event as EventName);
  const counts = { emitted: 0, ignored: 0, faults: 0, loops: 0 };
  let isEmitting = false;

  function fault(found: unknown): void {
    counts.faults++;
    settle(found);
    if (counts.faults > 1) return;
    const text = `map failed or told no payload, so nothing was emitted, got ${show(isError(found) ? read(found, 'message') : found)}`;
    try {
      const message = `emitFromChannel(${show(String(channel))}): ${text}. This is said once; stats() counts`;
      (telemetry as Hosted)[ENGINES]?.http.warn({ code: 'HANDLER_FAILED', message });
    } catch {
      // It has nowhere else to go.
    }
  }

  function received(message: unknown): void {
    if (isEmitting || isPublishing(telemetry, key)) {
      counts.loops++;
      return;
    }
    isEmitting = true;
    try {
      const payload: unknown = map(message, channel);
      if (payload === undefined || payload === null) counts.ignored++;
      else if (!isPayload(payload)) fault(payload);
      else {
        counts.emitted++;
        emit(payload.measurements, payload.metadata);
      }
    } catch (reason) {
      fault(reason);
    } finally {
      isEmitting = false;
    }
  }

  const stop = subscribeTo(channel, received);
  return { channel, stats: () => ({ ...counts }), stop, [Symbol.dispose]: stop };
}

const isPart = (value: unknown): boolean => value === undefined || isRecord(value);

const isPayload = (value: unknown): value is { readonly measurements?: object; readonly metadata?: object } =>
  isRecord(value) && !isThenable(value) && isPart(value.measurements) && isPart(value.metadata);

/** A promise is no payload; nobody else would hear it reject. */
function settle(value: unknown): void {
  try {
    if (isThenable(value)) Promise.resolve(value).then(undefined, () => undefined);
  } catch {
    // A thenable that refuses to be looked at rejects nothing.
  }
}
