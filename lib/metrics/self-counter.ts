import { CounterSeries } from './counter-series';
import { exportNameOf } from './export-name';
import { SeriesTable } from './series-table';
import type { MetricView } from './view';

/** What the metrics say of themselves: a counter by tags, which exporters see as any other. */
export class SelfCounter implements MetricView {
  readonly exportName: string;
  readonly type = 'counter';
  readonly monotonic = true;
  readonly unit: undefined = undefined;
  readonly automatic = true;
  readonly bounds: undefined = undefined;
  readonly hdr = false;
  readonly table: SeriesTable<CounterSeries>;

  constructor(
    readonly name: string,
    readonly description: string,
    options: { readonly keys: readonly string[]; readonly now: () => number },
  ) {
    this.exportName = exportNameOf(this);
    this.table = new SeriesTable({
      keys: options.keys,
      create: (tags) => new CounterSeries(tags, options.now()),
      limit: () => 10_000,
      fold: () => undefined,
    });
  }

  add(tags: Readonly<Record<string, string>>): void {
    this.table.find(tags).count++;
  }

  series(): Iterable<CounterSeries> {
    return this.table.all();
  }
}
