import type { History } from '../../wire/history';
import { type ChartData, chart, legend } from '../chart';
import { h, type VNode } from '../dom';

type Series = History['series'][number];

/** What tells most of a metric of a type. */
const USUAL: Readonly<Record<Series['type'], readonly string[]>> = {
  counter: ['rate', 'count'],
  sum: ['rate', 'sum'],
  lastValue: ['value'],
  summary: ['mean'],
  distribution: ['p95', 'mean'],
};
/** As many as there are colours. */
const MAX_LINES = 8;
/** Per second, or how many: not in the unit of what is measured. */
const UNITS: Readonly<Record<string, string>> = { rate: '1/s', count: '' };

/** The column that is shown: the wanted one where there is one, else what is usual. */
export function columnOf({ type, columns }: Series, wanted: string | undefined): string | undefined {
  if (wanted !== undefined && Object.hasOwn(columns, wanted)) return wanted;
  return USUAL[type].find((name) => Object.hasOwn(columns, name)) ?? Object.keys(columns)[0];
}

/** Names a series by its tags: those that all have alike say nothing. */
export function seriesLabels(series: readonly Series[], fallback: string): readonly string[] {
  const names = [...new Set(series.flatMap(({ tags }) => Object.keys(tags)))];
  const telling = names.filter((name) => new Set(series.map(({ tags }) => tags[name])).size > 1);
  const seen = new Map<string, number>();
  return series.map(({ tags }) => {
    // The sum of the others, where a metric has one.
    const isAll = names.length > 0 && Object.keys(tags).length === 0;
    const label = isAll ? 'all' : telling.map((name) => tags[name] ?? `no ${name}`).join(', ') || fallback;
    const number = (seen.get(label) ?? 0) + 1;
    seen.set(label, number);
    return number === 1 ? label : `${label} (${number})`;
  });
}

/** The lines of a metric, one for each series. */
export function chartDataOf(history: History, wanted: string | undefined): ChartData {
  const series = history.series.slice(0, MAX_LINES);
  const column = series[0] === undefined ? undefined : columnOf(series[0], wanted);
  const labels = seriesLabels(series, column ?? history.metric);
  return {
    times: history.times,
    unit: column === undefined ? null : (UNITS[column] ?? series[0]?.unit ?? null),
    lines: series.map((one, at) => ({
      label: labels[at] as string,
      values: one.columns[columnOf(one, wanted) ?? ''] ?? history.times.map(() => null),
      isArea: series.length === 1,
    })),
  };
}

export function panelChart(key: string, title: string, history: History, wanted: string | undefined): VNode {
  const data = chartDataOf(history, wanted);
  const leftOut = history.left_out + Math.max(0, history.series.length - MAX_LINES);
  return h(
    'div',
    {},
    chart(key, title, data),
    legend(data),
    leftOut > 0 && h('p', { class: 'more' }, `${leftOut} more series of this metric; those with most are shown`),
  );
}
