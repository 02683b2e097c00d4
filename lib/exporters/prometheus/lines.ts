import type { SeriesView } from '../../metrics/view';
import { exemplarText } from './exemplar';
import type { Family } from './family';
import type { Format } from './format';
import { boundText, numberText, secondsText } from './numbers';

/** The quantiles of summaries, ascending. */
export interface Quantiles {
  readonly perMilles: readonly number[];
  /** How their lines go on after the labels. */
  readonly texts: readonly string[];
}

export function quantilesOf(quantiles: readonly number[]): Quantiles {
  const ascending = [...new Set(quantiles)].sort((a, b) => a - b);
  return {
    // Rounded, because 0.57 times 1,000 must not be a bit beside 570.
    perMilles: ascending.map((quantile) => Math.round(quantile * 1e9) / 1e6),
    texts: ascending.map((quantile) => `quantile="${boundText(quantile)}"} `),
  };
}

/** All lines of a series, made at one instant, so that they agree with each other. */
export function linesOf(family: Family, series: SeriesView, labels: string, format: Format, quantiles: Quantiles): string {
  const isOpen = format === 'openmetrics';
  const set = labels === '' ? ' ' : `{${labels}} `;
  const { name, kind } = family;
  const created = isOpen && family.hasCreated ? `${name}_created${set}${secondsText(series.createdAt)}\n` : '';
  if (kind === 'gauge') return `${name}${set}${numberText(family.convert(series.value()))}\n`;
  if (kind === 'counter') {
    const exemplar = isOpen ? exemplarText(series.exemplar(), family.convert) : '';
    return `${name}_total${set}${numberText(family.convert(series.value()))}${exemplar}\n${created}`;
  }
  const lines =
    kind === 'histogram' ? histogramLines(family, series, labels, set, isOpen) : summaryLines(family, series, labels, set, quantiles);
  return lines + created;
}

/**
 * The lines of buckets all begin alike, so they are what is between them, joined by their beginning: one flat string and
 * few pieces, where adding up pieces would leave a tree of them behind, for the cache to keep.
 */
function histogramLines(family: Family, series: SeriesView, labels: string, set: string, isOpen: boolean): string {
  const reading = series.reading();
  if (reading === undefined) return '';
  const { name, bounds, convert } = family;
  const { buckets } = reading;
  const between = new Array<string>(bounds.length + 2);
  between[0] = '';
  let [count, next] = [0, 0];
  for (let index = 0; index < bounds.length; index++) {
    const [bucket, bound] = bounds[index]!;
    let exemplar = '';
    for (; next <= bucket; next++) {
      count += buckets[next]!;
      if (isOpen) exemplar = exemplarText(series.exemplar(next), convert) || exemplar;
    }
    between[index + 1] = `${bound}${count}${exemplar}\n`;
  }
  // Everything beyond the last bound, counted from the same buckets: +Inf can't differ from the count.
  for (; next < buckets.length; next++) count += buckets[next]!;
  const exemplar = isOpen ? exemplarText(series.exemplar(buckets.length - 1), convert) : '';
  const end = `${name}_sum${set}${numberText(convert(reading.sum))}\n${name}_count${set}${count}\n`;
  between[bounds.length + 1] = `le="+Inf"} ${count}${exemplar}\n${end}`;
  return between.join(labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`);
}

function summaryLines(family: Family, series: SeriesView, labels: string, set: string, quantiles: Quantiles): string {
  const reading = series.reading();
  if (reading === undefined) return '';
  const { name, convert } = family;
  const head = labels === '' ? `${name}{` : `${name}{${labels},`;
  const values = reading.count === 0 ? [] : reading.quantiles(quantiles.perMilles);
  let text = '';
  for (const [index, value] of values.entries()) text += `${head}${quantiles.texts[index]}${numberText(convert(value))}\n`;
  return `${text}${name}_sum${set}${numberText(convert(reading.sum))}\n${name}_count${set}${reading.count}\n`;
}
