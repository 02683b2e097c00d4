import { baseUnitOf, toBase } from '../../metrics/units';
import type { MetricView, Tags } from '../../metrics/view';
import type { Kind } from './claims';
import { escapeHelp, escapeValue } from './escape';
import type { Format } from './format';
import { LabelNames, metricName } from './names';
import { boundText } from './numbers';
import { SeriesTexts } from './series-texts';

const encoder = new TextEncoder();
const noTexts = (): Readonly<Record<Format, SeriesTexts>> => ({ text: new SeriesTexts(), openmetrics: new SeriesTexts() });

/** Constant labels, as they are written, and which names they take. */
export interface ConstantLabels {
  readonly text: string;
  readonly names: readonly string[];
}

/** How a metric is written: everything that all of its series have in common, made once. */
export class Family {
  readonly name: string;
  readonly kind: Kind;
  readonly convert: (value: number) => number;
  /** Which bucket, and how its line goes on after the labels. */
  readonly bounds: readonly { readonly bucket: number; readonly bytes: Uint8Array }[];
  /** What the latest page of each format says. */
  texts: Readonly<Record<Format, SeriesTexts>> = noTexts();
  readonly labelNames: LabelNames;
  /** The number of the latest turn that met the metric. */
  turn = 0;
  private hasCreatedSamples = false;
  private readonly help: string;
  private readonly unit: string | undefined;

  constructor(
    private readonly metric: MetricView,
    private readonly constant: ConstantLabels,
  ) {
    const { unit, bounds = [] } = metric;
    this.kind = kindOf(metric);
    this.name = nameOf(metric);
    this.convert = metric.type === 'counter' ? (value) => value : toBase(unit);
    this.help = metric.description || metric.name;
    const base = baseUnitOf(unit) ?? unit ?? '';
    this.unit = [base, `${base}s`].find((suffix) => /^\w+$/.test(suffix) && this.name.endsWith(`_${suffix}`));
    const texts = bounds.map((bound) => boundText(this.convert(bound)));
    // Bounds that are the same when converted are one bucket: counts are cumulative, so the last one has them all.
    this.bounds = texts.flatMap((text, index) =>
      text === texts[index + 1] ? [] : [{ bucket: index, bytes: encoder.encode(`le="${text}"} `) }],
    );
    this.labelNames = new LabelNames(constant.names);
  }

  /** Whether it still is how this metric is written. */
  isOf(metric: MetricView): boolean {
    const mine = this.metric;
    return (
      mine.type === metric.type &&
      mine.exportName === metric.exportName &&
      mine.monotonic === metric.monotonic &&
      mine.unit === metric.unit &&
      (metric.description || metric.name) === this.help &&
      areSame(mine.bounds, metric.bounds)
    );
  }

  /** Whether `_created` samples are written. */
  get hasCreated(): boolean {
    return this.hasCreatedSamples;
  }

  set hasCreated(has: boolean) {
    if (has !== this.hasCreatedSamples) this.texts = noTexts();
    this.hasCreatedSamples = has;
  }

  head(format: Format): string {
    return headText(this.name, this.kind, this.help, format, this.unit);
  }

  /** What stands between the braces, constant labels included; may be empty. */
  labelsOf(tags: Tags): string {
    // Joined rather than added up: one flat string, which is kept, and no pieces beside it.
    const { text } = this.constant;
    const parts = text === '' ? [] : [text];
    for (const [tag, value] of tags) parts.push(`${this.labelNames.of(tag)}="${escapeValue(value)}"`);
    return parts.join(',');
  }
}

export function kindOf({ type, monotonic, bounds }: MetricView): Kind {
  if (type === 'counter' || (type === 'sum' && monotonic)) return 'counter';
  if (type === 'sum' || type === 'lastValue') return 'gauge';
  return type === 'distribution' && bounds !== undefined && bounds.length > 0 ? 'histogram' : 'summary';
}

/** The name of the family, which for a counter is without `_total`. */
export function nameOf(metric: MetricView): string {
  const name = metricName(metric.exportName);
  return kindOf(metric) === 'counter' ? name.replace(/(?<=.)_total$/, '') : name;
}

/** HELP, TYPE and, in OpenMetrics, UNIT. @param fullName - What 0.0.4 calls the family, unless it follows from the kind. */
export function headText(
  name: string,
  kind: Kind,
  help: string,
  format: Format,
  unit?: string,
  fullName: string = kind === 'counter' ? `${name}_total` : name,
): string {
  if (format === 'text') return `# HELP ${fullName} ${escapeHelp(help, false)}\n# TYPE ${fullName} ${kind}\n`;
  const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`;
  return `# TYPE ${name} ${kind === 'untyped' ? 'unknown' : kind}\n${unitLine}# HELP ${name} ${escapeHelp(help, true)}\n`;
}

const areSame = (one: readonly number[] | undefined, other: readonly number[] | undefined): boolean =>
  one === other || (one?.length === other?.length && one !== undefined && one.every((bound, index) => bound === other![index]));
