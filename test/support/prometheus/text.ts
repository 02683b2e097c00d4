import {
  Cursor,
  checkCharacters,
  labelKey,
  METRIC_NAME,
  type ParsedFamily,
  type ParsedSample,
  parseHelp,
  parseLabels,
  parseNumber,
  refuse,
} from './exposition';
import { checkHistogram } from './histogram';

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  untyped: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

interface Draft extends ParsedFamily {
  type: string;
  help: string | undefined;
  samples: ParsedSample[];
}

/**
 * Reads a page of exposition format 0.0.4 and refuses what the format does not allow, and what it allows but nobody
 * should write: comments, samples without TYPE, names and labels that mean something else.
 *
 * @throws {ExpositionError}
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseText(page: string): ParsedFamily[] {
  if (page !== '' && !page.endsWith('\n')) refuse('no line feed at the end', page.slice(-50));
  const families: Draft[] = [];
  const names = new Set<string>();
  const series = new Set<string>();
  let family: Draft | undefined;
  for (const line of page.split('\n').slice(0, -1)) {
    checkCharacters(line);
    if (line === '') continue;
    if (line.startsWith('#')) {
      const [, keyword, name, text] = /^# (HELP|TYPE) ([^ ]+)(?: (.*))?$/s.exec(line) ?? refuse('comment', line);
      if (!METRIC_NAME.test(name!)) refuse('name of a family', line);
      if (family?.name !== name) {
        if (names.has(name!)) refuse('family split apart', line);
        names.add(name!);
        families.push((family = { name: name!, type: '', help: undefined, unit: undefined, samples: [] }));
      }
      if (family!.samples.length > 0) refuse('metadata after samples', line);
      if (keyword === 'HELP') {
        if (family!.help !== undefined) refuse('HELP twice', line);
        family!.help = parseHelp(text ?? '', false);
      } else {
        if (family!.type !== '') refuse('TYPE twice', line);
        if (SUFFIXES[text ?? ''] === undefined) refuse('unknown type', line);
        family!.type = text!;
      }
      continue;
    }
    const sample = parseSample(line);
    if (family === undefined || family.type === '') refuse('sample before TYPE', line);
    if (!SUFFIXES[family.type]!.some((suffix) => sample.name === family!.name + suffix)) refuse('sample of another family', line);
    checkReserved(family, sample, line);
    const key = sample.name + labelKey(sample.labels);
    if (series.has(key)) refuse('series twice', line);
    series.add(key);
    family.samples.push(sample);
  }
  for (const { name, type, samples } of families) {
    if (type === 'histogram') checkHistogram(name, samples);
    const inner = samples.map((sample) => sample.name).find((sample) => sample !== name && names.has(sample));
    if (inner !== undefined) refuse('sample named like another family', inner);
  }
  return families;
}

function parseSample(line: string): ParsedSample {
  const cursor = new Cursor(line);
  const name = cursor.until('{ ');
  if (!METRIC_NAME.test(name)) refuse('name of a sample', line);
  const labels = parseLabels(cursor);
  if (!cursor.takes(' ')) cursor.refuse('no space before the value');
  const value = parseNumber(cursor.until(' '), line);
  if (cursor.takes(' ') && !/^-?\d+$/.test(cursor.until(''))) cursor.refuse('no timestamp');
  return { name, labels, value, exemplar: undefined };
}

function checkReserved({ name, type }: ParsedFamily, sample: ParsedSample, line: string): void {
  const isBucket = type === 'histogram' && sample.name === `${name}_bucket`;
  if ('le' in sample.labels !== isBucket) refuse('le in the wrong place', line);
  const isQuantile = type === 'summary' && sample.name === name;
  if ('quantile' in sample.labels !== isQuantile) refuse('quantile in the wrong place', line);
  if (isBucket || isQuantile) parseNumber((isBucket ? sample.labels.le : sample.labels.quantile)!, line);
}
