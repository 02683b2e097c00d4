import type { Tally } from './series-state';

/** One line, or two that must not be parted, and what the receiver knows once it has arrived. */
export interface Line {
  readonly text: string;
  readonly bytes: number;
  /** How many lines it is. */
  readonly count: number;
  readonly tallies: readonly Tally[];
}

const NONE: readonly Tally[] = [];

/** A delta. @param tallies - All that add up to it. */
export const counterLine = (name: string, delta: number, suffix: string, tallies: readonly Tally[]): Line =>
  line(`${name}:${delta}|c${suffix}`, 1, tallies);

/**
 * A gauge. A sign makes it relative for StatsD and Telegraf, while DogStatsD knows absolute ones only: a zero before it,
 * in the same datagram, means the same to all of them.
 */
export function gaugeLine(name: string, value: number, suffix: string): Line {
  const text = `${name}:${value}|g${suffix}`;
  return value < 0 ? line(`${name}:0|g${suffix}\n${text}`, 2, NONE) : line(text, 1, NONE);
}

const line = (text: string, count: number, tallies: readonly Tally[]): Line => ({ text, bytes: Buffer.byteLength(text), count, tallies });
