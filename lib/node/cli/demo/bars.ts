/** Pictures made of block characters. */
import type { DurationStats } from '../../../index';

/** What the parts of a bar are. */
export const BAR_LEGEND = '█ p50  ▒ p95  ░ p99, to scale';
/** Where there is less room, the longest that fits. */
const SHORT_LEGENDS: readonly string[] = ['█ p50 ▒ p95 ░ p99', '█p50 ▒p95 ░p99'];

/** The legend for so many cells; `undefined`: a bar of so few tells nothing. */
export const legendFor = (cells: number): string | undefined => [BAR_LEGEND, ...SHORT_LEGENDS].find(({ length }) => length <= cells);

const HEIGHTS = '▁▂▃▄▅▆▇█';

/**
 * A bar up to p50, on to p95, on to p99; as long as p99 is of the longest p99, but never so short that it is not seen.
 *
 * @param longest - The longest p99, in ms.
 * @param width - Cells for the longest.
 */
export function durationBar({ p50, p95, p99 }: DurationStats, longest: number, width: number): string {
  if (longest === 0) return '';
  const cells = (duration: number) => Math.round((width * duration) / longest);
  return '█'.repeat(cells(p50)) + '▒'.repeat(cells(p95) - cells(p50)) + '░'.repeat(Math.max(1, cells(p99)) - cells(p95));
}

/** The longest p99 of all. */
export const longestOf = (durations: Readonly<Record<string, DurationStats>>): number =>
  Math.max(0, ...Object.values(durations).map(({ p99 }) => p99));

/** A column for each value, the highest for the largest of them. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values.map((value) => HEIGHTS[most === 0 ? 0 : Math.round((7 * value) / most)]).join('');
}
