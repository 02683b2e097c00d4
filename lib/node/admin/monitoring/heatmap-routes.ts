import type { Heatmap } from '../../../dashboard/wire/history';

import { HEAT_EDGES, HEAT_RANGES } from '../../../metrics/history/heat';
import { type HeatKeeper, type HeatReading, MAX_HEATS } from '../../../metrics/history/heat-keeper';
import { converter } from '../../../metrics/units';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import type { Route } from '../route';
import { oneOf, refused, TEXT } from '../schemas';
import { significant } from './digits';
import { historiesOf } from './histories';
import { NO_HISTORY } from './history-routes';
import { HEATMAP } from './history-schemas';

/** Percentiles are within 1 %. */
const DIGITS = 4;
/** Edges are whole steps of 11 digits; more is what calculating in binary leaves behind. */
const EDGE_DIGITS = 12;

/** `/admin/heatmap`: how many values fell into which range at which time. */
export function heatmapRoutes({ telemetry }: AdminParts, heat: HeatKeeper): readonly Route[] {
  const histories = historiesOf(telemetry);
  return [
    {
      method: 'GET',
      path: '/admin/heatmap',
      scope: 'read',
      tag: 'monitoring',
      summary: 'How many durations fell into which range, over time',
      description: `Five ranges to a decade. Of distributions without tags, the first ${MAX_HEATS} of a bus, from when the admin API was made. Counts are exact, and each row sums up to the count of that row in the history. A duration is told from an edge to the microsecond.`,
      query: {
        metric: {
          ...TEXT,
          maxLength: 200,
          description: 'A distribution, such as http.request.stop.duration; or an event that has durations',
        },
        last: { ...oneOf('5m', '1h'), default: '5m', description: 'Five minutes by the second, or an hour by ten' },
      },
      responses: {
        200: { description: 'The heat', schema: HEATMAP },
        404: refused('It has none'),
      },
      handle({ query }) {
        const metric = String(query.metric ?? '');
        if (metric === '') throw new Problem(400, 'QUERY_INVALID', 'metric is missing. GET /admin/overview names one, as heat');
        if (histories.current() === undefined) throw new Problem(404, 'NOT_FOUND', NO_HISTORY);
        const reading = heat.read(metric, query.last as '5m' | '1h');
        if (reading === undefined)
          throw new Problem(
            404,
            'NOT_FOUND',
            `This is no distribution with a history of all its values, or there is no room: the first ${MAX_HEATS} without tags have heat. GET /admin/history lists the series`,
          );
        return { json: heatmapOf(reading) };
      },
    },
  ];
}

function heatmapOf({ metric, unit, perUnit, stepMs, times, rows, ...percentiles }: HeatReading): Heatmap {
  const { word, convert } = shownIn(unit);
  const { first, end } = filledRanges(rows);
  const edge = (steps: number): number => Number(convert(steps / perUnit).toPrecision(EDGE_DIGITS));
  const shown = (values: readonly (number | null)[]): (number | null)[] =>
    significant(
      values.map((value) => (value === null ? null : convert(value))),
      DIGITS,
    );
  return {
    metric,
    unit: word,
    step_ms: stepMs,
    times,
    bounds: first < end ? HEAT_EDGES.slice(first, end + 1).map(edge) : [],
    counts: rows.map((row) => (row?.some((count) => count > 0) ? [...row.subarray(first, end)] : [])),
    percentiles: { p50: shown(percentiles.p50), p95: shown(percentiles.p95), p99: shown(percentiles.p99) },
  };
}

/** The ranges from the first to the last one that any row has something in. */
function filledRanges(rows: HeatReading['rows']): { readonly first: number; readonly end: number } {
  const all = new Float64Array(HEAT_RANGES);
  for (const row of rows) row?.forEach((count, range) => void (all[range] = all[range]! + count));
  const first = all.findIndex((count) => count > 0);
  let end = HEAT_RANGES;
  while (end > 0 && all[end - 1] === 0) end--;
  return { first: Math.max(first, 0), end };
}

/** Times are told in ms, whatever unit they are recorded in. */
function shownIn(unit: string | undefined): { readonly word: string; readonly convert: (value: number) => number } {
  try {
    return { word: 'ms', convert: converter('heatmap', unit, 'ms') };
  } catch {
    return { word: unit ?? '', convert: (value) => value };
  }
}
