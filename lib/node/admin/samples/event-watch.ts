import type { Clock } from '../../../core/clock';
import { keyOf } from '../../../core/event';
import type { AnyHandler, HandlerFactory, HandlerHandle } from '../../../core/handler';
import type { Telemetry } from '../../../index';
import { sampleOf } from './sample';
import { Seconds, SeenEvent } from './seen-event';

/** What is known of the emissions of one event since it is watched. */
export interface EventActivity {
  readonly count: number;
  /** Per second; `undefined` in the first second. */
  readonly perSecond10: number | undefined;
  readonly perSecond60: number | undefined;
  /** ms since the epoch, to the second. */
  readonly lastSeen: number | undefined;
  readonly sample: { readonly time: number; readonly text: string } | undefined;
}

const SAMPLES_HANDLER_ID: string = 'telemetry-admin-samples';
const MAX_EVENTS = 500;
/** Of all events together: beyond, each is sampled less often. */
const SAMPLES_A_SECOND = 50;
const SECOND_MS = 1000;
const UNASKED_MS = 3_600_000;

/**
 * Watches which events are emitted: counts them, and keeps the last sample of each, at most one for each event and second. It begins when
 * somebody asks for the first time, and ends when nobody has asked for an hour: an application whose API nobody reads pays nothing.
 *
 * An emission without a sample due costs a few nanoseconds: the clock is read by a timer, once a second. At most 500 events are watched,
 * the first ones; with more than 50 of them, samples are taken in turns.
 */
export class EventWatch {
  private events = new Map<string, SeenEvent>();
  private seconds = new Seconds(0);
  private handle: HandlerHandle | undefined;
  private cancel: (() => void) | undefined;
  private askedAt = 0;
  private isSampling = false;
  /** ms since the epoch; `undefined` while nobody watches. */
  since: number | undefined;

  constructor(
    private readonly bus: Telemetry,
    private readonly clock: Clock,
  ) {}

  /** Watches from now on, or on. */
  ask(): void {
    this.askedAt = this.clock.monotonicTime();
    if (this.handle !== undefined) return;
    this.events = new Map();
    this.seconds = new Seconds(this.askedAt);
    this.since = this.clock.systemTime(this.askedAt);
    this.handle = this.bus.attachEach(SAMPLES_HANDLER_ID, [], this.factory, { onError: 'keep', onConflict: 'replace' });
    this.wait();
  }

  /** `undefined` for an event that was not emitted since, or is one too many. */
  activityOf(key: string): EventActivity | undefined {
    const event = this.events.get(key);
    if (event === undefined) return undefined;
    const time = this.clock.monotonicTime();
    const { count, lastSeen, sample, sampledAt } = event;
    return {
      count,
      perSecond10: this.seconds.rate(event, 10, time),
      perSecond60: this.seconds.rate(event, 60, time),
      lastSeen: lastSeen === 0 ? undefined : lastSeen,
      sample: sample === undefined ? undefined : { time: sampledAt, text: sample },
    };
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.handle?.detach();
    this.handle = undefined;
    this.since = undefined;
    this.events.clear();
  }

  private readonly factory: HandlerFactory = (name, definition) => {
    const key = keyOf(name);
    let event: SeenEvent | undefined;
    const handler: AnyHandler = (_name, measurements, metadata) => {
      // Not before it is emitted: names that are only declared take no place.
      event ??= this.open(key);
      if (event === undefined) return;
      event.count++;
      if (event.dueAt > this.seconds.now || this.isSampling) return;
      this.isSampling = true;
      try {
        event.dueAt = this.seconds.now + Math.ceil(this.events.size / SAMPLES_A_SECOND);
        event.sample = sampleOf(this.bus, definition, measurements, metadata) ?? event.sample;
        event.sampledAt = event.lastSeen = this.clock.systemTime();
      } finally {
        this.isSampling = false;
      }
    };
    return handler;
  };

  private open(key: string): SeenEvent | undefined {
    const known = this.events.get(key);
    if (known !== undefined || this.events.size >= MAX_EVENTS) return known;
    const event = new SeenEvent(this.seconds.now - 1);
    this.events.set(key, event);
    return event;
  }

  private wait(): void {
    this.cancel = this.clock.setTimer(() => this.tick(), SECOND_MS);
  }

  private tick(): void {
    const time = this.clock.monotonicTime();
    const now = this.clock.systemTime(time);
    for (const event of this.events.values()) event.tick(this.seconds.now, now);
    this.seconds.tick(time);
    if (time - this.askedAt >= UNASKED_MS) this.close();
    else this.wait();
  }
}
