import type { EventMetrics } from './event-metrics';
import type { MetricView, SeriesView } from './view';

/** What is counted of an event by itself, as a metric: its counter, or its durations. */
export class EventView implements MetricView {
  readonly monotonic: boolean;
  readonly automatic = true;
  readonly hdr: boolean;
  /** Given by the registry, which knows what is taken. */
  exportName = '';

  constructor(
    private readonly of: EventMetrics,
    readonly type: 'counter' | 'distribution',
  ) {
    this.monotonic = type === 'counter';
    this.hdr = type === 'distribution';
  }

  get name(): string {
    return this.type === 'counter' ? this.of.key : `${this.of.key}.duration`;
  }

  get event(): string {
    return this.of.key;
  }

  get unit(): string | undefined {
    return this.type === 'counter' ? undefined : this.of.unit;
  }

  get description(): string {
    const { doc, key } = this.of;
    return this.type === 'counter' ? (doc ?? `Events ${key}`) : `Durations of ${doc === undefined ? key : `"${doc}"`}`;
  }

  get bounds(): readonly number[] | undefined {
    return this.type === 'counter' ? undefined : this.of.bounds();
  }

  *series(): Iterable<SeriesView> {
    for (const series of this.of.exported()) {
      const one = this.type === 'counter' ? series : series.durations;
      if (one !== undefined) yield one;
    }
  }
}
