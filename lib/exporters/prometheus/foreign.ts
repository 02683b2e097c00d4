import type { Tags } from '../../metrics/view';
import type { Kind } from './claims';
import { escapeValue } from './escape';
import { LabelNames, metricName } from './names';

/** A number with the labels it is told apart by within its family or series. */
interface ForeignSample {
  readonly value: number;
  readonly exemplar: ForeignExemplar | undefined;
}

export interface ForeignExemplar {
  readonly tags: Tags;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly time: number | undefined;
}

/** A series of a registry: what has the same labels, `le` and `quantile` apart. */
export interface ForeignSeries {
  readonly labels: string;
  value: ForeignSample | undefined;
  sum: number | undefined;
  count: number | undefined;
  /** By bound or quantile. */
  readonly steps: Map<number, ForeignSample>;
}

/** A family of a registry, sorted out. */
export interface ForeignFamily {
  /** Without `_total`. */
  readonly name: string;
  /** What 0.0.4 calls it. */
  readonly fullName: string;
  readonly kind: Kind;
  readonly help: string;
  readonly series: ReadonlyMap<string, ForeignSeries>;
}

type Fields = Readonly<Record<string, unknown>>;

const KINDS: ReadonlySet<unknown> = new Set(['counter', 'gauge', 'histogram', 'summary']);
const STEP: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' };

/** Who the family is, before its samples are read; nothing where that can't be told. */
export function foreignName(json: unknown): Omit<ForeignFamily, 'series'> | undefined {
  const { name, help, type } = Object(json) as Fields;
  if (typeof name !== 'string' || name === '') return undefined;
  const kind = KINDS.has(type) ? (type as Kind) : 'untyped';
  const fullName = metricName(name);
  const base = kind === 'counter' ? fullName.replace(/(?<=.)_total$/, '') : fullName;
  return { name: base, fullName, kind, help: typeof help === 'string' && help !== '' ? help : name };
}

/**
 * Sorts the samples of a family by series, a step per sample. Whatever is no number or does not belong there is passed
 * over: the page must be well formed, whatever a registry says.
 *
 * @param constant - Labels of the page; where a sample has one of its own, that one counts, as with prom-client's defaults.
 */
export function* readForeign(
  json: unknown,
  family: Omit<ForeignFamily, 'series'>,
  constant: readonly (readonly [string, string])[],
): Generator<void, ForeignFamily> {
  const { values } = Object(json) as Fields;
  const names = new LabelNames([]);
  const series = new Map<string, ForeignSeries>();
  for (const sample of Array.isArray(values) ? values : []) {
    try {
      readSample(Object(sample) as Fields, family, names, constant, series);
    } catch {
      // A sample that refuses to be read.
    }
    yield;
  }
  return { ...family, series };
}

function readSample(
  { value, labels, metricName: sampleName, exemplar }: Fields,
  { kind }: Omit<ForeignFamily, 'series'>,
  names: LabelNames,
  constant: readonly (readonly [string, string])[],
  all: Map<string, ForeignSeries>,
): void {
  if (typeof value !== 'number') return;
  if ((kind === 'counter' || kind === 'histogram') && !(value >= 0)) return;
  const step = STEP[kind];
  const own = tagsOf(labels);
  const text = labelText(step === undefined ? own : own.filter(([label]) => label !== step), names, constant);
  let series = all.get(text);
  if (series === undefined)
    all.set(text, (series = { labels: text, value: undefined, sum: undefined, count: undefined, steps: new Map() }));
  if (step === undefined) series.value ??= { value, exemplar: exemplarOf(exemplar) };
  const at = numberOf(own.find(([label]) => label === step)?.[1]);
  if (!Number.isNaN(at)) {
    if (!series.steps.has(at)) series.steps.set(at, { value, exemplar: exemplarOf(exemplar) });
  } else if (typeof sampleName === 'string') {
    if (sampleName.endsWith('_sum')) series.sum ??= value;
    if (sampleName.endsWith('_count')) series.count ??= value;
  }
}

/** Labels as text; without those whose value is none. */
function tagsOf(labels: unknown): Tags {
  return Object.entries(Object(labels) as Fields).flatMap(([name, value]) => {
    const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
    return isText ? [[name, String(value)] as const] : [];
  });
}

function labelText(tags: Tags, names: LabelNames, constant: readonly (readonly [string, string])[]): string {
  const pairs = tags.map(([tag, value]) => [names.of(tag), value] as const);
  const own = new Set(pairs.map(([name]) => name));
  // In one order: a registry may name the same labels in any.
  const all = [...constant.filter(([name]) => !own.has(name)), ...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
  return all.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(',');
}

const numberOf = (text: string | undefined): number =>
  text === '+Inf' ? Number.POSITIVE_INFINITY : text === undefined || text.trim() === '' ? Number.NaN : Number(text);

function exemplarOf(exemplar: unknown): ForeignExemplar | undefined {
  const { labelSet, value, timestamp } = Object(exemplar) as Fields;
  if (typeof value !== 'number' || typeof labelSet !== 'object' || labelSet === null) return undefined;
  return { tags: tagsOf(labelSet), value, time: typeof timestamp === 'number' && timestamp >= 0 ? timestamp : undefined };
}
