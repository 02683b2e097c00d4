import { TelemetryError } from '../core/errors';
import { exportNameOf, hashOf, type Nameable, suffixesOf } from './export-name';

/** Every suffix that any metric's samples can have. */
const ALL_SUFFIXES = ['', '_total', '_created', '_count', '_sum', '_bucket'] as const;

/**
 * Names outside that are taken. A metric has several there (a histogram `x` writes `x_bucket`, `x_count`, `x_sum`), and no
 * two metrics may share one; what is kept is one entry for each metric.
 */
export class NamesTaken {
  private readonly by = new Map<string, Nameable>();

  /**
   * Takes the names of a metric.
   *
   * @throws {TelemetryError} `METRIC_CONFLICT` when another metric has one of them.
   */
  take(metric: Nameable): void {
    const exportName = exportNameOf(metric);
    const clash = this.clashOf(exportName, metric);
    if (clash !== undefined) throw conflict(metric, clash);
    this.by.set(exportName, metric);
  }

  /** For what can't be refused: takes the names, or, where they are taken, the same with some letters more. */
  takeSome(metric: Nameable): { readonly exportName: string; readonly instead: string | undefined } {
    const wanted = exportNameOf(metric);
    const clash = this.clashOf(wanted, metric);
    const exportName = clash === undefined ? wanted : `${wanted}_${hashOf(metric.name)}`;
    this.by.set(exportName, metric);
    return { exportName, instead: clash?.holder.name };
  }

  free(metric: Nameable): void {
    const exportName = exportNameOf(metric);
    if (this.by.get(exportName) === metric) this.by.delete(exportName);
  }

  /** A name that both have, and whose it is. */
  private clashOf(exportName: string, metric: Nameable): Clash | undefined {
    for (const suffix of suffixesOf(metric)) {
      const sample = `${exportName}${suffix}`;
      for (const other of ALL_SUFFIXES) {
        if (!sample.endsWith(other)) continue;
        const holder = this.by.get(sample.slice(0, sample.length - other.length));
        if (holder !== undefined && suffixesOf(holder).includes(other)) return { sample, holder };
      }
    }
    return undefined;
  }
}

interface Clash {
  readonly sample: string;
  readonly holder: Nameable;
}

const conflict = ({ name }: Nameable, { sample, holder }: Clash): TelemetryError =>
  new TelemetryError(
    'METRIC_CONFLICT',
    `Metric ${name} can't be told from ${holder.name}`,
    holder.name === name ? 'There is another one of that name' : `Both have a sample ${sample} outside`,
    'Rename one; what is counted of each event by itself is called app.component.action and app.component.action.duration',
  );
