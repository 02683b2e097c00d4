import type { Paint } from '../../../log/formats/colors';
import { formatDuration } from '../../../log/formats/duration';
import { durationBar, legendFor, longestOf } from './bars';
import { alignColumns, formatCount } from './format';
import { line } from './screen-line';
import type { Metrics } from './view';

const MOST_CELLS = 40;
/** Columns are this wide at least, so that they stand still while numbers grow and alerts come. */
const TEMPLATE = ['telemetry.alert.delivered', '99,999', '99.9 ms', '99.9 ms', '99.9 ms'];

/** The counter of each event, and its durations with bars where there are some and there is room. The first line is the heading. */
export function eventTable({ counters, durations }: Metrics, columns: number, paint: Paint): string[] {
  const keys = Object.keys(counters).sort();
  const rows = keys.map((key) => {
    const stats = durations[key];
    return [key, formatCount(counters[key]!), ...(stats === undefined ? [] : [stats.p50, stats.p95, stats.p99].map(formatDuration))];
  });
  const texts = alignColumns([TEMPLATE, ['Events', 'count', 'p50', 'p95', 'p99'], ...rows]).slice(1);
  const width = Math.min(MOST_CELLS, columns - texts[0]!.length - 2);
  const legend = legendFor(width);
  const longest = longestOf(durations);
  return texts.map((text, index) => {
    if (index === 0) return line([['dim', legend === undefined ? text : `${text}  ${legend}`]], columns, paint);
    const stats = durations[keys[index - 1]!];
    const bar = legend !== undefined && stats !== undefined ? durationBar(stats, longest, width) : '';
    return line(bar === '' ? [text.trimEnd()] : [`${text}  `, ['DEBUG', bar]], columns, paint);
  });
}
