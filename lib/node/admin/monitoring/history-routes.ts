import type { History as HistoryAnswer, SeriesList } from '../../../dashboard/wire/history';

import type { HistoryQuery, HistorySeries } from '../../../metrics/history/query';
import { mapInTurns } from '../endpoints/in-turns';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { type Redacted, redactedBy } from '../redacted';
import type { Route } from '../route';
import { oneOf, refused, TEXT } from '../schemas';
import { significant } from './digits';
import { historiesOf } from './histories';
import { COLUMNS, HISTORY, SERIES_LIST } from './history-schemas';
import { readLast } from './read-last';

const MAX_SERIES = 20;
const DAY_MS = 86_400_000;
/** The columns are of seven digits, but for counts and sums, which are exact. */
const DIGITS = 7;

/** What to do about a bus that remembers nothing. */
export const NO_HISTORY =
  'This bus has no history. startTelemetry() keeps one by itself; else call attachMetricsHandler({ history: true }), or configureMetrics({ history: true })';

/** `/admin/history`: what the metrics were, ready for a chart. */
export function historyRoutes({ telemetry }: AdminParts): readonly Route[] {
  const redacted = redactedBy(telemetry);
  const histories = historiesOf(telemetry);

  async function list(): Promise<SeriesList> {
    const history = histories.current();
    if (history === undefined) return { metrics: [], untracked: 0, has_history: false };
    // One row of each, which is next to nothing.
    const found = history.query({ step: '1s', last: '1s' });
    return {
      metrics: await mapInTurns(found, (series) => ({ metric: series.metric, ...whose(series, redacted) })),
      untracked: history.stats().untracked,
      has_history: true,
    };
  }

  return [
    {
      method: 'GET',
      path: '/admin/history',
      scope: 'read',
      tag: 'monitoring',
      summary: 'The last five minutes, hour or day of a metric; without a metric, which ones there are',
      description:
        'At most 20 series of a metric, those with most in their last rows. Numbers have seven digits, but for counts, which are exact. Columns are count, rate, sum, mean, max, p50, p95, p99 and value, as far as the metric has them.',
      query: {
        metric: { ...TEXT, maxLength: 200, description: 'Its name, as the list without it has it' },
        step: {
          ...oneOf('1s', '10s', '60s'),
          description: 'Of 5 minutes, an hour, a day. Default: the finest that reaches back for `last`',
        },
        last: { ...TEXT, maxLength: 20, description: 'How far back, such as 5m or 1h. Default: as far as the step goes' },
        columns: { ...TEXT, maxLength: 100, description: 'Only these, such as rate,p95' },
      },
      responses: {
        200: { description: 'Without a metric the list of series, else the rows of one', schema: { oneOf: [SERIES_LIST, HISTORY] } },
        404: refused('There is no history, or none of this metric'),
      },
      async handle({ query }) {
        const { metric, step, last } = query;
        const columns = readColumns(query.columns);
        const asked = {
          ...(step !== undefined && { step: step as '1s' }),
          ...(last !== undefined && { last: readLast(`${last}`, DAY_MS) }),
        };
        if (metric === undefined || metric === '') return { json: await list() };
        return { json: await rowsOf(String(metric), asked, columns) };
      },
    },
  ];

  async function rowsOf(metric: string, asked: HistoryQuery, columns: ReadonlySet<string>): Promise<HistoryAnswer> {
    const history = histories.current();
    if (history === undefined) throw new Problem(404, 'NOT_FOUND', NO_HISTORY);
    const { series, leftOut } = history.largest({ ...asked, metric }, MAX_SERIES);
    const [first] = series;
    if (first === undefined)
      throw new Problem(
        404,
        'NOT_FOUND',
        'No series of this metric has a history. GET /admin/history without metric lists those that have',
      );
    return {
      metric,
      step_ms: first.stepMs,
      times: first.times,
      series: await mapInTurns(series, (one) => ({ ...whose(one, redacted), columns: columnsOf(one, columns) })),
      left_out: leftOut,
    };
  }
}

/** Values of tags are the application's. */
const whose = ({ type, unit, tags }: HistorySeries, { fields }: Redacted): Omit<SeriesList['metrics'][number], 'metric'> => ({
  type,
  unit: unit ?? null,
  tags: Object.fromEntries(Object.entries(fields(tags)).map(([name, value]) => [name, `${value}`])),
});

function columnsOf({ columns }: HistorySeries, wanted: ReadonlySet<string>): Record<string, (number | null)[]> {
  const kept = Object.entries(columns).filter(([name]) => wanted.size === 0 || wanted.has(name));
  return Object.fromEntries(kept.map(([name, values]) => [name, name === 'count' ? values : significant(values, DIGITS)]));
}

function readColumns(given: unknown): ReadonlySet<string> {
  if (given === undefined || given === '') return new Set();
  const names = String(given).split(',');
  if (names.every((name) => COLUMNS.includes(name))) return new Set(names);
  throw new Problem(400, 'QUERY_INVALID', `columns must be some of ${COLUMNS.join(', ')}, with commas between them`);
}
