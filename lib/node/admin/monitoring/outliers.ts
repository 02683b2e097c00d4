import type { Clock } from '../../../core/clock';
import { withoutContext } from '../../../core/context';
import type { Definition } from '../../../core/definition';
import { type EventName, keyOf } from '../../../core/event';
import type { AnyHandler, HandlerFactory, HandlerHandle } from '../../../core/handler';
import { quietly } from '../../../core/quietly';
import type { Outlier } from '../../../dashboard/wire/history';
import type { Telemetry } from '../../../index';
import { toMs } from '../../../performance/duration';
import { plainFields } from '../../../performance/plain-fields';
import { inMs } from '../schemas';
import { keptText } from './kept-text';
import { idsOf } from './scope-ids';

const OUTLIERS_HANDLER_ID: string = 'telemetry-admin-outliers';
export const MAX_EVENTS = 200;
/** Of ten seconds each. */
export const SLOTS = 60;
const SLOT_MS = 10_000;
const MAX_TAG = 256;

/** The slowest emission of one event in each of the last slots. */
class WatchedEvent {
  /** The longest of the running slot, in the unit of the event. */
  longest = 0;
  readonly slots: (Outlier | undefined)[] = [];
}

/**
 * Of each event that has a `duration` the slowest emission of each ten seconds of the last ten minutes: of at most 200 events, the first
 * that have one, at most 60 each. What took no time at all is no outlier.
 *
 * An emission that is none costs a comparison: no clock is read, a timer ends the slots. One that is costs about a microsecond; of many
 * emissions of a slot, few are longer than all before.
 */
export class Outliers {
  private readonly events = new Map<string, WatchedEvent>();
  private slot = 0;
  private handle: HandlerHandle | undefined;
  private cancel: (() => void) | undefined;

  constructor(
    private readonly bus: Telemetry,
    private readonly clock: Clock,
  ) {}

  /** Watches from now on, or on. */
  open(): void {
    if (this.handle !== undefined) return;
    this.handle = this.bus.attachEach(OUTLIERS_HANDLER_ID, [], this.factory, { onError: 'keep', onConflict: 'replace' });
    withoutContext(() => this.wait());
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.handle?.detach();
    this.handle = undefined;
    this.events.clear();
  }

  /** Those of the last while, slowest first. Not redacted. @param event - Dotted name; `undefined` for all. */
  list(lastMs: number, event?: string): Outlier[] {
    const since = this.clock.systemTime() - lastMs;
    const watched = event === undefined ? [...this.events.values()] : [this.events.get(event)].filter((one) => one !== undefined);
    return watched
      .flatMap(({ slots }) => slots.filter((outlier): outlier is Outlier => outlier !== undefined && outlier.time > since))
      .sort((one, other) => other.duration_ms - one.duration_ms || other.time - one.time);
  }

  private readonly factory: HandlerFactory = (name, definition) => {
    let event: WatchedEvent | undefined;
    const handler: AnyHandler = (_name, measurements, metadata) => {
      let duration: unknown;
      try {
        ({ duration } = measurements as { readonly duration?: unknown });
      } catch {
        return;
      }
      if (typeof duration !== 'number' || !(duration > (event === undefined ? 0 : event.longest)) || duration === Number.POSITIVE_INFINITY)
        return;
      // Not before it has a duration: most events have none, and take no place.
      event ??= this.eventOf(keyOf(name));
      if (event !== undefined && duration > event.longest) this.note(event, duration, name, definition, metadata);
    };
    return handler;
  };

  private eventOf(key: string): WatchedEvent | undefined {
    const known = this.events.get(key);
    if (known !== undefined || this.events.size >= MAX_EVENTS) return known;
    const event = new WatchedEvent();
    this.events.set(key, event);
    return event;
  }

  private note(event: WatchedEvent, duration: number, name: EventName, definition: Definition | undefined, metadata: object): void {
    event.longest = duration;
    const { unit = 'ms', tags = [], private: hidden = [] } = definition ?? {};
    event.slots[this.slot] = {
      time: this.clock.systemTime(),
      event: keyOf(name),
      duration_ms: inMs(toMs(duration, unit)),
      ids: idsOf(metadata),
      tags: tagsOf(metadata, tags, hidden),
    };
  }

  private wait(): void {
    this.cancel = this.clock.setTimer(() => this.endSlot(), SLOT_MS);
  }

  private endSlot(): void {
    this.slot = (this.slot + 1) % SLOTS;
    for (const event of this.events.values()) {
      event.longest = 0;
      event.slots[this.slot] = undefined;
    }
    // A clock of the application's that throws must not end the process.
    quietly(() => this.wait());
  }
}

function tagsOf(metadata: object, tags: readonly string[], hidden: readonly string[]): Readonly<Record<string, string>> {
  const fields = Object.entries(plainFields(metadata, tags, hidden));
  return Object.fromEntries(fields.map(([key, value]) => [key, keptText(`${value}`, MAX_TAG)]));
}
