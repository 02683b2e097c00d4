import type { JsonSchema } from '../route';
import { COUNT, listOf, NUMBER, object, oneOf, orNull, TEXT, TIME, tableOf, YES_NO } from '../schemas';

/** As `lib/dashboard/wire/history.ts` has it. */
const NUMBERS: JsonSchema = listOf({ type: ['number', 'null'] });
const OF_SERIES = {
  type: oneOf('counter', 'sum', 'lastValue', 'summary', 'distribution'),
  unit: orNull(TEXT),
  tags: tableOf(TEXT),
};

/** What a column may be called. */
export const COLUMNS: readonly string[] = ['count', 'rate', 'sum', 'mean', 'max', 'p50', 'p95', 'p99', 'value'];

export const SERIES_LIST: JsonSchema = object({
  metrics: listOf(object({ metric: TEXT, ...OF_SERIES })),
  untracked: { ...COUNT, description: 'Series there was no room for' },
  has_history: YES_NO,
});

export const HISTORY: JsonSchema = object({
  metric: TEXT,
  step_ms: NUMBER,
  times: { ...listOf(TIME), description: 'When the rows began, ascending; the running one is not there' },
  series: listOf(object({ ...OF_SERIES, columns: tableOf(NUMBERS) })),
  left_out: { ...COUNT, description: 'Series beyond 20, those with least in their last rows' },
});

export const HEATMAP: JsonSchema = object({
  metric: TEXT,
  unit: { ...TEXT, description: 'Of bounds and percentiles; empty for what has none' },
  step_ms: NUMBER,
  times: listOf(TIME),
  bounds: {
    ...listOf(NUMBER),
    description: 'Edges of the ranges, ascending, one more than ranges; none when nothing was recorded in all this time',
  },
  counts: {
    ...listOf(listOf(COUNT)),
    description: 'By time, then by range; an empty list where nothing was recorded, or nobody could look',
  },
  percentiles: object({ p50: NUMBERS, p95: NUMBERS, p99: NUMBERS }),
});
