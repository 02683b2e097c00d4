import type { Definition } from '../core/definition';
import type { DurationStats } from './durations';
import type { DurationHistogram } from './hdr';
import { type RejectionReason, Series } from './series';

/** Where events beyond the limit are counted, all together. */
const OVERFLOW_KEY = 'telemetry.metrics.overflow';

/** Undeclared events that get a series of their own. Declared ones always do: a program has only so many. */
const UNDECLARED_LIMIT = 2_000;

/** The series of a bus by dotted key, bounded. */
export class MetricsStore {
  private readonly series = new Map<string, Series>();
  private undeclared = 0;

  /** The series of an event, made on first sight. */
  of(key: string, definition: Definition | undefined): Series {
    const known = this.series.get(key);
    if (known !== undefined) {
      if (definition !== undefined) known.adopt(definition.unit);
      return known;
    }
    if (definition === undefined && key !== OVERFLOW_KEY && this.undeclared++ >= UNDECLARED_LIMIT) return this.of(OVERFLOW_KEY, undefined);
    const series = new Series(definition?.unit ?? 'ms');
    this.series.set(key, series);
    return series;
  }

  counters(): Record<string, number> {
    return this.collect(({ count }) => count || undefined);
  }

  durations(): Record<string, DurationStats> {
    return this.collect(({ durations }) => durations?.stats());
  }

  durationsOf(key: string): DurationStats | undefined {
    return this.series.get(key)?.durations?.stats();
  }

  histogramOf(key: string): DurationHistogram | undefined {
    return this.series.get(key)?.durations?.histogram();
  }

  rejections(): Record<string, Partial<Record<RejectionReason, number>>> {
    return this.collect(({ rejected }) => rejected && Object.fromEntries(rejected));
  }

  reset(): void {
    for (const series of this.series.values()) series.reset();
  }

  /** A plain object by key of what there is something to say about. Keys are dotted, so none can be `__proto__`. */
  private collect<Value>(pick: (series: Series) => Value | undefined): Record<string, Value> {
    const picked: Record<string, Value> = {};
    for (const [key, series] of this.series) {
      const value = pick(series);
      if (value !== undefined) picked[key] = value;
    }
    return picked;
  }
}
