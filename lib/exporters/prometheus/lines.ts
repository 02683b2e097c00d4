import type { SeriesView } from '../../metrics/view';
import { exemplarText } from './exemplar';
import type { Family } from './family';
import type { Format } from './format';
import { boundText, numberText, secondsText } from './numbers';
import { BYTES_PER_UNIT, type Page } from './page';

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

/**
 * Writes all lines of a series, made at one instant, so that they agree with each other.
 *
 * @returns Whether there was something to write.
 */
export function writeLines(page: Page, family: Family, series: SeriesView, labels: string, format: Format, quantiles: Quantiles): boolean {
  const isOpen = format === 'openmetrics';
  const set = labels === '' ? ' ' : `{${labels}} `;
  const { name, kind } = family;
  const created = isOpen && family.hasCreated ? `${name}_created${set}${secondsText(series.createdAt)}\n` : '';
  if (kind === 'histogram') return writeHistogram(page, family, series, { labels, set, created, isOpen });
  const text =
    kind === 'gauge'
      ? `${name}${set}${numberText(family.convert(series.value()))}\n`
      : kind === 'counter'
        ? `${name}_total${set}${numberText(family.convert(series.value()))}${isOpen ? exemplarText(series.exemplar(), family.convert) : ''}\n`
        : summaryLines(family, series, labels, set, quantiles);
  if (text === '') return false;
  page.add(text + created);
  return true;
}

interface HistogramTexts {
  readonly labels: string;
  readonly set: string;
  readonly created: string;
  readonly isOpen: boolean;
}

/** What a line has at most beside its beginning: a bound, a count, and in OpenMetrics an exemplar. */
const [LINE_BYTES, EXEMPLAR_BYTES] = [64, 1024];

/**
 * The lines of buckets all begin alike, so the beginning is written once and copied: a histogram makes five strings, not
 * fifty.
 */
function writeHistogram(page: Page, family: Family, series: SeriesView, { labels, set, created, isOpen }: HistogramTexts): boolean {
  const reading = series.reading();
  if (reading === undefined) return false;
  const { name, bounds, convert } = family;
  const { buckets } = reading;
  const head = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`;
  const perLine = head.length * BYTES_PER_UNIT + LINE_BYTES + (isOpen ? EXEMPLAR_BYTES : 0);
  page.begin((bounds.length + 4) * perLine);
  page.text(head);
  const [from, to] = [page.start, page.at];
  let [count, next] = [0, 0];
  for (let index = 0; index < bounds.length; index++) {
    const { bucket, bytes } = bounds[index]!;
    let exemplar = '';
    for (; next <= bucket; next++) {
      count += buckets[next]!;
      if (isOpen) exemplar = exemplarText(series.exemplar(next), convert) || exemplar;
    }
    if (index > 0) page.again(from, to);
    page.raw(bytes);
    if (exemplar === '') page.countLine(count);
    else page.text(`${count}${exemplar}\n`);
  }
  // Everything beyond the last bound, counted from the same buckets: +Inf can't differ from the count.
  for (; next < buckets.length; next++) count += buckets[next]!;
  const exemplar = isOpen ? exemplarText(series.exemplar(buckets.length - 1), convert) : '';
  const end = `${name}_sum${set}${numberText(convert(reading.sum))}\n${name}_count${set}${count}\n`;
  if (bounds.length > 0) page.again(from, to);
  page.text(`le="+Inf"} ${count}${exemplar}\n${end}${created}`);
  return true;
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
