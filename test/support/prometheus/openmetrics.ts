import {
  Cursor,
  checkCharacters,
  labelKey,
  METRIC_NAME,
  type ParsedExemplar,
  type ParsedFamily,
  type ParsedSample,
  parseHelp,
  parseLabels,
  parseNumber,
  refuse,
} from './exposition';
import { checkHistogram } from './histogram';

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  unknown: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
};
const METADATA = ['TYPE', 'UNIT', 'HELP'];

interface Draft {
  readonly name: string;
  type: string;
  help: string | undefined;
  unit: string | undefined;
  readonly samples: ParsedSample[];
  /** Keywords seen so far. */
  readonly seen: string[];
  /** Series that came to an end, and the one under way. */
  readonly closed: Set<string>;
  current: string | undefined;
}

/**
 * Reads a page of OpenMetrics 1.0 and refuses what that does not allow.
 *
 * @throws {ExpositionError}
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function parseOpenMetrics(page: string): ParsedFamily[] {
  if (page !== '# EOF\n' && !page.endsWith('\n# EOF\n')) refuse('no # EOF at the end', page.slice(-50));
  const families: Draft[] = [];
  const names = new Set<string>();
  const series = new Set<string>();
  let family: Draft | undefined;
  for (const line of page.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    checkCharacters(line);
    if (line.startsWith('#')) {
      const [, keyword, name, text] = /^# (HELP|TYPE|UNIT) ([^ ]+) (.*)$/s.exec(line) ?? refuse('comment', line);
      if (!METRIC_NAME.test(name!)) refuse('name of a family', line);
      if (family?.name !== name) {
        if (names.has(name!)) refuse('family split apart', line);
        names.add(name!);
        family = { name: name!, type: '', help: undefined, unit: undefined, samples: [], seen: [], closed: new Set(), current: undefined };
        families.push(family);
      }
      if (family!.samples.length > 0) refuse('metadata after samples', line);
      parseMetadata(family!, keyword!, text!, line);
      continue;
    }
    const sample = parseSample(line);
    if (family === undefined || family.type === '') refuse('sample before TYPE', line);
    if (!SUFFIXES[family.type]!.some((suffix) => sample.name === family!.name + suffix)) refuse('sample of another family', line);
    checkSample(family, sample, line);
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
  return families.map(({ name, type, help, unit, samples }) => ({ name, type, help, unit, samples }));
}

function parseMetadata(family: Draft, keyword: string, text: string, line: string): void {
  const last = family.seen.at(-1);
  if (family.seen.includes(keyword)) refuse(`${keyword} twice`, line);
  if (last !== undefined && METADATA.indexOf(keyword) < METADATA.indexOf(last)) refuse('metadata out of order', line);
  family.seen.push(keyword);
  if (keyword === 'HELP') family.help = parseHelp(text, true);
  else if (keyword === 'UNIT') {
    if (!family.name.endsWith(`_${text}`)) refuse('UNIT that the name does not end with', line);
    family.unit = text;
  } else {
    if (SUFFIXES[text] === undefined) refuse('unknown type', line);
    family.type = text;
  }
}

function parseSample(line: string): ParsedSample {
  const cursor = new Cursor(line);
  const name = cursor.until('{ ');
  if (!METRIC_NAME.test(name)) refuse('name of a sample', line);
  const labels = parseLabels(cursor);
  if (!cursor.takes(' ')) cursor.refuse('no space before the value');
  const value = parseNumber(cursor.until(' '), line);
  if (cursor.takes(' # ')) return { name, labels, value, exemplar: parseExemplar(cursor) };
  if (cursor.takes(' ')) parseNumber(cursor.until(' '), line);
  const exemplar = cursor.takes(' # ') ? parseExemplar(cursor) : undefined;
  if (!cursor.isAtEnd()) cursor.refuse('more than a sample');
  return { name, labels, value, exemplar };
}

function parseExemplar(cursor: Cursor): ParsedExemplar {
  if (cursor.line[cursor.at] !== '{') cursor.refuse('no labels of an exemplar');
  const labels = parseLabels(cursor);
  const length = Object.entries(labels).reduce((sum, [name, value]) => sum + [...name, ...value].length, 0);
  if (length > 128) cursor.refuse('exemplar of more than 128 characters');
  if (!cursor.takes(' ')) cursor.refuse('no value of an exemplar');
  const value = parseNumber(cursor.until(' '), cursor.line);
  const time = cursor.takes(' ') ? parseNumber(cursor.until(' '), cursor.line) : undefined;
  if (!cursor.isAtEnd()) cursor.refuse('more than an exemplar');
  return { labels, value, time };
}

function checkSample(family: Draft, sample: ParsedSample, line: string): void {
  const { name, type } = family;
  const { labels, value, exemplar } = sample;
  const isBucket = sample.name === `${name}_bucket` && type === 'histogram';
  const isQuantile = sample.name === name && type === 'summary';
  if ('le' in labels !== isBucket) refuse('le in the wrong place', line);
  if ('quantile' in labels !== isQuantile) refuse('quantile in the wrong place', line);
  const step = isBucket ? labels.le! : isQuantile ? labels.quantile! : undefined;
  if (step !== undefined && (Number.isNaN(parseNumber(step, line)) || !/[.e]|^\+Inf$/.test(step))) {
    refuse('bound that is not canonical', line);
  }
  if (isQuantile && !(Number(step) >= 0 && Number(step) <= 1)) refuse('quantile out of range', line);
  const isGauge = type === 'gauge' || type === 'unknown' || isQuantile;
  if (!isGauge && !(value >= 0)) refuse('counter that is no number, or negative', line);
  if (sample.name === `${name}_count` && !isGauge && !Number.isInteger(value)) refuse('part of a count', line);
  if (exemplar !== undefined) {
    if (!isBucket && !(type === 'counter' && sample.name === `${name}_total`)) refuse('exemplar in the wrong place', line);
    if (isBucket && step !== '+Inf' && exemplar.value > Number(step)) refuse('exemplar outside its bucket', line);
  }
  const key = labelKey(labels, isBucket ? 'le' : isQuantile ? 'quantile' : undefined);
  if (key === family.current) return;
  if (family.closed.has(key)) refuse('series split apart', line);
  if (family.current !== undefined) family.closed.add(family.current);
  family.current = key;
}
