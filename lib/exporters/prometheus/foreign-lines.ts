import { exemplarLabels } from './exemplar';
import type { ForeignExemplar, ForeignFamily, ForeignSeries } from './foreign';
import type { Format } from './format';
import { boundText, numberText } from './numbers';

/** The lines of a series of a registry; none where they would contradict each other. */
export function foreignLines({ name, fullName, kind }: ForeignFamily, series: ForeignSeries, format: Format): string {
  const set = series.labels === '' ? ' ' : `{${series.labels}} `;
  const isOpen = format === 'openmetrics';
  if (kind === 'histogram') return histogramLines(name, series, set, isOpen);
  if (kind === 'summary') return summaryLines(name, series, set, isOpen);
  if (series.value === undefined) return '';
  const exemplar = isOpen && kind === 'counter' ? exemplarText(series.value.exemplar) : '';
  return `${isOpen && kind === 'counter' ? `${name}_total` : fullName}${set}${numberText(series.value.value)}${exemplar}\n`;
}

function histogramLines(name: string, { labels, steps, sum, count }: ForeignSeries, set: string, isOpen: boolean): string {
  const total = count ?? steps.get(Number.POSITIVE_INFINITY)?.value;
  if (total === undefined || !Number.isInteger(total)) return '';
  const head = labels === '' ? `${name}_bucket{le="` : `${name}_bucket{${labels},le="`;
  let [text, before] = ['', 0];
  for (const [bound, { value, exemplar }] of [...steps].sort(([a], [b]) => a - b)) {
    if (bound === Number.POSITIVE_INFINITY) continue;
    if (value < before || !Number.isInteger(value)) return '';
    before = value;
    text += `${head}${boundText(bound)}"} ${value}${isOpen ? exemplarText(exemplar, bound) : ''}\n`;
  }
  if (total < before) return '';
  const exemplar = isOpen ? exemplarText(steps.get(Number.POSITIVE_INFINITY)?.exemplar) : '';
  // There is a count only beside a sum.
  const end = hasSum(sum, isOpen) ? `${name}_sum${set}${numberText(sum)}\n${name}_count${set}${total}\n` : '';
  return `${text}${head}+Inf"} ${total}${exemplar}\n${end}`;
}

function summaryLines(name: string, { labels, steps, sum, count }: ForeignSeries, set: string, isOpen: boolean): string {
  const head = labels === '' ? `${name}{quantile="` : `${name}{${labels},quantile="`;
  let text = '';
  for (const [quantile, { value }] of [...steps].sort(([a], [b]) => a - b)) {
    if (quantile >= 0 && quantile <= 1) text += `${head}${boundText(quantile)}"} ${numberText(value)}\n`;
  }
  const sumLine = !hasSum(sum, isOpen) ? '' : `${name}_sum${set}${numberText(sum)}\n`;
  const countLine = count === undefined || !Number.isInteger(count) || count < 0 ? '' : `${name}_count${set}${count}\n`;
  return text + sumLine + countLine;
}

/** OpenMetrics takes sums for counters: never below zero. */
const hasSum = (sum: number | undefined, isOpen: boolean): sum is number => sum !== undefined && (!isOpen || sum >= 0);

/** @param max - The bound of its bucket; an exemplar above does not belong there. */
function exemplarText(exemplar: ForeignExemplar | undefined, max: number = Number.POSITIVE_INFINITY): string {
  const labels = exemplar && exemplar.value <= max ? exemplarLabels(exemplar.tags) : undefined;
  if (labels === undefined) return '';
  const time = exemplar!.time === undefined ? '' : ` ${numberText(exemplar!.time)}`;
  return ` # {${labels}} ${numberText(exemplar!.value)}${time}`;
}
