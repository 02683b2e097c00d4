import type { MetricSource } from '../../metrics/seam';
import type { MetricView, SeriesView } from '../../metrics/view';
import { type Complaints, reasonOf } from '../complaints';
import type { Claims } from './claims';
import { Family, kindOf, nameOf } from './family';
import { writeLines } from './lines';
import type { Resolved } from './options';
import type { Page } from './page';
import type { Turn } from './page-cache';
import type { SeriesTexts } from './series-texts';

/** Series per step: few enough for the longest ones, many enough not to ask for the time all the time. */
const STEP = 8;
/** Beyond so many names of tags that a family has seen, it begins anew. */
const MAX_LABEL_NAMES = 1000;

/** What rendering has come to so far. */
export interface RenderCounts {
  /** Series, metrics and registries that could not be read. */
  failures: number;
  /** Series whose lines were still true. */
  reused: number;
  /** Families that the latest page left out because their name is taken. */
  leftOut: number;
}

/** Writes the metrics of a bus. Keeps what it found out about them for the next time. */
export class Renderer {
  private readonly families = new Map<string, Family>();

  constructor(
    private readonly source: MetricSource,
    private readonly options: Resolved,
    private readonly complaints: Complaints,
    private readonly counts: RenderCounts,
  ) {}

  /** Writes all metrics, step by step, and claims their names. */
  *write(page: Page, turn: Turn, claims: Claims): Generator<void, void> {
    const planned = new Map<MetricView, Family>();
    yield* this.plan(planned, turn, claims);
    for (const family of planned.values()) this.decideCreated(family, claims);
    for (const [metric, family] of planned) {
      try {
        yield* this.writeFamily(metric, family, page, turn);
      } catch (error) {
        this.failed(`Metric ${metric.name}`, error);
      }
    }
  }

  /** Finds out which metrics can be on the page together. */
  private *plan(planned: Map<MetricView, Family>, turn: Turn, claims: Claims): Generator<void, void> {
    try {
      for (const metric of this.source.metrics()) {
        if (this.isIncluded(metric)) {
          if (claims.claim(nameOf(metric), kindOf(metric))) planned.set(metric, this.familyOf(metric, turn));
          else this.clashed(metric);
        }
        yield;
      }
    } catch (error) {
      this.failed('The list of metrics', error);
      return;
    }
    for (const [name, family] of this.families) {
      if (family.turn < turn.number) this.families.delete(name);
    }
  }

  private familyOf(metric: MetricView, { number }: Turn): Family {
    let family = this.families.get(metric.exportName);
    if (family === undefined || !family.isOf(metric) || family.labelNames.size > MAX_LABEL_NAMES) {
      family = new Family(metric, this.options.constant);
      this.families.set(metric.exportName, family);
    }
    family.turn = Math.max(family.turn, number);
    return family;
  }

  /** `_created` samples give way to a metric of that name. */
  private decideCreated(family: Family, claims: Claims): void {
    const mayHave = this.options.created && family.kind !== 'gauge';
    family.hasCreated = mayHave && claims.claimCreated(family.name);
  }

  private *writeFamily(metric: MetricView, family: Family, page: Page, turn: Turn): Generator<void, void> {
    const texts = family.texts[turn.format];
    const written = new Set<string>();
    let count = 0;
    texts.begin();
    for (const series of metric.series()) {
      try {
        this.writeSeries(family, series, texts, written, page, turn);
      } catch (error) {
        page.cancel();
        this.failed(`A series of ${metric.name}`, error);
      }
      if (++count % STEP === 0) yield;
    }
    texts.end();
  }

  private writeSeries(family: Family, series: SeriesView, texts: SeriesTexts, written: Set<string>, page: Page, { format }: Turn): void {
    const known = texts.find(series);
    const labels = known?.labels ?? family.labelsOf(series.tags);
    // Between two steps a series may go and come back as another one.
    if (written.has(labels)) return;
    const version = series.version();
    const { createdAt } = series;
    const isTrue = known !== undefined && known.version === version && known.createdAt === createdAt;
    const same = isTrue ? known.chunk.bytes?.subarray(known.from, known.to) : undefined;
    if (texts.isFirst()) page.add(family.head(format));
    if (same !== undefined) {
      this.counts.reused++;
      page.copy(same);
    } else if (!writeLines(page, family, series, labels, format, this.options.quantiles)) return;
    written.add(labels);
    const { chunk, start: from, at: to } = page;
    if (chunk === undefined) return;
    page.noteEntry();
    if (known === undefined) {
      texts.keep({ series, labels, chunk, from, to, version, createdAt });
      return;
    }
    known.chunk = chunk;
    known.from = from;
    known.to = to;
    known.version = version;
    known.createdAt = createdAt;
    texts.keep(known);
  }

  private isIncluded(metric: MetricView): boolean {
    try {
      return this.options.include?.(metric) ?? true;
    } catch (error) {
      this.failed(`The option include, for ${metric.name},`, error);
      return false;
    }
  }

  private clashed({ name, exportName }: MetricView): void {
    this.counts.leftOut++;
    this.complaints.once(`Metric ${name} is left out of the Prometheus page: another one writes samples named like ${exportName}`);
  }

  private failed(what: string, error: unknown): void {
    this.counts.failures++;
    this.complaints.onceAMinute('metric', `${what} could not be written: ${reasonOf(error)}`);
  }
}
