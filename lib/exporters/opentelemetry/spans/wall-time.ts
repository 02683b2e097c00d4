import type { Clock } from '../../../core/clock';
import { read } from '../../../core/read';

/** Readings further in the past than this are of another clock. */
const MAX_AGE_MS = 60_000;
const MAX_TIME = 8.64e15;

/** A moment. */
export interface Moment {
  /** ms since the epoch. */
  readonly time: number;
  /** Of the bus's clock; `undefined` for one that was told, and has nothing to do with it. */
  readonly monotonic: number | undefined;
}

/**
 * Times of spans, finer than the whole ms that events tell, so that parts of a trace stand in the order they happened in. Never more
 * than 1 ms from what the clock of the bus says; jumps of it are followed.
 */
export class WallTime {
  private offset: number | undefined = undefined;

  constructor(private readonly clock: Clock) {}

  now(): Moment {
    return this.at(this.clock.monotonicTime());
  }

  /** When a span began, by the measurements of its event. */
  ofStart(measurements: object): Moment {
    const told = read(measurements, 'systemTime');
    const moment = this.ofEvent(measurements);
    if (typeof told !== 'number' || !(told > 0 && told < MAX_TIME)) return moment;
    return Math.abs(moment.time - told) <= 1 ? moment : { time: told, monotonic: undefined };
  }

  /** When an event was emitted; now for one that doesn't say. */
  ofEvent(measurements: object): Moment {
    const now = this.clock.monotonicTime();
    const told = read(measurements, 'monotonicTime');
    return this.at(typeof told === 'number' && told <= now && told > now - MAX_AGE_MS ? told : now);
  }

  private at(monotonic: number): Moment {
    const whole = this.clock.systemTime(monotonic);
    const [least, most] = [whole - monotonic, whole + 0.999 - monotonic];
    this.offset = clamp(this.offset ?? firstOffset(least, most), least, most);
    return { time: this.offset + monotonic, monotonic };
  }
}

/** When a span ended that began at one moment and was over at another: clocks on the wall may jump meanwhile. */
export const endOf = (start: Moment, end: Moment): number =>
  start.monotonic === undefined || end.monotonic === undefined
    ? Math.max(start.time, end.time)
    : start.time + Math.max(0, end.monotonic - start.monotonic);

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** The clock of the system begins at the origin of the platform's; of others only the whole ms are known. */
function firstOffset(least: number, most: number): number {
  const { timeOrigin } = globalThis.performance ?? {};
  return timeOrigin !== undefined && timeOrigin >= least && timeOrigin <= most ? timeOrigin : least;
}
