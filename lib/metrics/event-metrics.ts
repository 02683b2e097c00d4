import type { Definition } from '../core/definition';
import { type EventName, keyOf } from '../core/event';
import { PER_MS, type TimeUnit } from '../core/unit';
import { DistributionSeries } from './distribution-series';
import { durationBounds, durationShape, EventSeries } from './event-series';
import { EventView } from './event-view';
import { exemplarTags } from './exemplars';
import { input } from './hdr';
import type { Recorder } from './registered-metric';
import { Rejections, reasonAgainst } from './rejections';
import { SeriesTable } from './series-table';
import type { MetricSurroundings } from './surroundings';
import type { Tags } from './view';

/** Everything that is recorded of one event: its own counter and durations, by its declared tags too, and what definitions ask. */
export class EventMetrics {
  readonly key: string;
  readonly total: EventSeries;
  readonly rejections: Rejections;
  /** What exporters see of it. */
  readonly counter: EventView = new EventView(this, 'counter');
  readonly durations: EventView = new EventView(this, 'distribution');
  /** By tags, once its definition is known to have some. */
  tagged: SeriesTable<EventSeries> | undefined = undefined;
  /** Metadata keys that split it. */
  tags: readonly string[] = [];
  unit: TimeUnit = 'ms';
  doc: string | undefined = undefined;
  /** Definitions that look at this event. */
  recorders: readonly Recorder[] = [];
  /** In the event's unit. */
  private slowOver = Number.POSITIVE_INFINITY;
  private verySlowOver = Number.POSITIVE_INFINITY;
  private hasThresholds = false;
  private known = false;

  constructor(
    readonly name: EventName,
    definition: Definition | undefined,
    private readonly around: MetricSurroundings,
  ) {
    this.key = keyOf(name);
    this.rejections = new Rejections((reason) => around.rejected(this.key, reason));
    if (definition !== undefined) this.adopt(definition);
    this.total = this.open([]);
  }

  /** Takes what a definition says, which may come after the first emissions of its event. */
  adopt({ unit, tags: declared = [], private: hidden = [], slow, doc }: Definition): void {
    if (this.known) return;
    this.known = true;
    this.doc = doc;
    if (unit !== this.unit) {
      this.unit = unit;
      this.total?.durations?.convertTo(durationShape(unit));
    }
    if (slow?.warn !== undefined || slow?.error !== undefined) {
      const { error = Number.POSITIVE_INFINITY, warn = error } = slow;
      this.slowOver = warn * PER_MS[unit];
      this.verySlowOver = error * PER_MS[unit];
      this.hasThresholds = true;
    }
    // What is never logged is not exported either.
    const tags = declared.filter((tag) => !hidden.includes(tag));
    if (tags.length > 0) {
      const earlier = this.total?.value() > 0 ? this.total : undefined;
      const { around, key } = this;
      this.tags = tags;
      this.tagged = new SeriesTable({
        keys: tags,
        // Exporters have seen what was counted before there were tags; it must not vanish.
        create: (given) => this.open(given, given.length === 0 ? earlier : undefined),
        limit: () => around.maxSeries(),
        fold: (first) => {
          around.folded(key);
          if (first) around.warnFull(key, around.maxSeries());
        },
      });
      if (earlier !== undefined) this.tagged.only();
    }
  }

  /** Counts an emission and records its duration if it has one. Never throws, and allocates nothing once its series exist. */
  observe(measurements: { readonly duration?: unknown }, metadata: object): void {
    const { total } = this;
    total.count++;
    let series: EventSeries | undefined;
    if (this.tagged !== undefined) {
      series = this.seriesOf(this.tagged, metadata);
      series.count++;
    }
    try {
      const { duration } = measurements;
      if (typeof duration === 'number' && duration >= 0 && duration !== Number.POSITIVE_INFINITY) {
        input[0] = duration;
        total.recordDuration();
        if (series !== undefined) {
          input[0] = duration;
          series.recordDuration();
        }
        if (this.hasThresholds && duration > this.slowOver) this.countSlow(duration, series);
      } else if (duration !== undefined) this.observeOther(duration, series);
      if (this.around.exemplars) this.noteExemplar(series ?? total, duration, metadata);
    } catch {
      this.rejections.add('unreadable');
    }
    for (let index = 0; index < this.recorders.length; index++) this.recorders[index]!(measurements, metadata, this.name);
  }

  get thresholds(): boolean {
    return this.hasThresholds;
  }

  bounds(): readonly number[] {
    return durationBounds(this.unit);
  }

  /** Series that exporters see: by tags where there are some, so that nothing is counted twice. */
  *exported(): Iterable<EventSeries> {
    if (this.tagged !== undefined) yield* this.tagged.all();
    else if (this.total.value() > 0) yield this.total;
  }

  *all(): Iterable<EventSeries> {
    yield this.total;
    if (this.tagged !== undefined) yield* this.tagged.all();
  }

  /** Tags that can't be read are none: the event happened. */
  private seriesOf(tagged: SeriesTable<EventSeries>, metadata: object): EventSeries {
    try {
      return tagged.find(metadata);
    } catch {
      this.rejections.add('unreadable');
      return tagged.only();
    }
  }

  private open(tags: Tags, earlier?: EventSeries): EventSeries {
    const { around } = this;
    const series = new EventSeries(tags, around.clock.systemTime(), (recorded) => {
      const durations = new DistributionSeries(tags, around.clock.systemTime(), durationShape(this.unit));
      if (recorded !== undefined) durations.absorb(recorded);
      around.met(this.durations, durations);
      return durations;
    });
    if (earlier !== undefined) series.inherit(earlier);
    around.met(this.counter, series);
    return series;
  }

  /** What is not an ordinary number: a bigint may still be a duration. */
  private observeOther(duration: unknown, series: EventSeries | undefined): void {
    const value = typeof duration === 'bigint' ? Number(duration) : Number.NaN;
    if (!(value >= 0 && value !== Number.POSITIVE_INFINITY)) {
      this.rejections.add(reasonAgainst(typeof duration === 'bigint' ? value : duration, false));
      return;
    }
    for (const each of series === undefined ? [this.total] : [this.total, series]) {
      input[0] = value;
      each.recordDuration();
    }
    if (value > this.slowOver) this.countSlow(value, series);
  }

  private countSlow(duration: number, series: EventSeries | undefined): void {
    const place = duration > this.verySlowOver ? 'verySlow' : 'slow';
    this.total[place]++;
    if (series !== undefined) series[place]++;
  }

  private noteExemplar(series: EventSeries, duration: unknown, metadata: object): void {
    const tags = exemplarTags(metadata);
    if (tags === undefined) return;
    const time = this.around.clock.systemTime();
    series.noteExemplar({ tags, value: 1, time });
    if (typeof duration === 'number') series.durations?.noteExemplar({ tags, value: duration, time });
  }
}
