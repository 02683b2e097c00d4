import { escapeText, textOf } from './escape';

/** Whose clock text shows: of the machine, or of UTC. */
export type TimeZone = 'local' | 'utc';

/** A point in time as a clock on the wall shows it. */
export interface WallClock {
  /** `2026-02-13`. */
  readonly date: string;
  /** `19:06:35`. */
  readonly time: string;
  /** Three digits. */
  readonly ms: string;
  /** Minutes east of UTC. */
  readonly offset: number;
}

/** Milliseconds since the epoch; NaN for what is no time. */
export const epochMs = (timestamp: unknown): number => (typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN);

/** @returns `undefined` for what is no time, or none with four digits of year. */
function wallClock(timestamp: string, zone: TimeZone): WallClock | undefined {
  const at = new Date(epochMs(timestamp));
  const offset = zone === 'utc' ? 0 : -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + offset * 60_000);
  const iso = Number.isNaN(shifted.getTime()) ? '' : shifted.toISOString();
  if (iso.length !== 24) return undefined;
  return { date: iso.slice(0, 10), time: iso.slice(11, 19), ms: iso.slice(20, 23), offset };
}

/**
 * A record's time as text; a time that cannot be read is shown as it is.
 *
 * @param write - Puts the parts together.
 */
export function timeText(timestamp: string, zone: TimeZone, write: (clock: WallClock) => string): string {
  const clock = wallClock(timestamp, zone);
  return clock === undefined ? escapeText(textOf(timestamp)) : write(clock);
}

/** `2026-02-13 19:06:35,545`. */
export const withMs = ({ date, time, ms }: WallClock): string => `${date} ${time},${ms}`;

/** `2026-02-13 19:06:35`. */
export const withoutMs = ({ date, time }: WallClock): string => `${date} ${time}`;
