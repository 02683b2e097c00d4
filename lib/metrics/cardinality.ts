import type { SeriesTable } from './series-table';
import type { Tags } from './view';

/** How many series a metric has, and which tags make them. */
export interface MetricCardinality {
  readonly metric: string;
  readonly series: number;
  readonly limit: number;
  /** Samples that had no room of their own. */
  readonly folded: number;
  /** Tags by how many different values they have, the most first. */
  readonly tags: readonly TagCardinality[];
}

export interface TagCardinality {
  readonly tag: string;
  readonly values: number;
  /** The ten values with the most series, and how many each has. */
  readonly top: readonly { readonly value: string; readonly series: number }[];
}

const TOP = 10;

/** Looks at all series of a table; some microseconds each. */
export function cardinalityOf(metric: string, table: SeriesTable<{ readonly tags: Tags }>, limit: number): MetricCardinality {
  const byTag = new Map<string, Map<string, number>>();
  for (const { tags } of table.listed()) {
    for (const [tag, value] of tags) {
      let values = byTag.get(tag);
      if (values === undefined) byTag.set(tag, (values = new Map()));
      values.set(value, (values.get(value) ?? 0) + 1);
    }
  }
  const tags = [...byTag].map(([tag, values]) => ({ tag, values: values.size, top: topOf(values) }));
  return { metric, series: table.size, limit, folded: table.folded, tags: tags.sort((one, other) => other.values - one.values) };
}

const topOf = (values: ReadonlyMap<string, number>): { value: string; series: number }[] =>
  [...values]
    .map(([value, series]) => ({ value, series }))
    .sort((one, other) => other.series - one.series)
    .slice(0, TOP);
