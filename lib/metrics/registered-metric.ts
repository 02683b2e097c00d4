import type { Definition } from '../core/definition';
import type { EventName } from '../core/event';
import { isFunction } from '../core/options';
import { stackOf } from '../core/stack';
import { declaredUnit } from './check-definition';
import { exemplarTags } from './exemplars';
import { exportNameOf } from './export-name';
import { GaugeSeries } from './gauge-series';
import { input } from './hdr';
import type { MetricDefinition, SampleFunction } from './metric';
import { type MetricSeries, seriesMaker } from './metric-series';
import { Rejections, reasonAgainst } from './rejections';
import { SeriesTable } from './series-table';
import type { MetricSurroundings } from './surroundings';
import { converter } from './units';
import type { MetricType, MetricView } from './view';

/** Records a sample of one event for one metric. Never throws. */
export type Recorder = (measurements: object, metadata: object, event: EventName) => void;

/** How long a full table waits before it looks for expired series again. */
const LOOK_AGAIN_MS = 1000;

/** A definition on a bus, with its series. */
export class RegisteredMetric implements MetricView {
  readonly name: string;
  readonly exportName: string;
  readonly type: MetricType;
  readonly monotonic: boolean;
  readonly unit: string | undefined;
  readonly description: string | undefined;
  readonly automatic = false;
  readonly bounds: readonly number[] | undefined;
  readonly hdr: boolean;
  readonly rejections: Rejections;
  readonly table: SeriesTable<MetricSeries>;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private told = false;

  constructor(
    readonly definition: MetricDefinition,
    private readonly around: MetricSurroundings,
  ) {
    const { name, type, monotonic, unit, description, bounds, hdr, tags, tagNames, maxSeries } = definition;
    this.name = name;
    this.type = type;
    this.monotonic = monotonic;
    this.unit = unit;
    this.description = description;
    this.bounds = bounds;
    this.hdr = hdr;
    this.exportName = exportNameOf(definition);
    this.rejections = new Rejections((reason) => around.rejected(name, reason));
    const make = seriesMaker(definition);
    this.table = new SeriesTable({
      keys: isFunction(tags) ? undefined : (tags as readonly string[]),
      names: tagNames,
      create: (given) => {
        const series = make(given, around.clock.systemTime());
        around.met(this, series);
        return series;
      },
      limit: () => maxSeries ?? around.maxSeries(),
      fold: (first) => {
        around.folded(name);
        if (first) around.warnFull(name, maxSeries ?? around.maxSeries());
      },
      makeRoom: () => this.makeRoom(),
    });
  }

  /** A function that records samples of one event. */
  recorder(event: EventName, known: Definition | undefined): Recorder {
    const { measurement, keep, drop, tags, type, monotonic, expireAfterMs } = this.definition;
    const { table, rejections, around } = this;
    const read = readerOf(measurement);
    const convert = this.converterFor(event, known);
    const find = finderOf(table, tags);
    const signed = type === 'lastValue' || (type === 'sum' && !monotonic);
    return (measurements, metadata, name) => {
      try {
        if (keep !== undefined && !keep(measurements, metadata, name)) return;
        if (drop?.(measurements, metadata, name)) return;
        const given = read === undefined ? 1 : read(measurements, metadata, name);
        if (given === undefined) {
          rejections.add('missing');
          return;
        }
        const number = typeof given === 'bigint' ? Number(given) : given;
        const value = typeof number === 'number' ? convert(number) : Number.NaN;
        if (!(Number.isFinite(value) && (signed || value >= 0))) {
          rejections.add(reasonAgainst(number, signed));
          return;
        }
        const series = find(measurements, metadata, name);
        input[0] = value;
        series.recordInput();
        if (expireAfterMs !== undefined) (series as GaugeSeries).seen(around.clock.monotonicTime());
        if (around.exemplars) this.noteExemplar(series, value, metadata);
      } catch (error) {
        rejections.add('unreadable');
        this.tell(error);
      }
    };
  }

  *series(): Iterable<MetricSeries> {
    this.expire();
    yield* this.table.all();
  }

  /** Lets go of series that had no sample for too long. */
  expire(): number {
    const { expireAfterMs } = this.definition;
    if (expireAfterMs === undefined) return 0;
    const before = this.around.clock.monotonicTime() - expireAfterMs;
    const gone = this.table.remove((series) => series instanceof GaugeSeries && series.lastSeen() < before);
    for (const series of gone) this.around.gone(series);
    return gone.length;
  }

  reset(now: number): void {
    for (const series of this.table.all()) series.reset(now);
    this.rejections.clear();
  }

  /** Not with each sample of a flood: looking at all series takes its time. */
  private makeRoom(): boolean {
    if (this.definition.expireAfterMs === undefined) return false;
    const now = this.around.clock.monotonicTime();
    if (now - this.lookedAt < LOOK_AGAIN_MS) return false;
    this.lookedAt = now;
    return this.expire() > 0;
  }

  private converterFor(event: EventName, known: Definition | undefined): (value: number) => number {
    const { measurement, unit, from } = this.definition;
    const measured = from ?? (typeof measurement === 'string' ? declaredUnit(known, measurement) : undefined);
    try {
      return measured === undefined ? (value) => value : converter(this.name, measured, unit);
    } catch {
      // The definition of the event came later, and says something else than the metric was told.
      this.around.warn({
        code: 'METRIC_INVALID',
        message: `Metric ${this.name}: ${event.join('.')} measures ${measured}, which can't be turned into ${unit}; its values are taken as they are`,
      });
      return (value) => value;
    }
  }

  private noteExemplar(series: MetricSeries, value: number, metadata: object): void {
    const tags = exemplarTags(metadata);
    if (tags !== undefined) series.noteExemplar({ tags, value, time: this.around.clock.systemTime() });
  }

  /** Once: a function that throws does so with every sample. */
  private tell(error: unknown): void {
    if (this.told) return;
    this.told = true;
    this.around.warn({
      code: 'SAMPLE_FAILED',
      message: `Metric ${this.name} can't read a sample, which is counted as unreadable, as will be others: ${stackOf(error).slice(0, 1000)}`,
    });
  }
}

const readerOf = (measurement: string | SampleFunction | undefined): SampleFunction | undefined =>
  typeof measurement === 'string' ? (measurements) => (measurements as Readonly<Record<string, unknown>>)[measurement] : measurement;

/** Finds the series of a sample; a metric without tags has one, which is found once. */
function finderOf(
  table: SeriesTable<MetricSeries>,
  tags: readonly string[] | SampleFunction,
): (measurements: object, metadata: object, event: EventName) => MetricSeries {
  if (typeof tags === 'function') return (measurements, metadata, event) => table.findTags(tags(measurements, metadata, event));
  if (tags.length > 0) return (_measurements, metadata) => table.find(metadata);
  return () => table.only();
}
